import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { parseRestartWindow } from '../domain/restart-windows.ts'
import { entryChecks } from './checks.ts'
import {
  account,
  limits,
  mark,
  now,
  option,
  quote,
  request,
  spread,
  today,
  view,
} from './fixtures.testing.ts'
import type { EntryRequest, PastEntry, RiskLimits, RiskView, SizedEntry } from './limits.ts'
import { review } from './review.ts'
import { sizing } from './size.ts'

interface Situation {
  readonly entry?: Partial<EntryRequest>
  readonly seen?: Partial<RiskView>
  readonly at?: Partial<RiskLimits>
}

function refusals({ entry = {}, seen = {}, at = {} }: Situation): readonly string[] {
  const verdict = review(request(entry), view(seen), { ...limits, ...at })
  return verdict.kind === 'approved' ? [] : verdict.refusals.map(({ rule }) => rule)
}

const call = option(600, 'C')
const of = (contract: EntryRequest['candidate']['contract'], changes = {}) => ({
  candidate: { contract, quote: quote(changes) },
})
const structure = (contract: Structure['contract']): Structure =>
  ({
    id: 'other',
    strategy: 'whale',
    contract,
    quantity: 1,
    marks: contract.kind === 'combo' ? [] : [mark(contract)],
  }) as unknown as Structure
const held = (contract: typeof call): Partial<RiskView> => ({
  structures: [structure(contract)],
  positions: [{ contract, quantity: 1, cost: 0 as never }],
})
const early = (now - 60_000) as EpochMs
const elsewhere = { ...option(610, 'C'), symbol: 'QQQ' as Ticker }
const past = (changes: Partial<PastEntry> = {}): PastEntry => ({
  strategy: 'scalp',
  contract: call,
  side: 'BUY',
  quantity: 8,
  at: (now - 59_000) as EpochMs,
  lived: true,
  ...changes,
})
const window = parseRestartWindow('Mon-Fri 10:00-11:00 America/New_York')

/** What each check is about, and the name it refuses with; nothing else speaks against any. */
const situations: readonly (readonly [name: string, rule: string, of: Situation])[] = [
  ['a paper account in live', 'mode', { seen: { mode: 'live' } }],
  ['another account than ours', 'mode', { seen: { account: { ...account, id: 'DU2' } } }],
  [
    'a symbol that is not listed',
    'symbol',
    { entry: of({ ...call, symbol: 'QQQ' as Ticker, tradingClass: 'QQQ' }) },
  ],
  ['an adjusted class', 'contract', { entry: of({ ...call, tradingClass: '2SPY' }) }],
  ['another multiplier', 'contract', { entry: of({ ...call, multiplier: 10 }) }],
  [
    'a short option',
    'long-only',
    { entry: { side: 'SELL', ...of(option(600, 'P')) }, at: { riskPerTradePct: 1 } },
  ],
  [
    'a spread, while none is enabled',
    'long-only',
    {
      entry: {
        ...of(spread(['BUY', call], ['SELL', option(610, 'C')])),
        marks: [call, option(610, 'C')].map(mark),
      },
    },
  ],
  ['too many days left', 'days-to-expiry', { at: { daysToExpiry: { min: 0, max: 2 } } }],
  ['too few days left', 'days-to-expiry', { at: { daysToExpiry: { min: 4, max: 9 } } }],
  ['a wide spread', 'spread', { at: { spreadPctMax: 0.03 } }],
  ['few on the ask', 'quote-size', { entry: of(call, { askSize: 4 }), at: { quoteSizeMin: 5 } }],
  ['an unknown size', 'quote-size', { entry: of(call, { askSize: null }) }],
  ['little volume', 'volume', { entry: of(call, { volume: 49 }), at: { volumeMin: 50 } }],
  ['unknown volume', 'volume', { entry: of(call, { volume: null }), at: { volumeMin: 50 } }],
  ['little open interest', 'open-interest', { at: { openInterestMin: 1_001 } }],
  [
    'an account observed in the future',
    'account',
    { seen: { account: { ...account, at: (now + 1) as EpochMs } } },
  ],
  [
    'a day that is closed by the contract alone',
    'hours',
    { entry: of({ ...call, oddDays: [{ date: today, hours: null }] }) },
  ],
  [
    'a day that ends early by the contract alone',
    'hours',
    { entry: of({ ...call, oddDays: [{ date: today, hours: { open: early, close: now } }] }) },
  ],
  ['an hour too early', 'hours', { at: { entryHours: { from: 631, to: 960 } } }],
  ['an hour too late', 'hours', { at: { entryHours: { from: 570, to: 630 } } }],
  [
    'a window without entries',
    'hours',
    { at: { noEntryWindows: window === null ? [] : [window] } },
  ],
  [
    'enough in the underlying',
    'per-underlying',
    { seen: held(option(610, 'C')), at: { perUnderlyingMax: 1 } },
  ],
  ['enough on the date', 'per-expiry', { seen: held(elsewhere), at: { perExpiryMax: 1 } }],
  ['foreign orders fill the room', 'open-orders', { seen: { foreignOrders: 98 } }],
  ['a busy minute', 'orders-per-minute', { seen: { sent: { minute: 98, today: 98 } } }],
  ['a busy day', 'orders-per-day', { seen: { sent: { minute: 0, today: 998 } } }],
  ['the same order a moment ago', 'identical-order', { seen: { pastEntries: [past()] } }],
  [
    'the same strategy over and over',
    'repeated-execution',
    {
      seen: { pastEntries: [past({ quantity: 1 })] },
      at: { repeats: { max: 1, withinMs: 60_000 } },
    },
  ],
]

