import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cancel, EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Request } from '../../wire/requests.ts'
import { DEADLINE_MS, FIRST_REQUEST_ID, noRequests, RequestIds } from './question.ts'
import { lastStage, RequestLog } from '../diagnosis/request-log.ts'
import type { Observed } from '../../engine/latency.ts'
import type { RequestRecord } from '../diagnosis/request-log.ts'
import { RequestLedger } from './requests.ts'
import type { Question, RequestKind } from './question.ts'

const FRAME_BYTES = 20

interface Rig {
  readonly clock: VirtualClock
  readonly ledger: RequestLedger
  readonly sent: Request[]
  readonly counters: ReturnType<typeof noRequests>
  readonly log: RequestLog
  readonly observed: Observed[]
}

function newRig(): Rig {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const counters = noRequests()
  const sent: Request[] = []
  const observed: Observed[] = []
  const log = new RequestLog()
  const ledger = new RequestLedger({
    clock,
    counters,
    ids: new RequestIds(),
    connection: 'data',
    log,
    observed: (of) => observed.push(of),
    send: (request, sending) => {
      sent.push(request)
      sending.encoded()
      sending.sent(sent.length * FRAME_BYTES)
      return () => undefined
    },
  })
  return { clock, ledger, sent, counters, log, observed }
}

function question(kind: RequestKind = 'snapshotQuote'): Question<string> {
  return {
    kind,
    lane: 4,
    request: (reqId) => ({ kind: 'reqMarketRule', ruleId: reqId }),
    cancel: (reqId) => ({ kind: 'cancelMktData', reqId }),
    answer: (response) => (response.kind === 'tickSnapshotEnd' ? ok('answered') : null),
  }
}

const FAULT: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'gone',
  vendorCode: null,
}

test('every request ends exactly once, whatever comes in whatever order (P14, S4)', async () => {
  const happening = fc.record({
    at: fc.integer({ min: 0, max: 40_000 }),
    of: fc.integer({ min: 0, max: 5 }),
    what: fc.constantFrom('answer', 'error', 'notice', 'cancel', 'end'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
      const { clock, ledger, sent } = newRig()
      const ends: number[] = [0, 0, 0, 0, 0, 0]
      const cancelled = new Set<number>()
      const cancels: Cancel[] = ends.map((_, index) =>
        ledger.open(question(), () => {
          ends[index] = (ends[index] ?? 0) + 1
        }),
      )
      for (const { at, of, what } of happenings) {
        const reqId = FIRST_REQUEST_ID + of
        clock.after(at, () => {
          if (what === 'answer') ledger.answered(reqId, { kind: 'tickSnapshotEnd', reqId })
          if (what === 'error') ledger.failed(reqId, 354, 'not subscribed')
          if (what === 'notice') ledger.failed(reqId, 10167, 'delayed')
          if (what === 'end') ledger.endAll(FAULT)
          if (what !== 'cancel') return
          if (ends[of] === 0) cancelled.add(of)
          cancels[of]?.()
        })
      }
      await clock.runUntil(60_000 as EpochMs)
      expect(ends).toEqual(ends.map((_, index) => (cancelled.has(index) ? 0 : 1)))
      const closed = sent.flatMap((request) =>
        request.kind === 'cancelMktData' ? [request.reqId] : [],
      )
      expect(new Set(closed).size).toBe(closed.length)
    }),
  )
})

const LIMITED = Object.entries(DEADLINE_MS).flatMap(([kind, ms]) =>
  ms === null ? [] : [[kind, ms] as const],
)

test.each(LIMITED)('%s is given up after %i ms, and cancelled', async (kind, ms) => {
  const { clock, ledger, sent, counters } = newRig()
  const ends: Result<string, Fault>[] = []
  ledger.open(question(kind as RequestKind), (result) => ends.push(result))
  await clock.runUntil((ms - 1) as EpochMs)
  expect(ends).toEqual([])
  await clock.runUntil(ms as EpochMs)
  expect(ends).toMatchObject([{ ok: false, error: { code: 'timeout' } }])
  expect(sent.map((request) => request.kind)).toEqual(['reqMarketRule', 'cancelMktData'])
  expect(counters).toMatchObject({ timeouts: 1 })
})

test('ids begin above every order id, grow, and are shared by all connections', () => {
  const ids = new RequestIds()
  expect([ids.next(), ids.next()]).toEqual([FIRST_REQUEST_ID, FIRST_REQUEST_ID + 1])
})

test('a late answer is counted and dropped (P14)', async () => {
  const { clock, ledger, counters } = newRig()
  const ends: unknown[] = []
  ledger.open(question(), (result) => ends.push(result))
  await clock.runUntil(13_000 as EpochMs)
  const reqId = FIRST_REQUEST_ID
  ledger.answered(reqId, { kind: 'tickSnapshotEnd', reqId })
  ledger.failed(reqId, 354, '')
  ledger.failed(reqId, 300, "Can't find EId") // the Gateway's answer to our cancel
  expect(ends).toHaveLength(1)
  expect(counters.lateAnswers).toBe(2)
})

