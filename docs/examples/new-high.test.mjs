// Run with: node --test docs/examples/new-high.test.mjs
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strategy } from './new-high.mjs'

const HOUR_MS = 60 * 60_000
const quiet = { start: 0, open: 100, high: 101, low: 99, close: 100, volume: 1_000 }
const high = { ...quiet, high: 104, close: 103 }

/** So many of the bars before it. */
const quietBars = (count) => Array.from({ length: count }, () => ({ ...quiet }))

/** What the bot would show, but for what a test says otherwise. */
const view = (of) => ({
  now: 24 * HOUR_MS,
  symbol: 'SPY',
  bars: [...quietBars(6), high],
  held: [],
  lastEntryAt: null,
  index: null,
  ...of,
})

test('a bar that closes above the six before it is followed', () => {
  const answer = strategy.evaluate(view({}))
  assert.equal(answer.kind, 'enter')
  assert.equal(answer.outlook, 'rise')
  assert.match(answer.reason, /close 103, highest before 101/)
})

for (const [name, of] of Object.entries({
  'no new high': { bars: quietBars(7) },
  'a high that does not last': { bars: [...quietBars(6), { ...high, close: 101 }] },
  'a new high of fewer than six': { bars: [{ ...quiet, high: 105 }, ...quietBars(5), high] },
  'too few bars': { bars: [quiet, high] },
  'a position that is held': { held: [{ strategy: 'new-high' }] },
  'an entry an hour ago': { lastEntryAt: 23 * HOUR_MS },
})) {
  test(`${name}: held`, () => {
    const answer = strategy.evaluate(view(of))
    assert.equal(answer.kind, 'hold')
    assert.ok(answer.reason.length > 0)
  })
}

test('after two hours it may enter again', () => {
  assert.equal(strategy.evaluate(view({ lastEntryAt: 22 * HOUR_MS })).kind, 'enter')
})
