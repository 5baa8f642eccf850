import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Gate } from '../domain/account.ts'
import { price } from '../domain/money.ts'
import type { OrderTerms } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { reservation } from '../risk/reservation.ts'
import type { Rules } from './command.ts'
import { call, quote, ready, request, rules, type Story } from './play.testing.ts'
import { riskView } from './views.ts'

const penny = { ...call, priceIncrements: [{ from: price(0), tick: price(0.01) }] }

const walking: Rules['entry'] = {
  start: 0.5,
  step: { kind: 'share', of: 0.25 },
  everyMs: 15_000,
  worst: 1,
  collarPct: 0.2,
  timeToLiveMs: 60_000,
}

const asked = request({
  candidate: { contract: penny, quote: quote({ bid: price(2), ask: price(2.2) }) },
})

type Seen = [bid?: number, ask?: number, changes?: Partial<Quote>]

/** An entry at the mid that the broker has: 2.10, and no further than 2.20. */
function begun(entry: Partial<Rules['entry']> = {}): Story {
  const story = ready({
    entry: { ...walking, ...entry },
    limits: { ...rules.limits, orderCostMax: price(700) as never },
  })
  story.happens({ kind: 'entry-proposed', request: asked }).handedOver().accepted()
  return story
}

function ticks(story: Story, ...[bid = 2, ask = 2.2, changes = {}]: Seen): Story {
  const seen = quote({ bid: price(bid), ask: price(ask), aliveAt: story.at, ...changes })
  const [structureId] = story.state.structures.keys()
  if (structureId === undefined) throw new Error('no structure')
  return story.happens({ kind: 'time-passed', quotes: [{ structureId, quote: seen }] })
}

test('from the mid, a step each interval, at last at the far side, then cancelled', () => {
  const story = begun()
  expect(story.commands).toMatchInlineSnapshot(`
    [
      "place entry BUY x3 LMT 2.1, take-profit SELL x3 LMT 2.52, stop-loss SELL x3 STP 1.99",
    ]
  `)
  const sent: string[] = []
  for (let second = 0; second < 60; second++) {
    ticks(story).accepted()
    for (const command of story.commands) sent.push(`${second} s: ${command}`)
    story.after(1_000)
  }
  expect(sent).toEqual(['15 s: replace x3 LMT 2.15', '30 s: replace x3 LMT 2.2'])
  expect(ticks(story).commands).toEqual(['cancel'])
})

test('whatever the market does, what opens is a limit and never passes the worst price (D25, R6)', () => {
  const cents = fc.integer({ min: 190, max: 215 })
  const seen = fc.array(fc.tuple(cents, fc.integer({ min: 1, max: 30 })), {
    minLength: 3,
    maxLength: 6,
  })
  const terms = fc.record({
    start: fc.double({ min: 0, max: 0.5, noNaN: true }),
    worst: fc.double({ min: 0.5, max: 1, noNaN: true }),
    step: fc.constantFrom<Rules['entry']['step']>(
      { kind: 'share', of: 0.25 },
      { kind: 'ticks', count: 3 },
    ),
  })
  let opened = 0
  fc.assert(
    fc.property(terms, seen, (entry, quotes) => {
      const story = begun(entry)
      for (const [bid, spread] of quotes) {
        ticks(story.after(15_000), bid / 100, (bid + spread) / 100).accepted()
      }
      const { id } = story.bracket.entry
      const worst = story.journal.flatMap(({ event }) =>
        event.type === 'EntryApproved' ? [event.request.walk?.worst ?? NaN] : [],
      )[0]
      const entries = story.sent.flatMap((sent): readonly OrderTerms[] => {
        if (sent.kind === 'place') {
          return sent.orders.filter(({ role }) => role === 'entry').map((order) => order.terms)
        }
        return sent.kind === 'replace' && sent.change.orderId === id ? [sent.change.terms] : []
      })
      for (const of of entries) {
        expect(of.type).toBe('LMT')
        expect(of.type === 'LMT' ? of.limit : NaN).toBeLessThanOrEqual(worst ?? NaN)
      }
      opened += entries.length
    }),
    { numRuns: 80 },
  )
  expect(opened).toBeGreaterThan(100)
})

test('journaled before it is sent, with the quote it was made by', () => {
  const story = begun().after(15_000)
  story.journal.splice(0)
  ticks(story)
  const [first] = story.journal
  expect(first?.event).toMatchObject({
    type: 'ReplaceIntended',
    change: { quantity: 3, terms: { type: 'LMT', limit: price(2.15) } },
    quote: { bid: price(2), ask: price(2.2), aliveAt: story.at },
  })
})

