import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { money, price } from '../domain/money.ts'
import type { ExecId } from '../domain/fill.ts'
import type { ClientOrderId, OrderStatus } from '../domain/order.ts'
import { fill, intended, order, structure, structureId } from '../engine/fixtures.testing.ts'
import { SPY } from '../engine/scripted-bars.testing.ts'
import type { Event } from '../trading/event.ts'
import { explainable } from './explain.ts'
import { reportOf } from './queries.ts'
import type { Entry } from './rows.ts'

const id = (text: string): ClientOrderId => text as ClientOrderId
const entry = order({ id: id('A1'), quantity: 2 })
const target = order({ id: id('A2'), role: 'take-profit', side: 'SELL', quantity: 2 })
const stop = order({ id: id('A3'), role: 'stop-loss', side: 'SELL', quantity: 2 })
const signalKey = 'scalp SPY 60000 rise'

const cycle = (barStart: number, key?: string): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: SPY.symbol,
    barStart: barStart as EpochMs,
    kind: key === undefined ? 'hold' : 'proposed',
    reason: '',
    ...(key === undefined ? {} : { signalKey: key }),
  },
})
const QUOTE = { bid: price(1), ask: price(1.02), aliveAt: 0 as EpochMs }
const approved = {
  type: 'EntryApproved',
  structureId,
  request: { strategy: 'scalp', signalKey, candidate: { contract: entry.contract, quote: QUOTE } },
  plan: structure().plan,
  basis: { price: null },
} as Event
const moved = (orderId: ClientOrderId, to: OrderStatus): Event => ({
  type: 'OrderMoved',
  orderId,
  from: 'sending',
  to,
  evidence: { kind: 'handed-over' },
})
const filled = (of: typeof entry, execId: string, ...[quantity, at]: [number, number]): Event => ({
  type: 'OrderFilled',
  fill: fill({
    execId: execId as ExecId,
    orderId: of.id,
    side: of.side,
    quantity,
    price: price(at),
    at: 0 as EpochMs,
  }),
})
const commission = (execId: string): Event => ({
  type: 'CommissionReported',
  execId: execId as ExecId,
  commission: money(1),
})

/** A round trip of two; each event a second after the one before. */
const events: readonly Event[] = [
  cycle(0),
  approved,
  ...[entry, target, stop].map((each): Event => ({ type: 'OrderIntended', order: intended(each) })),
  cycle(60_000, signalKey),
  moved(id('A1'), 'working'),
  filled(entry, 'E1', 1, 1), // second 7: held, and the stop only sent
  moved(id('A3'), 'held'), // second 8
  filled(entry, 'E2', 1, 1.02),
  commission('E1'),
  filled(target, 'E3', 2, 1.5),
  commission('E3'),
  cycle(120_000),
]
const entries: readonly Entry[] = events.map((event, i) => ({
  seq: i + 1,
  at: (i * 1000) as EpochMs,
  event,
}))

describe('the report of a journal', () => {
  const report = reportOf(entries, 60_000 as EpochMs)

  test('counts decisions, entries, exits and fills', () => {
    expect(report).toMatchObject({
      decisions: 3,
      outcomes: { hold: 2, proposed: 1, skipped: 0, 'none-picked': 0 },
      approved: 1,
      refused: 0,
      entries: 1,
      exits: 1,
      fills: 3,
      commissions: money(2),
    })
    expect(report.bars.get(SPY.symbol)).toBe(3)
  })

  test('profit is what came in less what went out, commissions included', () => {
    expect(report.realizedPnl).toBe(money(300 - 202 - 2))
    expect(report.trades[0]).toMatchObject({
      strategy: 'scalp',
      quantity: 2,
      pnl: report.realizedPnl,
    })
  })

  test('unprotected is from the first fill to the stop at the broker', () => {
    expect(report.unprotected).toEqual([{ structureId, from: 7000, to: 8000 }])
    expect(report.unprotectedMsMax).toBe(1000)
  })

  test('what is unprotected at the end counts up to now', () => {
    const cut = reportOf(entries.slice(0, 8), 60_000 as EpochMs)
    expect(cut.unprotectedMsMax).toBe(53_000)
    expect(cut.trades[0]?.closedAt).toBeNull()
  })

  const after = (...more: readonly Event[]) => {
    const rows = [...entries.slice(0, 10).map(({ event }) => event), ...more]
    return reportOf(
      rows.map((event, i) => ({ seq: i + 1, at: (i * 1000) as EpochMs, event })),
      60_000 as EpochMs,
    ).unprotected.slice(1)
  }

  test('a stop that was asked to end covers nothing', () => {
    expect(after(moved(id('A3'), 'cancel-pending'))).toEqual([
      { structureId, from: 10_000, to: null },
    ])
  })

  test('a stop that was changed covers what it was changed to', () => {
    const change = { orderId: id('A3'), quantity: 1, terms: stop.terms }
    const evidence = { kind: 'replace-requested', change } as const
    const asked: Event = { ...moved(id('A3'), 'replace-pending'), evidence } as Event
    const taken = {
      ...moved(id('A3'), 'working'),
      from: 'replace-pending',
      evidence: { kind: 'reported', as: 'working' },
    } as Event
    expect(after(asked, taken)).toEqual([{ structureId, from: 11_000, to: null }])
  })

  test('a correction replaces the fill it corrects', () => {
    const [seen] = entries.filter(({ event }) => event.type === 'OrderFilled')
    const corrected = { ...filled(entry, 'E1', 2, 1), seq: 99 }
    const report = reportOf(
      [...entries, { seq: 99, at: 0 as EpochMs, event: corrected }],
      0 as EpochMs,
    )
    expect(seen).toBeDefined()
    expect(report.fills).toBe(3)
  })
})

describe('what explains an id', () => {
  const related = events.flatMap((event, i) => (i === 0 || i === 13 ? [] : [i + 1]))

  test.each([['S1'], ['A2'], [signalKey], ['E3'], ['SPY@60000']])(
    '%s leads to the whole story of the entry, and to nothing else',
    (name) => {
      expect(explainable(entries, name).map(({ seq }) => seq)).toEqual(related)
    },
  )

  test('a cycle that proposed nothing is explained by its one row', () => {
    expect(explainable(entries, 'SPY@0').map(({ seq }) => seq)).toEqual([1])
  })

  test('an id that nothing knows has no rows', () => {
    expect(explainable(entries, 'nonsense')).toEqual([])
  })
})
