export interface TransportListener {
  /** Counts as handled when this returns. */
  bytes(chunk: Uint8Array): void
  /** Once; nothing follows. `null` is an orderly end. */
  closed(reason: string | null): void
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
}
