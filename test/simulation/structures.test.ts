import { describe, expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, ComboContract, OptionContract } from '../../src/domain/contract.ts'
import { amountOf, money } from '../../src/domain/money.ts'
import type { Structure } from '../../src/domain/position.ts'
import type { SimTicket } from '../../src/simulator/broker/state.ts'
import type { Entry } from '../../src/journal/rows.ts'
import { tradesOf } from '../../src/journal/trades.ts'
import { checkersOf } from './checkers/all.ts'
import type { Written } from './config-text.ts'
import { isOrderly, pointOf, revived } from './crashes.ts'
import type { CrashPoint } from './crashes.ts'
import { fixedPlan } from './plan.ts'
import type { Plan } from './plan.ts'
import { PushedMarket } from './pushed-market.ts'
import { World } from './world.ts'
import type { Remains } from './world.ts'

const MINUTE = 60_000

/** A debit vertical, wide exits, a week to its end. */
const SPREAD: Partial<Written> = {
  structure: 'debit-vertical:$5',
  expiry: 'dte:3-10',
  spreadMax: '60%',
  candidates: 2,
  takeProfit: '90%',
  stopLoss: '60%',
  riskMax: '5%',
  orderCostMax: '$2000',
  structureLossMax: '$2000',
}

const RICH = { id: 'DU1234567', kind: 'margin', cash: money(3_000_000) } as const

interface Stage {
  readonly plan: Plan
  readonly market: PushedMarket
}

function stage(
  written: Partial<Written> = {},
  { date = '2026-03-10', time = '10:30', minutes = 8 } = {},
): Stage {
  const plan = fixedPlan({ date, time, minutes, written: { ...SPREAD, ...written } })
  const market = new PushedMarket(plan.market)
  return { plan: { ...plan, market }, market }
}

function heldCombo(world: World): (Structure & { readonly contract: ComboContract }) | null {
  for (const structure of world.bot.engine.state.structures.values()) {
    const { contract } = structure
    if (contract.kind === 'combo' && structure.quantity !== 0) return { ...structure, contract }
  }
  return null
}

/** Runs until a spread is held, its legs included, and its entry is over. */
async function opened(world: World): Promise<Structure & { readonly contract: ComboContract }> {
  const { clock, plan } = world
  while (clock.now() < plan.until) {
    await world.runUntil((clock.now() + 500) as EpochMs)
    const held = heldCombo(world)
    if (held === null) continue
    await world.runUntil((clock.now() + 3_000) as EpochMs)
    return heldCombo(world) ?? held
  }
  throw new Error(`nothing was opened: ${reasons(world).join(' | ')}`)
}

function reasons({ remains }: World): readonly string[] {
  return remains.journal.read().flatMap(({ event }) => {
    if (event.type === 'EntryRefused') return event.refusals.map((each) => each.detail)
    return event.type === 'CycleEnded' ? [event.outcome.reason] : []
  })
}

function leg(of: ComboContract, side: 'BUY' | 'SELL'): OptionContract {
  const found = of.legs.find((each) => each.side === side)?.contract
  assert(found?.kind === 'option', 'a vertical has two options')
  return found
}

/** The bought leg loses most of its worth, and with it the spread. */
function fall({ market }: Stage, world: World, of: ComboContract): void {
  market.push(leg(of, 'BUY').conId, { since: (world.clock.now() + 200) as EpochMs, factor: 0.4 })
}

function heldAt({ remains }: World): readonly number[] {
  return remains.gateway.core.positions().map(({ quantity }) => quantity)
}

function rowsOf(world: World, type: Entry['event']['type']): readonly Entry['event'][] {
  return world.remains.journal.read().flatMap(({ event }) => (event.type === type ? [event] : []))
}

