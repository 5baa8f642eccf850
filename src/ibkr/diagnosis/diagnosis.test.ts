import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate } from '../../domain/contract.ts'
import { VERDICTS, verdictText } from '../../domain/incident.ts'
import type { TransportFacts } from '../../wire/transport.ts'
import { verdictOf } from './diagnosis.ts'
import { HEALTHY } from './evidence.ts'
import type { Evidence, SeenError } from './evidence.ts'
import { conclusion, evidenceLines, incidentLine, LINES } from './incident-text.ts'

const QUIET: TransportFacts = {
  bytesRead: 1e3,
  writableLength: 0,
  rxQueue: 0,
  txQueue: 0,
  localPort: 5e4,
  remotePort: 4002,
  paused: false,
}

/** Two pings without an answer, everything else fine and known. */
const MUTE: Evidence = {
  ...HEALTHY,
  ping: 'unanswered',
  pingsMissed: 2,
  stage: 'flushed',
  facts: QUIET,
}

/** A history request without an answer, everything else fine and known. */
const NO_BARS: Evidence = {
  ...HEALTHY,
  facts: QUIET,
  stage: 'inbound',
  dataSilent: 'shortHistory unanswered for 20 s',
}

function said(code: number, text: string, onOrder = false): SeenError {
  return { code, text, onOrder }
}

const FULL = [{ rule: 'P5', used: 60, limit: 60 }]
const RATE = said(100, 'Max rate of messages per second has been exceeded:max=50')

