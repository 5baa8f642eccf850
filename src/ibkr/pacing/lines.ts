import type { Cancel, Clock } from '../../base/clock.ts'
import type { Allowance } from './allowance.ts'

/**
 * What a market-data line is for, most urgent first. The reserve is for an entry or an exit, and
 * half of it may stay open on what is held; the price of an underlying and bars share the rest, and
 * of that bars leave some to prices.
 */
export type LineUse = 'decision' | 'held' | 'candidate' | 'ranking' | 'underlying' | 'bars'

const USES: readonly LineUse[] = ['decision', 'held', 'candidate', 'ranking', 'underlying', 'bars']
/** Left to decisions and candidates when many are ranked. */
const KEPT_FROM_RANKING = 10
/** What is decided on waits for a line no longer than this before entries stop, milliseconds. */
const SCARCE_MS = 5_000

interface Entry {
  readonly granted: (giveBack: Cancel) => void
}

/** Market-data lines in use (P8): IBKR gives a login 100, and one costs until it is closed. */
export class Lines {
  readonly #clock: Clock
  readonly #allowance: Pick<Allowance, 'lines' | 'reservedLines' | 'barLines'>
  readonly #scarce: (scarce: boolean) => void
  readonly #used = new Map<LineUse, number>(USES.map((use) => [use, 0]))
  readonly #waiting = new Map<LineUse, Entry[]>(USES.map((use) => [use, []]))
  #stopScarce: Cancel | null = null
  #isScarce = false

  /** `scarce` is told when an entry's quotes find no line for a while, and when they do again. */
  constructor(
    clock: Clock,
    allowance: Pick<Allowance, 'lines' | 'reservedLines' | 'barLines'>,
    scarce: (scarce: boolean) => void = () => undefined,
  ) {
    this.#clock = clock
    this.#allowance = allowance
    this.#scarce = scarce
  }

  get used(): number {
    let sum = 0
    for (const count of this.#used.values()) sum += count
    return sum
  }

  usedFor(use: LineUse): number {
    return this.#used.get(use) ?? 0
  }

  /** A line now, or none. */
  tryTake(use: LineUse): Cancel | null {
    return this.#hasRoom(use) ? this.#grant(use) : null
  }

  /** A line, when one is free; the cancel gives it back, once. Null: nobody waits any more. */
  take(use: LineUse, signal: AbortSignal): Promise<Cancel | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null)
      if (this.#hasRoom(use)) return resolve(this.#grant(use))
      const queue = this.#waiting.get(use) ?? []
      const entry: Entry = {
        granted: (giveBack) => {
          signal.removeEventListener('abort', gone)
          resolve(giveBack)
        },
      }
      const gone = (): void => {
        queue.splice(queue.indexOf(entry), 1)
        this.#watch()
        resolve(null)
      }
      queue.push(entry)
      this.#watch()
      signal.addEventListener('abort', gone, { once: true })
    })
  }

  #hasRoom(use: LineUse): boolean {
    const { lines, reservedLines, barLines } = this.#allowance
    if (this.used >= lines) return false
    const bars = this.usedFor('bars')
    switch (use) {
      case 'held':
        return this.usedFor('held') < Math.ceil(reservedLines / 2)
      case 'candidate':
        return this.usedFor('candidate') < reservedLines
      case 'ranking':
        return this.used < Math.max(1, lines - KEPT_FROM_RANKING)
      case 'bars':
        return bars < barLines
      case 'underlying':
        return bars + this.usedFor('underlying') < lines - reservedLines
      default:
        return true
    }
  }

  #grant(use: LineUse): Cancel {
    this.#used.set(use, this.usedFor(use) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#used.set(use, this.usedFor(use) - 1)
      this.#next()
    }
  }

  /** The most urgent that waits and has room. */
  #next(): void {
    for (const use of USES) {
      if (!this.#hasRoom(use)) continue
      const entry = this.#waiting.get(use)?.shift()
      if (entry === undefined) continue
      entry.granted(this.#grant(use))
      break
    }
    this.#watch()
  }

  #watch(): void {
    const waits = ['decision', 'candidate'].some(
      (use) => (this.#waiting.get(use as LineUse)?.length ?? 0) > 0,
    )
    if (waits) {
      this.#stopScarce ??= this.#clock.after(SCARCE_MS, () => this.#tell(true))
      return
    }
    this.#stopScarce?.()
    this.#stopScarce = null
    this.#tell(false)
  }

  #tell(scarce: boolean): void {
    if (this.#isScarce === scarce) return
    this.#isScarce = scarce
    this.#scarce(scarce)
  }
}
