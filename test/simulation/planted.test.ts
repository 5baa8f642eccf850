import { describe, expect, test } from 'vitest'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import type { Plan } from './plan.ts'
import { bugsOf } from './planted/all.ts'
import type { Planted } from './planted/bug.ts'
import { World } from './world.ts'

function plan({ time = '10:30', minutes = 6, holding = false }: Partial<Planted> = {}): Plan {
  const exits = holding ? '50%' : '1%'
  const cost = '$2000'
  const written = {
    symbols: 'SPY, QQQ, AAPL',
    strike: 'otm2',
    takeProfit: exits,
    stopLoss: exits,
    riskMax: '1%',
    orderCostMax: cost,
    structureLossMax: cost,
  }
  return fixedPlan({ date: '2026-03-10', time, minutes, written })
}

async function watched(planted: Planted | null): Promise<World> {
  const world = new World({
    plan: plan(planted ?? {}),
    checkers: checkersOf('one'),
    ...planted?.plant,
  })
  planted?.meanwhile?.(world)
  await world.runUntil(world.plan.until)
  await world.rest()
  return world
}

const planted = bugsOf(plan().settings)

test('without a planted bug nothing is complained about, and there is something to see', async () => {
  const world = await watched(null)
  expect(world.violations).toEqual([])
  expect(world.record.fills.size).toBeGreaterThan(4)
})

describe('a checker is believed after it has caught a planted bug', () => {
  test.each(planted.map((each) => [each.bug, each.caughtBy, each] as const))(
    '%s: %s',
    async (_bug, checker, each) => {
      const { violations } = await watched(each)
      const said = violations.filter((violation) => violation.checker === checker)
      expect(said.map(({ text }) => text)).toEqual([expect.stringContaining(each.saying ?? '')])
    },
  )
})

test('every checker has caught one', () => {
  const caught = new Set(planted.map(({ caughtBy }) => caughtBy))
  expect(
    checkersOf('one')
      .map(({ name }) => name)
      .filter((name) => !caught.has(name)),
  ).toEqual([])
})
