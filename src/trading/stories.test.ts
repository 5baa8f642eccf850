import { describe, expect, test } from 'vitest'
import { price } from '../domain/money.ts'
import { entered, holding, ready, request, rules } from './play.testing.ts'

test('a whole round trip: proposed, approved, filled, protected, taken, flat', () => {
  const story = ready({ limits: { ...rules.limits, orderCostMax: rules.limits.orderCostMax } })
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
      "held -> quarantine-cancelled",
      "intended stop-loss SELL x5 STP 1.9",
    ]
  `)
  expect(story.commands).toEqual([])
  expect(story.bracket.structure.quantity).toBe(0)
  expect(story.state.positions.size).toBe(0)

  story.after(60_000).snapshot()
  expect(story.told).toMatchInlineSnapshot()
})

test('an approval and a refusal carry every number', () => {
  const story = ready()
  story.happens({ kind: 'entry-proposed', request: request() })
  story.happens({ kind: 'entry-proposed', request: request() })
  const [approved, refused] = story.journal
    .map(({ event }) => event)
    .filter((event) => event.type === 'EntryApproved' || event.type === 'EntryRefused')
  expect(approved).toMatchInlineSnapshot(`
    {
      "basis": {
        "availableFunds": 100000000000,
        "baseline": 100000000000,
        "bounds": [
          {
            "rule": "risk-per-trade",
            "units": 100,
          },
          {
            "rule": "premium-cap",
            "units": 250,
          },
          {
            "rule": "order-cost",
            "units": 5,
          },
          {
            "rule": "structure-loss",
            "units": 25,
          },
          {
            "rule": "available-funds",
            "units": 500,
          },
        ],
        "limits": {
          "dailyLossPctMax": 0.05,
          "openStructuresMax": 3,
          "orderCostMax": 1000000000,
          "premiumPctMax": 0.5,
          "quoteAgeMsMax": 2000,
          "riskPerTradePct": 0.01,
          "structureLossMax": 5000000000,
        },
        "netLiquidation": 100000000000,
        "openStructures": 0,
        "price": 2000000,
        "quoteAgeMs": 0,
        "reserved": 0,
        "settledCash": 100000000000,
        "unitCost": 200000000,
        "unitLoss": 200000000,
      },
      "maxLoss": 1000000000,
      "plan": {
        "stopLoss": {
          "price": 1900000,
          "watchedBy": "broker",
        },
        "takeProfit": {
          "price": 2400000,
          "watchedBy": "broker",
        },
        "timeInForce": "GTC",
      },
      "quantity": 5,
      "request": {
        "candidate": {
          "contract": {
            "conId": 7,
            "currency": "USD",
            "exchange": "SMART",
            "expiry": "2026-03-13",
            "kind": "option",
            "lastTradingAt": 1773432000000,
            "multiplier": 100,
            "priceIncrements": [
              {
                "from": 0,
                "tick": 50000,
              },
              {
                "from": 3000000,
                "tick": 100000,
              },
            ],
            "right": "C",
            "settlement": "PM",
            "strike": 600000000,
            "symbol": "SPY",
            "tradingClass": "SPY",
          },
          "quote": {
            "aliveAt": 1773153000000,
            "ask": 2000000,
            "askSize": 10,
            "bid": 1950000,
            "bidSize": 10,
            "delayed": false,
            "delta": 0.5,
            "halted": false,
            "last": 2000000,
            "openInterest": 100,
            "receivedAt": 1773153000000,
            "synthetic": false,
            "volume": 100,
          },
        },
        "side": "BUY",
        "signal": {
          "confidence": 0.6,
          "kind": "enter",
          "outlook": "rise",
          "reason": "test",
        },
        "signalKey": "scalp SPY 1 rise",
        "stopLossPct": 0.05,
        "strategy": "scalp",
      },
      "structureId": "mmkpij40-9.1",
      "type": "EntryApproved",
    }
  `)
  expect(refused).toMatchInlineSnapshot(`
    {
      "basis": {
        "availableFunds": 100000000000,
        "baseline": 100000000000,
        "bounds": [
          {
            "rule": "risk-per-trade",
            "units": 100,
          },
          {
            "rule": "premium-cap",
            "units": 250,
          },
          {
            "rule": "order-cost",
            "units": 5,
          },
          {
            "rule": "structure-loss",
            "units": 25,
          },
          {
            "rule": "available-funds",
            "units": 495,
          },
        ],
        "limits": {
          "dailyLossPctMax": 0.05,
          "openStructuresMax": 3,
          "orderCostMax": 1000000000,
          "premiumPctMax": 0.5,
          "quoteAgeMsMax": 2000,
          "riskPerTradePct": 0.01,
          "structureLossMax": 5000000000,
        },
        "netLiquidation": 100000000000,
        "openStructures": 1,
        "price": 2000000,
        "quoteAgeMs": 0,
        "reserved": 1000000000,
        "settledCash": 100000000000,
        "unitCost": 200000000,
        "unitLoss": 200000000,
      },
      "refusals": [
        {
          "detail": "scalp has mmkpij40-9.1 in SPY",
          "rule": "one-position",
        },
        {
          "detail": "scalp SPY 1 rise was entered as mmkpij40-9.1",
          "rule": "duplicate-signal",
        },
      ],
      "request": {
        "candidate": {
          "contract": {
            "conId": 7,
            "currency": "USD",
            "exchange": "SMART",
            "expiry": "2026-03-13",
            "kind": "option",
            "lastTradingAt": 1773432000000,
            "multiplier": 100,
            "priceIncrements": [
              {
                "from": 0,
                "tick": 50000,
              },
              {
                "from": 3000000,
                "tick": 100000,
              },
            ],
            "right": "C",
            "settlement": "PM",
            "strike": 600000000,
            "symbol": "SPY",
            "tradingClass": "SPY",
          },
          "quote": {
            "aliveAt": 1773153000000,
            "ask": 2000000,
            "askSize": 10,
            "bid": 1950000,
            "bidSize": 10,
            "delayed": false,
            "delta": 0.5,
            "halted": false,
            "last": 2000000,
            "openInterest": 100,
            "receivedAt": 1773153000000,
            "synthetic": false,
            "volume": 100,
          },
        },
        "side": "BUY",
        "signal": {
          "confidence": 0.6,
          "kind": "enter",
          "outlook": "rise",
          "reason": "test",
        },
        "signalKey": "scalp SPY 1 rise",
        "stopLossPct": 0.05,
        "strategy": "scalp",
      },
      "type": "EntryRefused",
    }
  `)
})

describe('partial fills', () => {
  test('exits rest for all of it while the entry works; the rest is cancelled in time', () => {
    const story = entered()
    const { entry } = story.bracket
    story.filled(entry.id, 1).ticks(2)
    expect(story.commands).toEqual([])
    story.after(60_000).ticks(2)
    expect(story.commands).toMatchInlineSnapshot(`
      [
        "cancel",
      ]
    `)
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
    for (const { id } of [entry, target, stop]) story.reported(id, { kind: 'cancel-reported' })
    story.after(1_000).ticks(2)
    story.sent.splice(0)
    // Nothing ties new exits to those: they wait until the old ones are proven dead.
    const record = { kind: 'proven', status: 'cancelled', by: 'completed-order' } as const
    for (const { id } of [target, stop]) story.reported(id, record)
    expect(story.commands).toMatchInlineSnapshot(`[]`)
  })
})

test('exits follow the price that was really paid', () => {
  const story = entered()
  const { entry } = story.bracket
  story.filled(entry.id, 2, { price: price(1.5) })
  expect(story.told).toMatchInlineSnapshot(`
    [
      "filled BUY 2 at 1.5",
      "working -> filled",
      "PlanChanged",
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
  story.told
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
      "cancel",
      "critical",
      "place take-profit SELL x2 LMT 2.4, stop-loss SELL x2 STP 1.9",
    ]
  `)
})

describe('a crash', () => {
  test('between journal and socket: unknown, then proven never received, and nothing is sent again', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() })
    story.told
    story.commands
    story.after(3_000).happens({
      kind: 'run-started',
      mode: 'demo',
      accountId: 'DU1',
      version: '1',
      configHash: 'h',
    })
    expect(story.told).toMatchInlineSnapshot(`
      [
        "RunStarted",
        "intent -> unknown",
        "intent -> unknown",
        "intent -> unknown",
        "gate link all",
        "gate reconcile all",
      ]
    `)
    story.happens({ kind: 'link-changed', link: 'reconciling', epoch: 2 }).snapshot()
    expect(story.told).toMatchInlineSnapshot(`
      [
        "link reconciling",
        "link up",
        "gate link all cleared",
        "gate reconcile all cleared",
      ]
    `)
    story.happens({ kind: 'entry-proposed', request: request({ signalKey: 'next' }, story.at) })
    expect(story.told).toEqual(['refused one-position, unknown-order'])
    story.after(10_000).snapshot()
    expect(story.told).toMatchInlineSnapshot(`
      [
        "unknown -> rejected",
        "unknown -> rejected",
        "unknown -> rejected",
      ]
    `)
    expect(story.commands).toEqual([])
    story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
    expect(story.told[0]).toBe('EntryApproved') // a new decision, with new ids
  })

  test('between parent fill and child acknowledgement: the picture tells, nothing is doubled', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    const { entry, target, stop } = story.bracket
    story.told
    story.commands
    story.after(2_000).happens({
      kind: 'run-started',
      mode: 'demo',
      accountId: 'DU1',
      version: '1',
      configHash: 'h',
    })
    story.happens({ kind: 'link-changed', link: 'reconciling', epoch: 2 })
    story.told
    const alive = { kind: 'reported', as: 'held' } as const
    const fill = {
      execId: 'a.1',
      revision: 1,
      orderId: entry.id,
      contract: entry.contract,
      side: 'BUY',
      quantity: entry.quantity,
      price: price(2),
      at: story.at,
      synthetic: false,
    } as never
    story.snapshot({
      fills: [fill],
      openOrders: [target, stop].map((each) => ({
        orderId: each.id,
        permId: 1,
        contract: each.contract,
        side: each.side,
        quantity: each.quantity,
        evidence: alive,
      })),
      positions: [{ contract: entry.contract as never, quantity: entry.quantity, cost: 0 as never }],
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
  })
})

test('the same signal is entered once, whatever becomes of it', () => {
  const story = holding()
  const { target, stop } = story.bracket
  story.filled(target.id, 2).reported(stop.id, { kind: 'cancel-reported' }).after(120_000).snapshot()
  story.told
  story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
  expect(story.told).toEqual(['refused duplicate-signal'])
})
