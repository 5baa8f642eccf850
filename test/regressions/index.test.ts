import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REGRESSIONS } from './index.ts'
import { IDS, ROOT, titlesNaming } from './titles.ts'

test('every rule, defect and hazard has its line, and nothing else has', () => {
  expect(Object.keys(REGRESSIONS)).toEqual(IDS)
})

test('every test that is named exists, by the number in its title', () => {
  const wrong = Object.entries(REGRESSIONS).flatMap(([id, of]) => {
    if (typeof of !== 'string') return []
    if (!existsSync(join(ROOT, of))) return [`${id}: ${of} does not exist`]
    return titlesNaming(id, of).length > 0 ? [] : [`${id}: no title in ${of} names it`]
  })
  expect(wrong).toEqual([])
})

test('every reason is a sentence', () => {
  const reasons = Object.values(REGRESSIONS).flatMap((of) => (typeof of === 'string' ? [] : [of]))
  for (const { because } of reasons) expect(because).toMatch(/^[A-Z].{40,}\.$/)
  expect(reasons.length).toBeLessThan(10)
})