describe('a vertical spread, from its opening to its end', () => {
  test('opened as one order, its stop triggered here, closed as one order', async () => {
    const of = stage()
    const world = new World({ plan: of.plan, checkers: checkersOf('one') })
    const { id, contract, plan } = await opened(world)
    expect(plan.takeProfit?.watchedBy).toBe('broker')
    expect(plan.stopLoss?.watchedBy).toBe('local')
    const [long, short] = [leg(contract, 'BUY'), leg(contract, 'SELL')]
    expect(Math.abs(amountOf(long.strike) - amountOf(short.strike))).toBe(5)
    world.say('reduce') // no second one, so that the story stays short
    fall(of, world, contract)
    await world.runUntil((world.clock.now() + 30_000) as EpochMs)
    expect(heldAt(world)).toEqual([])
    await world.rest()
    expect(world.violations).toEqual([])
    expect(rowsOf(world, 'ExitTriggered')).toMatchObject([{ structureId: id, exit: 'stop-loss' }])
    const trades = tradesOf(world.remains.journal.read())
    expect(trades).toMatchObject([{ structureId: id, contract: { kind: 'combo' } }])
    expect(trades[0]?.closedAt).not.toBeNull()
    // No order ever named a leg alone.
    const kinds = rowsOf(world, 'OrderIntended').map(
      (event) => event.type === 'OrderIntended' && event.order.contract.kind,
    )
    expect(new Set(kinds)).toEqual(new Set(['combo']))
  })

  test('its lines stuck, fresh times and all: found out, and the stop met (F63)', async () => {
    const of = stage({}, { minutes: 12 })
    const world = new World({ plan: of.plan, checkers: checkersOf('one') })
    const { id, contract } = await opened(world)
    world.say('reduce')
    world.remains.gateway.inject({ name: 'stuck-quote', of: 'options' })
    await world.runUntil((world.clock.now() + 5_000) as EpochMs)
    fall(of, world, contract)
    const fell = world.clock.now()
    while (heldAt(world).length > 0 && world.clock.now() < of.plan.until) {
      await world.runUntil((world.clock.now() + 1_000) as EpochMs)
    }
    expect(rowsOf(world, 'ExitTriggered')).toMatchObject([{ structureId: id, exit: 'stop-loss' }])
    expect(world.clock.now() - fell).toBeLessThan(75_000)
    await world.rest()
    expect(world.violations).toEqual([])
  })

  test.each([
    ['credit-vertical:$5', {}],
    ['debit-vertical:$2', { strike: 'otm1', takeProfit: '20%', stopLoss: '20%' }],
    ['buy-write', { orderCostMax: '$90000', structureLossMax: '$90000', premiumMax: '100%' }],
  ] as const)('%s: what must hold, holds while it trades', async (structure, written) => {
    const of = stage({ riskMax: '5%', stopLoss: '30%', ...written, structure }, { minutes: 10 })
    const plan = { ...of.plan, account: RICH }
    const world = new World({ plan, checkers: checkersOf('one') })
    await opened(world)
    await world.runUntil(plan.until)
    await world.rest()
    expect(world.violations).toEqual([])
  })

  test('partly filled, it is protected for what was filled', async () => {
    const of = stage({ orderCostMax: '$5000', structureLossMax: '$5000' })
    const { market } = of
    const world = new World({ plan: of.plan, checkers: checkersOf('one') })
    // Two of any option at a time: a spread of more fills in parts, or never whole.
    for (const { contract } of market.underlyings) {
      for (const option of market.options(contract.symbol, of.plan.session.date)) {
        market.push(option.conId, { since: of.plan.start, size: 2 })
      }
    }
    const { contract } = await opened(world)
    const entries = [...world.bot.engine.state.orders.values()].filter(
      ({ role }) => role === 'entry',
    )
    expect(entries[0]?.quantity).toBeGreaterThan(2)
    expect(heldCombo(world)?.quantity).toBeLessThan(entries[0]?.quantity ?? 0)
    world.say('reduce')
    await world.runUntil((world.clock.now() + 5_000) as EpochMs)
    fall(of, world, contract)
    await world.runUntil((world.clock.now() + 2 * MINUTE) as EpochMs)
    await world.rest()
    expect(world.violations).toEqual([])
    expect(heldAt(world)).toEqual([])
    const own = world.remains.gateway.core
      .executions()
      .filter((execution) => execution.contract.kind === 'combo')
    expect(own.length).toBeGreaterThan(3)
  })
})

test('a process that ends anywhere between trigger and close leaves nothing open or doubled', async () => {
  const of = stage()
  const points: CrashPoint[] = []
  let triggered = false
  const world = new World({
    plan: of.plan,
    checkers: checkersOf('one'),
    effect: (effect, each) => {
      triggered ||=
        effect.kind === 'journaled' && effect.events.some(({ type }) => type === 'ExitTriggered')
      if (triggered && isOrderly(effect) && points.length < 14) points.push(pointOf(effect, each))
    },
  })
  const { contract } = await opened(world)
  world.say('reduce')
  fall(of, world, contract)
  await world.runUntil((world.clock.now() + 30_000) as EpochMs)
  expect(heldAt(world)).toEqual([])
  expect(points.filter(({ holding }) => holding).length).toBeGreaterThan(2)
  for (const point of points) {
    const next = await revived(of.plan, point, { afterMs: 1_000 })
    expect([point.effect, next.violations]).toEqual([point.effect, []])
    expect([point.effect, heldAt(next)]).toEqual([point.effect, []])
  }
})

/** What the broker has, with nobody there until then. */
async function alone({ lockStep }: Remains, date: string, time: string): Promise<void> {
  await lockStep.clock.runUntil(atNewYork(date as CalendarDate, time))
}

/** A spread held into the evening, and then the process is gone. */
async function leftOvernight(
  written: Partial<Written>,
  date: string,
): Promise<{ of: Stage; remains: Remains; contract: ComboContract; quantity: number }> {
  const few = { orderCostMax: '$400', structureLossMax: '$400' }
  const staged = stage({ holdOvernight: true, ...few, ...written }, { date, time: '13:30' })
  // Enough for the shares that may come.
  const of = { ...staged, plan: { ...staged.plan, account: RICH } }
  const world = new World({ plan: of.plan, checkers: checkersOf('one') })
  const { contract, quantity } = await opened(world)
  expect(world.violations).toEqual([])
  return { of, remains: world.left(), contract, quantity }
}

