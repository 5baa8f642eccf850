import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { SetGate } from '../domain/account.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { Incident } from '../domain/incident.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import type { Position, Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { NO_GAUGES } from '../engine/budget.ts'
import { call, order, rules, structureId } from '../engine/fixtures.testing.ts'
import { isUnprotected, NO_FACTS, type Vitals } from '../engine/health.ts'
import { dayLoss } from '../risk/checks.ts'
import { initialState, type State } from '../trading/state.ts'
import { GATE_LONG_MS } from './feed-alarms.ts'
import { dollarsText, priceText } from './feed-texts.ts'
import { marketView, viewOf } from './feed-view.ts'
import type { View } from './view.ts'

const DATE = '2026-03-10' as CalendarDate
const NOW = atNewYork(DATE, '10:30')

const structure: Structure = {
  id: structureId,
  strategy: 'scalp',
  contract: call,
  quantity: 2,
  openPrice: price(3),
  openedAt: NOW,
  plan: {
    takeProfit: { price: price(4), watchedBy: 'broker' },
    stopLoss: { price: price(2), watchedBy: 'broker' },
    timeInForce: 'GTC',
  },
  triggered: null,
  triggeredAt: null,
  stopPassedAt: null,
  marks: [],
}
const position: Position = { contract: call, quantity: 2, cost: money(600) }
const stop: TrackedOrder = order({
  id: 'A3' as ClientOrderId,
  role: 'stop-loss',
  side: 'SELL',
  quantity: 2,
  terms: { type: 'STP', trigger: price(2) },
  status: 'held',
})
const quote: Quote = {
  bid: price(3.1),
  ask: price(3.2),
  last: null,
  bidSize: 1,
  askSize: 1,
  volume: null,
  openInterest: null,
  delta: null,
  receivedAt: NOW,
  aliveAt: NOW,
  delayed: false,
  halted: false,
  synthetic: false,
}

/** One structure, held and protected; nothing is wrong. */
const well: State = {
  ...initialState('paper', 'DU1234567'),
  seq: 7,
  link: 'up',
  orders: new Map([[stop.id, stop]]),
  structures: new Map([[structure.id, structure]]),
  positions: new Map([[call.conId, position]]),
}

const vitals: Vitals = {
  ...NO_FACTS,
  at: NOW,
  seq: 7,
  link: 'up',
  lastCycleAt: null,
  loopDelayMsMax: 0,
  unprotected: 0,
  unprotectedSince: null,
  watchedHere: 0,
  noticesLost: 0,
  reconciledAt: null,
}

function shown(
  changes: Partial<State> = {},
  more: { readonly vitals?: Partial<Vitals>; readonly quote?: Quote | null } = {},
): View {
  return viewOf({
    at: NOW,
    version: '1.2.3',
    isSimulated: false,
    speed: null,
    state: { ...well, ...changes },
    vitals: { ...vitals, ...more.vitals },
    gauges: { ...NO_GAUGES, rules: () => rules },
    limits: [],
    quoteOf: () => (more.quote === undefined ? quote : more.quote),
    decided: new Map(),
    process: { memoryBytes: 1, uptimeMs: 2 },
    remedyOf: (name) => `remedy of ${name}`,
  })
}

test('amounts are exact decimal texts', () => {
  expect(
    [0, -1, 1_500_000, -1_751_400_000, 2_350_001, 99_999_999_999].map((n) => {
      return dollarsText(n as never)
    }),
  ).toEqual(['0.00', '-0.000001', '1.50', '-1751.40', '2.350001', '99999.999999'])
  expect(priceText(price(0.05))).toBe('0.05')
})

test('what is held is shown with its quote, its exits and what it is worth', () => {
  const view = shown()
  expect(view).toMatchObject({ seq: 7, account: 'DU*****67', alarms: [] })
  expect(view.protection).toMatchObject({ structures: 1, unprotected: 0, coverage: 1 })
  expect(view.structures).toEqual([
    expect.objectContaining({
      contract: 'SPY 2026-03-13 560 C',
      openPrice: '3.00',
      unrealized: '30.00', // (3.15 - 3.00) x 2 x 100
      isProtected: true,
      exits: [
        { kind: 'take-profit', price: '4.00', watchedBy: 'broker', orderId: null, status: null },
        { kind: 'stop-loss', price: '2.00', watchedBy: 'broker', orderId: 'A3', status: 'held' },
      ],
    }),
  ])
  expect(view.positions).toMatchObject([{ cost: '600.00', isUnattributed: false }])
})

test('what is not known is null, never 0', () => {
  const view = shown({}, { quote: null })
  expect(view.equity).toBeNull()
  expect(view.day).toMatchObject({ pnl: null, baseline: null, lost: null, lossMax: null })
  expect(view.structures[0]).toMatchObject({ quote: null, unrealized: null })
  expect(shown({}, { quote: { ...quote, bid: null } }).structures[0]?.unrealized).toBeNull()
  expect(shown({}, { quote: { ...quote, halted: true } }).structures[0]?.unrealized).toBeNull()
  expect(shown({ structures: new Map(), positions: new Map() }).protection.coverage).toBeNull()
})

const account = (netLiquidation: number): Pick<State, 'account' | 'baseline'> => ({
  account: {
    id: 'DU1234567',
    kind: 'margin',
    baseCurrency: 'USD' as never,
    netLiquidation: money(netLiquidation),
    availableFunds: money(1),
    settledCash: money(1),
    dailyPnl: money(netLiquidation - 100_000),
    exchangeRates: new Map(),
    at: NOW,
  },
  baseline: {
    date: DATE,
    amount: money(100_000),
    netLiquidation: money(100_000),
    dailyPnl: money(0),
    at: NOW,
  },
})

test("the day's loss is the one that risk judges by", () => {
  const state = { ...well, ...account(98_000) }
  const judged = dayLoss(state, rules.limits.dailyLossPctMax)
  const { day } = shown(state)
  expect(day).toMatchObject({ lost: dollarsText(judged?.lost ?? (0 as never)), lossMax: '5000.00' })
  expect(shown(account(101_000)).day.lost).toBe('0.00') // nothing is lost of a gain
  const yesterday = { ...account(98_000).baseline, date: '2026-03-09' as CalendarDate }
  expect(shown({ ...account(98_000), baseline: yesterday as never }).day.lost).toBeNull()
})

test("what the broker said of another date is nobody's profit of today", () => {
  expect(shown(account(98_500)).day).toMatchObject({ date: DATE, at: NOW, pnl: '-1500.00' })
  const before = atNewYork('2026-03-09' as CalendarDate, '20:00')
  const { account: of } = account(98_500)
  const view = shown({ account: { ...of, at: before } as never })
  expect(view.day).toMatchObject({ date: DATE, at: null, pnl: null, lost: null, lossMax: null })
  expect(view.equity).toMatchObject({ netLiquidation: '98500.00', at: before })
})

test('positions say of when they are', () => {
  expect(shown().reconciledAt).toBeNull()
  expect(shown({}, { vitals: { reconciledAt: NOW } }).reconciledAt).toBe(NOW)
})

describe('alarms, each with what to do about it', () => {
  const gate = (of: SetGate['gate'], ageMs: number): SetGate => {
    return { gate: of, symbol: null, since: (NOW - ageMs) as EpochMs, reason: 'why' }
  }
  const incident: Incident = {
    id: 'I1',
    symptom: 'no answers',
    since: NOW,
    verdict: { name: 'GATEWAY_HUNG', scope: null, excluded: [], candidates: [], missing: [] },
    evidence: [],
    timeline: [],
    tried: [],
  }
  const local = { ...structure.plan, stopLoss: { price: price(2), watchedBy: 'local' as const } }
  const foreign = { orderId: null, permId: 9, contract: call, side: 'BUY', quantity: 1 } as const
  const seen = { ...foreign, evidence: { kind: 'reported', as: 'working' } } as const
  const cases: readonly (readonly [string, View, string, string])[] = [
    ['no stop', shown({ orders: new Map() }), 'critical', 'without a stop'],
    [
      'a stop that only the bot watches',
      shown(
        { structures: new Map([['S1', { ...structure, plan: local }]]) as never },
        {
          vitals: { watchedHere: 1 },
        },
      ),
      'info',
      '1 stop watched by this bot alone',
    ],
    ['reduced', shown({ tradingState: 'reduce-only' }), 'warning', 'level reduce-only'],
    [
      'halted',
      shown({ tradingState: 'halt', levelCause: 'repeated-execution' }),
      'critical',
      'level halt by repeated-execution',
    ],
    [
      'killed and not flat',
      shown({ tradingState: 'kill', flattenWaits: 'the market is closed' }),
      'critical',
      'killed, and not flat: the market is closed',
    ],
    ['an incident', shown({ incidents: new Map([['I1', incident]]) }), 'critical', 'GATEWAY_HUNG'],
    ['a loss of 80 %', shown(account(96_000)), 'warning', 'near: $4,000.00 of at most $5,000.00'],
    ['a loss of all', shown(account(95_000)), 'critical', 'the daily loss is reached'],
    [
      'a gate that lasts',
      shown({ gates: [gate('farm', GATE_LONG_MS)] }),
      'warning',
      'gate farm: why',
    ],
    ['a journal in trouble', shown({ gates: [gate('journal', 0)] }), 'critical', 'gate journal'],
    ['what cannot be named', shown({ gates: [gate('unnamed', 0)] }), 'warning', 'gate unnamed'],
    ['a notice that was lost', shown({}, { vitals: { noticesLost: 2 } }), 'warning', '2 notices'],
    [
      'an order of others',
      shown({ foreignOrders: new Map([[9, seen]]) }),
      'info',
      '1 order at the broker',
    ],
    [
      'a position of nobody',
      shown({ structures: new Map(), orders: new Map() }),
      'warning',
      'explained by no structure: 2 SPY 2026-03-13 560 C',
    ],
    ['legs that are missing', shown({ positions: new Map() }), 'warning', '-2 SPY 2026-03-13'],
    ['no connection', shown({ link: 'down' }), 'critical', 'no connection for orders'],
  ]
  test.each(cases)('%s', (...[, { alarms }, severity, says]) => {
    const found = alarms.filter(({ text }) => text.includes(says))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ severity })
    expect(found[0]?.remedy?.length).toBeGreaterThan(10)
  })

  test('none while all is well, and none of what passes by itself', () => {
    expect(shown(account(96_001)).alarms).toEqual([])
    expect(shown({ gates: [gate('farm', GATE_LONG_MS - 1)] }).alarms).toEqual([])
    expect(shown({ gates: [gate('window', 10 * GATE_LONG_MS)] }).alarms).toEqual([])
  })

  test('the gravest first', () => {
    const { alarms } = shown(
      { link: 'down', foreignOrders: new Map([[9, seen]]) },
      {
        vitals: { noticesLost: 1 },
      },
    )
    expect(alarms.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info'])
  })
})

