import type { ComboLeg, Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import { notional } from '../domain/money.ts'
import type { Position } from '../domain/position.ts'
import type { Opening } from './limits.ts'

/** One leg of one unit as it was opened: shares per dollar of the underlying, signed. */
interface OpenLeg {
  readonly leg: ComboLeg['contract']
  readonly shares: number
}

/**
 * The most one unit can lose, by what its legs are worth at expiry; `null` is unbounded, and always
 * refused. A call sold against stock that is held, and not yet sold against, adds no loss to it.
 */
export function maxLoss(opening: Opening, held: readonly Position[]): Money | null {
  const legs = openLegs(opening)
  if (outlived(legs)) return null
  const uncovered = -slopeAbove(legs)
  if (uncovered > 0) return freeShares(opening.contract, held) >= uncovered ? (0 as Money) : null
  const worst = Math.min(...turningPoints(legs).map((spot) => worth(legs, spot)))
  return Math.max(0, paid(opening) - worst) as Money
}

/**
 * What one unit that was opened takes from the funds: its price, or, of a credit, what it can lose;
 * null is unbounded.
 */
export function outlayOf(opening: Opening): Money | null {
  const loss = maxLoss(opening, [])
  return loss === null ? null : (Math.max(loss, paid(opening)) as Money)
}

/** Units that the stock held can cover; null when the unit needs no cover. */
export function coveredUnits(opening: Opening, held: readonly Position[]): number | null {
  const uncovered = -slopeAbove(openLegs(opening))
  if (uncovered <= 0) return null
  return Math.max(0, Math.floor(freeShares(opening.contract, held) / uncovered))
}

function openLegs({ contract, side }: Opening): readonly OpenLeg[] {
  const direction = side === 'BUY' ? 1 : -1
  return legsOf(contract).map(({ contract: leg, ratio, side: legSide }) => ({
    leg,
    shares: direction * (legSide === 'BUY' ? 1 : -1) * ratio * leg.multiplier,
  }))
}

/** What opening one unit costs; negative for a credit. */
function paid({ contract, side, price }: Opening): number {
  const cost: number = notional(price, 1, contract.multiplier)
  return side === 'BUY' ? cost : -cost
}

/** A leg that is sold is covered only as long as what covers it lives. */
function outlived(legs: readonly OpenLeg[]): boolean {
  const ends = (sold: boolean) =>
    legs.flatMap(({ leg, shares }) =>
      leg.kind === 'option' && shares < 0 === sold ? [leg.lastTradingAt] : [],
    )
  return Math.max(...ends(true), 0) > Math.min(...ends(false), Infinity)
}

/** Shares gained for each dollar the underlying rises beyond every strike. */
function slopeAbove(legs: readonly OpenLeg[]): number {
  return legs.reduce(
    (sum, { leg, shares }) => (leg.kind === 'option' && leg.right === 'P' ? sum : sum + shares),
    0,
  )
}

/** Between these the worth is linear, so it is lowest at one of them. */
function turningPoints(legs: readonly OpenLeg[]): readonly number[] {
  return [0, ...legs.flatMap(({ leg }) => (leg.kind === 'option' ? [leg.strike] : []))]
}

function worth(legs: readonly OpenLeg[], spot: number): number {
  return legs.reduce((sum, { leg, shares }) => sum + shares * valueAt(leg, spot), 0)
}

function valueAt(leg: ComboLeg['contract'], spot: number): number {
  if (leg.kind === 'stock') return spot
  return Math.max(0, leg.right === 'C' ? spot - leg.strike : leg.strike - spot)
}

/** Stock held in this underlying, less what calls that were already sold need of it. */
function freeShares({ symbol }: Tradable, held: readonly Position[]): number {
  return held.reduce((shares, { contract, quantity }) => {
    if (contract.symbol !== symbol) return shares
    if (contract.kind === 'stock') return shares + quantity
    const sold = contract.right === 'C' && quantity < 0
    return sold ? shares + quantity * contract.multiplier : shares
  }, 0)
}
