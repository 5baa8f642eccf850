import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { money, price } from '../domain/money.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { ClientOrderId, OrderEvidence, OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { fill, intended, order, structure, structureId } from '../engine/fixtures.testing.ts'
import { at } from '../engine/scripted-bars.testing.ts'
import { quote } from '../orders/fixtures.testing.ts'
import type { Event } from '../trading/event.ts'
import { parseEvent } from './event-schema.ts'
import { groupedBy, groupOf } from './fill-groups.ts'
import { fillLedgerOf } from './fill-quality.ts'
import type { Entry } from './rows.ts'

const BEGUN = at('10:30')
const id = (text: string) => text as ClientOrderId
const nbbo = (...[bid, ask, second, changes = {}]: Seen): Quote =>
  quote({
    bid: price(bid),
    ask: price(ask),
    aliveAt: (BEGUN + second * 1000) as EpochMs,
    ...changes,
  })
type Seen = [bid: number, ask: number, second: number, changes?: Partial<Quote>]

/** Each event with its second. */
const journal = (...events: readonly (readonly [number, Event])[]): readonly Entry[] =>
  events.map(([second, event], i) => ({
    seq: i + 1,
    at: (BEGUN + second * 1000) as EpochMs,
    event,
  }))

const entry = order({
  id: id('A1'),
  quantity: 2,
  terms: { type: 'LMT', limit: price(2.1) },
  worst: price(2.2),
})
const approved = (quoted: Quote): Event =>
  ({
    type: 'EntryApproved',
    structureId,
    request: {
      strategy: 'scalp',
      signalKey: 'k',
      candidate: { contract: entry.contract, quote: quoted },
    },
    plan: structure().plan,
    basis: { price: null },
  }) as Event
const sent = (of: TrackedOrder, quoted: Quote | null = null): Event => ({
  type: 'OrderIntended',
  order: { ...intended(of), terms: of.terms },
  quote: quoted,
})
const replaced = (limit: number, quoted?: Quote): Event => ({
  type: 'ReplaceIntended',
  change: { orderId: id('A1'), quantity: 2, terms: { type: 'LMT', limit: price(limit) } },
  ...(quoted && { quote: quoted }),
})
const moved = (
  from: OrderStatus,
  to: OrderStatus,
  evidence: OrderEvidence = { kind: 'reported', as: 'working' },
): Event => ({ type: 'OrderMoved', orderId: id('A1'), from, to, evidence })
const filled = (paid: number, changes: Partial<Fill> = {}, quoted: Quote | null = null): Event => ({
  type: 'OrderFilled',
  fill: fill({ orderId: id('A1'), quantity: 2, price: price(paid), at: BEGUN, ...changes }),
  quote: quoted,
})

describe('one entry that walked a step', () => {
  const ledger = fillLedgerOf(
    journal(
      [0, approved(nbbo(2, 2.2, 0))],
      [0, sent(entry)],
      [15, replaced(2.15, nbbo(2.04, 2.24, 15))],
      [15, moved('replace-pending', 'working')],
      [20, filled(2.15, { at: (BEGUN + 20_000) as EpochMs }, nbbo(2.08, 2.16, 18))],
      [20, moved('working', 'filled', { kind: 'fills-changed', filled: 2 })],
    ),
  )

  test('five cents over the mid of the decision, five under its far side', () => {
    expect(ledger.fills).toMatchObject([
      {
        strategy: 'scalp',
        role: 'entry',
        step: 1,
        asked: price(2.15),
        quotes: {
          decision: { bid: price(2), ask: price(2.2) },
          send: { bid: price(2), ask: price(2.2) },
          step: { bid: price(2.04), ask: price(2.24) },
          fill: { bid: price(2.08), ask: price(2.16) },
        },
        againstMid: { amount: money(10), ofSpread: 0.25 },
        againstFar: { amount: money(-10), ofSpread: -0.25 },
        againstFillMid: { amount: money(6) },
        againstAsked: 0,
      },
    ])
    expect(ledger.fills[0]?.againstFillMid?.ofSpread).toBeCloseTo(0.375)
  })

  test('what came of it', () => {
    expect(ledger.entries).toEqual([
      {
        orderId: 'A1',
        symbol: 'SPY',
        at: BEGUN,
        quantity: 2,
        filled: 2,
        steps: 1,
        outcome: 'filled',
      },
    ])
  })
})