test('one change at a time: while one is under way there is no other', () => {
  const story = begun().after(15_000)
  ticks(story)
  story.sent.splice(0)
  ticks(story.after(4_000))
  ticks(story.after(900))
  expect(story.commands).toEqual([])
})

describe('nothing moves', () => {
  const held = (story: Story): readonly string[] => {
    story.sent.splice(0)
    return ticks(story.after(15_000)).commands
  }

  test('without a quote, or by one that is not live', () => {
    const story = begun().after(15_000)
    story.sent.splice(0)
    story.happens({ kind: 'time-passed', quotes: [] })
    ticks(story, 2, 2.2, { halted: true })
    ticks(story, 2, 2.2, { ask: null })
    ticks(story, 2.2, 2)
    ticks(story, 2, 2.2, { aliveAt: (story.at - 2_001) as Quote['aliveAt'] })
    expect(story.commands).toEqual([])
  })

  test.each<Gate>(['pacing', 'farm', 'stale-data', 'heartbeat'])('behind the gate %s', (gate) => {
    const story = begun()
    const set = { gate, symbol: null, since: story.at, reason: 'test' }
    story.happens({ kind: 'gates-changed', gates: [set] })
    expect(held(story)).toEqual([])
    story.happens({ kind: 'gates-changed', gates: [] })
    expect(held(story)).toEqual(['replace x3 LMT 2.2'])
  })

  test('behind a gate of another symbol it does', () => {
    const story = begun()
    const set = { gate: 'stale-data', symbol: 'QQQ' as never, since: story.at, reason: 'test' }
    story.happens({ kind: 'gates-changed', gates: [set as never] })
    expect(held(story)).toEqual(['replace x3 LMT 2.15'])
  })

  test('above the level active, where the entry is cancelled', () => {
    const story = begun()
    story.happens({ kind: 'operator-commanded', by: 'test', command: { kind: 'reduce' } })
    story.sent.splice(0)
    expect(held(story)).not.toContain('replace x3 LMT 2.15')
  })

  test('where the market has left beyond the worst price; it may come back', () => {
    const story = begun().after(15_000)
    story.sent.splice(0)
    expect(ticks(story, 2.25, 2.4).commands).toEqual([])
    expect(ticks(story.after(15_000), 2.05, 2.25).commands).toEqual(['replace x3 LMT 2.2'])
  })
})

describe('a change that the broker refuses leaves the order as it is', () => {
  test.each([
    ['104, 105', { kind: 'cancel-refused', hint: '105: does not match' }],
    ['a reject', { kind: 'reject-reported', vendorCode: 201, reason: 'no' }],
  ] as const)('%s', (_name, evidence) => {
    const story = begun().after(15_000)
    ticks(story)
    const { entry } = story.bracket
    story.reported(entry.id, evidence).reported(entry.id, { kind: 'reported', as: 'working' })
    expect(story.order(entry.id)).toMatchObject({
      status: 'working',
      terms: { type: 'LMT', limit: price(2.1) },
      pendingChange: null,
    })
    story.sent.splice(0)
    for (let step = 0; step < 2; step++) ticks(story.after(15_000))
    expect(story.commands).toEqual([])
    expect(ticks(story.after(15_000)).commands).toEqual(['cancel'])
    expect(story.bracket.structure.plan.stopLoss?.price).toBe(price(1.99))
  })

  test('one whose outcome was lost is asked for again, once the order is known to work', () => {
    const story = begun().after(15_000)
    ticks(story)
    const { entry } = story.bracket
    ticks(story.after(5_000))
    expect(story.order(entry.id).status).toBe('unknown')
    story.reported(entry.id, { kind: 'reported', as: 'working' })
    story.sent.splice(0)
    expect(ticks(story.after(1_000)).commands).toEqual(['replace x3 LMT 2.15'])
  })
})

test('a step whose outcome was lost may be in force: none takes it back (R6)', () => {
  const story = begun().after(15_000)
  ticks(story) // to 2.15
  const { entry } = story.bracket
  ticks(story.after(5_000))
  story.reported(entry.id, { kind: 'reported', as: 'working' })
  expect(story.order(entry.id).terms).toEqual({ type: 'LMT', limit: price(2.1) })
  story.sent.splice(0)
  // Three quarters of 1.97 to 2.17 are 2.12, which is beyond the limit that our books have.
  expect(ticks(story.after(1_000), 1.97, 2.17).commands).toEqual([])
  expect(ticks(story.after(1_000), 2.01, 2.21).commands).toEqual(['replace x3 LMT 2.16'])
  story.accepted().sent.splice(0)
  expect(story.order(entry.id).terms).toEqual({ type: 'LMT', limit: price(2.16) })
})

