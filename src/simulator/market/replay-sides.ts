import type { EpochMs } from '../../base/clock.ts'
import type { Price } from '../../domain/money.ts'
import { price, roundToTick } from '../../domain/money.ts'
import type { Adverse, MarketQuote } from './market.ts'
import type { QuoteMinute } from './replay-rows.ts'
import { priceAt, standAt, STEPS } from './replay-rows.ts'

export type Sides = Pick<
  MarketQuote,
  'bid' | 'ask' | 'bidSize' | 'askSize' | 'synthetic' | 'changedAt'
>

/** Bid and ask walk the same steps together; before the first row of a session there is neither. */
export function recordedSides(
  rows: readonly QuoteMinute[],
  moment: { readonly at: EpochMs; readonly adverse: Adverse; readonly open: EpochMs },
): Sides {
  const stand = standAt(rows, moment.at)
  const minute = stand === null ? undefined : rows[stand.row]
  if (stand === null || minute === undefined) return { ...NO_SIDES, changedAt: moment.open }
  // A row's sizes are those of its end; until then the ones of the row before are what is known.
  const sized = stand.step === STEPS - 1 ? minute : rows[stand.row - 1]
  const bid = priceAt(minute.bid, stand.step, moment.adverse)
  const ask = priceAt(minute.ask, stand.step, moment.adverse)
  return {
    bid,
    ask,
    bidSize: bid === null ? null : sizeOf(sized?.bidSize),
    askSize: ask === null ? null : sizeOf(sized?.askSize),
    synthetic: false,
    changedAt: stand.since,
  }
}

const NO_SIDES = { bid: null, ask: null, bidSize: null, askSize: null, synthetic: false } as const

function sizeOf(size: number | undefined): number | null {
  return size !== undefined && size > 0 ? size : null // not quoted is NaN
}

const CENT = price(0.01)

/** Rule 5: one half-spread either side of the last trade, outwards to the cent. */
export function derivedSides(last: Price | null, halfSpread: Price, changedAt: EpochMs): Sides {
  const sizes = { bidSize: null, askSize: null, synthetic: true }
  if (last === null) return { ...sizes, bid: null, ask: null, changedAt }
  const bid = roundToTick((last - halfSpread) as Price, CENT, 'down')
  const ask = roundToTick((last + halfSpread) as Price, CENT, 'up')
  return { ...sizes, bid: bid > 0 ? bid : null, ask, changedAt }
}