const ROWS: readonly (readonly [string, string, Evidence])[] = [
  [
    '326 after startApi',
    'CLIENT_ID_IN_USE',
    { ...HEALTHY, socket: 'closed', clientIdInUse: '326: Unable to connect as the client id is' },
  ],
  [
    'a refused length',
    'PROTOCOL_ERROR',
    { ...HEALTHY, socket: 'closed', protocolError: 'expected a length of 1 to 16777216, was -4' },
  ],
  [
    '1100 in an announced window',
    'PLANNED_RESTART',
    { ...HEALTHY, restartWindow: 'nightly reset until 01:45', connectivityLost: '1100: lost' },
  ],
  [
    'a refused port in an announced window',
    'PLANNED_RESTART',
    { ...HEALTHY, restartWindow: 'nightly reset until 01:45', socket: 'refused', ping: null },
  ],
  [
    'unread bytes in the kernel',
    'LOCAL_READER_STALLED',
    { ...MUTE, facts: { ...QUIET, rxQueue: 60 }, canary: 'answered' },
  ],
  ['a paused socket', 'LOCAL_READER_STALLED', { ...MUTE, facts: { ...QUIET, paused: true } }],
  ['a loop that stood still', 'LOCAL_READER_STALLED', { ...MUTE, facts: null, loopLateMs: 12_000 }],
  [
    'bytes that do not leave the process',
    'LOCAL_WRITER_STALLED',
    {
      ...MUTE,
      stage: 'written',
      facts: {
        ...QUIET,
        writableLength: 80,
      },
      canary: 'answered',
    },
  ],
  [
    'a growing tx_queue',
    'NETWORK_BLACKHOLE',
    { ...MUTE, facts: { ...QUIET, txQueue: 300 }, txGrowing: true, canary: 'unanswered' },
  ],
  ['answers that trickle in late', 'NETWORK_BLACKHOLE', { ...MUTE, ping: 'late', facts: QUIET }],
  [
    'pushes come, answers do not: one direction is lost',
    'NETWORK_BLACKHOLE',
    { ...MUTE, pushes: 4 },
  ],
  [
    'a connect that nobody answers',
    'NETWORK_BLACKHOLE',
    { ...HEALTHY, socket: 'no-route', ping: null, facts: QUIET },
  ],
  [
    'a connect that nobody answers, with a budget that a start has used up',
    'NETWORK_BLACKHOLE',
    { ...HEALTHY, socket: 'no-route', ping: null, facts: QUIET, budgets: FULL },
  ],
  [
    'a growing tx_queue, whatever was said of the rate',
    'NETWORK_BLACKHOLE',
    { ...MUTE, facts: { ...QUIET, txQueue: 300 }, txGrowing: true, errors: [RATE], budgets: FULL },
  ],
  ['nothing is answered, nor the canary', 'GATEWAY_HUNG', { ...MUTE, canary: 'unanswered' }],
  [
    'the handshake stays unanswered',
    'GATEWAY_HUNG',
    { ...HEALTHY, socket: 'handshake', ping: null, facts: QUIET, canary: 'unanswered' },
  ],
  [
    'nothing is answered, with a budget that a start has used up',
    'GATEWAY_HUNG',
    { ...MUTE, canary: 'unanswered', budgets: FULL },
  ],
  ['only our session is mute', 'GATEWAY_HUNG{session}', { ...MUTE, canary: 'answered' }],
  ['RST', 'GATEWAY_DOWN', { ...HEALTHY, socket: 'closed', socketSays: 'read ECONNRESET' }],
  ['a refused connect', 'GATEWAY_DOWN', { ...HEALTHY, socket: 'refused', ping: null }],
  [
    'the end that follows error 100',
    'PACING',
    { ...HEALTHY, socket: 'closed', ping: null, errors: [RATE] },
  ],
  [
    'heartbeats that were above the rate',
    'PACING',
    { ...HEALTHY, ping: 'unanswered', pushes: 3, stage: 'flushed', facts: QUIET, errors: [RATE] },
  ],
  ['1100', 'IBKR_LINK_DOWN', { ...HEALTHY, connectivityLost: '1100: Connectivity lost' }],
  [
    '2103 of one farm',
    'IBKR_LINK_DOWN{usopt}',
    {
      ...HEALTHY,
      farms: [
        { farm: 'usfarm', code: 2104, up: true },
        { farm: 'usopt', code: 2103, up: false },
      ],
    },
  ],
  [
    '2105',
    'HMDS_DOWN',
    { ...NO_BARS, farms: [{ farm: 'ushmds', code: 2105, up: false }], canary: 'unanswered' },
  ],
  [
    '2105, with a budget that a start has used up',
    'HMDS_DOWN',
    { ...NO_BARS, farms: [{ farm: 'ushmds', code: 2105, up: false }], budgets: FULL },
  ],
  ['asked before 2106', 'HMDS_DOWN', { ...NO_BARS, hmdsUnheard: true }],
  ['2107 and no 2106', 'HMDS_IDLE', { ...NO_BARS, hmdsIdle: true }],
  [
    'a competing session',
    'DATA_RIGHTS',
    { ...HEALTHY, errors: [said(10197, 'No market data during competing live session')] },
  ],
  ['delayed ticks', 'DATA_RIGHTS', { ...HEALTHY, delayed: 'ticks of data type 3' }],
  [
    '321 on an order',
    'READ_ONLY',
    { ...HEALTHY, errors: [said(321, 'The API interface is currently in Read-Only mode.', true)] },
  ],
  [
    'orders and order queries without an answer',
    'ORDERS_DEAD',
    { ...HEALTHY, ordersSilent: 'order 5 unanswered for 30 s', orderQueries: false },
  ],
  [
    'one order without an answer',
    'ORDERS_DEAD{one order}',
    { ...HEALTHY, ordersSilent: 'cancel of order 5 unanswered for 30 s', orderQueries: true },
  ],
  [
    '162 no data, closed',
    'NO_DATA_EXPECTED',
    {
      ...HEALTHY,
      marketOpen: false,
      errors: [said(162, 'HMDS query returned no data: SPY@SMART Trades')],
    },
  ],
  [
    '162 pacing',
    'PACING',
    { ...NO_BARS, errors: [said(162, 'Historical Market Data Service error: pacing violation')] },
  ],
  [
    'a budget used up',
    'PACING',
    { ...NO_BARS, budgets: [{ rule: 'history', used: 60, limit: 60 }] },
  ],
  [
    'error 101',
    'TICKER_LINES_EXHAUSTED',
    { ...HEALTHY, errors: [said(101, 'Max number of tickers has been reached')] },
  ],
  ['an answer under another id', 'REPLY_UNMATCHED', { ...NO_BARS, unmatched: 'id 7: nobody' }],
  ['bars for the canary only', 'SESSION_HIST_WEDGED', { ...NO_BARS, canary: 'answered' }],
  [
    'a feed that is silent, bars for the canary',
    'SESSION_HIST_WEDGED',
    { ...HEALTHY, feedSilent: 'silent for 60 s', retry: 'unanswered', canary: 'answered' },
  ],
  ['bars for nobody', 'GATEWAY_HIST_WEDGED', { ...NO_BARS, canary: 'unanswered' }],
]

