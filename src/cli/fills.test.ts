import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { ExecId } from '../domain/fill.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { call, now, structureId } from '../orders/fixtures.testing.ts'
import type { FillLedger, FillQuality } from '../journal/fill-quality.ts'
import { chosen } from './fills.ts'
import { fillsCsv, fillsJson, fillsText } from './fills-text.ts'

const sides = { bid: price(2), ask: price(2.2) }
const entry: FillQuality = {
  execId: 'E1' as ExecId,
  orderId: 'A1' as ClientOrderId,
  structureId,
  strategy: 'scalp',
  role: 'entry',
  contract: call,
  side: 'BUY',
  quantity: 2,
  price: price(2.15),
  at: now,
  synthetic: false,
  step: 1,
  asked: price(2.15),
  quotes: { decision: sides, send: sides, step: sides, fill: null },
  againstMid: { amount: money(10), ofSpread: 0.25 },
  againstFar: { amount: money(-10), ofSpread: -0.25 },
  againstFillMid: null,
  againstAsked: money(0),
}
const missed = {
  orderId: 'A2' as ClientOrderId,
  symbol: 'QQQ',
  at: (now + 86_400_000) as EpochMs,
  quantity: 1,
  filled: 0,
  steps: 2,
  outcome: 'missed',
} as const
const ledger: FillLedger = {
  fills: [entry],
  entries: [
    { ...missed, orderId: entry.orderId, symbol: 'SPY', at: now, filled: 1, outcome: 'filled' },
    missed,
  ],
}
const all = { symbols: null, from: null, to: null }

test('a table for a person: each fill, then groups; unknown says so', () => {
  const lines = fillsText(ledger).split('\n')
  const row = lines.find((line) => line.startsWith('2026-03-10 10:30:00'))
  expect(row?.split(/ {2,}/)).toEqual([
    '2026-03-10 10:30:00',
    'SPY 2026-03-13 600 C',
    'entry',
    '+2',
    '2.15',
    '1',
    '2.00 x 2.20',
    'unknown',
    '+$10.00 +25%',
    '-$10.00 -25%',
    'unknown',
  ])
  expect(lines).toContain('entries: 2 sent, 1 filled, 0 in part, 1 missed, 0 open')
  expect(lines.filter((line) => line.startsWith('entries by '))).toHaveLength(3)
})

test('nothing says that there is nothing', () => {
  expect(fillsText({ fills: [], entries: [] })).toBe('no fill: nothing was sent to be filled')
})

test('JSON in dollars, null for what is not known', () => {
  const read = JSON.parse(fillsJson(ledger)) as Record<string, unknown>
  expect(read).toMatchObject({
    fills: [
      {
        symbol: 'SPY',
        price: 2.15,
        quotes: { decision: { bid: 2, ask: 2.2 }, fill: null },
        againstMid: { amount: 10, ofSpread: 0.25 },
        againstFillMid: null,
      },
    ],
    entriesBy: {
      symbol: [{ key: 'SPY', fills: 1 }],
      hour: [{ key: '10:00' }],
      step: [{ key: '1' }],
    },
  })
})

test('CSV: one line a fill, as many fields as the head, empty for what is not known', () => {
  const [head = '', line = ''] = fillsCsv(ledger).split('\n')
  const fields = Object.fromEntries(
    head.split(',').map((name, place) => [name, line.split(',')[place]]),
  )
  expect(line.split(',')).toHaveLength(head.split(',').length)
  expect(fields).toMatchObject({ symbol: 'SPY', price: '2.15', against_far: '-10', fill_bid: '' })
})

test('filters: by symbol, by date in New York, both ends included', () => {
  const counts = (of: Partial<Parameters<typeof chosen>[1]>) => {
    const { fills, entries } = chosen(ledger, { ...all, ...of })
    return [fills.length, entries.length]
  }
  const [day, next] = ['2026-03-10', '2026-03-11'] as unknown as [CalendarDate, CalendarDate]
  expect(counts({})).toEqual([1, 2])
  expect(counts({ symbols: ['QQQ' as Ticker] })).toEqual([0, 1])
  expect(counts({ to: day })).toEqual([1, 1])
  expect(counts({ from: next })).toEqual([0, 1])
})

test('T13: an id or a name that a spreadsheet would run is shown by it instead', () => {
  const named = { ...entry, strategy: '=cmd|x', execId: '+1,"a"\n' as ExecId }
  const text = fillsCsv({ ...ledger, fills: [named] })
  expect(text.split('\n')).toHaveLength(2)
  expect(text).toContain(`,"'+1,""a""␊",`)
  expect(text).toContain(",'=cmd|x,")
})
