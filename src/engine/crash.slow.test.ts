import { expect, test } from 'vitest'
import { Prng } from '../base/prng.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { reportOf } from '../journal/queries.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import { scalp } from '../strategy/scalp.ts'
import type { Event } from '../trading/event.ts'
import { at, SPY } from './scripted-bars.testing.ts'
import { World } from './world.testing.ts'

const QQQ = { ...SPY, symbol: 'QQQ' as Ticker }
/** Between these and the next one a crash hurts most. */
const CRITICAL: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'OrderIntended',
  'OrderFilled',
  'OrderMoved',
  'CancelIntended',
  'ExitTriggered',
])

test.each([1, 2, 3])(
  'seed %i: killed at any moment and started again, nothing is doubled, lost or left open',
  async (seed) => {
    const prng = new Prng(seed)
    const world = new World({ start: '09:31', seed, strategies: [scalp], symbols: [SPY, QQQ] })
    let bot = world.start()
    let crashes = 0
    while (world.clock.now() < at('11:30')) {
      const until = (world.clock.now() + prng.int(20_000, 600_000)) as EpochMs
      const leave = bot.engine.subscribe(({ type }) => {
        const near = world.clock.now() > until - 300_000
        if (near && CRITICAL.has(type) && prng.chance(0.3)) world.clock.stop()
      })
      await world.clock.runUntil(until)
      leave()
      world.crash()
      crashes++
      await world.run(prng.int(0, 30_000))
      bot = world.restart()
    }
    await world.clock.runUntil(at('16:05'))

    const { core } = world.gateway
    const report = reportOf(world.journal.read(), world.clock.now())
    expect(crashes).toBeGreaterThan(8)
    expect(report.entries).toBeGreaterThan(0)
    expect(report.exits).toBe(report.entries)
    // Commissions of fills in the dark are not told in process; without them it is exact.
    expect(report.realizedPnl + report.commissions).toBe(
      core.state.realizedPnl + core.state.commissions,
    )
    const held = core.positions().filter((position) => position.quantity !== 0)
    const alive = [...bot.engine.state.orders.values()].filter(({ status }) => !isTerminal(status))
    expect([held, alive]).toEqual([[], []])
    expect(world.events('PositionAdjusted')).toEqual([])
    const refs = [...core.state.orders.values()].map((order) => order.orderRef)
    expect(new Set(refs).size).toBe(refs.length) // no order was sent twice
  },
)
