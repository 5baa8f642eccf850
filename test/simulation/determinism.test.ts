import { expect, test } from 'vitest'
import { checkersOf } from './checkers/all.ts'
import { planOf } from './plan.ts'
import { World } from './world.ts'
import type { WorldOptions } from './world.ts'

const MINUTES = 5
const SEED = 1

async function hashOf(of: Pick<WorldOptions, 'wrap' | 'settings'> = {}): Promise<string> {
  const plan = planOf(SEED, MINUTES)
  const world = new World({ plan, checkers: checkersOf('one'), ...of })
  await world.runUntil(plan.until)
  return world.remains.journal.journalHash()
}

test('the same seed gives the same journal', async () => {
  expect(await hashOf()).toBe(await hashOf())
})

test('a planted bug is seen: something that differs from run to run', async () => {
  const { settings } = planOf(SEED, MINUTES)
  const runs = [1, 2].map((run) => hashOf({ settings: { ...settings, hash: `run ${run}` } }))
  const [one, two] = await Promise.all(runs)
  expect(one).not.toBe(two)
})
