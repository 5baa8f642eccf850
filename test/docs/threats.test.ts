import { describe, expect, test } from 'vitest'
import { generatedIn, pageAt } from './pages.ts'
import { proofs, proofsIn, THREATS, threatsTable } from './threats.ts'

const found = proofs()

describe('T1 to T20', () => {
  test('each has a test that names it', () => {
    expect(THREATS.map((_, at) => at + 1).filter((number) => !found.has(number))).toEqual([])
  })

  test('no test names another number', () => {
    expect([...found.keys()].filter((number) => number < 1 || number > THREATS.length)).toEqual([])
  })

  test('the table of docs/security.md is that of the titles', () => {
    // Again: npx tsx test/docs/write.ts
    expect(generatedIn(pageAt('docs/security.md').text, 'threats')).toBe(threatsTable(found))
  })
})

test('titles are read as they are written, also of tables and of groups', () => {
  const text = [
    'test("T3: a", () => {})',
    "test.each(table)('T4: %s', () => {})",
    "describe('T4: group', () => {})",
    "describe.each([1, 2])('T5: each', () => {})",
    'test.skipIf(isWindows)(`T6: skipped`, () => {})',
    "test('no T7: here', () => {})",
  ]
  const all = proofsIn([{ file: 'x.test.ts', text: text.join('\n') }])
  expect([...all].map(([number, each]) => [number, each.map(({ title }) => title)])).toEqual([
    [3, ['T3: a']],
    [4, ['T4: %s', 'T4: group']],
    [5, ['T5: each']],
    [6, ['T6: skipped']],
  ])
})
