import { expect, test } from 'vitest'
import { failureOf, played } from './play.ts'
import { planOf } from './plan.ts'

/** Every seed that found something, for ever: its length in minutes, and what it found. */
const FOUND: readonly (readonly [seed: number, minutes: number, what: string])[] = [
  [18, 8, 'a repaired exit carried a field into memory that the journal does not hold'],
  [180, 8, 'the same, beside a partial fill'],
]

test.each(FOUND)('seed %i, %i minutes: %s', async (seed, minutes) => {
  expect(failureOf(await played(planOf(seed, minutes)))).toBe('')
})
