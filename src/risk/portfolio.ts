import { keyOf, nameOf } from '../domain/contract-key.ts'
import type { Tradable } from '../domain/contract.ts'
import type { Mark } from '../domain/mark.ts'
import type { Exposure, Seen } from './exposure.ts'
import { exposureOf, mapped, shocksOf, sum, times } from './exposure.ts'
import type { RiskLimits, RiskView } from './limits.ts'
import { unattributed } from './unattributed.ts'

/** What is held, and what it may come to when entries in flight fill or do not. */
export interface Portfolio {
  readonly low: Exposure
  readonly high: Exposure
}

export type Measured =
  | { readonly kind: 'known'; readonly portfolio: Portfolio }
  /** Names of what nobody knows the worth of. */
  | { readonly kind: 'unknown'; readonly of: readonly string[] }

type Holdings = Pick<RiskView, 'now' | 'structures' | 'positions' | 'orders'>

/**
 * Every position and every entry that may still fill. All underlyings move together: what is
 * gained by one against another is not counted on.
 */
export function portfolioOf(
  view: Holdings,
  marks: readonly Mark[],
  limits: Pick<RiskLimits, 'shocks'>,
): Measured {
  const seen = seenOf(view, marks, limits)
  const units = (contract: Tradable, quantity: number) => ({ contract, quantity })
  const held = [
    ...view.structures.map(({ contract, quantity }) => units(contract, quantity)),
    ...unattributed(view.positions, view.structures),
  ].filter(({ quantity }) => quantity !== 0)
  const opening = view.orders
    .filter(({ role }) => role === 'entry')
    .map(({ contract, side, quantity, filled, pendingChange }) => {
      const left = Math.max(quantity, pendingChange?.quantity ?? 0) - filled
      return units(contract, (side === 'BUY' ? 1 : -1) * Math.max(0, left))
    })
  const known = new Map<string, Exposure | null>()
  const each = ({ contract, quantity }: (typeof held)[number]): Exposure | null => {
    const key = keyOf(contract)
    if (!known.has(key)) known.set(key, exposureOf(contract, seen))
    const one = known.get(key) ?? null
    return one === null ? null : times(one, quantity)
  }
  const missing = [...held, ...opening].filter((of) => each(of) === null)
  if (missing.length > 0) {
    return { kind: 'unknown', of: missing.map(({ contract }) => nameOf(contract)) }
  }
  const base = held.map(each).filter((of) => of !== null)
  const maybe = opening.map(each).filter((of) => of !== null)
  const joined = (change: (value: number) => number) =>
    sum([...base, ...maybe.map((of) => mapped(of, change))], seen.shocks.length)
  const portfolio = {
    low: joined((value) => Math.min(0, value)),
    high: joined((value) => Math.max(0, value)),
  }
  return { kind: 'known', portfolio }
}

export function seenOf(
  { now, structures }: Pick<RiskView, 'now' | 'structures'>,
  marks: readonly Mark[],
  { shocks }: Pick<RiskLimits, 'shocks'>,
): Seen {
  // What was entered a moment ago is known by what it was entered on.
  const entered = structures.flatMap((structure) => structure.marks)
  return { now, marks: [...marks, ...entered], shocks: shocksOf(shocks) }
}

/** The greeks that have a limit. */
export const GREEKS = ['delta', 'gamma', 'vega', 'theta'] as const

/** How far it is from nothing, whatever fills. */
export function worstOf({ low, high }: Portfolio, greek: (typeof GREEKS)[number]): number {
  return Math.max(Math.abs(low[greek]), Math.abs(high[greek]))
}

/** The most that one of the shocks may cost. */
export function shockLoss({ low }: Portfolio): number {
  return Math.max(0, ...low.shocks.map((pnl) => -pnl))
}

/** What it would come to with so many units more, which may fill or not. */
export function withUnits({ low, high }: Portfolio, unit: Exposure, units: number): Portfolio {
  const more = times(unit, units)
  const none = low.shocks.length
  return {
    low: sum([low, mapped(more, (value) => Math.min(0, value))], none),
    high: sum([high, mapped(more, (value) => Math.max(0, value))], none),
  }
}
