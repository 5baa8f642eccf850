import { describe, expect, test } from 'vitest'
import { assert } from '../base/assert.ts'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { Margin, MarginAsked } from '../domain/margin.ts'
import type { Price } from '../domain/money.ts'
import { money, notional, roundToTick } from '../domain/money.ts'
import { tickAt } from '../domain/contract.ts'
import type { Approved, ClientOrderId, Order, OrderChange } from '../domain/order.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import type { BrokerSnapshot, OrderReport } from '../domain/report.ts'
import type { Rules } from '../trading/command.ts'
import { baselineOf } from '../trading/decide-day.ts'
import { decide } from '../trading/decide.ts'
import { marginAsked } from '../trading/entry-request.ts'
import { evolve } from '../trading/evolve.ts'
import type { Input } from '../trading/input.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import { rules } from './fixtures.testing.ts'
import type { Broker, HeldNow } from './ports.ts'

/** An account without orders or positions, in regular hours, an hour before they end. */
export interface BrokerUnderTest {
  readonly broker: Broker
  readonly clock: Clock
  /** Lets the world go on for this long. */
  readonly run: (ms: number) => Promise<void>
  /** An option with a two-sided quote above one dollar, quoted now. */
  readonly quoted: () => Promise<Candidate>
}

interface World extends BrokerUnderTest {
  readonly reports: readonly OrderReport[]
  readonly held: readonly HeldNow[]
  readonly links: readonly (readonly [up: boolean, epoch: number])[]
}

/** The promises of `Broker`, for every adapter. */
export function brokerContract(
  name: string,
  make: () => BrokerUnderTest | Promise<BrokerUnderTest>,
): void {
  const begin = async (): Promise<World> => {
    const world = await make()
    const reports: OrderReport[] = []
    const held: HeldNow[] = []
    const links: (readonly [boolean, number])[] = []
    world.broker.onReport((report) => reports.push(report))
    world.broker.onHeld((now) => held.push(now))
    world.broker.onLink((up, epoch) => links.push([up, epoch]))
    await world.run(3_000)
    return { ...world, reports, held, links }
  }

  describe(`${name} keeps the promises of a broker`, () => {
    pictures(begin)
    asking(begin)
    placing(begin)
    changes(begin)
  })
}

type Begin = () => Promise<World>

function pictures(begin: Begin): void {
  test('who comes while the link is up is told so, with its epoch', async () => {
    const { links } = await begin()
    expect(links).toEqual([[true, expect.any(Number)]])
  })

  test('a snapshot is one picture of the epoch, taken after it was asked for', async () => {
    const world = await begin()
    const asked = world.clock.now()
    const picture = await snapshotOf(world)
    expect(picture.epoch).toBe(world.links[0]?.[1])
    expect(picture.requestedAt).toBeGreaterThanOrEqual(asked)
    expect([picture.openOrders, picture.positions.filter((p) => p.quantity !== 0)]).toEqual([
      [],
      [],
    ])
    expect(picture.account?.netLiquidation).toBeGreaterThan(0)
    expect(picture.account?.dailyPnl).toEqual(expect.any(Number))
  })

  test('a snapshot that is given up ends in a fault', async () => {
    const world = await begin()
    const controller = new AbortController()
    const asked = world.broker.snapshot(controller.signal)
    controller.abort()
    await world.run(15_000)
    expect((await asked).ok).toBe(false)
  })
}

function asking(begin: Begin): void {
  test('an entry is asked about: what is left after it is told, and no order comes of it', async () => {
    const world = await begin()
    const before = await snapshotOf(world)
    const { contract, quote } = await world.quoted()
    assert(quote.ask !== null, 'the option is quoted')
    const limit = quote.ask
    const margin = await marginOf(world, { contract, side: 'BUY', quantity: 3, limit })
    assert(margin.kind === 'answered', `it is answered, not ${margin.kind}`)
    const { initialMarginAfter, equityAfter, commission } = margin
    assert(initialMarginAfter !== null && equityAfter !== null, 'its margins are set')
    assert(before.account !== null, 'the account is known')
    const { availableFunds } = before.account
    const taken = notional(limit, 3, contract.multiplier) + (commission ?? 0)
    expect(equityAfter - initialMarginAfter).toBe(availableFunds - taken)
    expect(world.reports).toEqual([])
    const { openOrders, completedOrders } = await snapshotOf(world)
    expect([openOrders, completedOrders]).toEqual([[], []])
  })

  test('what the account cannot carry is refused', async () => {
    const world = await begin()
    const { contract, quote } = await world.quoted()
    assert(quote.ask !== null, 'the option is quoted')
    const asked = { contract, side: 'BUY', quantity: 100_000, limit: quote.ask } as const
    expect(await marginOf(world, asked)).toMatchObject({ kind: 'refused', code: 201 })
    expect(world.reports).toEqual([])
  })
}

