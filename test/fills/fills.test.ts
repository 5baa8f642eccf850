import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CROSS, WALK } from './policies.ts'
import { chancesOf, marketOf, play } from './study.ts'

const DATA = '../shared/data'
const suite = describe.skipIf(!existsSync(DATA))

suite('entries on a recorded day (skipped without ../shared/data)', () => {
  const day = { symbol: 'SPX', date: '2021-01-04', spreadPctMax: 0.05 }
  const market = existsSync(DATA) ? marketOf(DATA, day, 'low-first') : null
  const chances = market === null ? [] : chancesOf(market, day, 1).slice(0, 120)
  const of = (policy: typeof WALK) =>
    market === null ? [] : chances.map((chance) => play(market, chance, policy))
  const share = (results: ReturnType<typeof of>) => {
    const filled = results.filter(({ overMid }) => overMid !== null)
    return filled.reduce((sum, each) => sum + (each.overMid ?? 0) / each.spread, 0) / filled.length
  }

  test('crossing pays half of the spread; the walk never more, and less on the whole', () => {
    const [cross, walk] = [of(CROSS), of(WALK)]
    expect(chances.length).toBe(120)
    expect(share(cross)).toBeCloseTo(0.5, 2)
    const beyond = walk.filter(({ overMid, spread }) => (overMid ?? 0) > spread / 2 + 1e-9)
    expect(beyond).toEqual([])
    expect(share(walk)).toBeLessThan(0.45)
  })

  test('at the mid nothing fills unless the other side comes to it', () => {
    const { terms } = WALK
    const results = of({ name: 'mid', terms: { ...terms, worst: 0.5 } })
    const filled = results.filter(({ overMid }) => overMid !== null)
    expect(filled.length).toBeGreaterThan(0)
    expect(filled.length).toBeLessThan(chances.length)
    // On the tick under the mid at the most, and never sooner than the quote has moved.
    expect(filled.filter(({ overMid }) => (overMid ?? 0) > 1e-9)).toEqual([])
    expect(filled.filter(({ filledAfterMs }) => (filledAfterMs ?? 0) < 1_000)).toEqual([])
  })
})
