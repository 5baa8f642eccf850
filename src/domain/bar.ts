import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from './contract.ts'
import type { Price } from './money.ts'

export interface Bar {
  readonly start: EpochMs
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  readonly volume: number
}

export type BarSize = '1m' | '5m' | '1h'

/** How closed bars arrive, best first; `polled` is counted. */
export type BarSource = 'keep-up-to-date' | 'five-second' | 'quote-line' | 'polled'

export interface BarSpan {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Closed bars, oldest first, and the spans they are known to cover. */
export interface BarSeries {
  readonly symbol: Ticker
  readonly size: BarSize
  readonly bars: readonly Bar[]
  readonly covered: readonly BarSpan[]
}