/** Another process on it, whose books cannot agree with fills alone. */
async function found(of: Stage, remains: Remains): Promise<World> {
  const checkers = checkersOf('restarted').filter(
    ({ name }) => name !== 'books-agree' && name !== 'protected',
  )
  const world = new World({ plan: of.plan, checkers, from: remains })
  await world.runUntil((world.clock.now() + MINUTE) as EpochMs)
  return world
}

function causes(world: World): readonly string[] {
  return rowsOf(world, 'PositionAdjusted').map((event) => {
    assert(event.type === 'PositionAdjusted', 'they were asked for')
    const { contract, quantity } = event.position
    return `${contract.kind} ${quantity} ${event.cause}`
  })
}

/** Orders that this process intended; a cancel is none. */
function intended(world: World, since: number): number {
  return world.remains.journal.read().filter(({ seq, event }) => {
    return seq > since && event.type === 'OrderIntended'
  }).length
}

describe('what the night does to a spread', () => {
  test('its short leg assigned: known by its cause, ended, nothing traded, entries blocked', async () => {
    const { of, remains, contract, quantity } = await leftOvernight({}, '2026-03-10')
    await alone(remains, '2026-03-10', '19:00')
    remains.gateway.core.assign(leg(contract, 'SELL').conId, quantity)
    await alone(remains, '2026-03-11', '09:31')
    const before = remains.journal.read().length
    const world = await found(of, remains)
    const direction = leg(contract, 'SELL').right === 'C' ? -100 : 100
    expect(causes(world)).toEqual(['option 0 assigned', `stock ${direction * quantity} assigned`])
    expect(heldCombo(world)).toBeNull()
    expect(intended(world, before)).toBe(0)
    expect(world.remains.gateway.core.openOrders()).toEqual([])
    expect(world.violations).toEqual([])
  })

  test.each([
    ['below both strikes', -20, 0],
    ['between them', 2.5, 1],
    ['above both strikes', 20, 0],
  ])('expired %s of its calls, while nobody lives', async (_, beyond, delivered) => {
    const written = { expiry: 'dte:0-1', sameDayExpiry: false }
    const { of, remains, contract, quantity } = await leftOvernight(written, '2026-03-12')
    const [long, short] = [leg(contract, 'BUY'), leg(contract, 'SELL')]
    const sign = long.right === 'C' ? 1 : -1
    of.market.settleAt(amountOf(long.strike) + sign * beyond)
    await alone(remains, long.expiry, '17:00')
    const before = remains.journal.read().length
    const world = await found(of, remains)
    const shares = delivered * sign * 100 * quantity
    expect(heldAt(world)).toEqual(shares === 0 ? [] : [shares])
    const [first, second] = [long, short].map((each) =>
      each === long && delivered > 0 ? 'option 0 exercised' : 'option 0 expired',
    )
    const stock = shares === 0 ? [] : [`stock ${shares} exercised`]
    expect(causes(world)).toEqual([first, second, ...stock])
    expect(heldCombo(world)).toBeNull()
    expect(intended(world, before)).toBe(0)
    expect(world.violations).toEqual([])
  })
})

test('a leg bought back by hand: both sides are told, entries wait, nothing is sold', async () => {
  const of = stage()
  const world = new World({
    plan: of.plan,
    checkers: checkersOf('one').filter(({ name }) => !BY_HAND.includes(name)),
  })
  const { contract, quantity } = await opened(world)
  const { core } = world.remains.gateway
  const short = leg(contract, 'SELL')
  await world.runUntil((world.clock.now() + 20_000) as EpochMs)
  core.place(byHand(short, quantity))
  await world.runUntil((world.clock.now() + 90_000) as EpochMs)
  // The fill of somebody else explains it; what is left of the structure is nobody's.
  expect(rowsOf(world, 'PositionAdjusted')).toMatchObject([
    { cause: 'foreign-trade', detail: `${-quantity} here, 0 at the broker` },
  ])
  expect(heldCombo(world)).toBeNull()
  expect(rowsOf(world, 'EntryApproved').length).toBe(1)
  expect(core.openOrders()).toEqual([])
  expect(heldAt(world)).toEqual([quantity])
  expect(world.violations).toEqual([])
})

function byHand(contract: OptionContract, quantity: number): SimTicket {
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const group = { ocaGroup: '', ocaType: 0, parentId: 0 } as const
  const of = { outsideRth: false, orderRef: '', account: '', transmit: true }
  return { clientId: 0, orderId: 900, contract, side: 'BUY', quantity, ...terms, ...group, ...of }
}

/** What a person does is not in our books, and their cover is not ours to keep. */
const BY_HAND = ['books-agree', 'protected', 'within-intent', 'fills-once', 'orders-agree']
