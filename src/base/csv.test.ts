import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, csvRecords, type Cell } from './csv.ts'
import { plain } from './plain.ts'

const PREFIXES = ['=', '+', '-', '@', '\t', '\r', '\n', ' =', "'=", '＝', '＋', '－', '＠', '']
/** What a broker, or somebody who names a contract, could put into a text. */
const hostile = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.string({ unit: 'grapheme', maxLength: 30 }))
  .map(([prefix, rest]) => prefix + rest)

test('T13: no text of a broker is a live formula in an export', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = csvLine([text])
      const shown = (line.startsWith('"') ? line.slice(1) : line).trimStart()
      expect(shown).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
      expect(line.split(/[\r\n\u2028\u2029]/)).toHaveLength(1)
    }),
    { numRuns: 1_000 },
  )
  expect(csvLine(['=cmd|x', '@SUM(A1)', ' +1', '-2'])).toBe("'=cmd|x,'@SUM(A1),' +1,'-2")
})

test('T13: numbers are written as numbers, the negative ones too', () => {
  expect(csvLine([-12.5, 0, -0.000001, true, null, 'SPY'])).toBe('-12.5,0,-0.000001,true,,SPY')
})

test('T13: what was written is read back, whatever stood in it', () => {
  const cell: fc.Arbitrary<Cell> = fc.oneof(
    hostile,
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
    fc.constantFrom('a,b', '"', '""', 'a;b', ''),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 6 }), { maxLength: 5 }),
      (rows) => {
        const read = csvRecords(rows.map(csvLine).join('\n'))
        const wanted = rows.map((row) =>
          row.map((each) =>
            each === null ? null : typeof each === 'string' ? plain(each) : String(each),
          ),
        )
        expect(read).toEqual(wanted)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('T13: what controls a terminal is shown and not obeyed', () => {
  expect(plain('a\u001b[2J\r\nb\u007f\u009b\u202e')).toBe('a␛[2J␍␊b␡<009b><202e>')
  expect(plain('Grüße, 日本 ✓')).toBe('Grüße, 日本 ✓')
})
