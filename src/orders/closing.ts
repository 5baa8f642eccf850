import type { EpochMs } from '../base/clock.ts'
import { tickAt } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { roundToTick } from '../domain/money.ts'
import type { OrderTerms, TrackedOrder } from '../domain/order.ts'
import type { Draft, Held } from './resting.ts'
import { adjusted, cancelled, isResting, joined, NOTHING, relieved, standingOf } from './resting.ts'

/** A closing limit that has not filled for this long becomes a market order: only exits may. */
const CLOSE_CHASE_MS = 10_000

/** A close waits this long for a price to be limited at; without one it goes at the market. */
const PRICE_WAIT_MS = 2_500

export interface Closing extends Held {
  /** What closing would bring at once; null without a usable quote. */
  readonly price: Price | null
  /** The market is closed or the contract halted: what rests stays, and nothing is sent. */
  readonly still: boolean
  /** Of today's session: nothing waited for a price or a fill before it. */
  readonly open: EpochMs | null
}

/**
 * One closing order. It joins the OCA group of the exits that rest, so that two untied exits are
 * never alive at once; where nothing ties them they are cancelled and proven dead first (R19).
 */
export function closingDraft(closing: Closing): Draft {
  const { structure, opening, alive } = closing
  if (structure.quantity === 0) return opening > 0 ? NOTHING : cancelled(alive)
  const closes = standingOf(closing).filter((order) => order.role === 'close')
  const newest = closes.at(-1)
  if (newest !== undefined) {
    const whole = { ...closing, opening: 0 }
    const wanted = chased(closing, newest)
    const { rests, stuck } = relieved(whole, closes.toReversed(), wanted)
    if (rests === undefined) return placedOr(closing, wanted, stuck)
    const over = isResting(rests) ? stuck : []
    return { ...cancelled(over), replace: adjusted(whole, rests, wanted) }
  }
  const terms = closeTerms(closing)
  if (terms === null) return NOTHING
  return placedOr(closing, terms, alive)
}

/** Where no one group ties what is alive, that is cancelled first. */
function placedOr(closing: Closing, terms: OrderTerms, over: readonly TrackedOrder[]): Draft {
  const place = joined(closing, [{ role: 'close', terms }])
  return place.length > 0 ? { ...NOTHING, place } : cancelled(over)
}

/** Null: wait a moment for a price. */
function closeTerms({ price, now, structure, still, open }: Closing): OrderTerms | null {
  // It would fill at whatever the market opens at.
  if (still) return null
  if (price !== null) {
    const { contract, quantity } = structure
    const towards = quantity > 0 ? 'down' : 'up' // the side that is sure to trade
    return { type: 'LMT', limit: roundToTick(price, tickAt(contract, price), towards) }
  }
  const waited = now - Math.max(structure.triggeredAt ?? now, open ?? 0)
  return waited >= PRICE_WAIT_MS ? { type: 'MKT' } : null
}

function chased({ now, still, open }: Closing, close: TrackedOrder): OrderTerms {
  if (still) return close.terms
  const waited = now - Math.max(close.statusSince, open ?? 0)
  return close.terms.type === 'LMT' && waited >= CLOSE_CHASE_MS ? { type: 'MKT' } : close.terms
}
