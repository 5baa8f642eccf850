import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { money, price } from '../../domain/money.ts'
import type { Side } from '../../domain/contract.ts'
import type { GatewayCore } from './core.ts'
import { at, Bench, CALL, lineOf, ticket, virtualClock } from '../market/scripted-market.testing.ts'
import type { Script, Scripted } from '../market/scripted-market.testing.ts'
import type { CoreEvent, SimOrderType, SimTicket } from './state.ts'

const BEGIN = at('09:45')
const MINUTE = 60_000

/**
 * A market that wanders, with sides that vanish and sizes of few, and a client that does
 * anything.
 */
const quote = fc.record({
  cents: fc.integer({ min: 50, max: 290 }),
  spread: fc.integer({ min: 1, max: 20 }),
  bidSize: fc.option(fc.integer({ min: 0, max: 4 })),
  askSize: fc.option(fc.integer({ min: 0, max: 4 })),
  oneSided: fc.integer({ min: 0, max: 9 }),
})

const exits = fc.record({
  kind: fc.constant('bracket' as const),
  quantity: fc.integer({ min: 1, max: 6 }),
  limit: fc.integer({ min: 50, max: 290 }),
  takeProfit: fc.integer({ min: 50, max: 290 }),
  stopLoss: fc.integer({ min: 50, max: 290 }),
  ocaType: fc.constantFrom<1 | 2>(1, 2),
})

const action = fc.oneof(
  exits,
  fc.record({
    kind: fc.constant('single' as const),
    side: fc.constantFrom<Side>('BUY', 'SELL'),
    type: fc.constantFrom<SimOrderType>('LMT', 'MKT', 'STP'),
    at: fc.integer({ min: 50, max: 290 }),
    quantity: fc.integer({ min: 1, max: 6 }),
    timeInForce: fc.constantFrom<SimTicket['timeInForce']>('DAY', 'GTC', 'IOC'),
  }),
  fc.record({ kind: fc.constant('cancel' as const), which: fc.integer({ min: 1, max: 30 }) }),
  fc.record({
    kind: fc.constant('change' as const),
    which: fc.integer({ min: 1, max: 30 }),
    quantity: fc.integer({ min: 1, max: 8 }),
    at: fc.integer({ min: 50, max: 290 }),
  }),
)

const day = fc.record({
  seed: fc.nat(),
  quotes: fc.array(quote, { minLength: 1, maxLength: 10 }),
  actions: fc.array(action, { maxLength: 10 }),
})

type Day = typeof day extends fc.Arbitrary<infer T> ? T : never

function scriptOf({ quotes }: Day): Script {
  const rows = quotes.map(({ cents, spread, bidSize, askSize, oneSided }, minute): Scripted => ({
    at: (BEGIN + minute * MINUTE) as EpochMs,
    bid: oneSided === 0 ? null : cents / 100,
    ask: oneSided === 1 ? null : (cents + spread) / 100,
    bidSize,
    askSize,
  }))
  return { origin: 'generated', quotes: { [CALL.conId]: rows } }
}

function act(core: GatewayCore, of: Day['actions'][number]): void {
  const orderId = core.nextOrderId(7)
  if (of.kind === 'cancel') return core.cancel(7, 7, of.which)
  if (of.kind === 'change') {
    const order = core.state.orders.get(`7/${of.which}`)
    if (order === undefined) return
    const limit = order.limit === null ? null : price(of.at / 100)
    return core.place({ ...order, limit, quantity: of.quantity })
  }
  if (of.kind === 'single') {
    const { side, type, quantity, timeInForce } = of
    const limit = type === 'LMT' ? price(of.at / 100) : null
    const trigger = type === 'STP' ? price(of.at / 100) : null
    return core.place(ticket({ orderId, side, type, quantity, timeInForce, limit, trigger }))
  }
  const { quantity, ocaType } = of
  const group = { quantity, ocaGroup: `exits ${orderId}`, ocaType }
  const exit = { ...group, side: 'SELL', parentId: orderId, timeInForce: 'GTC' } as const
  core.place(ticket({ orderId, quantity, limit: price(of.limit / 100), transmit: false }))
  core.place(
    ticket({
      ...exit,
      orderId: orderId + 1,
      limit: price(of.takeProfit / 100),
      transmit: false,
    }),
  )
  core.place(
    ticket({ ...exit, orderId: orderId + 2, type: 'STP', trigger: price(of.stopLoss / 100) }),
  )
}

