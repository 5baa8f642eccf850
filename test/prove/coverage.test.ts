import { describe, expect, test } from 'vitest'
import { countedAs } from './kind.ts'
import type { Tier } from './kind.ts'
import { KINDS } from './kinds.ts'
import { isForAll, kindsOn, reachedAfterAll, unreached, wantedOn } from './coverage.ts'
import { struckNumbers } from './page.ts'
import { provePlanOf } from './plan.ts'
import { ELSEWHERE, REASONS } from './reasons.ts'
import { sumOf } from './report.ts'
import type { Sum } from './report.ts'
import { promisedKinds } from './swarm.ts'
import type { SeedTally } from './tally.ts'

const TIERS = ['direct', 'codec'] as const

function promisedBy(seeds: readonly number[], tier: Tier): ReadonlySet<string> {
  return new Set(seeds.flatMap((seed) => promisedKinds(seed, tier).map(countedAs)))
}

function row(from: number, step: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index * step)
}

describe('what is promised', () => {
  test.each([
    ['direct', 'one after the other', row(1, 1, 120)],
    ['direct', 'all but every tenth', row(5_001, 1, 120).filter((seed) => seed % 10 !== 0)],
    ['codec', 'one after the other', row(1, 1, 80)],
    ['codec', 'every tenth', row(10, 10, 80)],
    ['codec', 'every tenth, of another beginning', row(70_000, 10, 80)],
  ] as const)('every kind of %s comes with %s', (tier, _, seeds) => {
    const promised = promisedBy(seeds, tier)
    expect(kindsOn(tier).filter((name) => !promised.has(name))).toEqual([])
  })

  test('is struck on every day, and what is rare on no other seed', () => {
    for (const seed of row(1, 1, 40)) {
      const { days, promised } = provePlanOf({ seed, tier: 'direct', days: 2 })
      const rare = KINDS.filter(
        (kind) => kind.rare && kind.tiers.includes('direct') && !promised.includes(kind),
      )
      for (const [index, { strikes }] of days.entries()) {
        const names = strikes.map(countedAs)
        const due = promised.filter((kind) => index === 0 || kind.firstDay !== true)
        expect(names).toEqual(expect.arrayContaining(due.map(countedAs)))
        expect(names.filter((name) => rare.some((kind) => countedAs(kind) === name))).toEqual([])
      }
    }
  })
})

test('a day on which nothing can be decided is the first of several, and the only one', () => {
  const closed = row(1, 1, 160).filter((seed) => promisedBy([seed], 'direct').has('F72 closed-day'))
  expect(closed.length).toBeGreaterThan(0)
  for (const seed of closed) {
    const { days } = provePlanOf({ seed, tier: 'direct', days: 3 })
    const isClosed = days.map(({ strikes }) => strikes.map(countedAs).includes('F72 closed-day'))
    expect(isClosed).toEqual([true, false, false])
  }
})

/** F1 to F96 without the numbers that are not given. */
const CATALOGUE = Array.from({ length: 96 }, (_, index) => index + 1).filter(
  (number) => ![13, 14, 15, 16, 17, 18, 19, 69, 74, 75, 76, 77, 78, 79, 88, 89].includes(number),
)

test('every number of the catalogue is struck on whole days, or it is said who plays it', () => {
  const struck = struckNumbers()
  const left = CATALOGUE.map((number) => `F${number}`).filter((number) => !struck.has(number))
  expect(left).toEqual(Object.keys(ELSEWHERE))
})

const tally = (seed: number, tier: Tier, reached: readonly string[]): SeedTally => ({
  seed,
  tier,
  days: [],
  hash: '',
  same: null,
  events: 0,
  simulatedS: 0,
  cpuMs: 0,
  fired: Object.fromEntries(kindsOn(tier).map((name) => [name, 1])),
  drawn: {},
  reached: Object.fromEntries(reached.map((name) => [name, 1])),
  failures: [],
})

/** A campaign that has been to all of this. */
function sumAt(reached: readonly string[]): Sum {
  return sumOf([tally(1, 'direct', reached), tally(10, 'codec', reached)])
}

describe('what must be reached', () => {
  const wanted = wantedOn(TIERS).flatMap(({ name, tier }) => (tier === null ? [name] : []))
  const excepted = REASONS.flatMap(({ what }) => what)

  test('each reason is of something that is wanted, once', () => {
    expect(excepted.filter((name) => !wanted.includes(name))).toEqual([])
    expect(new Set(excepted).size).toBe(excepted.length)
  })

  test('is all but what has a reason; what has one and is reached is told', () => {
    const all = wanted.filter((name) => !excepted.includes(name))
    expect(unreached(sumAt(all), TIERS)).toEqual([])
    expect(unreached(sumAt(all.slice(1)), TIERS)).toEqual(all.slice(0, 1))
    expect(reachedAfterAll(sumAt(all))).toEqual([])
    const never = REASONS.filter(({ seldom }) => seldom !== true).flatMap(({ what }) => what)
    expect(reachedAfterAll(sumAt(wanted))).toEqual(never)
  })

  test('a fault must matter on each of its tiers', () => {
    const sum = sumOf([tally(1, 'direct', wanted), { ...tally(10, 'codec', []), fired: {} }])
    expect(unreached(sum, TIERS)).toEqual(kindsOn('codec').map((name) => `codec ${name}`))
  })

  test('by a campaign of both tiers and many seeds', () => {
    const sum = sumAt([])
    expect(isForAll({ ...sum, seeds: 800 }, TIERS)).toBe(true)
    expect(isForAll({ ...sum, seeds: 799 }, TIERS)).toBe(false)
    expect(isForAll({ ...sum, seeds: 800 }, ['direct'])).toBe(false)
  })
})
