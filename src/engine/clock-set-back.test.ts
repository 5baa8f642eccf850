import { describe, expect, test } from 'vitest'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { SimContract } from '../simulator/broker/state.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { MemoryJournal } from '../journal/memory.ts'
import { baseline, ready, request } from '../trading/play.testing.ts'
import { snapshotDueAt } from './snapshot-due.ts'
import { at } from './scripted-bars.testing.ts'
import { strategyAt, World } from './world.testing.ts'

const HOUR_MS = 3_600_000
const SKEW = { gate: 'skew', symbol: null, reason: 'the clock is off' } as const

/** F70: the wall clock of this machine is an hour ahead for a while; monotonic time goes on. */
class Ahead implements Clock {
  readonly #of: Clock
  byMs = 0

  constructor(of: Clock) {
    this.#of = of
  }

  now(): EpochMs {
    return (this.#of.now() + this.byMs) as EpochMs
  }

  monotonicMs(): number {
    return this.#of.monotonicMs()
  }

  after(delayMs: number, callback: () => void | Promise<void>): () => void {
    return this.#of.after(delayMs, callback)
  }
}

/** A world whose bot sees another time than its broker. */
function skewedWorld(strategy: Strategy) {
  const clocks: Ahead[] = []
  const world = new World({
    strategies: [strategy],
    wrap: ({ clock }) => {
      const ahead = new Ahead(clock)
      clocks.push(ahead)
      return { clock: ahead }
    },
  })
  return { world, jump: (byMs: number) => clocks.forEach((clock) => void (clock.byMs = byMs)) }
}

/** As a person does it in TWS. */
function buyOne(world: World, contract: SimContract): void {
  const alone = { parentId: 0, ocaGroup: '', ocaType: 0, orderRef: '', account: '' } as const
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const ticket = { ...alone, ...terms, contract, side: 'BUY', quantity: 1 } as const
  const here = { clientId: 0, orderId: -1, transmit: true, outsideRth: false }
  world.gateway.core.place({ ...ticket, ...here })
}

test('a clock that stays an hour behind: what a person buys is taken over all the same', async () => {
  const { world, jump } = skewedWorld(strategyAt('10:02'))
  const { engine } = world.start()
  await world.clock.runUntil(at('10:05'))
  jump(-HOUR_MS)
  await world.clock.runUntil(at('10:07'))
  const [held] = world.gateway.core.positions()
  if (held === undefined) throw new Error('something is held')
  buyOne(world, held.contract)
  await world.clock.runUntil(at('10:07:40'))
  const { conId } = held.contract
  expect(engine.state.positions.get(conId)?.quantity).toBe(held.quantity + 1)
})

test('a clock that is a day ahead for a while: the day goes on with its own baseline', async () => {
  const { world, jump } = skewedWorld(strategyAt('10:12'))
  const { engine } = world.start()
  await world.clock.runUntil(at('10:05'))
  const { baseline } = engine.state
  jump(24 * HOUR_MS)
  await world.clock.runUntil(at('10:06:30'))
  jump(0)
  await world.clock.runUntil(at('10:15'))
  expect(engine.state.baseline).toMatchObject({ date: baseline?.date, amount: baseline?.amount })
  expect(engine.state.gates).toEqual([])
  expect(world.events('EntryApproved')).toHaveLength(1)
})

test('no day begins while the clock is known to be off', () => {
  const story = ready()
  story.happens({ kind: 'gates-changed', gates: [{ ...SKEW, since: story.at }] })
  const tomorrow = { ...baseline, date: '2026-03-11' as CalendarDate }
  story.happens({ kind: 'day-observed', baseline: tomorrow })
  expect(story.state.baseline).toEqual(baseline)
  story.happens({ kind: 'gates-changed', gates: [] })
  story.happens({ kind: 'day-observed', baseline: tomorrow })
  expect(story.state.baseline).toEqual(tomorrow)
})

describe('a clock that is set back by an hour', () => {
  test('does not keep the next picture back', async () => {
    const clocks: Ahead[] = []
    let pictures = 0
    const world = new World({
      strategies: [strategyAt('10:02')],
      wrap: ({ clock, broker }) => {
        const ahead = new Ahead(clock)
        clocks.push(ahead)
        const snapshot: typeof broker.snapshot = (...of) => {
          pictures += 1
          return broker.snapshot(...of)
        }
        return { clock: ahead, broker: { ...broker, snapshot } }
      },
    })
    const { engine } = world.start()
    const jump = (byMs: number): void => clocks.forEach((clock) => void (clock.byMs = byMs))
    await world.clock.runUntil(at('10:05'))
    expect([...engine.state.positions.values()].length).toBeGreaterThan(0)

    jump(HOUR_MS)
    const before = pictures
    await world.clock.runUntil(at('10:06:30'))
    expect(pictures).toBeGreaterThan(before)

    jump(0)
    const since = pictures
    await world.clock.runUntil(at('10:09:45'))
    expect(pictures - since).toBeGreaterThanOrEqual(3)
    expect(pictures - since).toBeLessThanOrEqual(5)
    expect(world.events('ClockSetBack').map(({ byMs }) => Math.round(byMs / 60_000))).toEqual([60])
    expect(world.notices.filter(({ message }) => message.includes('set back by'))).toHaveLength(1)
  })

  test('before this run began: waits count from now as well', async () => {
    const world = new World({ strategies: [strategyAt('10:02')] })
    world.start()
    await world.clock.runUntil(at('10:05'))
    const ahead = world.journal.read().map((row) => ({ ...row, at: (row.at + HOUR_MS) as EpochMs }))
    world.journal = new MemoryJournal(ahead)
    const { engine } = world.restart()
    const now = world.clock.now()
    expect(world.events('ClockSetBack')).toHaveLength(1)
    const { orders, structures } = engine.state
    expect(orders.size).toBeGreaterThan(0)
    for (const { statusSince } of orders.values()) expect(statusSince).toBeLessThanOrEqual(now)
    for (const { openedAt } of structures.values()) expect(openedAt).toBeLessThanOrEqual(now)
  })
})

test('an order that was sent while the clock was ahead is proven in the time that proofs take', () => {
  const story = ready().after(HOUR_MS).snapshot()
  story.happens({ kind: 'entry-proposed', request: request({}, story.at) }).handedOver()
  story.after(10_000).ticks()
  const sent = story.orders('unknown')
  expect(sent.map(({ role }) => role)).toContain('entry')

  story.after(-HOUR_MS).happens({ kind: 'clock-set-back', byMs: HOUR_MS })
  const asked = (story.at - 1_000) as EpochMs
  expect(snapshotDueAt(story.state, asked, story.rules)).toBeLessThanOrEqual(story.at)
  story.after(15_000).snapshot({ openOrders: [] })
  expect(story.orders('unknown')).toEqual([])
})