describe('which step it filled at', () => {
  const steps = (...events: readonly (readonly [number, Event])[]) =>
    fillLedgerOf(journal([0, approved(nbbo(2, 2.2, 0))], [0, sent(entry)], ...events)).fills.map(
      ({ step, asked }) => [step, (asked ?? 0) / 1e6],
    )

  test('as sent', () => {
    expect(steps([1, filled(2.1)])).toEqual([[0, 2.1]])
  })
  test('a change on its way: by the old terms what they allow, else by the new ones', () => {
    expect(steps([15, replaced(2.15)], [15, filled(2.1)])).toEqual([[0, 2.1]])
    expect(steps([15, replaced(2.15)], [15, filled(2.14)])).toEqual([[1, 2.15]])
  })
  test('a change that was refused is no step', () => {
    const refused = moved('replace-pending', 'unknown', { kind: 'cancel-refused', hint: '105' })
    expect(steps([15, replaced(2.15)], [15, refused], [20, filled(2.1)])).toEqual([[0, 2.1]])
  })
  test('a change of quantity alone is none either', () => {
    expect(steps([15, replaced(2.1)], [20, filled(2.1)])).toEqual([[0, 2.1]])
  })
})

describe('unknown is null, never 0', () => {
  const only = (...events: readonly (readonly [number, Event])[]) =>
    fillLedgerOf(journal(...events)).fills[0]

  test('a fill whose decision nobody wrote down', () => {
    const found = only([0, sent(entry)], [1, filled(2.1)])
    expect(found).toMatchObject({ strategy: null, againstMid: null, againstFar: null })
    expect(found?.quotes).toEqual({ decision: null, send: null, step: null, fill: null })
  })
  test('quotes with one side, crossed, or too old', () => {
    const bad = [nbbo(2, 2.2, 20, { ask: null }), nbbo(2.2, 2, 20), nbbo(2, 2.2, 9)]
    for (const each of bad) {
      const found = only([0, sent(entry)], [20, filled(2.1, {}, each)])
      expect([found?.quotes.fill, found?.againstFillMid]).toEqual([null, null])
    }
  })
  test('a locked quote has no spread to be a share of', () => {
    const found = only([0, approved(nbbo(2, 2, 0))], [0, sent(entry)], [1, filled(2.1)])
    expect(found?.againstMid).toEqual({ amount: money(20), ofSpread: null })
  })
  test('in a group they are counted and left out; of none there is no sum', () => {
    const ledger = fillLedgerOf(journal([0, sent(entry)], [1, filled(2.1)]))
    expect(groupOf('all', ledger.fills)).toEqual({
      key: 'all',
      fills: 1,
      units: 2,
      unknown: 1,
      againstMid: null,
      againstFar: null,
      againstFillMid: null,
    })
  })
})

describe('exits', () => {
  const stop = order({
    id: id('A3'),
    role: 'stop-loss',
    side: 'SELL',
    quantity: 2,
    terms: { type: 'STP', trigger: price(1.9) },
  })
  const close = order({
    id: id('A4'),
    role: 'close',
    side: 'SELL',
    quantity: 2,
    terms: { type: 'LMT', limit: price(1.8) },
  })

  test('a stop against its trigger and the quote of the moment', () => {
    const sold = { orderId: id('A3'), side: 'SELL' } as const
    const [found] = fillLedgerOf(
      journal([0, sent(stop)], [9, filled(1.84, sold, nbbo(1.84, 1.9, 9))]),
    ).fills
    expect(found).toMatchObject({
      role: 'stop-loss',
      asked: price(1.9),
      againstAsked: money(12), // sold six cents below it
      againstMid: null,
      againstFillMid: { amount: money(6), ofSpread: 0.5 },
    })
  })

  test('a close against what triggered it', () => {
    const triggered: Event = {
      type: 'ExitTriggered',
      structureId,
      exit: 'close',
      quote: nbbo(1.8, 1.9, 8),
      reason: 'test',
    }
    const sold = { orderId: id('A4'), side: 'SELL' } as const
    const [found] = fillLedgerOf(
      journal([8, triggered], [8, sent(close)], [9, filled(1.8, sold)]),
    ).fills
    expect(found).toMatchObject({ againstMid: { amount: money(10) }, againstFar: { amount: 0 } })
  })
})