describe('each row of the verdict table', () => {
  test.each(ROWS)('%s is %s', (_, verdict, evidence) => {
    const found = verdictOf(evidence)
    expect(verdictText(found)).toBe(verdict)
    expect(found.excluded.map((each) => each.verdict)).not.toContain(found.name)
    for (const { because } of found.excluded) expect(because).not.toBe('')
  })

  test('every verdict has a row, and a test', () => {
    const tested = new Set(ROWS.map(([, verdict]) => verdict.replace(/\{.*/, '')))
    expect([...tested, 'UNDETERMINED'].sort()).toEqual([...VERDICTS].sort())
  })

  test('delayed data that a dry run allows is no outage', () => {
    const e = { ...HEALTHY, delayed: 'ticks of data type 3', allowDelayed: true }
    expect(verdictOf(e).name).toBe('UNDETERMINED')
  })

  test('a quiet feed is no outage while the service answers when it is asked', () => {
    const quiet = { ...HEALTHY, feedSilent: 'silent for 60 s', canary: 'answered' } as const
    expect(verdictOf(quiet).candidates).toEqual(['SESSION_HIST_WEDGED'])
    const asked = verdictOf({ ...quiet, retry: 'answered' })
    expect(asked.excluded.map(({ verdict }) => verdict)).toContain('SESSION_HIST_WEDGED')
  })

  test('the plain statement of the Gateway comes before what probes infer', () => {
    const both = { ...MUTE, clientIdInUse: '326', facts: { ...QUIET, rxQueue: 99 } }
    expect(verdictOf(both).name).toBe('CLIENT_ID_IN_USE')
  })
})

const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  at: fc.constant(HEALTHY.at),
  socket: fc.constantFrom('established', 'handshake', 'closed', 'refused', 'no-route'),
  socketSays: fc.constant(null),
  ping: fc.constantFrom('answered', 'late', 'unanswered', null),
  pingsMissed: fc.nat(3),
  clientIdInUse: fc.constantFrom(null, null, '326'),
  protocolError: fc.constantFrom(null, null, 'garbage'),
  restartWindow: fc.constantFrom(null, null, 'nightly'),
  connectivityLost: fc.constantFrom(null, null, '1100'),
  farms: fc.option(
    fc.array(
      fc.record({
        farm: fc.constantFrom('usfarm', 'ushmds'),
        code: fc.constantFrom(2103, 2104, 2105, 2106, 2157),
        up: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
  ),
  hmdsUnheard: fc.boolean(),
  hmdsIdle: fc.boolean(),
  facts: fc.option(
    fc.record({
      bytesRead: fc.nat(),
      writableLength: fc.constantFrom(0, 9),
      rxQueue: fc.constantFrom(0, 9, null),
      txQueue: fc.constantFrom(0, 9, null),
      localPort: fc.constant(1),
      remotePort: fc.constant(2),
      paused: fc.boolean(),
    }),
  ),
  txGrowing: fc.boolean(),
  unheard: fc.constantFrom(0, 9),
  readLastAt: fc.constant(null),
  loopLateMs: fc.constantFrom(null, 0, 5_000),
  stage: fc.constantFrom(null, 'written', 'flushed', 'inbound', 'matched'),
  lateAnswers: fc.nat(2),
  pushes: fc.nat(2),
  dataSilent: fc.constantFrom(null, 'shortHistory unanswered'),
  feedSilent: fc.constantFrom(null, 'SPY silent'),
  errors: fc.array(
    fc.record({
      code: fc.constantFrom(101, 162, 200, 321, 354, 366, 10197),
      text: fc.constantFrom('no data', 'Read-Only', 'cancelled'),
      onOrder: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  delayed: fc.constantFrom(null, 'type 3'),
  allowDelayed: fc.boolean(),
  ordersSilent: fc.constantFrom(null, 'order 5'),
  orderQueries: fc.constantFrom(null, true, false),
  marketOpen: fc.constantFrom(null, true, false),
  budgets: fc.array(
    fc.record({ rule: fc.constant('history'), used: fc.nat(59), limit: fc.constant(60) }),
    { maxLength: 2 },
  ),
  unmatched: fc.constantFrom(null, 'id 7'),
  retry: fc.constantFrom('answered', 'unanswered', null),
  canary: fc.constantFrom('answered', 'unanswered', null),
  canaryMs: fc.constant(null),
})

describe('laws', () => {
  test('PACING is never said without a full budget or the word of the Gateway', () => {
    fc.assert(
      fc.property(anyEvidence, (e) => verdictOf(e).name !== 'PACING'),
      { numRuns: 1_500 },
    )
  })

  test('with either of them it is not excluded while the session answers', () => {
    const budgets = [{ rule: 'history', used: 60, limit: 60 }]
    fc.assert(
      fc.property(anyEvidence, (any) => {
        const e = { ...any, budgets, socket: 'established', ping: 'answered' } as const
        return verdictOf(e).excluded.every(({ verdict }) => verdict !== 'PACING')
      }),
    )
  })

  test('a verdict is total, and never both named and excluded', () => {
    fc.assert(
      fc.property(anyEvidence, (e) => {
        const { name, excluded, candidates, missing } = verdictOf(e)
        const out = new Set(excluded.map(({ verdict }) => verdict))
        expect(out.has(name)).toBe(false)
        expect(candidates.some((each) => out.has(each))).toBe(false)
        // What is left undetermined has a probe that would decide, or nothing is left.
        if (name === 'UNDETERMINED') expect(missing.length > 0).toBe(candidates.length > 0)
      }),
      { numRuns: 1_000 },
    )
  })

  test('another probe only ever narrows what is left', () => {
    fc.assert(
      fc.property(anyEvidence, fc.constantFrom('answered', 'unanswered'), (any, canary) => {
        const before = verdictOf({ ...any, canary: null })
        const after = verdictOf({ ...any, canary })
        const left = new Set([before.name, ...before.candidates])
        expect(before.excluded.map(({ verdict }) => verdict)).not.toContain(after.name)
        if (before.name === 'UNDETERMINED' && after.name !== 'UNDETERMINED') {
          expect(left.has(after.name)).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the founding incident (incident.md 9.4)', () => {
  const day = '2026-01-08' as CalendarDate
  const at = (time: string) => atNewYork(day, time)
  const known: Evidence = {
    ...MUTE,
    at: at('12:46'),
    readLastAt: at('12:46'),
    facts: {
      ...QUIET,
      rxQueue: 60,
    },
    farms: [
      {
        farm: 'usfarm',
        code: 2104,
        up: true,
      },
      {
        farm: 'ushmds',
        code: 2106,
        up: true,
      },
    ],
    budgets: [
      {
        rule: 'history',
        used: 3,
        limit: 60,
      },
      {
        rule: LINES,
        used: 0,
        limit: 100,
      },
    ],
    canary: 'answered',
    canaryMs: 100,
  }

  test('with our probes it is named at once, and each hypothesis is excluded with its reason', () => {
    const verdict = verdictOf(known)
    expect(verdict.name).toBe('LOCAL_READER_STALLED')
    const line = incidentLine({
      id: 'i',
      symptom: 'gateway-silent',
      since: at('12:46'),
      verdict,
      evidence: evidenceLines(known),
      timeline: [],
      tried: [
        {
          at: at('12:46'),
          step: 'reconnect',
        },
      ],
    })
    for (const part of [
      'INCIDENT 2026-01-08T12:46:00 gateway-silent. TCP ESTABLISHED, no FIN/RST.',
      'reqCurrentTime ×2 flushed, NOT answered in 10 s.',
      'Kernel rx_queue 60 B, app bytes-read unchanged since 12:46:00',
      '⇒ the peer answers, WE are not reading',
      'Farms: usfarm OK (2104) ushmds OK (2106), no 2103/2105, no 1100',
      'Pacing history 3/60 (5 %) ⇒ NOT pacing',
      'Ticker lines 0/100 ⇒ not snapshots',
      'Canary client, same request: answered 0.1 s ⇒ Gateway healthy',
      'VERDICT LOCAL_READER_STALLED. ACTION reconnect 12:46:00',
    ]) {
      expect(line).toContain(part)
    }
    const out = verdict.excluded.map((each) => each.verdict)
    for (const hypothesis of ['PACING', 'IBKR_LINK_DOWN', 'TICKER_LINES_EXHAUSTED'] as const) {
      expect(out).toContain(hypothesis)
    }
  })

  test('with the telemetry of then, the honest answer is what is left and what to probe', () => {
    const then: Evidence = {
      ...HEALTHY,
      ping: null,
      facts: null,
      loopLateMs: null,
      stage: null,
      farms: null,
      canary: null,
      dataSilent: 'shortHistory unanswered for 60 s',
      budgets: [
        {
          rule: 'history',
          used: 4,
          limit: 60,
        },
      ],
    }
    const verdict = verdictOf(then)
    expect(verdict.name).toBe('UNDETERMINED')
    expect(verdict.candidates).toEqual(
      expect.arrayContaining(['LOCAL_READER_STALLED', 'GATEWAY_HUNG', 'HMDS_DOWN']),
    )
    expect(verdict.excluded).toContainEqual({
      verdict: 'PACING',
      because: 'history: 4/60, no 100, no pacing text',
    })
    expect(conclusion(verdict)).toContain('to probe next: ')
    expect(verdict.missing).toEqual(
      expect.arrayContaining(['ping: is anything answered', 'kernel queues of our socket']),
    )
  })
})
