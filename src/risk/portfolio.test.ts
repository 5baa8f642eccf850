import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { impliedVolatility } from '../domain/implied-volatility.ts'
import { money, price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { optionValue, yearsBetween } from '../domain/pricing.ts'
import type { Mark } from '../domain/mark.ts'
import { exposureOf, MARK_AGE_MS_MAX, shocksOf } from './exposure.ts'
import { limits, now, option, quote, request, spread, stock, view } from './fixtures.testing.ts'
import type { RiskLimits, RiskView } from './limits.ts'
import { portfolioOf, shockLoss, worstOf } from './portfolio.ts'
import { review } from './review.ts'

const call = option(600, 'C')
const put = option(600, 'P')
const mark = (
  of: Pick<Mark, 'conId'>,
  [bid, ask]: readonly [number, number],
  spot = 600,
): Mark => ({
  conId: of.conId,
  bid: price(bid),
  ask: price(ask),
  spot: price(spot),
  at: now,
})
const seen = (...marks: readonly Mark[]) => ({ now, marks, shocks: shocksOf(limits.shocks) })

describe('the exposure of one unit is what finite differences say', () => {
  const years = yearsBetween(now, call.lastTradingAt)
  const terms = { right: 'C', spot: 600, strike: 600, years, rate: 0, dividendYield: 0 } as const
  const volatility = impliedVolatility(terms, 2.45) ?? 0
  const worth = (spot: number, vol = volatility) => 100 * optionValue({ ...terms, spot }, vol)
  const of = exposureOf(call, seen(mark(call, [2.4, 2.5])))

  test('in dollars', () => {
    const slope = (worth(600.01) - worth(599.99)) / 0.02
    expect(of?.delta).toBeCloseTo(slope * 600, 0)
    const bend = (worth(600.1) - 2 * worth(600) + worth(599.9)) / 0.01
    expect(of?.gamma).toBeCloseTo((bend * 600 * 600) / 100, -1)
    expect(of?.vega).toBeCloseTo((worth(600, volatility + 0.0001) - worth(600)) * 100, 1)
    const tomorrow = { ...terms, years: years - 1e-6 }
    const decay = (100 * optionValue(tomorrow, volatility) - worth(600)) / (1e-6 * 365)
    expect(of?.theta).toBeCloseTo(decay, 1)
  })

  test('and each shock is the whole revaluation', () => {
    const shocks = shocksOf(limits.shocks)
    const down = shocks.findIndex(({ move, volatility: vol }) => move === -0.1 && vol === -0.25)
    expect(of?.shocks[down]).toBeCloseTo(worth(540, volatility * 0.75) - worth(600), 6)
    expect(of?.shocks[0]).toBeCloseTo(0, 9)
    expect(shocks.length).toBe(15)
  })
})

test('a spread is its legs, a share is its price', () => {
  const both = [mark(call, [2.4, 2.5]), mark(option(610, 'C'), [0.2, 0.3])] as const
  const [long, short] = [call, option(610, 'C')].map((leg) => exposureOf(leg, seen(...both)))
  const whole = exposureOf(spread(['BUY', call], ['SELL', option(610, 'C')]), seen(...both))
  expect(whole?.vega).toBeCloseTo((long?.vega ?? NaN) - (short?.vega ?? NaN), 9)
  expect(exposureOf(stock, seen(mark(stock, [599, 601])))).toMatchObject({ delta: 600, gamma: 0 })
})

describe('what is not known has no exposure', () => {
  test.each<readonly [string, Mark]>([
    ['another contract', mark(put, [2.4, 2.5])],
    ['no bid', { ...mark(call, [2.4, 2.5]), bid: null }],
    ['a crossed quote', mark(call, [2.6, 2.5])],
    ['no spot', { ...mark(call, [2.4, 2.5]), spot: null }],
    ['an old mark', { ...mark(call, [2.4, 2.5]), at: (now - MARK_AGE_MS_MAX - 1) as EpochMs }],
    ['a mark of the future', { ...mark(call, [2.4, 2.5]), at: (now + 1) as EpochMs }],
    ['less than exercise brings', mark(call, [2.4, 2.5], 610)],
  ])('%s', (_name, one) => {
    expect(exposureOf(call, seen(one))).toBeNull()
  })

  test('an option without time value is priced by its ask', () => {
    expect(exposureOf(call, seen(mark(call, [9.9, 10.05], 610)))?.delta).toBeGreaterThan(50_000)
  })
})

const structure = (contract: Structure['contract'], quantity: number, marks: readonly Mark[]) =>
  ({ id: 's', strategy: 'whale', contract, quantity, marks }) as unknown as Structure
const entry = (contract: Structure['contract'], quantity: number): TrackedOrder =>
  ({
    role: 'entry',
    side: 'BUY',
    contract,
    quantity,
    filled: 0,
    pendingChange: null,
    status: 'working',
    terms: { type: 'LMT', limit: price(2.5) },
  }) as unknown as TrackedOrder

describe('a portfolio', () => {
  test('counts what is in flight only where it makes things worse', () => {
    const marks = [mark(call, [2.4, 2.5]), mark(put, [2.4, 2.5])]
    const held = {
      structures: [structure(call, 2, [])],
      positions: [{ contract: call, quantity: 2, cost: money(1) }],
      orders: [entry(put, 2)],
    }
    const measured = portfolioOf(view(held), marks, limits)
    const one = exposureOf(call, seen(...marks))
    if (measured.kind !== 'known' || one === null) throw new Error('expected to know it')
    expect(worstOf(measured.portfolio, 'delta')).toBeCloseTo(2 * one.delta, 6)
    expect(worstOf(measured.portfolio, 'vega')).toBeCloseTo(4 * one.vega, 0)
    expect(shockLoss(measured.portfolio)).toBeGreaterThan(400)
  })

  test('names what nobody knows, and positions that no structure explains count', () => {
    const strange = { positions: [{ contract: stock, quantity: 100, cost: money(1) }] }
    expect(portfolioOf(view(strange), [], limits)).toMatchObject({ kind: 'unknown' })
  })

  test('of a moment ago is known by what it was entered on', () => {
    const held = { structures: [structure(put, 1, [mark(put, [2.4, 2.5])])], positions: [] }
    expect(portfolioOf(view(held), [], limits).kind).toBe('known')
  })
})

describe('the limits of a portfolio', () => {
  function refusals(at: Partial<RiskLimits>, seenAs: Partial<RiskView> = {}): readonly string[] {
    const asked = request({ candidate: { contract: call, quote: quote() } })
    const verdict = review(asked, view(seenAs), { ...limits, ...at })
    return verdict.kind === 'approved' ? [] : verdict.refusals.map(({ rule }) => rule)
  }
  const greeks = (greek: string, max: number) => ({
    greeks: { ...limits.greeks, [greek]: money(max) },
  })

  test.each([
    ['delta', 29_000],
    ['gamma', 1_000],
    ['vega', 10],
    ['theta', 20],
  ])('no room for one unit in %s', (greek, max) => {
    expect(refusals(greeks(greek, max))).toEqual([greek, 'size-zero'])
  })

  test('no room for one unit in a shock', () => {
    const shocks = { ...limits.shocks, lossMax: money(200) }
    expect(refusals({ shocks })).toEqual(['shock', 'size-zero'])
  })

  test('what fits is bounded by what is left', () => {
    const verdict = review(request(), view(), { ...limits, ...greeks('delta', 100_000) })
    expect(verdict).toMatchObject({ kind: 'approved', entry: { quantity: 3 } })
  })

  test('what cannot be priced is refused', () => {
    expect(
      refusals(
        {},
        {
          structures: [{ ...structure(option(650, 'C'), 1, []), strategy: 'x' }],
          positions: [{ contract: option(650, 'C'), quantity: 1, cost: money(1) }],
        },
      ),
    ).toEqual(['greeks-unknown'])
  })
})

test('an old bar and an old price of the underlying refuse', () => {
  const rules = (changes: Parameters<typeof request>[0]) => {
    const verdict = review(request(changes), view(), limits)
    return verdict.kind === 'approved' ? [] : verdict.refusals.map(({ rule }) => rule)
  }
  expect(rules({ barClosedAt: (now - 65_001) as EpochMs })).toEqual(['bar-stale'])
  expect(rules({ barClosedAt: (now - 65_000) as EpochMs })).toEqual([])
  expect(rules({ spot: { price: price(600), at: (now - 2_001) as EpochMs } })).toEqual([
    'underlying-stale',
  ])
  expect(rules({ spot: null })).toEqual(['underlying-stale'])
})

test('all checks of one decision price what is held once', () => {
  let asked = 0
  const marks: Mark[] = [mark(call, [2.4, 2.5])]
  Object.defineProperty(marks, Symbol.iterator, {
    value(this: Mark[]) {
      asked++
      return Array.prototype[Symbol.iterator].call(this)
    },
  })
  const verdict = review(request({ marks }), view(), limits)
  expect(verdict.kind).toBe('approved')
  expect(asked).toBe(1)
})

test('another question about the same view is answered anew', () => {
  const held = view()
  const tight = { ...limits, greeks: { ...limits.greeks, delta: money(1) } }
  const rulesOf = (of: RiskLimits): readonly string[] => {
    const verdict = review(request(), held, of)
    return verdict.kind === 'refused' ? verdict.refusals.map(({ rule }) => rule) : []
  }
  expect(rulesOf(limits)).toEqual([])
  expect(rulesOf(tight)).toContain('delta')
  expect(rulesOf(limits)).toEqual([])
})
