import { describe, expect, test } from 'vitest'
import type { ExecId } from '../domain/fill.ts'
import type { Money } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import { brokerOrder, call, entered, holding, ready, request } from './play.testing.ts'

test('a whole round trip: proposed, approved, filled, protected, taken, flat', () => {
  const story = ready()
  story.happens({ kind: 'entry-proposed', request: request() })
  expect(story.told).toMatchInlineSnapshot(`
    [
      "EntryApproved",
      "intended entry BUY x5 LMT 2",
      "intended take-profit SELL x5 LMT 2.4",
      "intended stop-loss SELL x5 STP 1.9",
    ]
  `)
  expect(story.commands).toMatchInlineSnapshot(`
    [
      "place entry BUY x5 LMT 2, take-profit SELL x5 LMT 2.4, stop-loss SELL x5 STP 1.9",
    ]
  `)

  story.handedOver().accepted()
  expect(story.told).toMatchInlineSnapshot(`
    [
      "intent -> sending",
      "intent -> sending",
      "intent -> sending",
      "sending -> working",
      "sending -> held",
      "sending -> held",
    ]
  `)

  const { entry, target, stop } = story.bracket
  story.after(200).filled(entry.id, entry.quantity).ticks(2)
  expect(story.told).toMatchInlineSnapshot(`
    [
      "filled BUY 5 at 2",
      "working -> filled",
    ]
  `)
  expect(story.commands).toEqual([])

  story.after(60_000).filled(target.id, target.quantity)
  story.reported(stop.id, { kind: 'cancel-reported' }).ticks()
  expect(story.told).toMatchInlineSnapshot(`
    [
      "filled SELL 5 at 2.4",
      "held -> filled",
      "held -> quarantine-cancelled",
    ]
  `)
  expect(story.commands).toEqual([])
  expect(story.bracket.structure.quantity).toBe(0)
  expect(story.state.positions.size).toBe(0)

  story.after(60_000).snapshot()
  expect(story.told).toMatchInlineSnapshot(`
    [
      "AccountObserved",
      "quarantine-cancelled -> cancelled",
    ]
  `)
})

test.each(['no record', 'a record'])(
  'a cancel is watched for late fills for a minute, whatever pictures say, with %s (P23)',
  (record) => {
    const story = entered()
    const { id } = story.bracket.entry
    const proven = { kind: 'proven', status: 'cancelled', by: 'completed-order' } as const
    const listed = record === 'a record' ? [brokerOrder(story.order(id), proven)] : []
    story.reported(id, { kind: 'cancel-reported' })
    story.after(11_000).snapshot({ completedOrders: listed })
    story.after(48_000).snapshot({ completedOrders: listed })
    expect(story.order(id).status).toBe('quarantine-cancelled')
    story.after(1_000).snapshot({ completedOrders: listed })
    expect(story.order(id).status).toBe('cancelled')
  },
)

test('reported as cancelled but listed as open: not over, and cancelled once more (P23)', () => {
  const story = entered()
  const { id } = story.bracket.entry
  story.reported(id, { kind: 'cancel-reported' }).after(70_000)
  const listed = brokerOrder(story.order(id), { kind: 'reported', as: 'working' })
  story.snapshot({ openOrders: [listed] })
  expect(story.order(id).status).toBe('quarantine-cancelled')
  expect(story.commands).toEqual(['critical', 'cancel'])
  story.after(70_000).snapshot()
  expect(story.order(id).status).toBe('cancelled')
})

describe('partial fills', () => {
  test('exits rest for all of it while the entry works; the rest is cancelled in time', () => {
    const story = entered()
    const { entry } = story.bracket
    story.filled(entry.id, 1).ticks(2)
    expect(story.commands).toEqual([])
    story.after(60_000).ticks(2)
    expect(story.commands).toEqual(['cancel'])
    story.reported(entry.id, { kind: 'cancel-reported' }).after(1_000).ticks(2)
    expect(story.commands).toMatchInlineSnapshot(`
      [
        "replace x1 LMT 2.4",
        "replace x1 STP 1.9",
      ]
    `)
    expect(story.bracket.structure.quantity).toBe(1)
  })

  test('and when its children went with it, new ones rest for what was filled', () => {
    const story = entered()
    const { entry, target, stop } = story.bracket
    story.filled(entry.id, 1).after(60_000).ticks(2)
    story.sent.splice(0)
    for (const { id } of [entry, target, stop]) story.reported(id, { kind: 'cancel-reported' })
    story.after(1_000).ticks(2)
    // Why they are gone is asked first: what they closed may be gone as well (F59).
    expect(story.commands).toEqual([])
    story.after(1_000).ticks(2)
    expect(story.commands).toMatchInlineSnapshot(`
      [
        "place take-profit SELL x1 LMT 2.4, stop-loss SELL x1 STP 1.9",
      ]
    `)
    story.handedOver().accepted().after(1_000).ticks(2)
    expect(story.commands).toEqual([])
  })

  test('a partial take-profit leaves the stop with the rest (OCA, reduce with block)', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.filled(target.id, 1).ticks(2)
    expect(story.commands).toEqual([])
    expect(story.order(stop.id).quantity).toBe(1)
    story.filled(stop.id, 1)
    expect([story.order(stop.id).status, story.bracket.structure.quantity]).toEqual(['filled', 0])
    expect(story.commands).toEqual([])
  })
})

