import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOf } from './page-of.ts'

test('page after page, all are told once, whatever came at the same moment', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 })
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 9 }), (unsorted, limit) => {
      const all = unsorted.toSorted((a, b) => b - a)
      const told: number[] = []
      for (let before: number | null = null; ;) {
        const page: readonly number[] = pageOf(all, { limit, before }, (at) => at)
        told.push(...page)
        expect(page.length >= limit || told.length === all.length).toBe(true)
        before = page.at(-1) ?? null
        if (before === null) break
      }
      expect(told).toEqual(all)
    }),
  )
})