function placing(begin: Begin): void {
  test('a bracket below the market rests: each order is reported and in the picture by our id', async () => {
    const world = await begin()
    const orders = await bracketAt(world, 0.5)
    expect(orders.map((order) => order.role)).toEqual(['entry', 'take-profit', 'stop-loss'])
    expect(world.broker.place(orders).ok).toBe(true)
    await world.run(3_000)
    expect(lastReported(world, orders)).toEqual(['working', 'held', 'held'])
    const picture = await snapshotOf(world)
    expect(picture.openOrders.map((order) => order.orderId ?? '').sort()).toEqual(idsOf(orders))
    expect(picture.fills).toEqual([])
  })

  test('a bracket at the market fills once, with its commission, and its exits rest', async () => {
    const world = await begin()
    await snapshotOf(world)
    const orders = await bracketAt(world, 1.1)
    const [entry] = orders
    assert(entry !== undefined, 'a bracket has an entry')
    world.broker.place(orders)
    await world.run(30_000)
    expect(world.held.at(-1)?.quantity).toBe(entry.quantity) // unasked
    const fills = world.reports.flatMap((report) => (report.kind === 'filled' ? [report.fill] : []))
    const byId = new Map(fills.map((fill) => [fill.execId, fill]))
    const filled = [...byId.values()].reduce((sum, fill) => sum + fill.quantity, 0)
    expect(filled).toBe(entry.quantity)
    expect(new Set(fills.map((fill) => fill.orderId))).toEqual(new Set([entry.id]))
    for (const execId of byId.keys()) {
      const paid = world.reports.find(
        (report) => report.kind === 'commission' && report.execId === execId,
      )
      expect(paid).toMatchObject({ commission: expect.any(Number) })
    }
    const [, target, stop] = lastReported(world, orders)
    expect(target).toBe('working')
    expect(['held', 'working']).toContain(stop) // a stop on an option is simulated: PreSubmitted
    const picture = await snapshotOf(world)
    expect(picture.positions.filter((each) => each.quantity !== 0)).toMatchObject([
      { quantity: entry.quantity },
    ])
    expect(picture.fills.map((fill) => fill.execId).sort()).toEqual([...byId.keys()].sort())
    expect(picture.openOrders.map((order) => order.orderId)).not.toContain(entry.id)
  })
}

function changes(begin: Begin): void {
  test('a cancelled entry takes its children with it', async () => {
    const world = await begin()
    const orders = await bracketAt(world, 0.5)
    const [entry] = orders
    assert(entry !== undefined, 'a bracket has an entry')
    world.broker.place(orders)
    await world.run(3_000)
    expect(world.broker.cancel(entry.id).ok).toBe(true)
    await world.run(3_000)
    for (const { id } of orders) expect(evidenceOf(world, id)).toContain('cancel-reported')
    expect((await snapshotOf(world)).openOrders).toEqual([])
  })

  test('a resting order is changed under the id it has, and nothing else is', async () => {
    const world = await begin()
    const orders = await bracketAt(world, 0.5)
    const [entry, target] = orders
    assert(entry?.terms.type === 'LMT' && target !== undefined, 'a bracket has a limit entry')
    world.broker.place(orders)
    await world.run(3_000)
    const limit = (entry.terms.limit - tickAt(entry.contract, entry.terms.limit)) as Price
    const terms = { type: 'LMT', limit } as const
    const change = { orderId: entry.id, quantity: entry.quantity, terms }
    // The suite stands in for `protect`, which alone approves changes.
    expect(world.broker.replace(change as Approved<OrderChange>).ok).toBe(true)
    await world.run(3_000)
    expect(lastReported(world, orders)).toEqual(['working', 'held', 'held'])
    expect((await snapshotOf(world)).openOrders.map((order) => order.orderId ?? '').sort()).toEqual(
      idsOf(orders),
    )
  })

  test('what was never placed cannot be cancelled or sent again', async () => {
    const world = await begin()
    expect(world.broker.cancel('nobody-1' as ClientOrderId).ok).toBe(false)
  })
}

