import type { Cancel, Clock } from '../../base/clock.ts'
import { once } from '../faults/once.ts'

/** How bytes travel: late, slowly, in small pieces, or gathered. */
export interface Shape {
  /** Drawn for every piece that enters; order is kept. */
  readonly latencyMs: () => number
  /** Null is as fast as it goes. */
  readonly bytesPerSecond: number | null
  /** At most so many bytes arrive at once; null leaves them as they are. */
  readonly segmentBytes: number | null
  /** What falls into so many milliseconds arrives as one piece; 0 leaves it as it is. */
  readonly gatherMs: number
}

interface Passing {
  readonly due: number
  /** Empty for an end. */
  readonly bytes: Uint8Array
  readonly end: (() => void) | null
}

/** Pieces a second on a line of limited speed, so that a long frame trickles. */
const PIECES_PER_SECOND = 4

/** One direction of a connection: in order, and without a fault at once. */
export class Lane {
  readonly #clock: Clock
  readonly #deliver: (bytes: Uint8Array) => void
  #queue: Passing[] = []
  readonly #shapes = new Set<Shape>()
  #holds = 0
  #lastDue = Number.NEGATIVE_INFINITY
  #wake: { readonly at: number; readonly cancel: Cancel } | null = null
  #isPumping = false

  constructor(clock: Clock, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock
    this.#deliver = deliver
  }

  /** Bytes under way. */
  get held(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  push(bytes: Uint8Array): void {
    if (this.#queue.length === 0 && this.#holds === 0 && this.#shapes.size === 0) {
      return this.#deliver(bytes)
    }
    for (const piece of this.#paced(bytes)) {
      this.#queue.push({ due: this.#dueOf(piece.length), bytes: piece, end: null })
    }
    this.#pump()
  }

  /** Nothing follows; what is under way comes first. */
  end(then: () => void): void {
    const due = Math.max(this.#clock.monotonicMs(), this.#lastDue)
    this.#queue.push({ due, bytes: new Uint8Array(), end: then })
    this.#pump()
  }

  /** Everything waits until the returned function is called. */
  hold(): Cancel {
    this.#holds++
    return once(() => {
      this.#holds--
      this.#pump()
    })
  }

  shape(shape: Shape): Cancel {
    this.#shapes.add(shape)
    return once(() => {
      this.#shapes.delete(shape)
      this.#queue = this.#queue.map((each) => ({ ...each, due: 0 })) // repaired: it all arrives
      this.#lastDue = Number.NEGATIVE_INFINITY
      this.#pump()
    })
  }

  /** What is under way is gone. */
  drop(): void {
    this.#queue = this.#queue.filter(({ end }) => end !== null)
  }

  stop(): void {
    this.#wake?.cancel()
    this.#queue = []
  }

  #paced(bytes: Uint8Array): readonly Uint8Array[] {
    const rate = this.#slowest()
    return rate === null ? [bytes] : cut(bytes, Math.max(1, Math.floor(rate / PIECES_PER_SECOND)))
  }

  #dueOf(length: number): number {
    const now = this.#clock.monotonicMs()
    const rate = this.#slowest()
    const travelMs = rate === null ? 0 : (length / rate) * 1000
    let due = now
    for (const { latencyMs, gatherMs } of this.#shapes) {
      due += latencyMs()
      if (gatherMs > 0) due = Math.ceil((due + 1) / gatherMs) * gatherMs
    }
    // Whole milliseconds: a fraction can be lost in an addition, and the moment never comes.
    this.#lastDue = Math.ceil(Math.max(due, this.#lastDue + travelMs))
    return this.#lastDue
  }

  #slowest(): number | null {
    const rates = [...this.#shapes].flatMap(({ bytesPerSecond }) => bytesPerSecond ?? [])
    return rates.length === 0 ? null : Math.min(...rates)
  }

  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#holds === 0) {
      const head = this.#queue[0]
      if (head === undefined || head.due > this.#clock.monotonicMs()) break
      if (head.end !== null) {
        this.#queue.shift()
        head.end()
      } else this.#arrive(this.#takeTogether(head))
    }
    this.#isPumping = false
    this.#arm()
  }

  /** The first, and, where pieces are gathered, all that is due with it. */
  #takeTogether(head: Passing): Uint8Array {
    const gathers = [...this.#shapes].some(({ gatherMs }) => gatherMs > 0)
    const apart = this.#queue.findIndex(({ due, end }) => due > head.due || end !== null)
    const count = gathers ? (apart < 0 ? this.#queue.length : apart) : 1
    const taken = this.#queue.splice(0, count).map(({ bytes }) => bytes)
    return taken.length === 1 ? head.bytes : Buffer.concat(taken)
  }

  #arrive(bytes: Uint8Array): void {
    const sizes = [...this.#shapes].flatMap(({ segmentBytes }) => segmentBytes ?? [])
    if (sizes.length === 0) return this.#deliver(bytes)
    for (const piece of cut(bytes, Math.min(...sizes))) this.#deliver(piece)
  }

  #arm(): void {
    const at = this.#holds > 0 ? undefined : this.#queue[0]?.due
    if (at === this.#wake?.at) return
    this.#wake?.cancel()
    this.#wake = null
    if (at === undefined) return
    const cancel = this.#clock.after(at - this.#clock.monotonicMs(), () => {
      this.#wake = null
      this.#pump()
    })
    this.#wake = { at, cancel }
  }
}

function cut(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}
