import { expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { parseSettings } from '../../src/config/load.ts'
import { leaves, wrongKeys, wrongValues } from './config-table.ts'

/** F91, F92, F93: a slice of the table; `npm run hosts -- --only config` tries all of it. */

test('every key of the schema has a value in the table', () => {
  const lacking = leaves().filter(({ value }) => value === undefined)
  expect(lacking.map(({ path }) => path.join('.'))).toEqual([])
})

test('an absurd value or a wrong unit is refused, with its line, its key and what is expected', () => {
  const { tried, complaints } = wrongValues(23)
  expect(complaints).toEqual([])
  expect(tried).toBeGreaterThan(50)
})

test('a misspelt key is refused, with its line and the key that was meant', () => {
  const { tried, complaints } = wrongKeys(11)
  expect(complaints).toEqual([])
  expect(tried).toBeGreaterThan(35)
})

test('planted: what a file says is not looked at, or is told without its place', () => {
  const blind = wrongValues(200, () => ok({}))
  expect(blind.complaints.join()).toContain('accepted')
  const vague = wrongKeys(200, (text) => {
    const said = parseSettings(text, { path: '', environment: {} })
    return said.ok ? said : { ok: false, error: ['the file is wrong'] }
  })
  expect(vague.complaints.join()).toContain('the file is wrong')
})
