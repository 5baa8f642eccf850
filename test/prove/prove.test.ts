import { describe, expect, test } from 'vitest'
import { KINDS } from './kinds.ts'
import { playTask } from './part.ts'
import { provePlanOf } from './plan.ts'
import { REGRESSIONS } from './regressions.ts'
import { unreached } from './coverage.ts'
import { sumOf } from './report.ts'
import { storyOf } from './story.ts'
import type { Strike } from './strike.ts'
import { tasksOf } from './tasks.ts'

const DAY = { tier: 'direct', days: 1, twice: false } as const

describe('a plan', () => {
  test('is of its seed alone: days, what goes wrong, and what may', () => {
    const plain = (seed: number): string => {
      const { kinds, days } = provePlanOf({ seed, tier: 'codec', days: 2 })
      const strikes = days.map((day) => [day.plan.session.date, day.strikes])
      return JSON.stringify([kinds.map(({ name }) => name), strikes])
    }
    expect(plain(7)).toBe(plain(7))
    expect(plain(7)).not.toBe(plain(8))
  })

  test('has one market for all days: a Gateway that is left of one goes on with it', () => {
    const { days } = provePlanOf({ seed: 15, tier: 'direct', days: 3 })
    expect(new Set(days.map(({ plan }) => plan.market)).size).toBe(1)
  })

  test('every kind is drawn by some seed, and none is active in most of them', () => {
    const seeds = Array.from({ length: 130 }, (_, index) => index + 1)
    const plans = seeds.flatMap((seed) =>
      (['direct', 'codec'] as const).map((tier) => provePlanOf({ seed, tier, days: 1 })),
    )
    for (const kind of KINDS) {
      const active = plans.filter(({ kinds, promised }) =>
        [...kinds, ...promised].includes(kind),
      ).length
      expect([kind.name, active > 0, active < 130]).toEqual([kind.name, true, true])
    }
  })
})

test('a day is played whole, twice with the same trace, and what must hold holds', async () => {
  const { seed, tier } = { seed: 15, tier: 'direct' } as const
  const tally = await playTask({ seed, tier, days: 1, twice: true })
  expect(tally).toMatchObject({ failures: [], same: true })
  expect(tally.days).toMatchObject([{ bars: 1170, decisions: 1170, counts: true }])
  const sum = sumOf([tally])
  expect(sum).toMatchObject({ seeds: 1, days: 1, counted: { direct: 1, codec: 0 }, failed: [] })
  const left = unreached(sum, ['direct'])
  expect(left.length).toBeGreaterThan(20) // of one day
  expect(left.filter((name) => (sum.reached[name] ?? 0) > 0)).toEqual([])
})

test('a run that leaves another trace than the first one is a failure', async () => {
  const { same, failures } = await playTask({
    ...DAY,
    seed: 15,
    twice: true,
    plant: 'runs-counted',
  })
  expect({ same, failures }).toEqual({
    same: false,
    failures: ['the second run left another trace'],
  })
})

test('of each tier the first seed is played twice, and one in ten', () => {
  for (const first of [1, 10, 1_001, 3_735_928_559]) {
    const tasks = tasksOf({ first, seeds: 400, days: 1, tier: 'both', twicePct: 10, plant: null })
    for (const tier of ['direct', 'codec'] as const) {
      const of = tasks.filter((task) => task.tier === tier)
      expect(of[0]?.twice).toBe(true)
      expect(of.filter(({ twice }) => twice)).toHaveLength(of.length / 10)
    }
  }
})

const strike = (name: string, minute: number, act: Strike['act']): Strike => {
  const ms = { atMs: minute * 60_000, lastsMs: 10 * 60_000, tailMs: 5_000 }
  return { number: 'F', name, ...ms, act }
}

test('a planted bug fails, and shrinks to the strike that it needs, with its command', async () => {
  const corrected = { name: 'execution-corrected', what: 'price', count: null } as const
  const strikes = [
    strike('link down', 10, { do: 'port', fault: { port: 'link-down' } }),
    strike('execution corrected', 30, { do: 'fault', spec: corrected }),
    strike('halt', 60, { do: 'say', command: 'halt' }),
  ]
  const of = { seed: 14, tier: 'direct', days: 1 } as const
  const plant = 'repeats-booked'
  const { failures, text } = await storyOf(of, { strikes, plant, shrink: true })
  expect(failures.join()).toMatch(/never happened/)
  expect(text).toMatch(/1 of its 3 strikes:\n.* execution corrected for 600.0 s\n/)
  expect(text).toMatch(/what led to it, by the journal/)
  expect(text).toMatch(
    /again: npm run prove -- --seed 14 --tier direct --days 1 --keep 1 --plant repeats-booked$/,
  )
})

test('what throws is a failure of its seed, and names a bug that is not there', async () => {
  const tally = await playTask({ ...DAY, seed: 1, plant: 'no such bug' })
  expect(tally.failures.join()).toMatch(
    /expected a planted bug of late-fills-dropped, runs-counted, /,
  )
})

test.each(REGRESSIONS.map((each) => [each.found, each] as const))('%s', async (_, each) => {
  const { failures } = await storyOf({ ...each, days: 1 }, { strikes: each.strikes })
  expect(failures).toEqual([])
})
