import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DOCTOR_ROWS, ROW_NAMES } from '../ibkr/doctor/doctor-rows.ts'

/** docs/gateway-setup.md and the doctor say the same, or one of them has drifted. */

const page = readFileSync(join(import.meta.dirname, '../../docs/gateway-setup.md'), 'utf8')
const [steps = '', table = ''] = page.split('## Every row of the doctor')

/** `` `a`, `b` `` behind "Proven by:", also on the next line, and in the last column of a table. */
function rowsNamedIn(text: string): ReadonlySet<string> {
  const lists = [...text.matchAll(/Proven by:\s+((?:`[a-z-]+`(?:,\s+)?)+)/g)].map(
    ([, list]) => list,
  )
  const cells = [...text.matchAll(/^\|.*\|([^|]*)\|$/gm)].map(([, cell]) => cell)
  const names = [...lists, ...cells].flatMap((list) => [...(list ?? '').matchAll(/`([a-z-]+)`/g)])
  return new Set(names.map(([, name]) => name ?? ''))
}

test('every row is proven by a step of the page, and every row of the page exists', () => {
  expect([...rowsNamedIn(steps)].sort()).toEqual([...ROW_NAMES].sort())
})

test('the table says what the doctor wants and what it advises, in its order', () => {
  const rows = [...table.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| (.+?) +\|$/gm)]
  expect(rows.map(([, name, wanted, remedy]) => ({ name, wanted, remedy }))).toEqual(
    Object.entries(DOCTOR_ROWS).map(([name, told]) => ({ name, ...told })),
  )
})

test('a page that forgets a row, or names one that is none, is found', () => {
  expect(rowsNamedIn('Proven by: `clock`, `node`')).toEqual(new Set(['clock', 'node']))
  const without = steps.replaceAll('`calendar`', '')
  expect(rowsNamedIn(without).has('calendar')).toBe(false)
  expect(rowsNamedIn(`${steps}\nProven by: \`moon\``).has('moon')).toBe(true)
})
