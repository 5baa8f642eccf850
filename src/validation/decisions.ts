import type { Gate, TradingState } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { CycleOutcome } from '../trading/input.ts'

/**
 * Minutes of a day in which something was really decided. A bot that is stopped, by a level or by
 * a gate, ends its cycles as well, and so does one that has no bars: that is no evidence.
 */
export class Decisions {
  level: TradingState = 'active'
  /** All that count, of every symbol. */
  count = 0
  readonly #gates = new Set<string>()
  readonly #minutes = new Map<CalendarDate, Set<number>>()
  /** Symbols whose last bar on the grid was decided on. */
  readonly #decided = new Set<Ticker>()

  gated(gate: Gate, symbol: Ticker | null): void {
    // A window without entries is as planned.
    if (gate !== 'window') this.#gates.add(keyOf(gate, symbol))
  }

  cleared(gate: Gate, symbol: Ticker | null): void {
    this.#gates.delete(keyOf(gate, symbol))
  }

  /** A new run sets its gates anew, but for the two that outlast it. */
  begun(): void {
    for (const key of this.#gates) {
      const [gate, symbol] = key.split(' ')
      if (gate !== 'baseline' && (gate !== 'reconcile' || symbol === '')) this.#gates.delete(key)
    }
  }

  ended({ symbol, barStart, kind, reason }: CycleOutcome, counts: boolean): void {
    // Between the bars of a longer interval it decides as it did on the last of them.
    const isBetween = kind === 'skipped' && reason === 'interval'
    const decided = isBetween ? this.#decided.has(symbol) : kind !== 'skipped'
    if (decided) this.#decided.add(symbol)
    else this.#decided.delete(symbol)
    if (!decided || !counts || this.#isStopped(symbol)) return
    this.count++
    const date = newYorkDate(barStart)
    const minutes = this.#minutes.get(date) ?? new Set()
    this.#minutes.set(date, minutes.add(barStart))
  }

  /** Dates with decisions in at least so many different minutes. */
  days(minutesMin: number): number {
    return [...this.#minutes.values()].filter(({ size }) => size >= minutesMin).length
  }

  #isStopped(symbol: Ticker): boolean {
    const gates = [...this.#gates].map((key) => key.split(' ')[1])
    return this.level !== 'active' || gates.some((of) => of === '' || of === symbol)
  }
}

function keyOf(gate: Gate, symbol: Ticker | null): string {
  return `${gate} ${symbol ?? ''}`
}
