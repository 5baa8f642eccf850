import { expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import { Host } from '../simulation/host-faults.ts'
import { fixedPlan } from '../simulation/plan.ts'
import { World } from '../simulation/world.ts'
import type { Act, Strike } from './strike.ts'
import { StrikesOn, struckBy } from './strikes-on.ts'

const SECOND = 1_000

function strike(atS: number, lastsS: number, act: Act): Strike {
  const [atMs, lastsMs] = [atS * SECOND, lastsS * SECOND]
  return { number: 'F0', name: 'planted', atMs, lastsMs, tailMs: 0, act }
}

/** How often each of them made a difference to a bot that holds nothing. */
async function changesOf(strikes: readonly Strike[]): Promise<readonly number[]> {
  const fixed = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 1, written: {} })
  const plan = { ...fixed, tier: 'direct' } as const
  const host = new Host()
  const world = new World({ plan, checkers: [], ...host.options })
  const struck = struckBy(strikes)
  const on = new StrikesOn({ world, host, struck, crash: () => undefined })
  await world.runUntil((plan.start + 80 * SECOND) as EpochMs)
  on.leave()
  return struck.map(({ changes }) => changes)
}

test('a word changes something if the level is another one then, or something is closed', async () => {
  const reduce = { do: 'say', command: 'reduce' } as const
  const changes = await changesOf([
    strike(10, 20, reduce),
    strike(15, 2, reduce),
    strike(40, 5, { do: 'say', command: 'close' }),
  ])
  expect(changes).toEqual([1, 0, 0])
})

test('a clock that is off changes something if anything was written by it', async () => {
  const jump = { do: 'host', fault: { name: 'clock-jump', byMs: SECOND } } as const
  const [unseen, seen] = await changesOf([strike(10.2, 0.3, jump), strike(20, 50, jump)])
  expect(unseen).toBe(0)
  expect(seen).toBeGreaterThan(0)
})
