import { expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import type { ConId } from '../../src/domain/contract.ts'
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

interface Excusing {
  readonly act: Act
  readonly number: string
  readonly checker: string
}

const SALE: Excusing = {
  act: { do: 'host', fault: { name: 'human', act: 'sell' } },
  number: 'F94',
  checker: 'never-oversold',
}
const OVERFILL: Excusing = {
  act: { do: 'fault', spec: { name: 'overfill', how: 'order' } },
  number: 'F46',
  checker: 'within-intent',
}
const EXERCISE: Excusing = {
  act: { do: 'fault', spec: { name: 'broker-acts', what: 'exercised' } },
  number: 'F59',
  checker: 'gates-clear',
}
const CORRECTED: Excusing = {
  act: { do: 'fault', spec: { name: 'execution-corrected', what: 'quantity', count: null } },
  number: 'F44',
  checker: 'within-limits',
}

test.each([SALE, OVERFILL, EXERCISE, CORRECTED])(
  '$number: what it did to one contract excuses nothing that is said of another then',
  async ({ act, number, checker }) => {
    const written = { symbols: 'SPY, QQQ', structuresMax: 4, takeProfit: '8%', stopLoss: '8%' }
    const fixed = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 30, written })
    const plan = { ...fixed, tier: 'direct' } as const
    const host = new Host()
    const traded: ConId[] = []
    const world = new World({ plan, checkers: [], ...host.options })
    const { core } = world.remains.gateway
    core.subscribe((event) => {
      if (event.kind !== 'execution' || event.execution.contract.kind === 'combo') return
      traded.push(event.execution.contract.conId)
    })
    const excuses = { [checker]: 'planted' }
    const struck = struckBy([{ ...strike(10, 1_500, act), number, excuses }])
    const on = new StrikesOn({ world, host, struck, crash: () => undefined })
    await world.runUntil(plan.until)
    const excused = (about: readonly ConId[] | undefined): boolean =>
      on.excuses({ checker, at: world.clock.now(), text: '', ...(about && { about }) })
    const contracts = [...new Set(traded)]
    const touched = contracts.filter((conId) => excused([conId]))
    expect(contracts.length).toBeGreaterThan(1)
    expect(touched.length).toBeGreaterThan(0)
    expect(excused([1 as ConId])).toBe(false)
    expect(excused([])).toBe(false)
    if (number !== 'F44') expect(touched.length).toBeLessThan(contracts.length)
    expect(excused(undefined)).toBe(true) // of no contract: of the whole run
  },
)

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