test('a request without an id is asked once, and its answer shared', () => {
  const { ledger, sent } = newRig()
  const ends: unknown[] = []
  const positions: Question<string> = {
    kind: 'positions',
    lane: 2,
    request: () => ({ kind: 'reqPositions' }),
    answer: (response) => (response.kind === 'positionEnd' ? ok('flat') : null),
  }
  ledger.share(positions, (result) => ends.push(result))
  ledger.share(positions, (result) => ends.push(result))
  ledger.offered({ kind: 'openOrderEnd' })
  expect([sent.length, ends.length]).toEqual([1, 0])
  ledger.offered({ kind: 'positionEnd' })
  expect(ends).toEqual([ok('flat'), ok('flat')])
  ledger.share(positions, (result) => ends.push(result))
  expect([sent.length, ends.length]).toEqual([2, 2])
})

test('who asks after something was missed does not share an answer from before it', () => {
  const { ledger, sent } = newRig()
  const ends: string[] = []
  const positions: Question<string> = {
    kind: 'positions',
    lane: 2,
    request: () => ({ kind: 'reqPositions' }),
    answer: (response) => (response.kind === 'positionEnd' ? ok('flat') : null),
  }
  ledger.share(positions, () => ends.push('before'))
  ledger.outdate()
  ledger.share(positions, () => ends.push('since'))
  ledger.share(positions, () => ends.push('gone'))()
  expect(sent).toHaveLength(1) // without an id the answers could not be told apart
  ledger.offered({ kind: 'positionEnd' })
  expect([sent.length, ends]).toEqual([2, ['before']])
  ledger.offered({ kind: 'positionEnd' })
  expect(ends).toEqual(['before', 'since'])
})

test('a stream has a deadline for its first answer only', async () => {
  const { clock, ledger } = newRig()
  const ends: unknown[] = []
  const stream = { ...question('barStream'), streams: true }
  ledger.open(stream, (result) => ends.push(result))
  ledger.answered(FIRST_REQUEST_ID, { kind: 'marketDataType', reqId: FIRST_REQUEST_ID, type: 1 })
  await clock.runUntil(3_600_000 as EpochMs)
  expect(ends).toEqual([])
  ledger.endStreams(FAULT)
  expect(ends).toHaveLength(1)
})

test('nothing is asked of a connection that has ended', () => {
  const { ledger, sent } = newRig()
  ledger.endAll(FAULT)
  const ends: unknown[] = []
  ledger.open(question(), (result) => ends.push(result))
  expect([sent, ends]).toEqual([[], [{ ok: false, error: FAULT }]])
})

test('a record says how far each request came, and the counts say how many did', async () => {
  const { clock, ledger, log, observed } = newRig()
  const stages = () => [...log.open, ...log.ended].map((of) => lastStage(of))
  ledger.open(question('shortHistory'), () => undefined)
  ledger.open(question('shortHistory'), () => undefined)
  expect(stages()).toEqual(['written', 'written'])
  ledger.inbound() // before the flush it proves nothing
  ledger.flushed(FRAME_BYTES)
  expect(stages()).toEqual(['flushed', 'written'])
  ledger.inbound()
  expect(stages()).toEqual(['inbound', 'written'])
  await clock.runUntil(300 as EpochMs)
  ledger.answered(FIRST_REQUEST_ID, { kind: 'tickSnapshotEnd', reqId: FIRST_REQUEST_ID })
  expect(lastStage(log.ended[0] as RequestRecord)).toBe('resolved')
  expect(log.counts('shortHistory')).toMatchObject({ asked: 2, answered: 1, lastAnsweredAt: 300 })
  await clock.runUntil(20_000 as EpochMs)
  expect(lastStage(log.ended[1] as RequestRecord)).toBe('written') // never flushed: ours to explain
  expect(log.counts('shortHistory')).toMatchObject({ timeouts: 1, timeoutsInRow: 1 })
  expect(observed).toEqual([
    { kind: 'shortHistory', ms: 300, outcome: 'answered' },
    { kind: 'shortHistory', ms: 20_000, outcome: 'timeout' },
  ])
  expect(log.writtenSince(new Set(['shortHistory']), -1)).toBe(2)
})

test('a stream is observed with its first answer, and remembers its last', async () => {
  const { clock, ledger, log, observed } = newRig()
  const streams = { ...question('barStream'), streams: true, answer: () => null }
  ledger.open(streams, () => undefined)
  for (const at of [200, 5_200]) {
    await clock.runUntil(at as EpochMs)
    ledger.answered(FIRST_REQUEST_ID, { kind: 'tickSnapshotEnd', reqId: FIRST_REQUEST_ID })
  }
  expect([...log.open].map(({ lastAt }) => lastAt)).toEqual([5_200])
  ledger.endAll(FAULT)
  expect(observed).toEqual([{ kind: 'barStream', ms: 200, outcome: 'answered' }])
})

test('the memory of ended requests is bounded', () => {
  const { ledger, log } = newRig()
  for (let i = 0; i < 3_000; i++) ledger.open(question(), () => undefined)()
  expect(log.ended).toHaveLength(1_000)
  expect(log.counts('snapshotQuote').asked).toBe(3_000)
})
