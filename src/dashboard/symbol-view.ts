import type { EpochMs } from '../base/clock.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import { newYorkDate, previousSession } from '../domain/calendar.ts'
import type { Hours } from '../domain/calendar.ts'
import { drawn, drawnOf } from '../strategy/drawn.ts'
import type { Drawn } from '../strategy/drawn.ts'
import { priceText } from './feed-texts.ts'
import type { BarView } from './view.ts'

/** Closed bars of one symbol as they were told, and what its strategies see in them. */
export class ChartBars {
  readonly #hours: Hours
  readonly #strategies: readonly string[]
  readonly #bars = new Map<BarSize, readonly Bar[]>()
  #drawn: { readonly of: readonly unknown[]; readonly lines: readonly Drawn[] } | null = null

  constructor(of: { readonly strategies: readonly string[]; readonly hours: Hours }) {
    this.#strategies = of.strategies
    this.#hours = of.hours
  }

  /** One that is known is replaced: bars are restated after a split. */
  told(size: BarSize, bars: readonly Bar[]): void {
    const byStart = new Map((this.#bars.get(size) ?? []).map((bar) => [bar.start, bar] as const))
    for (const bar of bars) byStart.set(bar.start, bar)
    const all = [...byStart.values()].sort((a, b) => a.start - b.start)
    this.#bars.set(size, all.slice(-BARS_MAX))
  }

  /** Of the last two sessions. */
  minutes(): readonly BarView[] {
    const from = this.#from()
    return this.#of('1m')
      .filter(({ start }) => start >= from)
      .map(barView)
  }

  /** Made when somebody looks, and again when there are other bars. */
  lines(): readonly Drawn[] {
    const lists = this.#strategies.map((name) => this.#of(drawnOf(name) ?? '1m'))
    const minutes = this.#of('1m')
    const of = [minutes, ...lists]
    if (this.#drawn?.of.every((list, i) => list === of[i]) === true) return this.#drawn.lines
    const span = { from: this.#from(), hours: this.#hours }
    const lines = this.#strategies.flatMap((name, i) => drawn(name, lists[i] ?? [], span))
    this.#drawn = { of, lines }
    return lines
  }

  #of(size: BarSize): readonly Bar[] {
    return this.#bars.get(size) ?? NONE
  }

  /** From the open of the session before that of the newest bar. */
  #from(): EpochMs {
    const last = this.#of('1m').at(-1)
    if (last === undefined) return 0 as EpochMs
    return previousSession(newYorkDate(last.start), this.#hours)?.open ?? last.start
  }
}

/** Two sessions of all hours are 1,920 minutes. */
const BARS_MAX = 2_000
const NONE: readonly Bar[] = []

function barView({ start, open, high, low, close, volume }: Bar): BarView {
  return {
    start,
    open: priceText(open),
    high: priceText(high),
    low: priceText(low),
    close: priceText(close),
    volume,
  }
}
