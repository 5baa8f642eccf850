import { describe, expect, test } from 'vitest'
import { callSpread, leg, shares } from '../domain/combo.testing.ts'
import type { ComboLeg } from '../domain/contract.ts'
import { nothingOf } from '../domain/ledger.ts'
import { money, price } from '../domain/money.ts'
import type { Fill } from '../domain/fill.ts'
import type { Position } from '../domain/position.ts'
import { brokerOrder, quote, ready, request, rules } from './play.testing.ts'
import type { Story } from './play.testing.ts'

const LONG = leg(600, 'C')
const SHORT = leg(605, 'C')
const [AT_LONG, AT_SHORT] = [price(4), price(2)]

/** A call spread bought at 2.00 for two units; half of the credit of its width is the target. */
function opening(): Story {
  const story = ready({
    takeProfitPct: 0.5,
    stopLossPct: 0.5,
    limits: { ...rules.limits, riskPerTradePct: 0.005, longOnly: false },
  })
  const { at } = story
  const legs = [
    { bid: price(3.95), ask: price(4) },
    { bid: price(2), ask: price(2) },
  ]
  const priced = quote({ bid: price(1.95), ask: price(2), aliveAt: at, receivedAt: at, legs })
  const candidate = { contract: callSpread, quote: priced }
  story.happens({ kind: 'entry-proposed', request: request({ candidate }) })
  story.handedOver().accepted()
  story.journal.splice(0)
  story.sent.splice(0)
  return story
}

function ids(story: Story) {
  const [entry, target] = [...story.state.orders.values()]
  const [structure] = [...story.state.structures.values()]
  if (!entry || !target || !structure) throw new Error('no bracket')
  return { entry, target, structure }
}

function legFilled(story: Story, orderId: string, of: Partial<Fill> & Pick<Fill, 'contract'>) {
  return story.filled(orderId, 1, of)
}

/** The combo's own fill, and then each of its legs, as a Gateway tells them. */
function unitsFilled(story: Story, orderId: string, units: number): Story {
  const { side } = story.order(orderId)
  const other = side === 'BUY' ? 'SELL' : 'BUY'
  story.filled(orderId, units)
  legFilled(story, orderId, { contract: LONG, side, price: AT_LONG, quantity: units })
  return legFilled(story, orderId, {
    contract: SHORT,
    side: other,
    price: AT_SHORT,
    quantity: units,
  })
}

function holding(): Story {
  const story = opening()
  unitsFilled(story, ids(story).entry.id, 2).accepted()
  story.after(20_000).snapshot()
  story.journal.splice(0)
  story.sent.splice(0)
  return story
}

function held(story: Story): readonly (readonly [number, number])[] {
  return [...story.state.positions.values()].map(({ contract, quantity }) => [
    contract.kind === 'option' ? contract.strike / 1e6 : 0,
    quantity,
  ])
}

function at(contract: ComboLeg['contract'], quantity: number): Position {
  return { contract, quantity, cost: money(0) }
}

describe('a spread is opened as one order', () => {
  test('its size is by all it can lose; its target rests, its stop is ours', () => {
    const story = opening()
    const { entry, target, structure } = ids(story)
    // Half a percent of 100,000 is 500; one unit loses 200.
    expect([entry.quantity, entry.terms]).toEqual([2, { type: 'LMT', limit: price(2) }])
    expect([target.side, target.terms]).toEqual(['SELL', { type: 'LMT', limit: price(3) }])
    expect(structure.plan.stopLoss).toEqual({ price: price(1), watchedBy: 'local' })
    expect(story.state.orders.size).toBe(2)
  })

  test('its own fills count, those of its legs are positions, and none of them is late', () => {
    const story = opening()
    unitsFilled(story, ids(story).entry.id, 2)
    expect(ids(story).structure.quantity).toBe(2)
    expect(ids(story).entry).toMatchObject({ filled: 2, status: 'filled' })
    expect(held(story)).toEqual([
      [600, 2],
      [605, -2],
    ])
    expect(story.commands).toEqual([])
  })

  test('between its fill and those of its legs nothing is taken back', () => {
    const story = opening()
    story.filled(ids(story).entry.id, 2).ticks(2)
    expect(story.commands.filter((each) => each !== 'tick-after')).toEqual([])
  })
})

/** The net of its legs, as of now. */
function ticked(story: Story, bid: number | null, changes = {}): Story {
  const { structure } = ids(story)
  const { at: now } = story
  const sides = { bid: bid === null ? null : price(bid), ask: price((bid ?? 0) + 0.1) }
  const told = quote({ ...sides, aliveAt: now, receivedAt: now, ...changes })
  const quotes = [{ structureId: structure.id, quote: told }]
  return story.happens({ kind: 'time-passed', quotes })
}

