import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkersOf } from './checkers/all.ts'
import { INVARIANTS, invariantRow, withoutWireLine } from './invariants.ts'
import { fixedPlan } from './plan.ts'
import { bugsOf } from './planted/all.ts'

const ROOT = new URL('../../', import.meta.url)
const checkers = checkersOf('one').map(({ name }) => name)
const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 6, written: {} })
const caught = new Set(bugsOf(plan.settings).map(({ caughtBy }) => caughtBy))

function numbered(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
}

test('every invariant and every liveness property has a row of its own', () => {
  const numbers = INVARIANTS.map(({ number }) => number)
  expect(numbers).toEqual([...numbered('I', 25), ...numbered('L', 12)])
})

test.each(INVARIANTS.map((each) => [each.number, each] as const))(
  '%s is held by something that exists',
  (_number, { checkers: named, tests = [] }) => {
    expect(named.length + tests.length).toBeGreaterThan(0)
    expect(named.filter((name) => !checkers.includes(name))).toEqual([])
    expect(named.filter((name) => !caught.has(name))).toEqual([])
    expect(tests.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
  },
)

test('every checker holds something of the list', () => {
  const named = new Set(INVARIANTS.flatMap((each) => each.checkers))
  expect(checkers.filter((name) => !named.has(name))).toEqual([])
})

test('the page of the docs says the same', () => {
  const page = readFileSync(new URL('docs/invariants.md', ROOT), 'utf8')
  const rows = page.split('\n').map((line) => line.replace(/\s+/g, ' ').trim())
  expect(rows.filter((row) => /^\| [IL]\d/.test(row))).toEqual(INVARIANTS.map(invariantRow))
  const lines = checkersOf('one').map(withoutWireLine)
  expect(rows.filter((row) => row.startsWith('- '))).toEqual(lines.filter((each) => each !== null))
})
