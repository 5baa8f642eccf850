import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import { intended, order } from '../engine/fixtures.testing.ts'
import { limits, request, view as riskView } from '../risk/fixtures.testing.ts'
import { review } from '../risk/review.ts'
import type { Event } from '../trading/event.ts'
import { findId } from './find-id.ts'
import type { Entry } from './rows.ts'

const cycle = (symbol: string, barStart: number): Event => ({
  type: 'CycleEnded',
  outcome: { symbol: symbol as Ticker, barStart: barStart as EpochMs, kind: 'hold', reason: '' },
})
const sent = (id: string, structureId: string): Event => ({
  type: 'OrderIntended',
  order: {
    ...intended(order({ id: id as ClientOrderId })),
    structureId: structureId as StructureId,
  },
})
const events = [
  cycle('SPY', 60_000),
  sent('abc-16.1', 'abc-16.1'),
  sent('abc-16.2', 'abc-16.1'),
  sent('abc-34.1', 'abc-34.1'),
  cycle('SPY', 120_000),
  cycle('QQQ', 120_000),
]
const entries: readonly Entry[] = events.map((event, i) => {
  return { seq: i + 1, at: (i * 1000) as EpochMs, event }
})

test.each([
  ['abc-16.2', 'abc-16.2', 'a whole id'],
  ['abc-34', 'abc-34.1', 'the beginning of one'],
  ['34', 'abc-34.1', 'the beginning behind the dash'],
  ['abc-16', 'abc-16.1', 'of several that are one story, the first'],
  ['last', 'QQQ@120000', 'the last decision'],
  ['SPY', 'SPY@120000', 'the last decision of a symbol'],
  ['spy', 'SPY@120000', 'in small letters too'],
  ['SPY@6', 'SPY@60000', 'the beginning of a cycle'],
])('%s is %s: %s', (text, id) => {
  expect(findId(entries, text)).toEqual({ kind: 'id', id })
})

test('a minute of New York names the decision that was made in it', () => {
  const at = (time: string) => atNewYork('2026-03-10' as CalendarDate, time)
  const decided = ['09:31', '09:33', '09:34'].map((time, i) => {
    return { seq: i + 1, at: at(time), event: cycle('SPY', at(time) - 60_000) }
  })
  const found = (text: string) => findId(decided, text)
  expect(found('SPY 09:33')).toEqual({ kind: 'id', id: `SPY@${at('09:32')}` })
  expect(found('spy 09:31')).toEqual({ kind: 'id', id: `SPY@${at('09:30')}` })
  expect(found('SPY 09:32')).toEqual({ kind: 'none' })
})

test('refused is the last entry that was refused', () => {
  const refused = (signalKey: string): Event => ({
    type: 'EntryRefused',
    request: { ...request(), signalKey },
    refusals: [{ rule: 'spread', detail: 'wide' }],
    basis: review(request(), riskView(), limits).basis,
  })
  const rows = [
    ...entries.map(({ event }) => event),
    refused('a 1'),
    refused('b 2'),
    cycle('SPY', 9),
  ]
  const all = rows.map((event, i) => ({ seq: i + 1, at: 0 as EpochMs, event }))
  expect(findId(all, 'refused')).toEqual({ kind: 'id', id: 'b 2' })
  expect(findId(entries, 'refused')).toEqual({ kind: 'none' })
})

test('what begins ids of several stories is none of them, and they are named', () => {
  expect(findId(entries, 'abc-')).toEqual({
    kind: 'many',
    ids: ['abc-16.1', 'abc-16.2', 'abc-34.1'],
  })
})

test('what nothing is called by is nothing, and so is an empty text', () => {
  expect(findId(entries, 'IWM')).toEqual({ kind: 'none' })
  expect(findId(entries, '')).toEqual({ kind: 'none' })
  expect(findId([], 'last')).toEqual({ kind: 'none' })
})
