import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { UNWATCHED } from './market.ts'
import { at, DAY, Recording, underlyingOf } from './replay.testing.ts'

let made: Recording | null = null
function recording(): Recording {
  made = new Recording().trades([['09:30', 100, 101, 99, 100.5, 1000]])
  return made
}
afterEach(() => {
  made?.remove()
  made = null
})

const TRADES = `equity_1m/XYZ/${DAY}.trade.csv.gz`

test('a file that was cut in half names itself and the remedy', () => {
  const whole = gzipSync(
    `ts,open,high,low,close,volume\n${'1402061400000,1,1,1,1,1\n'.repeat(500)}`,
  )
  const cut = recording().bytes(TRADES, whole.subarray(0, whole.length / 2))
  expect(cut.refusal()).toBe(
    `DIR/${TRADES}: cannot be unpacked (unexpected end of file); the file is damaged: ` +
      'fetch it again and compare its sha256 with MANIFEST.csv',
  )
})

test.each([
  [
    'a file of another kind',
    'ts,bid_o\n1,2\n',
    'expected the columns ts,open,high,low,close,volume, of which open,high,low,close,volume ' +
      'are missing; is this a file of another kind?',
  ],
  [
    'a line that ends early',
    'ts,open,high,low,close,volume\n1402061400000,1,1\n',
    'line 2: expected 6 fields, came 3; the file is damaged',
  ],
  [
    'a word instead of a number',
    'ts,open,high,low,close,volume\n1402061400000,1,1,1,x,1\n',
    'line 2: expected a number, came "x" in close; the file is damaged',
  ],
  [
    'a trade without a price',
    'ts,open,high,low,close,volume\n1402061400000,1,1,1,,1\n',
    'line 2: expected a number, came "" in close; the file is damaged',
  ],
  [
    'a price of less than nothing',
    'ts,open,high,low,close,volume\n1402061400000,1,1,-1,1,1\n',
    'line 2: expected a price in dollars, at most 10000000, came "-1" in low; the file',
  ],
  [
    'a price that no broker has room for',
    'ts,open,high,low,close,volume\n1402061400000,1,1e12,1,1,1\n',
    'line 2: expected a price in dollars, at most 10000000, came "1e12" in high; the file',
  ],
  [
    'a price of no millionth',
    'ts,open,high,low,close,volume\n1402061400000,1,1,1e-9,1,1\n',
    'line 2: expected a price in dollars, at most 10000000, came "1e-9" in low; the file',
  ],
  [
    'a high below the low',
    'ts,open,high,low,close,volume\n1402061400000,2,1,3,2,1\n',
    'line 2: expected low to high, came open 2, high 1, low 3, close 2; the file',
  ],
  [
    'a volume of less than nothing',
    'ts,open,high,low,close,volume\n1402061400000,1,1,1,1,-9\n',
    'line 2: expected a count, came "-9" in volume; the file',
  ],
  [
    'a number that only programs write',
    'ts,open,high,low,close,volume\n1402061400000,0x10,1,1,1,1\n',
    'line 2: expected a number, came "0x10" in open; the file',
  ],
  [
    'half a minute',
    'ts,open,high,low,close,volume\n1402061430000,1,1,1,1,1\n',
    'line 2: expected the start of a minute in epoch milliseconds, came "1402061430000" in ts',
  ],
  [
    'a minute that stands twice',
    'ts,open,high,low,close,volume\n1402061400000,1,1,1,1,1\n1402061400000,2,2,2,2,1\n',
    'the minute 2014-06-06 09:30 New York stands there twice; the file is damaged',
  ],
  [
    'a line that is empty, between others',
    'ts,open,high,low,close,volume\n\n1402061400000,1,1,1,1,1\n',
    'line 2: expected 6 fields, came 1; the file is damaged',
  ],
  [
    'no trade in regular hours',
    'ts,open,high,low,close,volume\n1402041600000,1,1,1,1,1\n',
    'expected trades between the open and the close, there are none',
  ],
])('%s is refused with its place', (_name, text, told) => {
  const refusal = recording().bytes(TRADES, gzipSync(text)).refusal()
  expect(refusal).toContain(`DIR/${TRADES}`)
  expect(refusal).toContain(told)
})

test('an option row that names no option is refused with its place', () => {
  const rows = [['09:30', 'someday', 100, 'C', 1, 1, 1, 1, 1, 2, 2, 2, 2, 1]] as const
  expect(recording().options('quote', rows).refusal()).toBe(
    `DIR/option_1m/XYZ/${DAY}.quote.csv.gz, line 2: expected an option, came "someday 100 C"`,
  )
})

test('a size that was not recorded is unknown', () => {
  const rows = [['09:30', 99, 99, 99, 99, 3, 101, 101, 101, 101, '']] as const
  const market = recording().quotes(rows).open()
  const quote = market.quote(underlyingOf(market), at('09:30', 45), UNWATCHED)
  expect(quote).toMatchObject({ bidSize: 3, askSize: null })
})

test('a strike without end is refused with its place', () => {
  const rows = [['09:30', '2014-06-21', '1e999', 'C', 1, 1, 1, 1, 1, 2, 2, 2, 2, 1]] as const
  expect(recording().options('quote', rows).refusal()).toContain('line 2: expected an option')
})

test.each([
  [
    'a date that was not recorded',
    { dates: ['2014-06-09' as CalendarDate] },
    `DIR/equity_1m/XYZ: expected a recording of XYZ on 2014-06-09, recorded are ${DAY}; ` +
      'choose one of them',
  ],
  [
    'a Saturday',
    { dates: ['2014-06-07' as CalendarDate] },
    '2014-06-07: the exchange was closed; choose another date',
  ],
  [
    'a symbol that was not recorded',
    { symbols: ['ABC' as Ticker] },
    'DIR: expected recordings of ABC in equity_1m or index_1m; there are XYZ',
  ],
  [
    'a folder that is not there',
    { dir: '/nowhere' },
    '/nowhere: no such folder; name the one that holds the recordings',
  ],
  ['no symbol', { symbols: [] }, 'expected at least one symbol to replay'],
  ['no date', { dates: [] }, 'expected at least one date to replay, as 2014-06-06'],
])('%s is refused with what there is', (_name, options, told) => {
  expect(recording().refusal(options)).toBe(told)
})