describe('its stop is watched here', () => {
  test('a usable net at the stop is journaled, then a close joins the group of the target', () => {
    const story = holding()
    ticked(story, 1)
    expect(story.told).toEqual([
      'triggered stop-loss: a quote passed the stop at $1.00',
      'intended close SELL x2 LMT 1',
    ])
    const [close] = story.orders('intent')
    expect(close?.oca).toEqual(ids(story).target.oca)
    ticked(story.handedOver().accepted(), 0.5)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1'])
  })

  test.each([
    ['missing', null, {}],
    ['stale', 0.5, { aliveAt: 0 }],
    ['crossed', 0.5, { ask: price(0.4) }],
    ['halted', 0.5, { halted: true }],
    ['delayed', 0.5, { delayed: true }],
  ])('a %s quote triggers nothing', (_, bid, changes) => {
    const story = holding()
    ticked(story, bid, changes)
    expect(story.told).toEqual([])
  })

  test('what was triggered goes on in the next process, once', () => {
    const story = holding()
    const { structure } = ids(story)
    story.happens({ kind: 'exit-proposed', structureId: structure.id, reason: 'test' })
    expect(story.told.at(0)).toBe('triggered close: test')
    story.begins().snapshot()
    expect(story.commands.filter((each) => each.startsWith('place'))).toEqual([])
    ticked(story, 1.5)
    expect(story.commands).toEqual(['place close SELL x2 LMT 1.5'])
  })

  test('the closing fill ends the structure and leaves nothing', () => {
    const story = holding()
    ticked(story, 1).handedOver().accepted()
    const [close] = story.orders('working').filter(({ role }) => role === 'close')
    unitsFilled(story, close?.id ?? '', 2)
    expect([ids(story).structure.quantity, held(story)]).toEqual([0, []])
  })
})

/** What nobody can explain is believed when a second picture says the same. */
function seenTwice(story: Story, positions: readonly Position[]): Story {
  return story.snapshot({ positions }).after(10_000).snapshot({ positions })
}

describe('a leg that the broker does not have', () => {
  test('a list that comes empty once changes nothing, of no leg (F53)', () => {
    const story = holding()
    story.snapshot({ positions: [] }).ticks(2)
    expect(story.told).toEqual(['gate reconcile SPY'])
    expect(held(story)).toEqual([
      [600, 2],
      [605, -2],
    ])
    story.after(10_000).snapshot({ positions: [at(LONG, 2), at(SHORT, -2)] })
    expect(story.told).toEqual(['gate reconcile SPY cleared'])
    expect(story.state.gates).toEqual([])
  })

  test('changed by hand: both sides are told, entries are blocked, exits shrink to what is held', () => {
    const story = holding()
    seenTwice(story, [at(LONG, 1), at(SHORT, -2)])
    expect(story.told).toEqual([
      'gate reconcile SPY',
      'position 1 unexplained',
      'ReplaceIntended',
      'working -> replace-pending',
    ])
    expect(story.commands).toEqual(['critical', 'replace x1 LMT 3'])
    expect(ids(story).structure.quantity).toBe(2)
  })

  test('all of it gone: the target is cancelled, and nothing is sold or bought', () => {
    const story = holding()
    seenTwice(story, [at(SHORT, -2)])
    expect(story.commands).toEqual(['critical', 'cancel'])
    ticked(story, 0.5)
    expect(story.commands).toEqual([])
  })

  test('put back, its exits come back, and the gate goes', () => {
    const story = holding()
    seenTwice(story, [at(LONG, 1), at(SHORT, -2)])
    story.reported(ids(story).target.id, { kind: 'reported', as: 'working' })
    seenTwice(story.after(1_000), [at(LONG, 2), at(SHORT, -2)])
    expect(story.told).toContain('gate reconcile SPY cleared')
    expect(story.commands).toContain('replace x2 LMT 3')
  })

  test('the short one assigned: the structure ends, its cause is known, nothing is traded', () => {
    const story = holding()
    story.snapshot({ positions: [at(LONG, 2), at(shares, -200)] })
    expect(story.told).toEqual([
      'position 0 assigned',
      'position -200 assigned',
      'CancelIntended',
      'working -> cancel-pending',
    ])
    expect(ids(story).structure.quantity).toBe(0)
    expect(story.commands).toEqual(['critical', 'warning', 'warning', 'cancel'])
    story.after(10_000).ticks()
    expect(story.commands).toEqual(['warning']) // the cancel is not answered yet
  })

  test('one of two assigned: one unit goes on, and is protected as one', () => {
    const story = holding()
    story.snapshot({ positions: [at(LONG, 2), at(SHORT, -1), at(shares, -100)] })
    expect(ids(story).structure.quantity).toBe(1)
    expect(story.commands).toEqual(['critical', 'warning', 'warning', 'replace x1 LMT 3'])
  })

  test.each([
    ['below both', [], ['position 0 expired', 'position 0 expired']],
    ['above both', [], ['position 0 expired', 'position 0 expired']],
    [
      'between them',
      [at(shares, 200)],
      ['position 0 exercised', 'position 0 expired', 'position 200 exercised'],
    ],
  ])('expired with the stock %s', (_, positions, told) => {
    const story = holding()
    story.at = (LONG.lastTradingAt + 60_000) as typeof story.at
    story.snapshot({ positions })
    expect(story.told.filter((each) => each.startsWith('position'))).toEqual(told)
    expect(ids(story).structure.quantity).toBe(0)
    expect(story.commands.filter((each) => each.startsWith('place'))).toEqual([])
  })
})

