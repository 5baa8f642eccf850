import { describe, expect, test } from 'vitest'
import { openReplay } from '../../src/simulator/market/replay.ts'
import { fuzzed, prngOf } from './fuzz.ts'
import { recording } from './recording-subject.ts'
import { replay } from './replay.ts'
import { replayInput } from './replay-input.ts'
import { judgeReplay } from './replay-laws.ts'
import type { Open } from './replay-laws.ts'

/** `npm run fuzz -- replay` plays ten thousand, and five thousand recordings of the wire. */
const INPUTS = { replay: 60, recording: 300 } as const
const SEED = 5

test('a damaged day is refused with file and line, or has prices that are prices', async () => {
  const { broken } = await fuzzed({ subject: replay, seed: SEED, from: 0, count: INPUTS.replay })
  expect(broken).toEqual([])
})

test('a damaged recording of the wire is read as far as it goes, or refused', async () => {
  const share = { subject: recording, seed: SEED, from: 0, count: INPUTS.recording }
  expect((await fuzzed(share)).broken).toEqual([])
})

/** Readers that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, Open, RegExp])[] = [
  ['an error without a file', () => ({ ok: false, error: 'expected a number' }), /not named/],
  [
    'an error without a line',
    ({ dir }) => ({ ok: false, error: `${dir}: ${PATHS}: expected a number` }),
    /no place/,
  ],
  [
    'a price that is none',
    (options) => {
      const opened = openReplay(options)
      if (!opened.ok) return opened
      const market = opened.value
      const quote: typeof market.quote = (...of) => {
        const found = market.quote(...of)
        return found === null ? null : { ...found, bid: NaN as never }
      }
      return { ok: true, value: { ...market, quote } }
    },
    /bid is NaN/,
  ],
  [
    'an exception',
    () => {
      throw new TypeError('strike')
    },
    /exception: TypeError/,
  ],
]

const PATHS = ['equity_1m/XYZ/2014-06-06', 'option_1m/XYZ/2014-06-06']
  .flatMap((path) => [`${path}.trade.csv.gz`, `${path}.quote.csv.gz`, `${path}.oi.csv.gz`])
  .join(' ')

describe('a planted bug is noticed', () => {
  test.each(WRONG)('%s', (_bug, open, says) => {
    let found = ''
    for (let number = 0; number < 60 && !says.test(found); number++) {
      found = judgeReplay(replayInput(prngOf(replay, SEED, number)), new Map(), open) ?? found
    }
    expect(found).toMatch(says)
  })
})
