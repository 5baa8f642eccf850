import { afterAll, expect, test } from 'vitest'
import type { Written } from './config-text.ts'
import { addTo, noCounts, textOf } from './counts.ts'
import { failureOf, played } from './play.ts'
import { planOf } from './plan.ts'

const MINUTES = 7
const STRUCTURES = ['debit-vertical:$5', 'credit-vertical:$5', 'debit-vertical:$2'] as const
const SEEDS = [1, 2, 3, 4, 6, 8, 11] as const

const counts = noCounts()

/** Exits are a share of a small net: what a seed draws for one option would close a spread at once. */
function writtenFor(seed: number): Partial<Written> {
  return {
    structure: STRUCTURES[seed % STRUCTURES.length] ?? STRUCTURES[0],
    spreadMax: '80%',
    takeProfit: seed % 2 === 0 ? '10%' : '40%',
    stopLoss: '10%',
    riskMax: '5%',
  }
}

test.each(SEEDS)('seed %i with spreads: what must hold, holds at every step', async (seed) => {
  const one = await played(planOf(seed, MINUTES, writtenFor(seed)))
  addTo(counts, one)
  expect(failureOf(one)).toBe('')
})

test('the seeds trade them', () => {
  expect(counts.entries).toBeGreaterThan(SEEDS.length / 2)
  expect(counts.exits).toBeGreaterThan(0)
})

afterAll(() => console.log(`spreads: ${textOf(counts)}`))