/** The process ended in the middle of them, and IBKR tells executions of the day alone. */
describe('the next day, when some of its fills were never told', () => {
  const DAY_MS = 86_400_000

  function nextDay(story: Story, positions: readonly Position[]): void {
    story.after(DAY_MS).begins()
    const openOrders = [brokerOrder(ids(story).target)]
    story.snapshot({ positions, openOrders }).after(10_000).snapshot({ positions, openOrders })
  }

  test.each([
    ['both legs', 2, 0],
    ['a leg', 2, 1],
    ['a unit, and a leg of the first', 1, 1],
    ['a unit', 1, 2],
  ])('%s: the positions tell, and nothing is left to explain', (_, units, legs) => {
    const story = opening()
    const { entry } = ids(story)
    story.filled(entry.id, units)
    const [side, other] = ['BUY', 'SELL'] as const
    const of = { price: AT_LONG, quantity: units }
    if (legs > 0) legFilled(story, entry.id, { ...of, contract: LONG, side })
    if (legs > 1) legFilled(story, entry.id, { ...of, contract: SHORT, side: other })
    nextDay(story, [at(LONG, 2), at(SHORT, -2)])
    expect(Object.fromEntries(held(story))).toEqual({ 600: 2, 605: -2 })
    expect([ids(story).structure.quantity, ids(story).entry.filled]).toEqual([2, 2])
    expect(story.told.filter((each) => each.startsWith('position'))).toEqual([])
    expect(story.state.gates).toEqual([])
  })

  test('a leg that is beyond all that was ordered: only a person can say why', () => {
    const story = opening()
    story.filled(ids(story).entry.id, 2)
    nextDay(story, [at(LONG, 3), at(SHORT, -3)])
    expect(story.told).toContain('position 3 unexplained')
    expect(story.state.gates.map(({ gate }) => gate)).toEqual(['reconcile'])
  })
})

describe('a kill', () => {
  test('closes the spread as one, and no leg of it', () => {
    const story = holding()
    story.happens({ kind: 'operator-commanded', by: 'o', command: { kind: 'kill' } })
    ticked(story, 1.5)
    const placed = story.commands.filter((each) => each.startsWith('place'))
    expect(placed).toEqual(['place close SELL x2 LMT 1.5'])
  })

  test('waits for the legs of what has just filled', () => {
    const story = opening()
    story.filled(ids(story).entry.id, 2)
    story.happens({ kind: 'operator-commanded', by: 'o', command: { kind: 'kill' } })
    story.ticks()
    expect(story.commands.filter((each) => each.startsWith('place'))).toEqual([])
  })

  test('what is left of a broken spread is bought back first', () => {
    const story = holding()
    seenTwice(story, [at(SHORT, -2)])
    story.happens({ kind: 'operator-commanded', by: 'o', command: { kind: 'kill' } })
    const placed = story.commands.filter((each) => each.startsWith('place'))
    expect(placed).toEqual(['place close BUY x2 MKT'])
  })
})

test('closed by a person while one leg of it is left: not over, and the leg is named', () => {
  const story = holding()
  const { structure } = ids(story)
  const short = { ...nothingOf(SHORT), quantity: -2 }
  story.after(60_000).snapshot({ positions: [short] })
  story
    .after(11_000)
    .snapshot({ positions: [short] })
    .ticks()
  story.sent.splice(0)
  const command = { kind: 'close', structureId: structure.id } as const
  story.happens({ kind: 'operator-commanded', by: 'me', command })
  const said = story.sent.flatMap((sent) => (sent.kind === 'notify' ? [sent.message] : []))
  expect(said.join()).toContain('these legs are left: -2 SPY')
  expect(story.state.structures.get(structure.id)?.quantity).toBe(2)
})
