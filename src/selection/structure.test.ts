import { describe, expect, test } from 'vitest'
import { nameOf } from '../domain/contract-key.ts'
import type { Right } from '../domain/contract.ts'
import { amountOf, price } from '../domain/money.ts'
import { illiquidities, spreadPct } from './liquidity.ts'
import { reachOf } from './reach.ts'
import type { SelectionRules } from './rules.ts'
import { chain, chainView, liquidQuote, RULES } from './selection.testing.ts'
import { rightFor, structureKey } from './structure.ts'

type Structure = SelectionRules['structure']

const DEBIT: Structure = { kind: 'vertical', width: price(5), entry: 'debit' }
const CREDIT: Structure = { ...DEBIT, entry: 'credit' }
const BUY_WRITE: Structure = { kind: 'buy-write' }
const CONDOR: Structure = { kind: 'iron-condor', width: price(5) }

/** What the first key in reach becomes, in words. */
function expressed(structure: Structure, outlook: 'rise' | 'fall' | 'range'): string {
  const view = chainView({ signal: { ...chainView().signal, outlook } })
  const reach = reachOf(view, { ...RULES, structure })
  if (!reach.ok) return reach.error
  const [near] = reach.value
  const { underlying } = chain()
  const place = { underlying, spot: view.spot, chains: view.chains }
  const key = near === undefined ? null : structureKey(near, structure, place)
  return key === null ? 'nothing' : nameOf(key)
}

test.each([
  [DEBIT, 'rise', '+1 SPY 2026-03-13 600 C -1 SPY 2026-03-13 605 C'],
  [DEBIT, 'fall', '+1 SPY 2026-03-13 600 P -1 SPY 2026-03-13 595 P'],
  [CREDIT, 'rise', '-1 SPY 2026-03-13 600 P +1 SPY 2026-03-13 595 P'],
  [CREDIT, 'fall', '-1 SPY 2026-03-13 600 C +1 SPY 2026-03-13 605 C'],
  [BUY_WRITE, 'rise', '+100 SPY -1 SPY 2026-03-13 600 C'],
  [BUY_WRITE, 'fall', 'buy-write does not express a fall'],
  [CONDOR, 'rise', 'iron-condor does not express a rise'],
] as const)('%o on a %s', (structure, outlook, name) => {
  expect(expressed(structure, outlook)).toBe(name)
})

describe('an iron condor', () => {
  const condor = (steps: number, strikes: readonly number[], spot = 600.4): string => {
    const of = chain({ strikes: strikes.map((strike) => price(strike)) })
    const signal = { ...chainView().signal, outlook: 'range' as const }
    const view = chainView({ chains: [of], spot: price(spot), signal })
    const rules = { ...RULES, structure: CONDOR, strike: { kind: 'offset', steps } as const }
    const reach = reachOf(view, rules)
    if (!reach.ok) return reach.error
    const [near] = reach.value
    const place = { underlying: of.underlying, spot: view.spot, chains: view.chains }
    const key = near === undefined ? null : structureKey(near, CONDOR, place)
    return key === null ? 'nothing' : nameOf(key).replaceAll(' SPY 2026-03-13', '')
  }
  const ALL = Array.from({ length: 40 }, (_, index) => 580 + index)

  test('sells a call and a put as far from the spot, and buys a wing beyond each', () => {
    expect(condor(3, ALL)).toBe('+1 593 P -1 598 P -1 603 C +1 608 C')
    expect(condor(8, ALL)).toBe('+1 588 P -1 593 P -1 608 C +1 613 C')
  })

  test('the put is the nearest that has a wing, and always below the call', () => {
    expect(condor(1, [590, 595, 597, 601, 602, 603, 608])).toBe(
      '+1 590 P -1 595 P -1 603 C +1 608 C',
    )
    expect(condor(-2, ALL)).toBe('+1 593 P -1 598 P -1 599 C +1 604 C')
  })

  test('without a wing there is none', () => {
    expect(condor(1, [600, 601, 606])).toBe('nothing')
    expect(condor(1, [600, 601])).toBe('no strike has the other leg listed beside it')
  })
})

test.each([DEBIT, CREDIT, BUY_WRITE])('none of %o expresses a range', (structure) => {
  expect(rightFor('range', structure)).toBeNull()
})

describe('the other leg must be listed', () => {
  const near = (strikes: readonly number[], right: Right): readonly number[] | string => {
    const chains = [chain({ strikes: strikes.map((strike) => price(strike)) })]
    const outlook = right === 'C' ? 'rise' : 'fall'
    const view = chainView({ chains, signal: { ...chainView().signal, outlook } })
    const reach = reachOf(view, { ...RULES, structure: DEBIT })
    return reach.ok ? reach.value.map(({ strike }) => amountOf(strike)) : reach.error
  }

  test('strikes without it are passed over', () => {
    expect(near([598, 600, 603, 605], 'C')).toEqual([600, 598])
    expect(near([598, 600, 603, 605], 'P')).toEqual([603, 605])
  })

  test('where none has it, that is said', () => {
    expect(near([600, 601], 'C')).toBe('no strike has the other leg listed beside it')
  })
})

describe('the net of a combo is liquid by its size', () => {
  const sides = (bid: number, ask: number) => liquidQuote({ bid: price(bid), ask: price(ask) })

  test.each([
    [2, 2.04, 0.0198],
    [-2.04, -2, 0.0198],
    [-0.02, 0.02, Infinity],
    [0, 0, 0],
  ])('%d to %d is a spread of %d', (bid, ask, pct) => {
    expect(spreadPct(sides(bid, ask), true)).toBeCloseTo(pct, 4)
  })

  test('a credit is a price, a missing or crossed side is none', () => {
    expect(illiquidities(sides(-2.04, -2), RULES, true)).toEqual([])
    expect(illiquidities(sides(-2.04, -2), RULES)).toEqual(['no bid'])
    expect(illiquidities(sides(-2, -2.04), RULES, true)).toEqual(['crossed -2 x -2.04'])
    expect(illiquidities(liquidQuote({ bid: null }), RULES, true)).toEqual(['no bid'])
  })
})