describe('each check refuses by itself, and by its name', () => {
  test.each(situations)('%s: %s', (_name, rule, situation) => {
    expect(refusals(situation)).toEqual([rule])
  })
})

test.each<readonly [string, Situation]>([
  ['a sound request', {}],
  ['as many days as allowed', { at: { daysToExpiry: { min: 3, max: 3 } } }],
  [
    'the hours of its own, on another date',
    { entry: of({ ...call, oddDays: [{ date: '2026-03-11' as CalendarDate, hours: null }] }) },
  ],
  ['the first minute of the hours', { at: { entryHours: { from: 630, to: 631 } } }],
  ['a size that nobody asks for', { entry: of(call, { askSize: null }), at: { quoteSizeMin: 0 } }],
  ['the same date of another structure', { seen: held(elsewhere), at: { perExpiryMax: 2 } }],
  ['room for just three orders', { seen: { foreignOrders: 97 } }],
  [
    'the same order a minute ago',
    { seen: { pastEntries: [past({ at: (now - 60_000) as EpochMs })] } },
  ],
  ['the same order, which never lived', { seen: { pastEntries: [past({ lived: false })] } }],
  ['another quantity', { seen: { pastEntries: [past({ quantity: 7 })] } }],
  [
    'repeats of another symbol',
    {
      seen: { pastEntries: [past({ contract: elsewhere })] },
      at: { repeats: { max: 1, withinMs: 60_000 } },
    },
  ],
])('%s passes', (_name, situation) => {
  expect(refusals(situation)).toEqual([])
})

test('the session ends early on a half day, whatever the configured hours say', () => {
  const halfDay = atNewYork('2026-11-27' as CalendarDate, '13:00')
  expect(refusals({ seen: { now: halfDay } })).toContain('hours')
})

test('the quantity is bounded, and what is over it is refused', () => {
  const at = { ...limits, quantityMax: 3 }
  expect(sizing(request(), view(), at).quantity).toBe(3)
  const large: SizedEntry = { ...request(), quantity: 4, maxLoss: 0 as never }
  const said = entryChecks.flatMap((check) => check(large, view(), at) ?? [])
  expect(said.map(({ rule }) => rule)).toEqual(['quantity'])
})

test.each([
  ['BUY', 2.62, []],
  ['BUY', 2.63, ['price-collar']],
] as const)('%s at most %f against 2.40 x 2.50 and 5 %%: %s', (side, worst, rules) => {
  const walk = { first: price(2.4), worst: price(worst) }
  expect(refusals({ entry: { side, walk } })).toEqual(rules)
})

test('every order that may still fill takes room, and a group of three needs all of it', () => {
  const orders = Array.from(
    { length: 5 },
    () => ({ role: 'close', contract: call, status: 'working' }) as TrackedOrder,
  )
  expect(refusals({ seen: { orders }, at: { openOrdersMax: 8 } })).toEqual([])
  expect(refusals({ seen: { orders }, at: { openOrdersMax: 7 } })).toEqual(['open-orders'])
})
