import type { EpochMs } from '../base/clock.ts'
import type { Price } from '../domain/money.ts'
import type { PlannedExit, Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'

export type Trigger = NonNullable<Structure['triggered']>

export interface Watched {
  readonly now: EpochMs
  readonly structure: Structure
  readonly closeFrom: EpochMs | null
  readonly quote: Quote | null
}

export interface TriggerTerms {
  readonly quoteAgeMsMax: number
  readonly stopLateMsMax: number
}

/**
 * What ends a structure now. A trigger is latched; after it only time closes without a price, and
 * everything else needs a usable quote (P33): a missing one triggers nothing.
 */
export function triggerOf(view: Watched, terms: TriggerTerms): Trigger | null {
  const { structure, closeFrom, now } = view
  if (structure.triggered !== null || structure.quantity === 0) return structure.triggered
  if (closeFrom !== null && now >= closeFrom) return 'close'
  const { takeProfit, stopLoss } = structure.plan
  if (takeProfit?.watchedBy === 'local' && reached(view, takeProfit, terms)) return 'take-profit'
  if (stopLoss?.watchedBy === 'local' && passed(view, stopLoss, terms)) return 'stop-loss'
  const since = structure.stopPassedAt
  const late = since !== null && now - since >= terms.stopLateMsMax
  return late && stopPassed(view, terms) === true ? 'stop-loss' : null
}

/** Is a usable quote beyond the stop that rests? Null when nothing can be said. */
export function stopPassed(view: Watched, terms: TriggerTerms): boolean | null {
  const { stopLoss } = view.structure.plan
  if (stopLoss?.watchedBy !== 'broker' || view.structure.quantity === 0) return null
  return passed(view, stopLoss, terms)
}

/** What closing one unit would bring or cost now, at once; null without a usable quote. */
export function closingPrice(view: Watched, { quoteAgeMsMax }: TriggerTerms): Price | null {
  const { structure, quote, now } = view
  if (quote === null || quote.bid === null || quote.ask === null) return null
  if (quote.delayed || quote.halted || quote.bid > quote.ask) return null
  if (structure.contract.kind !== 'combo' && quote.bid <= 0) return null
  const age = now - quote.aliveAt
  if (age < 0 || age > quoteAgeMsMax) return null
  return structure.quantity > 0 ? quote.bid : quote.ask
}

function reached(view: Watched, exit: PlannedExit, terms: TriggerTerms): boolean {
  const price = closingPrice(view, terms)
  if (price === null) return false
  return view.structure.quantity > 0 ? price >= exit.price : price <= exit.price
}

function passed(view: Watched, exit: PlannedExit, terms: TriggerTerms): boolean | null {
  const price = closingPrice(view, terms)
  if (price === null) return null
  return view.structure.quantity > 0 ? price <= exit.price : price >= exit.price
}