describe('a close that nothing but a strategy triggered', () => {
  test('is held against the quote that it was sent by', () => {
    const close = order({ id: id('A4'), role: 'close', side: 'SELL', quantity: 2 })
    const [found] = fillLedgerOf(
      journal(
        [8, sent(close, nbbo(1.8, 1.9, 8))],
        [9, filled(1.8, { orderId: id('A4'), side: 'SELL' })],
      ),
    ).fills
    expect(found?.quotes.send).toEqual({ bid: price(1.8), ask: price(1.9) })
    expect(found?.againstMid).toMatchObject({ amount: money(10), ofSpread: 0.5 })
  })
})

describe('corrections', () => {
  const events = (revision: number, changes: Partial<Fill>) =>
    fillLedgerOf(
      journal(
        [0, approved(nbbo(2, 2.2, 0))],
        [0, sent(entry)],
        [1, filled(2.1, {}, nbbo(2, 2.2, 1))],
        [15, replaced(2.15)],
        [90, filled(2.1, { revision, ...changes }, nbbo(3, 3.2, 90))],
      ),
    )

  test('replace the fill, and not the moment it was of', () => {
    const { fills, entries } = events(2, { price: price(2.11), quantity: 1 })
    expect(fills).toMatchObject([
      { price: price(2.11), quantity: 1, step: 0, quotes: { fill: { bid: price(2) } } },
    ])
    expect(entries[0]?.filled).toBe(1)
  })
  test('of nothing take it back', () => {
    const { fills, entries } = events(2, { quantity: 0 })
    expect([fills, entries[0]?.filled]).toEqual([[], 0])
  })
})

test('an entry that is over without a fill was missed; one that is not over is open', () => {
  const over = moved('cancel-pending', 'quarantine-cancelled', { kind: 'cancel-reported' })
  expect(fillLedgerOf(journal([0, sent(entry)], [60, over])).entries[0]?.outcome).toBe('missed')
  expect(fillLedgerOf(journal([0, sent(entry)])).entries[0]?.outcome).toBeNull()
})

test('grouped by symbol, hour of New York and step; means are by units', () => {
  const { fills } = fillLedgerOf(
    journal(
      [0, approved(nbbo(2, 2.2, 0))],
      [0, sent(entry)],
      [1, filled(2.1, { execId: 'E1' as ExecId, quantity: 1, at: at('10:59') })],
      [15, replaced(2.2)],
      [15, moved('replace-pending', 'working')],
      [16, filled(2.2, { execId: 'E2' as ExecId, quantity: 3, at: at('11:00') })],
    ),
  )
  const shares = (by: 'symbol' | 'hour' | 'step') =>
    groupedBy(by, fills).map((group) => [group.key, group.units, group.againstMid?.ofSpread])
  expect(shares('symbol')).toEqual([['SPY', 4, 0.375]])
  expect(shares('hour')).toEqual([
    ['10:00', 1, 0],
    ['11:00', 3, 0.5],
  ])
  expect(shares('step')).toEqual([
    ['0', 1, 0],
    ['1', 3, 0.5],
  ])
})

test('rows of earlier versions, without the new fields, are read', () => {
  const { terms, ...old } = intended(entry)
  const rows: readonly (readonly [string, object])[] = [
    ['OrderIntended', { order: { ...old, terms } }],
    ['ReplaceIntended', { change: { orderId: 'A1', quantity: 2, terms } }],
    ['OrderFilled', { fill: fill() }],
  ]
  for (const [type, body] of rows) {
    expect(parseEvent(type, JSON.stringify(body))).toMatchObject({ ok: true })
  }
})
