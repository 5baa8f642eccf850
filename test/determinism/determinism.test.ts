import { expect, test } from 'vitest'
import { played } from '../simulation/play.ts'
import { planOf } from '../simulation/plan.ts'
import { differences } from './compare.ts'
import { traceOf, traceOfSeed } from './trace.ts'

const [SEED, MINUTES] = [3, 3]

const run = (name: string, ...lines: readonly string[]) => ({ name, lines })

test('hashes that differ, and seeds that are missing, are named', () => {
  const one = run('one', '1 aa', '2 bb')
  expect(differences([one, run('two', '1 aa', '2 bb')])).toEqual([])
  expect(differences([one, run('two', '1 aa', '2 bc')])).toEqual(['seed 2: bb by one, bc by two'])
  expect(differences([one, one, run('two', '1 aa')])).toEqual(['seed 2: bb by one, nothing by two'])
})

test('what the broker did, and a planted last bit of Math.exp, are in the trace', async () => {
  const seed = await played(planOf(SEED, MINUTES))
  const before = traceOf(seed)
  expect(traceOf(seed)).toBe(before)
  seed.world.remains.gateway.core.state.cash = 0 as never
  expect(traceOf(seed)).not.toBe(before)
  // As another Node might have it; the market is made anew once another one was.
  const { exp } = Math
  const anew = (): unknown => planOf(SEED + 20, MINUTES)
  try {
    Math.exp = (x) => exp(x) * (1 + 1e-12)
    anew()
    expect(await traceOfSeed(SEED, MINUTES)).not.toBe(before)
  } finally {
    Math.exp = exp
    anew()
  }
})
