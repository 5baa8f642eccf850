import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { INCIDENTS } from '../incidents/incidents.ts'
import { Copy, timesFound } from '../regressions/plant.ts'
import { PLANTED } from '../regressions/planted.ts'
import { ROOT } from '../regressions/titles.ts'
import { ROWS } from '../simulation/faulted/index.ts'
import { rows as SITUATIONS } from '../simulation/situations.ts'
import { tried } from './kill.ts'
import { MUTANTS } from './mutants.ts'
import { PROMISES } from './promises.ts'

const faults = Object.values(ROWS).flatMap((rows) => rows.map(({ name }) => name))
const played = INCIDENTS.map(({ id }) => `incident ${id},`)
const tables = [...faults, ...played, ...SITUATIONS.map(({ of }) => of)]
const copy = new Copy()
afterAll(() => copy.remove())

/** As it is written there, or as a row of a table says it. */
function hasTitle(file: string, title: string): boolean {
  if (tables.some((name) => name.startsWith(title))) return true
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'")
  return text.includes(title)
}

test.each(MUTANTS.map((each) => [each.id, each.what, each] as const))(
  '%s: %s; it can be planted, and its killer exists',
  (_id, _what, { edits, killer, breaks }) => {
    for (const edit of edits) expect([edit.file, timesFound(edit)]).toEqual([edit.file, 1])
    expect(existsSync(join(ROOT, killer.file))).toBe(true)
    expect([killer.test, hasTitle(killer.file, killer.test)]).toEqual([killer.test, true])
    expect(breaks.every((promise) => /^P\d+$/.test(promise))).toBe(true)
  },
)

test('each has an id of its own, and none of the twenty is missing', () => {
  const ids = MUTANTS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const real = Array.from({ length: 20 }, (_, i) => `M${i + 1}`)
  expect(real.filter((id) => !ids.includes(id))).toEqual([])
})

test('each promise has a mutant that breaks it, or says why none can', () => {
  expect(Object.keys(PROMISES)).toHaveLength(50)
  const planted = new Set(PLANTED.map(({ id }) => id))
  const wrong = Object.entries(PROMISES).filter(([promise, by]) => {
    if (by.endsWith('.')) return false
    if (by.startsWith('D')) return !planted.has(by)
    return MUTANTS.find(({ id }) => id === by)?.breaks.includes(promise) !== true
  })
  expect(wrong).toEqual([])
})

/** `prove --mutants` tries them all. */
test('one of them is planted and killed; a patch that changes nothing is not', async () => {
  const mutant = MUTANTS.find(({ id }) => id === 'M15')
  if (mutant === undefined) throw new Error('expected M15')
  const killed = await tried(copy, mutant)
  expect(killed).toMatchObject({ isKilled: true, isCut: false, green: [] })
  const harmless = await tried(copy, { ...mutant, edits: [] })
  expect(harmless).toMatchObject({ isKilled: false, isCut: false, red: [] })
  expect(harmless.green).toEqual(killed.red)
})

test('what is cut at its cap has shown nothing', async () => {
  const named = /one farm/
  const files = ['src/ibkr/session/conditions.test.ts']
  const cut = await copy.tried({ edits: [], files, named, capMs: 1 })
  expect([cut.isCut, cut.red]).toEqual([true, []])
})
