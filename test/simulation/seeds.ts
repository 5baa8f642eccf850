import { execFileSync } from 'node:child_process'
import { afterAll, expect, test } from 'vitest'
import { addTo, noCounts, textOf } from './counts.ts'
import type { Counts } from './counts.ts'
import { failureOf, played } from './play.ts'
import { planOf } from './plan.ts'

const MINUTES = 8
/** Seeds in a row share a market, and with it what it has made. */
const TOGETHER = 20
/** How many are played a second time, to see the same journal. */
const TWICE_ONE_IN = 10

/** On CI every commit brings a seed of its own. */
function seedsOfCommit(): readonly number[] {
  const { CI, COMMIT } = process.env
  if (CI === undefined && COMMIT === undefined) return []
  const commit = COMMIT ?? execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' })
  return [Number.parseInt(commit.slice(0, 8), 16)]
}

/** What the checkers have against these seeds; nothing, or the number of the seed and their words. */
async function failuresOf(seeds: readonly number[], counts: Counts): Promise<readonly string[]> {
  const failures: string[] = []
  for (const seed of seeds) {
    const one = await played(planOf(seed, MINUTES))
    addTo(counts, one)
    const failure = failureOf(one)
    if (failure !== '') failures.push(failure)
    if (seed % TWICE_ONE_IN !== 0) continue
    const two = await played(planOf(seed, MINUTES))
    if (two.hash !== one.hash) failures.push(`seed ${seed}: another journal the second time`)
  }
  return failures
}

export interface Campaign {
  /** The first of so many seeds, in whole groups of `TOGETHER`. */
  readonly from: number
  readonly count: number
  readonly commit: boolean
}

/** A part of the seeds, so that both cores have something to do. */
export function playSeeds({ from, count, commit }: Campaign): void {
  const counts = noCounts()
  const groups = Array.from({ length: count / TOGETHER }, (_, group) =>
    Array.from({ length: TOGETHER }, (_seed, i) => from + group * TOGETHER + i),
  )
  test.each(groups.map((seeds) => [seeds[0], seeds.at(-1), seeds] as const))(
    'seeds %i to %i: what must hold, holds at every step and at rest',
    async (_from, _to, seeds) => {
      expect(await failuresOf(seeds, counts)).toEqual([])
    },
  )
  test.each(commit ? seedsOfCommit() : [])('seed %i of the commit', async (seed) => {
    expect(await failuresOf([seed], noCounts())).toEqual([])
  })
  test('the seeds reach what they are for', () => {
    const { entries, exits, partialFills, modifications, cancels, crashes } = counts
    expect(entries).toBeGreaterThan(count)
    expect(Math.min(exits, partialFills)).toBeGreaterThan(count / 3)
    expect(Math.min(modifications, cancels, crashes)).toBeGreaterThanOrEqual(count / 20)
    expect(counts.pacedAtRest).toBeLessThanOrEqual(count / 50) // gates-clear excepts these
  })
  afterAll(() => console.log(`seeds: ${textOf(counts)}`))
}
