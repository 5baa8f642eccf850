export interface TransportListener {
  /** Counts as handled when this returns. */
  bytes(chunk: Uint8Array): void
  /** Once; nothing follows. `null` is an orderly end. */
  closed(reason: string | null): void
}

/** What can be known of a connection besides its bytes; null: the platform does not show it. */
export interface TransportFacts {
  /** Bytes that reached us since it opened. */
  readonly bytesRead: number
  /** Bytes that were written and are still in this process. */
  readonly writableLength: number
  /** Bytes in the kernel that we have not read. */
  readonly rxQueue: number | null
  /** Bytes in the kernel that the peer has not acknowledged. */
  readonly txQueue: number | null
  readonly localPort: number
  readonly remotePort: number
  /** Whether our reading is switched off. */
  readonly paused: boolean
}

/** Bytes in, bytes out, close. One life: what is closed never opens again. */
export interface Transport {
  /** Once, before anything is read. */
  listen(listener: TransportListener): void
  /** In order. False: closed, and nothing was taken. */
  write(bytes: Uint8Array): boolean
  close(): void
  /** Since it opened. One end's `written` less the other's `handled` is what is in flight. */
  readonly count: { readonly written: number; readonly handled: number }
  /** Of those that have more to tell than their counts. */
  readonly facts?: () => TransportFacts
}
