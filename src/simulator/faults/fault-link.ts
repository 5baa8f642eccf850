import type { Cancel, Clock } from '../../base/clock.ts'
import type { Transport, TransportListener } from '../../wire/transport.ts'
import { Lane } from '../broker/lane.ts'
import type { Shape } from '../broker/lane.ts'
import { once } from './once.ts'
import type { ServerEnd } from '../session/server-end.ts'

export type Direction = 'requests' | 'replies' | 'both'

export interface Cut {
  readonly direction: 'requests' | 'replies'
  readonly how: 'reset' | 'close'
  /** Bytes of the frame that still pass; null is half of it. */
  readonly keepBytes: number | null
}

const LENGTH_BYTES = 4
/** A client is done reading what came after so long: then it can tell an RST from an end. */
const READ_MS = 5

/** The bytes of one connection, between its transport and its session: where networks fail. */
export class FaultyLink implements Transport {
  readonly #inner: ServerEnd
  readonly #clock: Clock
  readonly #requests: Lane
  readonly #replies: Lane
  readonly #mayStopReading: boolean
  #listener: TransportListener | null = null
  #cuts: Cut[] = []
  #unacknowledged = 0
  #isConnected = true
  #isDropped = false

  /** `mayStopReading`: bytes may stay in a kernel; under a lock-step clock nothing may. */
  constructor(
    inner: ServerEnd,
    { clock, mayStopReading }: { clock: Clock; mayStopReading: boolean },
  ) {
    this.#inner = inner
    this.#clock = clock
    this.#mayStopReading = mayStopReading
    this.#requests = new Lane(clock, (bytes) => this.#listener?.bytes(bytes))
    this.#replies = new Lane(clock, (bytes) => void inner.write(bytes))
    inner.withhold(() => (this.#unacknowledged > 0 ? this.#requests.held : 0))
  }

  /** Of the transport: what a fault holds was handled, so time may go on. */
  get count(): Transport['count'] {
    return this.#inner.count
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  /** What the client has not read, as far as can be known. */
  get unread(): number {
    return this.#inner.unread
  }

  listen(listener: TransportListener): void {
    this.#listener = listener
    this.#inner.listen({
      bytes: (chunk) => this.#take(chunk),
      closed: (reason) => {
        this.#isConnected = false
        // Who ends a connection does not wait for what is still under way on it.
        if (this.#isDropped) this.#over(reason)
        else this.#requests.end(() => this.#over(reason))
      },
    })
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#isConnected) return false
    const cut = this.#cutOf('replies')
    if (cut === null) this.#replies.push(bytes)
    else this.#sever(bytes, cut)
    return true
  }

  close(): void {
    this.#replies.end(() => this.#inner.close())
  }

  /** As `close`, and at once. */
  drop(how: 'reset' | 'close'): void {
    this.#isDropped = true
    if (how === 'reset') this.#inner.reset()
    else this.#inner.close()
  }

  /** Nothing passes until it heals; then all of it arrives, as TCP does, if it still can. */
  hold(direction: Direction, { acknowledged }: { acknowledged: boolean }): Cancel {
    const lanes = this.#lanes(direction)
    const releases = lanes.map((lane) => lane.hold())
    if (!acknowledged) {
      this.#unacknowledged++
      if (this.#mayStopReading) releases.push(this.#inner.pause())
    }
    return once(() => {
      if (!acknowledged) this.#unacknowledged--
      for (const release of releases) release()
    })
  }

  /** What is late in arriving is late in being acknowledged. */
  shape(direction: Direction, shape: Shape): Cancel {
    const restores = this.#lanes(direction).map((lane) => lane.shape(shape))
    if (direction !== 'replies') this.#unacknowledged++
    return once(() => {
      if (direction !== 'replies') this.#unacknowledged--
      for (const restore of restores) restore()
    })
  }

  /** The next frame in this direction passes in part; then the connection ends. */
  cut(cut: Cut): Cancel {
    this.#cuts.push(cut)
    return () => {
      this.#cuts = this.#cuts.filter((each) => each !== cut)
    }
  }

  #lanes(direction: Direction): readonly Lane[] {
    if (direction === 'both') return [this.#requests, this.#replies]
    return direction === 'requests' ? [this.#requests] : [this.#replies]
  }

  #take(chunk: Uint8Array): void {
    const cut = this.#cutOf('requests')
    if (cut === null) return this.#requests.push(chunk)
    this.#requests.push(chunk.subarray(0, keptOf(chunk, cut)))
    this.drop(cut.how)
  }

  #cutOf(direction: Cut['direction']): Cut | null {
    return this.#cuts.find((cut) => cut.direction === direction) ?? null
  }

  #sever(bytes: Uint8Array, cut: Cut): void {
    this.#replies.push(bytes.subarray(0, keptOf(bytes, cut)))
    this.hold('both', { acknowledged: true })
    this.#clock.after(READ_MS, () => this.drop(cut.how))
  }

  #over(reason: string | null): void {
    this.#requests.stop()
    this.#replies.stop()
    this.#listener?.closed(reason)
  }
}

/** Into the first frame, and never all of it. */
function keptOf(bytes: Uint8Array, { keepBytes }: Cut): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const claimed = bytes.length < LENGTH_BYTES ? bytes.length : view.getUint32(0) + LENGTH_BYTES
  const length = Math.min(claimed, bytes.length)
  return Math.max(1, Math.min(keepBytes ?? Math.ceil(length / 2), length - 1))
}
