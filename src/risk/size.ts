import type { Money, Price } from '../domain/money.ts'
import { notional } from '../domain/money.ts'
import type { EntryRequest, RiskLimits, RiskView, SizeBound } from './limits.ts'
import { coveredUnits, maxLoss } from './max-loss.ts'
import { portfolioBounds } from './portfolio-checks.ts'
import { reservation } from './reservation.ts'

/** What one unit takes, at the price it would be had for; `null` is unknown or unbounded. */
export interface Unit {
  readonly price: Price | null
  readonly cost: Money | null
  readonly loss: Money | null
}

/** How many units fit, and what decided it. */
export interface Sizing {
  readonly quantity: number
  readonly unit: Unit
  readonly bounds: readonly SizeBound[]
  /** Why it is zero without any number. */
  readonly unknown: string | null
}

/**
 * The worst price its limit may come to; without a limit the ask of a purchase, the bid of a sale:
 * the market, never the last price (D24).
 */
export function unitOf(request: EntryRequest, view: Pick<RiskView, 'positions'>): Unit {
  const { candidate, side, walk } = request
  const price = walk?.worst ?? (side === 'BUY' ? candidate.quote.ask : candidate.quote.bid)
  if (price === null) return { price, cost: null, loss: null }
  const loss = maxLoss({ contract: candidate.contract, side, price }, view.positions)
  const outlay = notional(price, 1, candidate.contract.multiplier)
  // A credit brings money, so what it takes from the funds is what it can lose.
  return { price, cost: side === 'BUY' && outlay > 0 ? outlay : loss, loss }
}

/** Whole units that fit the limits. Zero is a refusal; never rounded up to one. */
export function size(request: EntryRequest, view: RiskView, limits: RiskLimits): number {
  return sizing(request, view, limits).quantity
}

/** The same with every bound: a floor for each limit; unknown in any input gives zero (R4, R5). */
export function sizing(request: EntryRequest, view: RiskView, limits: RiskLimits): Sizing {
  const unit = unitOf(request, view)
  const none = (unknown: string) => ({ quantity: 0, unit, bounds: [], unknown })
  if (unit.price === null) return none('premium-unknown')
  if (unit.loss === null || unit.cost === null) return none('unbounded-loss')
  const { account } = view
  if (account === null) return none('equity-unknown')
  const reserved = reservation(view)
  if (reserved === null) return none('reservation-unknown')

  const opening = { ...request, contract: request.candidate.contract, price: unit.price }
  const stopped = stoppedLoss(request, { cost: unit.cost, loss: unit.loss })
  const bounds = [
    bound('risk-per-trade', account.netLiquidation * limits.riskPerTradePct, stopped),
    // An option can gap through its stop, so the outlay is capped as well as the distance (X8).
    bound('premium-cap', account.netLiquidation * limits.premiumPctMax, unit.cost),
    bound('order-cost', limits.orderCostMax, unit.cost),
    bound('structure-loss', limits.structureLossMax, unit.loss),
    { rule: 'quantity', units: limits.quantityMax },
    bound('available-funds', account.availableFunds - reserved, unit.cost),
    bound('settled-cash', spendable(account) - reserved, unit.cost),
    {
      rule: 'what-if',
      units: request.margin?.kind === 'answered' ? request.margin.quantity : Infinity,
    },
    ...portfolioBounds(request, view, limits),
    { rule: 'cover', units: coveredUnits(opening, view.positions) ?? Infinity },
  ].filter((each) => Number.isFinite(each.units))
  const quantity = bounds.length === 0 ? 0 : Math.min(...bounds.map((each) => each.units))
  return { quantity, unit, bounds, unknown: null }
}

/**
 * From the worst price down to the stop. Until all of the entry is known its stop is priced off
 * the first limit, so a unit that filled at the worst price is that much further from it. A stop
 * that only we watch bounds nothing while nobody lives: then it is all that can be lost.
 */
function stoppedLoss(
  { candidate, stopLossPct, walk }: EntryRequest,
  unit: { readonly cost: Money; readonly loss: Money },
): number {
  if (candidate.contract.kind === 'combo') return unit.loss
  const share = stopLossPct ?? 1
  const way = walk === undefined ? 0 : Math.abs(walk.worst - walk.first)
  const further = notional(way as Price, 1, candidate.contract.multiplier)
  return Math.round(unit.cost * share + further * (1 - share))
}

/** What may be a cash account enters from settled cash only. */
export function spendable(account: NonNullable<RiskView['account']>): number {
  return account.kind === 'margin' ? Infinity : account.settledCash
}

/** A budget over what one unit takes of it, floored; no bound when a unit takes nothing. */
function bound(rule: string, budget: number, each: number): SizeBound {
  if (each <= 0) return { rule, units: Infinity }
  return { rule, units: Math.max(0, Math.floor(Math.round(budget) / each)) }
}