const generous: Rules = {
  ...rules,
  limits: { ...rules.limits, riskPerTradePct: 0.05, orderCostMax: money(50_000) },
}

/** Through the core: what risk approves at this part of the market price, ready to be placed. */
async function bracketAt(world: World, part: number): Promise<readonly Approved<Order>[]> {
  const state = await stateOf(world)
  const { contract, quote } = await world.quoted()
  assert(quote.ask !== null, 'the option is quoted')
  const tick = tickAt(contract, quote.ask)
  const ask = roundToTick(Math.round(quote.ask * part) as Price, tick, 'up')
  const bid = (ask - tick) as Price
  const first = requestFor(quotedAt(contract, { ...quote, bid, ask }, world.clock.now()))
  const asked = marginAsked({ state, at: world.clock.now(), rules: generous }, first)
  assert(asked.ok, 'some of it fits')
  const margin = await marginOf(world, asked.value)
  const at = world.clock.now()
  const request = { ...requestFor(quotedAt(contract, { ...quote, bid, ask }, at)), margin }
  const { commands } = decide(state, { kind: 'entry-proposed', at, request }, generous)
  const place = commands.find((command) => command.kind === 'place')
  assert(place !== undefined, 'risk approves a modest entry')
  return place.orders
}

function quotedAt(contract: Candidate['contract'], quote: Quote, at: EpochMs): Candidate {
  return { contract, quote: { ...quote, aliveAt: at, receivedAt: at } }
}

async function marginOf({ broker, run }: World, asked: MarginAsked): Promise<Margin> {
  const answer = broker.margin(asked)
  await run(1_000)
  return answer
}

function requestFor(candidate: Candidate): Extract<Input, { kind: 'entry-proposed' }>['request'] {
  const { contract, quote } = candidate
  return {
    strategy: 'contract',
    signalKey: 'contract 1',
    candidate,
    side: 'BUY',
    signal: { kind: 'enter', outlook: 'rise', confidence: 1, reason: 'contract' },
    stopLossPct: 0.5,
    barClosedAt: quote.aliveAt,
    // Its strike is near enough: what it is worth is not what is tested here.
    spot: contract.kind === 'option' ? { price: contract.strike, at: quote.aliveAt } : null,
    marks: [],
  }
}

/** What the core knows after connecting to this broker. */
async function stateOf(world: World): Promise<State> {
  const snapshot = await snapshotOf(world)
  const { account, epoch } = snapshot
  assert(account !== null, 'the account is known')
  const baseline = baselineOf(account)
  assert(baseline !== null, "the day's profit is known")
  const at = world.clock.now()
  const run = { mode: 'simulation', accountId: account.id, version: '0', configHash: '' } as const
  const inputs: readonly Input[] = [
    { kind: 'run-started', at, ...run },
    { kind: 'link-changed', at, link: 'reconciling', epoch },
    { kind: 'snapshot-taken', at, snapshot },
    { kind: 'day-observed', at, baseline },
  ]
  return inputs.reduce<State>(
    (state, input) => {
      const { events } = decide(state, input, generous)
      return events.reduce((next, event) => evolve(next, event, at), state)
    },
    initialState('simulation', account.id),
  )
}

async function snapshotOf(world: Pick<World, 'broker' | 'run'>): Promise<BrokerSnapshot> {
  const asked = world.broker.snapshot(new AbortController().signal)
  await world.run(15_000)
  const answer = await asked
  assert(answer.ok, `a picture comes${answer.ok ? '' : `, not ${answer.error.detail}`}`)
  return answer.value
}

function evidenceOf({ reports }: World, id: ClientOrderId): readonly string[] {
  return reports.flatMap((report) =>
    report.kind === 'evidence' && report.orderId === id ? [report.evidence.kind] : [],
  )
}

/** The last status that was reported of each order. */
function lastReported({ reports }: World, orders: readonly Order[]): readonly (string | null)[] {
  return orders.map(({ id }) =>
    reports.reduce<string | null>((last, report) => {
      if (report.kind !== 'evidence' || report.orderId !== id) return last
      return report.evidence.kind === 'reported' ? report.evidence.as : last
    }, null),
  )
}

function idsOf(orders: readonly Order[]): readonly ClientOrderId[] {
  return orders.map((order) => order.id).sort()
}
