import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { alarms, alarmText, type Alarm } from './alarms.ts'
import type { WatchedVitals } from './vitals-file.ts'

const NOW = 1_000_000 as EpochMs
const ago = (ms: number) => (NOW - ms) as EpochMs
const rules = { silentMs: 10_000 }

const well: WatchedVitals = {
  at: NOW,
  seq: 7,
  link: 'up',
  lastCycleAt: ago(20_000),
  lastAnswerAt: ago(3_000),
  incident: null,
  loopDelayMsMax: 4,
  loopDelayMsP99: 2,
  unprotected: 0,
  unprotectedSince: null,
  watchedHere: 0,
}
const unprotected = { unprotected: 2, unprotectedSince: ago(29_000) }

test.each<readonly [string, Partial<WatchedVitals>, number, readonly Alarm['kind'][]]>([
  ['all is well', {}, 900, []],
  ['its word is nearly late', {}, 9_999, []],
  ['its word is late', {}, 10_000, ['silent']],
  ['its loop stood for two seconds', { loopDelayMsMax: 2_000 }, 0, ['stalled']],
  ['its loop is late all the time', { loopDelayMsP99: 2_500 }, 0, ['stalled']],
  [
    'nothing has been answered for four minutes',
    { lastAnswerAt: ago(240_000) },
    0,
    ['mute-gateway'],
  ],
  [
    'nothing has been answered for ten minutes of a restart that was announced',
    { lastAnswerAt: ago(600_000), incident: { id: 'i-1', verdict: 'PLANNED_RESTART' } },
    0,
    [],
  ],
  [
    'nor after its window',
    { lastAnswerAt: ago(600_000), incident: { id: 'i-1', verdict: 'GATEWAY_DOWN' } },
    0,
    ['mute-gateway'],
  ],
  ['nothing was ever answered: it would not have begun', { lastAnswerAt: null }, 0, []],
  ['unprotected for 29 s: it is at it', unprotected, 0, []],
  ['unprotected for 30 s', unprotected, 1_000, ['unprotected']],
  ['a stop that it watches itself', { watchedHere: 1 }, 0, []],
  ['that nobody watches any more', { watchedHere: 1 }, 12_000, ['silent', 'unprotected']],
  ['silent: what it said last of the rest is old', { loopDelayMsMax: 9_000 }, 12_000, ['silent']],
])('%s', (...[, of, ageMs, expected]) => {
  const found = alarms({ vitals: { ...well, ...of }, ageMs }, rules)
  expect(found.map(({ kind }) => kind)).toEqual(expected)
})

test('a bot that has not said a word yet is silent too, in time', () => {
  expect(alarms({ vitals: null, ageMs: 9_000 }, rules)).toEqual([])
  expect(alarms({ vitals: null, ageMs: 90_000 }, rules)).toEqual([
    { kind: 'silent', sinceMs: 90_000 },
  ])
})

test('an alarm reads as a sentence', () => {
  expect(
    [
      { kind: 'silent', sinceMs: 10_400 } as const,
      { kind: 'stalled', loopDelayMs: 2_345 } as const,
      { kind: 'mute-gateway', sinceMs: 240_000 } as const,
      { kind: 'unprotected', structures: 2 } as const,
    ].map(alarmText),
  ).toMatchInlineSnapshot(`
    [
      "the bot has been silent for 10 s",
      "the bot's event loop stood still for 2.3 s",
      "the Gateway has not answered for 240 s; the bot lives",
      "2 structure(s) without protection; look at the account",
    ]
  `)
})
