import { unreachable } from '../base/assert.ts'
import type { OptionChain } from '../domain/chain.ts'
import type {
  ComboKey,
  ContractKey,
  OptionKey,
  Right,
  Side,
  UnderlyingKey,
} from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { SelectionRules } from './rules.ts'

type Structure = SelectionRules['structure']

/**
 * The right of the option that is looked for first, its near leg; null when the structure cannot
 * express the outlook. A credit is sold on the side that the market is expected to leave.
 */
export function rightFor(outlook: EntrySignal['outlook'], structure: Structure): Right | null {
  if (structure.kind === 'iron-condor') return outlook === 'range' ? 'C' : null
  if (outlook === 'range') return null
  switch (structure.kind) {
    case 'long-option':
      return outlook === 'rise' ? 'C' : 'P'
    case 'vertical':
      return (outlook === 'rise') === (structure.entry === 'debit') ? 'C' : 'P'
    case 'buy-write':
      return outlook === 'rise' ? 'C' : null
    default:
      return unreachable(structure)
  }
}

/** How the structure is opened: a combo is bought, also for a credit, which is a negative price. */
export function sideOf(structure: Structure): Side {
  switch (structure.kind) {
    case 'long-option':
    case 'vertical':
    case 'buy-write':
    case 'iron-condor':
      return 'BUY'
    default:
      return unreachable(structure)
  }
}

/** Strikes at which the structure can be made of what is listed, all its legs of one expiry. */
export function nearStrikes(
  listed: readonly Price[],
  right: Right,
  structure: Structure,
): readonly Price[] {
  if (structure.kind !== 'vertical' && structure.kind !== 'iron-condor') return listed
  const known = new Set(listed)
  return listed.filter((strike) => known.has(farStrike(strike, right, structure.width)))
}

/** Where a structure is made. */
export interface Place {
  readonly underlying: UnderlyingKey
  readonly spot: Price
  readonly chains: readonly OptionChain[]
}

/** What to ask for around the near leg; null when there is nothing to make it of. */
export function structureKey(
  near: ContractKey,
  structure: Structure,
  { underlying, spot, chains }: Place,
): ContractKey | null {
  if (structure.kind === 'long-option' || near.kind !== 'option') return near
  switch (structure.kind) {
    case 'vertical':
      return verticalKey(near, structure)
    case 'iron-condor':
      return condorKey(near, structure.width, { spot, chains })
    case 'buy-write': {
      if (underlying.kind !== 'stock') return null
      const { kind, symbol, exchange, currency } = underlying
      const stock = { kind, symbol, exchange, currency }
      return combo([stock, near.multiplier, 'BUY'], [near, 1, 'SELL'])
    }
    default:
      return unreachable(structure)
  }
}

function verticalKey(
  near: OptionKey,
  { width, entry }: Extract<Structure, { kind: 'vertical' }>,
): ContractKey {
  const far = { ...near, strike: farStrike(near.strike, near.right, width) }
  return entry === 'debit'
    ? combo([near, 1, 'BUY'], [far, 1, 'SELL'])
    : combo([near, 1, 'SELL'], [far, 1, 'BUY'])
}

/** The put that is sold is the listed one nearest to as far below the spot as the call is above. */
function condorKey(
  near: OptionKey,
  width: Price,
  { spot, chains }: Pick<Place, 'spot' | 'chains'>,
): ContractKey | null {
  const chain = chains.find(
    ({ tradingClass, exchange, expiries }) =>
      tradingClass === near.tradingClass &&
      exchange === near.exchange &&
      expiries.includes(near.expiry),
  )
  if (chain === undefined) return null
  const mirrored = 2 * spot - near.strike
  const winged = new Set(chain.strikes)
  const below = chain.strikes.filter(
    (strike) => strike < near.strike && winged.has(farStrike(strike, 'P', width)),
  )
  const strike = nearest(below, mirrored)
  if (strike === null) return null
  const put: OptionKey = { ...near, right: 'P', strike }
  return combo(
    [{ ...put, strike: farStrike(strike, 'P', width) }, 1, 'BUY'],
    [put, 1, 'SELL'],
    [near, 1, 'SELL'],
    [{ ...near, strike: farStrike(near.strike, 'C', width) }, 1, 'BUY'],
  )
}

/** Of two as near the lower. */
function nearest(strikes: readonly Price[], target: number): Price | null {
  return strikes.reduce<Price | null>((best, strike) => {
    const [off, least] = [Math.abs(strike - target), Math.abs((best ?? Infinity) - target)]
    return off < least || (off === least && strike < (best ?? Infinity)) ? strike : best
  }, null)
}

/** Further out of the money: higher for calls, lower for puts. */
function farStrike(strike: Price, right: Right, width: Price): Price {
  return (right === 'C' ? strike + width : strike - width) as Price
}

type Leg = ComboKey['legs'][number]

function combo(...legs: readonly (readonly [Leg['key'], number, Side])[]): ComboKey {
  return { kind: 'combo', legs: legs.map(([key, ratio, side]) => ({ key, ratio, side })) }
}
