import { expect, test } from 'vitest'
import { atNewYork } from '../domain/calendar.ts'
import { toKey } from '../domain/contract-key.ts'
import type { CalendarDate, OptionContract, Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import { optionValue, yearsBetween } from '../domain/pricing.ts'
import type { Quote } from '../domain/quote.ts'
import { call } from '../engine/fixtures.testing.ts'
import { Sightings, type Sighting } from '../engine/sighting.ts'
import { selection } from '../engine/world.testing.ts'
import { chainView, greeksView } from './chain-view.ts'

const NOW = atNewYork('2026-03-10' as CalendarDate, '10:30')
const SPOT = price(561)

function quoted(bid: number, ask: number, more: Partial<Quote> = {}): Quote {
  return {
    bid: price(bid),
    ask: price(ask),
    last: null,
    bidSize: 5,
    askSize: 5,
    volume: 100,
    openInterest: 500,
    delta: null,
    receivedAt: NOW,
    aliveAt: NOW,
    delayed: false,
    halted: false,
    synthetic: false,
    ...more,
  }
}

const other: OptionContract = { ...call, conId: 2 as never, strike: price(561) }
const far: OptionContract = { ...call, conId: 3 as never, strike: price(562) }
const picked = { contract: call, quote: quoted(4.1, 4.2) }
const seen: Sighting = {
  symbol: 'SPY' as Ticker,
  at: NOW,
  strategy: 'scalp',
  signal: { kind: 'enter', outlook: 'rise', confidence: 1, reason: '' },
  rules: { ...selection, spreadPctMax: 0.03, volumeMin: 50, openInterestMin: 100 },
  spot: SPOT,
  reach: [call, other, far].map(toKey),
  glanced: [{ contract: other, quote: quoted(3, 4, { volume: 3 }) }],
  quoted: [picked, { contract: other, quote: quoted(3, 4, { volume: 3 }) }],
  passedOver: [{ key: toKey(other), reason: 'spread' }],
  picked,
  unfit: [],
  outcome: 'as observed',
}

test('each contract once, as far as it came, with what it passed and failed', () => {
  const view = chainView(seen, null)
  expect(view?.candidates.map(({ contract, stage }) => [contract, stage])).toEqual([
    ['SPY 2026-03-13 560 C', 'picked'],
    ['SPY 2026-03-13 561 C', 'quoted'],
    ['SPY 2026-03-13 562 C', 'reach'],
  ])
  const [pick, quote, reach] = view?.candidates ?? []
  expect(pick).toMatchObject({
    failed: [],
    passed: [
      'spread 2.41% of mid, at most 3%',
      'volume 100, at least 50',
      'open interest 500, at least 100',
    ],
  })
  expect(quote?.failed).toEqual(['spread 28.57% of mid (3 x 4) over 3%', 'volume 3 below 50'])
  expect(reach).toMatchObject({ quote: null, greeks: null, passed: [], failed: [] })
  expect(view).toMatchObject({ pick: 'SPY 2026-03-13 560 C', outcome: 'as observed' })
  expect(chainView(seen, 'proposed: approved')?.outcome).toBe('proposed: approved')
})

test('what was only glanced at is not blamed for an open interest that nobody asked for', () => {
  const glanced = [{ contract: other, quote: quoted(4, 4.1, { openInterest: null }) }]
  const view = chainView({ ...seen, glanced, quoted: [picked], passedOver: [] }, null)
  const [, candidate] = view?.candidates ?? []
  expect(candidate).toMatchObject({ stage: 'glanced', openInterest: null, failed: [] })
  expect(candidate?.passed).toEqual(['spread 2.47% of mid, at most 3%', 'volume 100, at least 50'])
})

test('a pick whose last quote was unfit is none', () => {
  const view = chainView({ ...seen, unfit: ['halted'] }, null)
  expect(view?.pick).toBeNull()
  expect(view?.candidates[0]?.failed).toEqual(['halted'])
})

test('without a spot there is no picture', () => {
  expect(chainView({ ...seen, spot: null }, null)).toBeNull()
})

test('greeks are those of the volatility that the mid implies; unknown is null', () => {
  const years = yearsBetween(NOW, call.lastTradingAt)
  const terms = { right: 'C', spot: 561, strike: 560, years, rate: 0, dividendYield: 0 } as const
  const value = optionValue(terms, 0.25)
  const greeks = greeksView(call, quoted(value - 0.05, value + 0.05), { spot: SPOT, at: NOW })
  expect(greeks.iv).toBeCloseTo(0.25, 4)
  expect(greeks.delta).toBeGreaterThan(0.5)
  const told = greeksView(call, quoted(4, 4.1, { delta: 0.61 }), { spot: SPOT, at: NOW })
  expect(told.delta).toBe(0.61) // the broker's own
  const none = { iv: null, delta: null, gamma: null, theta: null, vega: null }
  expect(greeksView(call, quoted(4, 4.1, { bid: null }), { spot: SPOT, at: NOW })).toEqual(none)
  expect(greeksView(call, quoted(0.1, 0.2), { spot: SPOT, at: NOW })).toEqual(none) // below parity
})

test('sightings keep the last one of each symbol, and give each away once', () => {
  const sightings = new Sightings()
  sightings.saw({ ...seen, outcome: 'first' })
  sightings.saw(seen)
  sightings.saw({ ...seen, symbol: 'QQQ' as Ticker })
  expect(sightings.take(9).map(({ symbol, outcome }) => [symbol, outcome])).toEqual([
    ['SPY', 'as observed'],
    ['QQQ', 'as observed'],
  ])
  expect(sightings.take(9)).toEqual([])
})
