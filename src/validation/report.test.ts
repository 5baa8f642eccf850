import { expect, test } from 'vitest'
import { at, goodFacts, outageOf, setupOf } from './facts.testing.ts'
import { reportHtml } from './report-html.ts'
import { reportLines } from './report-text.ts'
import { Tally } from './tally.ts'
import { validated } from './verdict.ts'

const timeText = (ms: number): string => `t+${Math.round((ms - at(0)) / 60_000)}`

test('the page stands for itself, shows every plot, and marks each outage in it', () => {
  const facts = goodFacts({ outages: [outageOf()], setup: setupOf({ where: 'a <b> & "c"' }) })
  const html = reportHtml(facts, validated(facts), timeText)
  expect(html).not.toMatch(/<script|https?:|@import|url\(/)
  expect(html).toContain('a &lt;b&gt; &amp; &quot;c&quot;')
  expect(html.match(/<svg /g)).toHaveLength(6)
  expect(html.match(/class="band"><title>S2: HMDS_DOWN</g)).toHaveLength(6)
  for (const title of ['Latency', 'Budget', 'Memory', 'Processor', 'Event loop', 'Cycles']) {
    expect(html).toContain(title)
  }
  expect(html).not.toMatch(/NaN|undefined|Infinity/)
})

test('a page of nothing is a page', () => {
  const facts = goodFacts({ tally: new Tally(), periods: [], bars: new Map() })
  const html = reportHtml(facts, validated(facts), timeText)
  expect(html).toContain('INCONCLUSIVE')
  expect(html).not.toMatch(/NaN|undefined|Infinity/)
})

test('in the terminal: each criterion, each outage, the gap, and the verdict with its reasons', () => {
  const [whole] = goodFacts().periods
  if (whole === undefined) throw new Error('expected a period')
  const periods = [
    { ...whole, to: at(1_800_000) },
    { ...whole, from: at(3_600_000) },
  ]
  const facts = goodFacts({ outages: [outageOf({ noticed: [] })], periods })
  const lines = reportLines(facts, validated(facts), timeText)
  expect(lines[0]).toBe('watched 1.50 hours: t+0 to t+120')
  expect(lines[1]).toBe('gap of 30.0 minutes, not watched: t+30 to t+60')
  expect(lines.join('\n')).toMatch(/FAILED +diagnosis +S2: never noticed/)
  expect(lines.join('\n')).toMatch(/outage: S2 at t\+10; never noticed/)
  expect(lines.slice(-2)).toEqual(['FAIL:', '  diagnosis: S2: never noticed'])
})

test('what was counted goes on after a process has ended', () => {
  const { tally } = goodFacts()
  tally.remark('violations', { at: at(0), text: '100' })
  const again = Tally.from(JSON.parse(JSON.stringify(tally.kept())) as never)
  expect(again.kept()).toEqual(tally.kept())
  expect(again.latency.get('longHistory')?.count).toBe(100)
})

test('marks of time do not run into each other: a date where it is a new one', () => {
  const facts = goodFacts()
  const iso = (ms: number): string =>
    `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} ET`
  const html = reportHtml(facts, validated(facts), iso)
  const marks = [...html.matchAll(/text-anchor="\w+">([^<]+)</g)]
    .slice(0, 5)
    .map(([, mark]) => mark)
  expect(marks).toEqual(['2026-03-10 14:00', '14:29', '14:59', '15:29', '15:59'])
})