/** One action every minute, half a minute after the quote; then a day more. */
function play(of: Day, check: (core: GatewayCore, event: CoreEvent) => void = () => undefined) {
  const bench = new Bench(scriptOf(of), { seed: of.seed, start: BEGIN })
  bench.core.subscribe((event) => check(bench.core, event))
  of.actions.forEach((each, index) =>
    bench.clock.after(index * MINUTE + MINUTE / 2, () => act(bench.core, each)),
  )
  return bench
}

const OVER = at('18:00')
const RUNS = { numRuns: 150 }

describe('whatever a client does and the market', () => {
  test('money is conserved after every event, to the micro-dollar', async () => {
    const check = ({ state }: GatewayCore): void => {
      let cost = 0
      for (const position of state.positions.values()) cost += position.cost
      expect(state.cash + cost - state.realizedPnl).toBe(money(100_000))
    }
    await fc.assert(
      fc.asyncProperty(day, async (of) => {
        const { core } = await play(of, check).until(OVER)
        const flows = core.executions().map(({ side, price: paid, quantity, commission }) => {
          const value = paid * quantity * 100
          return (side === 'BUY' ? -value : value) - commission
        })
        const sum = flows.reduce((total, each) => total + each, 0)
        expect(core.state.cash).toBe(money(100_000) + sum)
        if (core.positions().length === 0) expect(core.state.realizedPnl).toBe(sum)
      }),
      RUNS,
    )
  })

  test('no order overfills, none is sold without its cover, positions are what was filled', async () => {
    await fc.assert(
      fc.asyncProperty(day, async (of) => {
        const { core } = await play(of, ({ state }) => {
          for (const order of state.orders.values()) {
            expect(order.filled).toBeLessThanOrEqual(order.quantity)
          }
          for (const position of state.positions.values()) {
            expect(position.quantity).toBeGreaterThan(0)
          }
        }).until(OVER)
        const executions = core.executions()
        const signed = executions.map((each) =>
          each.side === 'BUY' ? each.quantity : -each.quantity,
        )
        const held = signed.reduce((sum, each) => sum + each, 0)
        expect(core.state.positions.get(CALL.conId)?.quantity ?? 0).toBe(held)
        for (const order of core.state.orders.values()) {
          const own = executions.filter((each) => each.permId === order.permId)
          expect(own.reduce((sum, each) => sum + each.quantity, 0)).toBe(order.filled)
        }
      }),
      RUNS,
    )
  })

  test('the exits of a bracket never close more than its entry opened', async () => {
    await fc.assert(
      fc.asyncProperty(day, async (of) => {
        const unchanged = of.actions.filter((each) => each.kind !== 'change')
        await play({ ...of, actions: unchanged }, ({ state }) => {
          const orders = [...state.orders.values()]
          for (const parent of orders) {
            const children = orders.filter((each) => each.parentId === parent.orderId)
            const closed = children.reduce((sum, each) => sum + each.filled, 0)
            expect(closed).toBeLessThanOrEqual(children.length === 0 ? 0 : parent.filled)
          }
        }).until(OVER)
      }),
      RUNS,
    )
  })

  test('the same seed gives the same events, and a clone goes on in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(day, fc.integer({ min: 0, max: 25 * MINUTE }), async (of, after) => {
        const [one, other] = [play(of), play(of)]
        const split = (BEGIN + after) as EpochMs
        await one.until(split)
        await other.until(OVER)
        const clock = virtualClock(split)
        const clone = one.core.clone(clock)
        const events = [...one.events]
        clone.subscribe((event) => events.push(event))
        of.actions.forEach((each, index) => {
          const due = BEGIN + index * MINUTE + MINUTE / 2
          if (due > split) clock.after(due - split, () => act(clone, each))
        })
        await clock.runUntil(OVER)
        expect(events.map(lineOf)).toEqual(other.story)
        expect(clone.state).toEqual(other.core.state)
        await one.until(OVER)
        expect(one.core.state).toEqual(other.core.state)
      }),
      RUNS,
    )
  })
})
