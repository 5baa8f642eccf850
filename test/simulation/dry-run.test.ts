import { beforeEach, describe, expect, test } from 'vitest'
import { DryWorld } from './dry-world.ts'
import type { DryOptions } from './dry-world.ts'
import { fixedPlan } from './plan.ts'
import type { Plan } from './plan.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let plan: Plan
beforeEach(() => {
  const written = { mode: 'dry-run', takeProfit: '6%', stopLoss: '6%' } as const
  plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 0, written })
})

/** A dry run that has bought something. */
async function holding(options: Partial<DryOptions> = {}): Promise<DryWorld> {
  const world = new DryWorld({ plan, ...options })
  for (let minute = 0; minute < 30 && world.held === 0; minute++) await world.run(MINUTE)
  expect(world.held).toBe(1)
  return world
}

/** No frame that bears on orders was written, and none was received. */
function expectSilence({ orderFrames, gateway }: DryWorld): void {
  expect([orderFrames.length, gateway.counters.orderFrames]).toEqual([0, 0])
  expect(gateway.core.state.orders.size).toBe(0)
}

const deaths = [
  ['quotes without a bid and an ask', (world: DryWorld) => plan.market.hold('dead', world.now())],
  ['quotes that never change again', (world: DryWorld) => plan.market.hold('frozen', world.now())],
  [
    'a data connection that falls silent',
    (world: DryWorld) => {
      world.deaf = true
    },
  ],
] as const

test('with quotes that live the same position is closed within the hour', async () => {
  const world = await holding()
  const since = world.now()
  await world.run(HOUR)
  expectSilence(world)
  expect(world.events('OrderFilled', since).some(({ fill }) => fill.side === 'SELL')).toBe(true)
})

describe('dry-run with a position held and quotes dead for an hour', () => {
  test.each(deaths)(
    '%s: no order frame reaches the Gateway, and nothing is triggered',
    async (_, dies) => {
      const world = await holding()
      dies(world)
      const since = world.now()
      await world.run(HOUR)
      expectSilence(world)
      const triggers = world.events('ExitTriggered', since)
      expect(triggers.filter(({ exit }) => exit !== 'close')).toEqual([])
      expect(triggers.filter(({ reason }) => !reason.startsWith('scalp'))).toEqual([])
      expect(world.events('TradingStateChanged', since)).toEqual([])
      expect(world.events('PositionAdjusted', since)).toEqual([])
    },
  )

  test.each([deaths[0], deaths[2]])('%s: nothing is filled or entered', async (_, dies) => {
    const world = await holding()
    dies(world)
    const since = world.now()
    await world.run(HOUR)
    expect(world.events('OrderFilled', since)).toEqual([])
    expect(world.events('EntryApproved', since)).toEqual([])
    expect(world.held).toBe(1)
  })

  test('when the Gateway is heard again, decisions go on', async () => {
    const world = await holding()
    world.deaf = true
    await world.run(HOUR)
    world.deaf = false
    await world.run(3 * MINUTE)
    const since = world.now()
    await world.run(5 * MINUTE)
    const outcomes = world.events('CycleEnded', since).map(({ outcome }) => outcome.kind)
    expect(outcomes).toHaveLength(5)
    expect(outcomes).not.toContain('skipped')
    expectSilence(world)
  })
})

test('a planted bug is seen: exits that are watched through a real broker', async () => {
  const world = await holding({ realBroker: true })
  expect(world.gateway.counters.orderFrames).toBeGreaterThan(0)
  expect(world.orderFrames.length).toBe(world.gateway.counters.orderFrames)
})
