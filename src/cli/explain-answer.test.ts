import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { money, price } from '../domain/money.ts'
import type { Entry } from '../journal/rows.ts'
import type { Event } from '../trading/event.ts'
import { ready, request, rules, type Story } from '../trading/play.testing.ts'
import { answerLines } from './explain-answer.ts'
import { fullText, shortText } from './explain.ts'

function rowsOf({ journal }: Pick<Story, 'journal'>): readonly Entry[] {
  return journal.map((each, i) => ({ ...each, seq: i + 1 }))
}

/** For two units at 2.00 at most, with its whole journal. */
function entered(): Story {
  const story = ready({ limits: { ...rules.limits, orderCostMax: money(400) } })
  return story.happens({ kind: 'entry-proposed', request: request() }).handedOver().accepted()
}

function holding(): Story {
  const story = entered()
  return story.filled(story.bracket.entry.id, 2)
}

const first = (story: Story): string => answerLines(rowsOf(story))[0] ?? ''

test('an entry that filled begins with what was bought, for what, and why', () => {
  const [line, second, third] = answerLines(rowsOf(holding()))
  expect(line).toMatch(
    /^ENTERED: scalp bought \d+ contracts of SPY 2026-03-13 \d+ C at \$[\d.]+ on 2026-03-10 /,
  )
  expect(line).toMatch(/, at most \$[\d.]+ to lose; because: \S/)
  expect(second).toBe('It is held, as far as this journal goes.')
  expect(third).toMatch(/^No more than \d+, because of /)
})

test('one that is closed says by what, at which price, and what it came to', () => {
  const story = holding()
  const { target } = story.bracket
  story.filled(target.id, target.quantity)
  const [, second] = answerLines(rowsOf(story))
  expect(second).toMatch(/^It was closed by its take-profit at \$.*; that is \+\$[\d.]+ with comm/)
})

test('an entry without a fill is not called one', () => {
  expect(first(entered())).toMatch(/^NOT ENTERED: scalp was allowed .* its order is working: /)
})

test('a refusal names each rule that was against it, before anything else', () => {
  const story = ready().happens({
    kind: 'entry-proposed',
    request: request({ candidate: { ...request().candidate, quote: wide() } }),
  })
  expect(first(story)).toMatch(
    /^REFUSED: nothing was sent\. scalp wanted to buy SPY .*; against it: .*spread \(/,
  )
})

function wide() {
  return { ...request().candidate.quote, bid: price(0.05) }
}

test('a decision without an entry says which, and nothing twice', () => {
  const at = (60_000 * 29_552_550) as EpochMs
  const outcome = {
    symbol: 'SPY' as Ticker,
    barStart: (at - 60_000) as EpochMs,
    reason: 'interval',
  }
  const event: Event = { type: 'CycleEnded', outcome: { ...outcome, kind: 'skipped' } }
  const rows = [{ seq: 1, at, event }]
  expect(answerLines(rows)).toEqual([
    'SKIPPED, not decided: SPY on 2026-03-10 10:30:00 ET, the bar of 10:29: interval',
  ])
  expect(shortText(rows, rows).match(/interval/g)).toHaveLength(1)
})

test('what is short leaves nothing out of what decides: limits with what was and what may be', () => {
  const rows = rowsOf(holding())
  const short = shortText(rows, rows)
  for (const name of ['order cost', 'loss of it at worst', 'age of the quote', 'open structures']) {
    expect(short).toMatch(new RegExp(`^${name} +\\S.* (at most|fewer than) `, 'm'))
  }
  expect(short).toMatch(/^each limit alone allows: [a-z-]+ \d+, /m)
  expect(short.split('\n').length).toBeLessThan(fullText(rows).split('\n').length / 4)
})

test('what an order became is said in words', () => {
  const story = holding()
  const { target, stop } = story.bracket
  story.filled(target.id, target.quantity).reported(stop.id, { kind: 'cancel-reported' })
  const rows = rowsOf(story)
  expect(shortText(rows, rows)).toContain('stop-loss cancelled by the word of the broker')
  expect(shortText(rows, rows)).not.toContain('quarantine-cancelled')
})