test('exits follow the price that was really paid (R7)', () => {
  const story = entered()
  const { entry } = story.bracket
  story.filled(entry.id, 2, { price: price(1.5) })
  expect(story.told).toMatchInlineSnapshot(`
    [
      "filled BUY 2 at 1.5",
      "working -> filled",
      "plan: the entry filled at $1.50",
      "ReplaceIntended",
      "held -> replace-pending",
      "ReplaceIntended",
      "held -> replace-pending",
    ]
  `)
  expect(story.commands).toMatchInlineSnapshot(`
    [
      "replace x2 LMT 1.8",
      "replace x2 STP 1.4",
    ]
  `)
  story.accepted().ticks(1.5)
  expect(story.commands).toEqual([])
  const { structure, target, stop } = story.bracket
  expect([structure.openPrice, target.terms, stop.terms]).toEqual([
    price(1.5),
    { type: 'LMT', limit: price(1.8) },
    { type: 'STP', trigger: price(1.4) },
  ])
})

test('a late fill after a cancel is booked, told and protected', () => {
  const story = entered()
  const { entry, target, stop } = story.bracket
  for (const { id } of [entry, target, stop]) story.reported(id, { kind: 'cancel-reported' })
  story.after(61_000).snapshot()
  expect(story.order(entry.id).status).toBe('cancelled')
  story.journal.splice(0)
  story.after(1_000).filled(entry.id, 2)
  expect(story.told).toMatchInlineSnapshot(`
    [
      "filled BUY 2 at 2",
      "cancelled -> filled",
      "intended take-profit SELL x2 LMT 2.4",
      "intended stop-loss SELL x2 STP 1.9",
    ]
  `)
  expect(story.commands).toMatchInlineSnapshot(`
    [
      "critical",
      "place take-profit SELL x2 LMT 2.4, stop-loss SELL x2 STP 1.9",
    ]
  `)
})

describe('a crash', () => {
  test('before the socket: unknown, proven never received, and nothing is sent again', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() })
    story.journal.splice(0)
    story.sent.splice(0)
    story.after(3_000).begins()
    expect(story.told).toMatchInlineSnapshot(`
      [
        "RunStarted",
        "intent -> unknown",
        "intent -> unknown",
        "intent -> unknown",
        "gate link all",
        "gate reconcile all",
        "link reconciling",
      ]
    `)
    story.snapshot()
    expect(story.told).toMatchInlineSnapshot(`
      [
        "link up",
        "gate link all cleared",
        "gate reconcile all cleared",
      ]
    `)
    story.happens({ kind: 'entry-proposed', request: request({ signalKey: 'next' }, story.at) })
    expect(story.told).toEqual(['refused one-position, identical-order, unknown-order'])
    story.after(10_000).snapshot()
    expect(story.told).toMatchInlineSnapshot(`
      [
        "unknown -> rejected",
        "unknown -> rejected",
        "unknown -> rejected",
      ]
    `)
    expect(story.commands).toEqual([])

    const before = new Set(story.state.orders.keys())
    story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
    const fresh = story.orders('intent') // the signal is free: a new decision, with new ids
    expect(fresh.map((order) => before.has(order.id))).toEqual([false, false, false])
  })

  test('between parent fill and child acknowledgement: the picture tells, nothing is doubled', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    const { entry, target, stop } = story.bracket
    story.sent.splice(0)
    story.after(2_000).begins()
    story.journal.splice(0)
    const { id: orderId, side, quantity } = entry
    const filled = { orderId, side, quantity, contract: call, price: price(2), at: story.at }
    story.snapshot({
      fills: [{ ...filled, execId: 'a.1' as ExecId, revision: 1, synthetic: false }],
      openOrders: [target, stop].map((each) => brokerOrder(each, { kind: 'reported', as: 'held' })),
      positions: [{ contract: call, quantity, cost: 0 as Money }],
    })
    expect(story.told).toMatchInlineSnapshot(`
      [
        "filled BUY 5 at 2",
        "unknown -> filled",
        "unknown -> held",
        "unknown -> held",
        "link up",
        "gate link all cleared",
        "gate reconcile all cleared",
      ]
    `)
    story.after(1_000).ticks(2)
    expect(story.commands).toEqual([])
    expect(story.bracket.structure.quantity).toBe(quantity)
  })

  test('with half a bracket: the missing exit is placed (D50, R10)', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story
      .after(5_000)
      .begins()
      .snapshot({
        openOrders: [brokerOrder(target, { kind: 'reported', as: 'working' })],
        completedOrders: [
          brokerOrder(stop, { kind: 'proven', status: 'cancelled', by: 'completed-order' }),
        ],
      })
    expect(story.commands).toEqual([]) // why it was cancelled is asked first
    expect(story.after(1_500).ticks(2).commands).toEqual(['place stop-loss SELL x2 STP 1.9'])
  })
})

test('the same signal is entered once, whatever became of it', () => {
  const story = holding()
  const { target, stop } = story.bracket
  story.filled(target.id, 2).reported(stop.id, { kind: 'cancel-reported' })
  story.after(120_000).snapshot()
  story.journal.splice(0)
  story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
  expect(story.told).toEqual(['refused duplicate-signal'])
  story.happens({ kind: 'entry-proposed', request: request({ signalKey: 'next' }, story.at) })
  expect(story.told[0]).toBe('EntryApproved')
})
