import { Heap } from './heap.ts'
import type { Brand } from './brand.ts'

/** Milliseconds since 1970 UTC, by the wall clock. */
export type EpochMs = Brand<number, 'EpochMs'>
export type Cancel = () => void

export interface Clock {
  /** Wall clock; may jump. For timestamps and the session calendar only. */
  now(): EpochMs
  /** Never goes back. For timeouts, pacing and ages. */
  monotonicMs(): number
  /** The only way code in this repository waits. */
  after(delayMs: number, callback: () => void | Promise<void>): Cancel
}

/** Real time; `start` shifts the wall clock (`simulate --start`), never the speed. */
export class SystemClock implements Clock {
  readonly #shiftMs: number

  constructor(start?: EpochMs) {
    this.#shiftMs = start === undefined ? 0 : start - Date.now()
  }

  now(): EpochMs {
    return (Date.now() + this.#shiftMs) as EpochMs
  }

  monotonicMs(): number {
    return performance.now()
  }

  after(delayMs: number, callback: () => void | Promise<void>): Cancel {
    // setTimeout overflows above 2^31 - 1 ms and would fire at once; wait in steps instead.
    const step = Math.min(Math.max(0, delayMs), 2 ** 31 - 1)
    let stop: Cancel = () => undefined
    const timer = setTimeout(() => {
      if (delayMs > step) stop = this.after(delayMs - step, callback)
      else void callback()
    }, step)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }
}

export interface VirtualTime {
  readonly start: EpochMs
  /** False while a byte written on an in-process socket is not yet handled: then time stands. */
  readonly settled: () => boolean
  /** Virtual seconds per wall second; `null` is as fast as it goes. */
  readonly speed: number | null
  /**
   * What brings the bytes of those sockets. Default the kernel, which takes a turn of the event
   * loop; in memory they come in microtasks, and so does all that follows from them.
   */
  readonly bytes?: 'in-memory' | 'by-kernel'
}

interface Due {
  readonly at: number
  readonly sequence: number
  callback: (() => void | Promise<void>) | null
}

/**
 * With bytes in memory the event loop turns only so often, for signals and for those who talk to
 * this process. A turn for each callback costs 15 % of a simulated day over memory sockets, and
 * more where a day costs less.
 */
const CALLBACKS_A_TURN = 256

/** Bytes on loopback arrive within milliseconds; past this something on one end stopped reading. */
const SETTLE_LIMIT_MS = 20_000

/**
 * Time that moves only when nothing is left to do at the present moment. The named exception to
 * "no await below floor 4": it lets promises settle, and bytes arrive, before time moves.
 */
export class VirtualClock implements Clock {
  readonly #settled: () => boolean
  readonly #inMemory: boolean
  readonly #start: number
  readonly #queue = new Heap<Due>(
    (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence),
  )
  #now: number
  #sequence = 0
  #sinceTurn = 0
  #speed: number | null
  #paceFrom: { readonly virtual: number; readonly wall: number } | null = null
  #failures: unknown[] = []
  #stopped = false
  #pending = 0

  constructor(time: VirtualTime) {
    this.#start = time.start
    this.#now = time.start
    this.#settled = time.settled
    this.#speed = time.speed
    this.#inMemory = time.bytes === 'in-memory'
  }

  now(): EpochMs {
    return this.#now as EpochMs
  }

  monotonicMs(): number {
    return this.#now - this.#start
  }

  after(delayMs: number, callback: () => void | Promise<void>): Cancel {
    const due: Due = { at: this.#now + Math.max(0, delayMs), sequence: this.#sequence++, callback }
    this.#queue.push(due)
    this.#pending++
    return () => {
      if (due.callback !== null) this.#pending--
      due.callback = null
    }
  }

  /** How many callbacks wait: neither run nor cancelled. */
  get pending(): number {
    return this.#pending
  }

  /** Virtual seconds a second; `null` is as fast as it goes. */
  get speed(): number | null {
    return this.#speed
  }

  /** Paces from this moment on; `null` is as fast as it goes. */
  setSpeed(speed: number | null): void {
    this.#speed = speed
    this.#paceFrom = null
  }

  /** Ends `runUntil` after the callback that is running now. */
  stop(): void {
    this.#stopped = true
  }

  /**
   * Runs what is due, in the order of (time, scheduling), up to and including `until`. Rethrows
   * what a callback throws or, if it is async, rejects with.
   */
  async runUntil(until: EpochMs): Promise<void> {
    this.#stopped = false
    this.#sinceTurn = CALLBACKS_A_TURN // whoever called may not be in a microtask
    for (;;) {
      if (this.#inMemory && this.#sinceTurn++ < CALLBACKS_A_TURN) await drained()
      else await this.#turned()
      if (!this.#settled()) await this.#settle()
      if (this.#failures.length > 0) throw this.#failures.shift()
      if (this.#stopped) return
      const due = this.#next()
      if (due === undefined || due.at > until) break
      // Something may have been scheduled while we slept.
      if (this.#speed !== null && (await this.#pace(due.at))) continue
      this.#queue.pop()
      this.#now = Math.max(this.#now, due.at)
      const { callback } = due
      if (callback === null) continue
      due.callback = null // a cancel that comes later finds nothing
      this.#pending--
      // To the compiler a callback of type void may return anything, as `() => list.push(x)` does.
      const running: unknown = callback()
      if (running instanceof Promise) running.catch((error) => this.#failures.push(error))
    }
    this.#now = Math.max(this.#now, until)
  }

  /** What was cancelled is passed over: nothing happens in it that would have to settle. */
  #next(): Due | undefined {
    let due = this.#queue.peek()
    while (due?.callback === null) {
      this.#queue.pop()
      due = this.#queue.peek()
    }
    return due
  }

  /** Lets in-process sockets come to rest, and what the last bytes started. */
  async #settle(): Promise<void> {
    while (!this.#settled()) {
      const since = performance.now()
      while (!this.#settled()) {
        await this.#turned()
        if (performance.now() - since > SETTLE_LIMIT_MS) {
          throw new Error(`expected all bytes to be handled within ${SETTLE_LIMIT_MS} ms; stopping`)
        }
      }
      await this.#turned() // what they started may have written again
    }
  }

  #turned(): Promise<void> {
    this.#sinceTurn = 0
    return new Promise((resolve) => setImmediate(resolve))
  }

  /** True when it slept. */
  async #pace(at: number): Promise<boolean> {
    const speed = this.#speed
    if (speed === null) return false
    this.#paceFrom ??= { virtual: this.#now, wall: performance.now() }
    const wallDue = this.#paceFrom.wall + (at - this.#paceFrom.virtual) / speed
    const early = wallDue - performance.now()
    if (early < 4) return false // timers are no finer than this
    await new Promise((resolve) => setTimeout(resolve, Math.min(early, 200)))
    return true
  }
}

/** From within a microtask: Node comes to the next tick once no microtask is left, old or new. */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