test('coverage counts units: a stop of one of two covers half', () => {
  const half = { ...stop, quantity: 1 }
  const state = { ...well, orders: new Map([[half.id, half]]) }
  expect(shown(state).protection.coverage).toBe(0.5)
  expect(isUnprotected(state, structure)).toBe(true)
  expect(shown(state).structures[0]?.isProtected).toBe(false)
})

test.each([
  ['2026-03-10', '10:30', true, '2026-03-10', false],
  ['2026-03-10', '08:00', false, '2026-03-10', false],
  ['2026-03-10', '16:00', false, '2026-03-11', false],
  ['2026-03-14', '12:00', false, '2026-03-16', false], // a Saturday
  ['2026-11-27', '10:00', true, '2026-11-27', true], // after Thanksgiving
])('the market on %s at %s', (...[date, time, isOpen, session, isEarlyClose]) => {
  const market = marketView(atNewYork(date as CalendarDate, time))
  const open = atNewYork(session as CalendarDate, '09:30')
  expect(market).toMatchObject({ isOpen, isEarlyClose, session: { open } })
})

test('a symbol is shown with who trades it and its last price', () => {
  const symbol = 'SPY' as Ticker
  const last = { price: price(560.5), at: NOW }
  const symbols = () => [{ symbol, strategies: ['scalp'], sizes: [], last }]
  const gauges = { ...NO_GAUGES, symbols, bars: () => [{ symbol, source: 'polled' as const }] }
  const outcome = { symbol, barStart: NOW, kind: 'hold', reason: 'flat' } as const
  const view = viewOf({
    at: NOW,
    version: '1',
    isSimulated: true,
    speed: 60,
    state: well,
    vitals,
    gauges,
    limits: [],
    quoteOf: () => null,
    decided: new Map([[symbol, { at: NOW, outcome }]]),
    process: { memoryBytes: 1, uptimeMs: 2 },
    remedyOf: () => '',
  })
  expect(view.symbols).toEqual([
    {
      symbol,
      source: 'polled',
      strategies: ['scalp'],
      last: { price: '560.50', at: NOW },
      decision: { ...outcome, at: NOW, id: `SPY@${NOW}` },
    },
  ])
})
