import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import { amountOf, price } from '../domain/money.ts'
import { daysBetween } from '../domain/date.ts'
import { reachOf } from './reach.ts'
import type { ChainView } from './rules.ts'
import { rulesFor } from './search.ts'
import { pick } from './select.ts'
import { candidate, chain, chainView, RULES } from './selection.testing.ts'

const search = { dte: { min: 30, max: 60 }, otm: { min: 0.05, max: 0.1 } }
const signal = { ...chainView().signal, search }
const rules = rulesFor(RULES, signal)
const expiries = ['2026-03-13', '2026-04-10', '2026-04-24', '2026-05-08', '2026-06-19'].map(
  (date) => date as CalendarDate,
)
const view = (more: Partial<ChainView> = {}) =>
  chainView({ signal, spot: price(600), chains: [chain({ expiries })], ...more })

function found(of: ChainView) {
  const keys = reachOf(of, rules)
  if (!keys.ok) throw new Error(keys.error)
  return keys.value
}

test('without a search of its own a signal follows the configuration', () => {
  expect(rulesFor(RULES, chainView().signal)).toBe(RULES)
})

describe('the strategic search (product rules, section 5.3)', () => {
  test('X6: the ten closest to the centre of both ranges, not the first ten of the chain', () => {
    const keys = found(view())
    expect(keys).toHaveLength(10)
    const [nearest] = keys
    expect(nearest).toMatchObject({ expiry: '2026-04-24', strike: price(645), right: 'C' })
    expect(new Set(keys.map((key) => key.expiry))).toEqual(new Set(['2026-04-24']))
    expect(keys.map((key) => amountOf(key.strike)).sort((a, b) => a - b)).toEqual([
      640, 641, 642, 643, 644, 645, 646, 647, 648, 649,
    ])
  })

  test('X5: a dense chain reaches 5 to 10 % out of the money, puts below the spot', () => {
    const keys = found(view({ signal: { ...signal, outlook: 'fall' } }))
    for (const { strike, expiry, right } of keys) {
      expect(right).toBe('P')
      expect(amountOf(strike)).toBeGreaterThanOrEqual(540)
      expect(amountOf(strike)).toBeLessThanOrEqual(570)
      const days = daysBetween('2026-03-10' as CalendarDate, expiry)
      expect(days >= 30 && days <= 60).toBe(true)
    }
  })

  test('at and in the money are never taken, though the range begins at 0', () => {
    const near = { ...search, otm: { min: 0, max: 0.01 } }
    const of = { ...signal, search: near }
    const keys = reachOf(view({ signal: of }), rulesFor(RULES, of))
    expect(keys.ok && keys.value.every(({ strike }) => strike > price(600))).toBe(true)
  })

  test('nothing in the range is no trade, and says which range', () => {
    const bare = chain({ expiries, strikes: [price(600), price(610)] })
    expect(reachOf(view({ chains: [bare] }), rules)).toEqual({
      ok: false,
      error: 'no strike listed 5% to 10% out of the money',
    })
    const soon = chain({ expiries: expiries.slice(0, 1) })
    expect(reachOf(view({ chains: [soon] }), rules)).toMatchObject({ ok: false })
  })

  test('the highest volume wins, then the lowest spread; each loser says why', () => {
    const picked = pick(
      [
        candidate(645, { volume: 500, ask: price(3.01) }),
        candidate(646, { volume: 900, ask: price(3.05) }),
        candidate(647, { volume: 900, ask: price(3.03) }),
        candidate(648, { volume: 49, bid: null }),
        candidate(649, { ask: null }), // X2: the ask is checked
      ],
      rules,
    )
    if (picked.kind !== 'picked') throw new Error('nothing was picked')
    expect(picked.candidate.contract).toMatchObject({ strike: price(647) })
    expect(picked.rejected.map(({ reason }) => reason)).toEqual([
      'no bid; volume 49 below 50',
      'no ask',
      'volume 900, that of the pick 900; spread 1.65% of mid, that of the pick 1.00%',
      'volume 500, that of the pick 900; spread 0.33% of mid, that of the pick 1.00%',
    ])
  })
})
