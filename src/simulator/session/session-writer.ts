import type { Cancel, Clock } from '../../base/clock.ts'
import type { Transport } from '../../wire/transport.ts'

/** What the official Python client reads at once; it drops a burst that ends on a multiple. */
const READ_SIZE = 4096
/** After so long without a byte the client has read what there was, milliseconds. */
const IDLE_MS = 5

/**
 * Gathers the frames of one turn and writes them together. When a burst would end on a multiple of
 * 4096 bytes its last byte follows 5 ms later, because the official Python client then discards
 * everything it has read.
 */
export class BurstWriter {
  readonly #clock: Clock
  readonly #transport: Transport
  #queued: Uint8Array[] = []
  #flushing = false
  #burst = 0
  #lastWriteMs = Number.NEGATIVE_INFINITY
  #held: { readonly byte: Uint8Array; readonly cancel: Cancel } | null = null

  constructor(clock: Clock, transport: Transport) {
    this.#clock = clock
    this.#transport = transport
  }

  write(frame: Uint8Array): void {
    this.#queued.push(frame)
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => this.#flush())
  }

  /** All that is left, on any boundary: the end of the connection follows it. */
  end(): void {
    this.#send(this.#takeQueued())
  }

  #flush(): void {
    this.#flushing = false
    const bytes = this.#takeQueued()
    if (bytes.length === 0) return
    const now = this.#clock.monotonicMs()
    if (now - this.#lastWriteMs >= IDLE_MS) this.#burst = 0
    this.#lastWriteMs = now
    if ((this.#burst + bytes.length) % READ_SIZE !== 0) return this.#send(bytes)
    this.#send(bytes.subarray(0, -1))
    const cancel = this.#clock.after(IDLE_MS, () => this.#flush())
    this.#held = { byte: bytes.subarray(-1), cancel }
  }

  #takeQueued(): Uint8Array {
    const held = this.#held === null ? [] : [this.#held.byte]
    const bytes = joined([...held, ...this.#queued])
    this.#held?.cancel()
    this.#held = null
    this.#queued = []
    return bytes
  }

  #send(bytes: Uint8Array): void {
    this.#burst += bytes.length
    this.#transport.write(bytes)
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  return Buffer.concat(chunks)
}
