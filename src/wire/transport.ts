export interface TransportListener {
  /** Counts as handled when this returns. */
  bytes(chunk: Uint8Array): void
  /** Once; nothing follows. `null` is an orderly end. */
  closed(reason: string | null): void
}

/** What can be seen of a socket from outside the protocol; null is what this platform hides. */
export interface TransportFacts {
  /** Bytes that reached this process. */
  readonly bytesRead: number
  /** Bytes that have not left this process yet. */
  readonly writableLength: number
  /** Bytes in the kernel that this process has not read. */
  readonly rxQueue: number | null
  /** Bytes in the kernel that the peer has not acknowledged. */
  readonly txQueue: number | null
  readonly localPort: number | null
  readonly remotePort: number | null
  /** Reading was stopped. */
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
  /** For a diagnosis only; absent where there is nothing beyond `count` to be seen. */
  readonly facts?: () => TransportFacts
  /** For a test bed: reads nothing until the returned function is called. */
  pause?(): () => void
}