describe('what fills', () => {
  test('in part: the remainder walks on, and the exits keep their quantity', () => {
    const story = begun()
    const { entry, target, stop } = story.bracket
    story.filled(entry.id, 1)
    story.sent.splice(0)
    expect(ticks(story.after(15_000)).commands).toEqual(['replace x3 LMT 2.15'])
    story.accepted().filled(entry.id, 2)
    expect(story.order(entry.id)).toMatchObject({ status: 'filled', filled: 3 })
    expect([target, stop].map(({ id }) => story.order(id).quantity)).toEqual([3, 3])
  })

  test('exits are priced off what was paid: 2.10 once and 2.15 twice', () => {
    const story = begun()
    const { entry } = story.bracket
    story.filled(entry.id, 1).after(15_000)
    ticks(story).accepted()
    story.sent.splice(0)
    story.filled(entry.id, 2)
    expect(story.bracket.structure.openPrice).toBe(2_133_333)
    // 20 % and 5 % of 2.1333, on cents.
    expect(story.commands).toEqual(['replace x3 LMT 2.56', 'replace x3 STP 2.02'])
  })

  test('while a change is in flight: never more than was intended, and it is over', () => {
    const story = begun().after(15_000)
    ticks(story)
    const { entry } = story.bracket
    story.filled(entry.id, 3)
    story.reported(entry.id, { kind: 'cancel-refused', hint: '104: a filled order' })
    expect(story.order(entry.id).status).toBe('filled')
    story.sent.splice(0)
    const again = ticks(story.after(15_000)).commands
    expect(again.filter((command) => command.includes('LMT 2.2'))).toEqual([])
    expect(story.bracket.structure.quantity).toBe(3)
  })

  test('is journaled with the quote of that moment', () => {
    const story = begun()
    const { entry } = story.bracket
    const seen = quote({ bid: price(2.05), ask: price(2.1), aliveAt: story.at })
    story.happens({
      kind: 'order-reported',
      report: {
        kind: 'filled',
        fill: {
          execId: 'x' as never,
          revision: 1,
          orderId: entry.id,
          contract: penny,
          side: 'BUY',
          quantity: 3,
          price: price(2.1),
          at: story.at,
          synthetic: false,
        },
      },
      quote: seen,
    })
    const filled = story.journal.find(({ event }) => event.type === 'OrderFilled')
    expect(filled?.event).toMatchObject({ quote: { ask: price(2.1) } })
  })
})

describe('risk counts the worst price from the start', () => {
  test('cost, loss and reservation are at 2.20 while the limit is 2.10', () => {
    const story = begun()
    const approved = story.journal.find(({ event }) => event.type === 'EntryApproved')
    expect(approved?.event).toMatchObject({
      quantity: 3, // of 700 dollars at 220 each
      maxLoss: price(660),
      basis: { price: price(2.2), unitCost: price(220) },
      request: { walk: { first: price(2.1), worst: price(2.2) } },
    })
    const view = riskView(story.state, asked, { at: story.at, rules: story.rules })
    expect(reservation(view)).toBe(price(660))
  })

  test('the limit of the order itself holds what it may not pass', () => {
    const story = begun({ worst: 0.75 })
    expect(story.bracket.entry.worst).toBe(price(2.15))
    for (let step = 0; step < 3; step++) ticks(story.after(15_000)).accepted()
    expect(story.bracket.entry.terms).toEqual({ type: 'LMT', limit: price(2.15) })
  })

  test('the distance to the stop is from the worst price to a stop off the first limit', () => {
    const story = ready({
      entry: walking,
      stopLossPct: 0.5,
      limits: { ...rules.limits, riskPerTradePct: 0.003, orderCostMax: price(10_000) as never },
    })
    story.happens({ kind: 'entry-proposed', request: asked })
    const approved = story.journal.find(({ event }) => event.type === 'EntryApproved')
    // 2.20 down to 1.05 is 115 a unit, of 300; by half of 2.20 alone it would be the same 2.
    expect(approved?.event).toMatchObject({ quantity: 2 })
  })
})

test('no limit on the ticks of the contract refuses, with the rule', () => {
  const story = ready({ entry: { ...walking, start: 0, worst: 0 }, takeProfitPct: 0.5 })
  const cheap = quote({ bid: price(0.04), ask: price(0.04) })
  story.happens({
    kind: 'entry-proposed',
    request: request({ candidate: { contract: call, quote: cheap } }),
  })
  expect(story.told).toEqual(['refused entry-unpriced'])
})
