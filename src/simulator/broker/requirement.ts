import type { Ticker } from '../../domain/contract.ts'
import type { Money } from '../../domain/money.ts'
import type { SimContract } from './state.ts'

export interface Held {
  readonly contract: SimContract
  readonly quantity: number
}

/**
 * What must be kept beside the cash for options that are sold: the most that all options of one
 * underlying, and the shares that cover calls, can be owed at any price of it. Nothing for what is
 * only bought. Regulation T asks as much of spreads: the width, or the strike of a put.
 */
export function shortRequirement(held: readonly Held[]): Money {
  const symbols = new Set(
    held.flatMap(({ contract, quantity }) =>
      contract.kind === 'option' && quantity < 0 ? [contract.symbol] : [],
    ),
  )
  let total = 0
  for (const symbol of symbols) total += requirementOf(held.filter((each) => isOn(each, symbol)))
  return total as Money
}

/** Calls that are sold and covered by no call that lives as long, and by no shares. */
export function uncoveredCalls(held: readonly Held[], symbol: Ticker): number {
  const own = held.filter((each) => isOn(each, symbol))
  const calls = own.flatMap(({ contract, quantity }) =>
    contract.kind === 'option' && contract.right === 'C'
      ? [{ ends: contract.lastTradingAt, units: quantity * contract.multiplier }]
      : [],
  )
  let shares = sharesOf(own)
  let uncovered = 0
  // What lives longest covers everything that ends before it.
  for (const { units } of calls.sort((a, b) => b.ends - a.ends || b.units - a.units)) {
    shares += units
    if (shares >= 0) continue
    uncovered -= shares
    shares = 0
  }
  return uncovered
}

function requirementOf(held: readonly Held[]): number {
  const options = held.flatMap(({ contract, quantity }) =>
    contract.kind === 'option' ? [{ contract, shares: quantity * contract.multiplier }] : [],
  )
  const slope = options.reduce(
    (sum, { contract, shares }) => sum + (contract.right === 'C' ? shares : 0),
    0,
  )
  const cover = Math.max(0, Math.min(sharesOf(held), -slope))
  const spots = [0, ...options.map(({ contract }): number => contract.strike)]
  const worth = spots.map((spot) =>
    options.reduce((sum, { contract, shares }) => {
      const inside = contract.right === 'C' ? spot - contract.strike : contract.strike - spot
      return sum + shares * Math.max(0, inside)
    }, cover * spot),
  )
  return Math.max(0, -Math.min(...worth))
}

function sharesOf(held: readonly Held[]): number {
  return held.reduce((sum, { contract, quantity }) => {
    return contract.kind === 'stock' ? sum + Math.max(0, quantity) : sum
  }, 0)
}

function isOn({ contract }: Held, symbol: Ticker): boolean {
  return contract.symbol === symbol
}
