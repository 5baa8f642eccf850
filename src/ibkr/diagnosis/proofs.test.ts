import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { Request } from '../../wire/requests.ts'
import { error } from '../peer.testing.ts'
import { Conditions } from '../session/conditions.ts'
import { linkNotice } from '../session/error-codes.ts'
import type { RequestKind } from '../session/question.ts'
import { firstQuote, probeQuestion } from './probe-question.ts'
import { Proofs } from './proofs.ts'
import type { RequestRecord } from './request-log.ts'
import { SessionWatch } from './session-watch.ts'

const MINUTE = 60_000

/** What was said of farms on the data connection, and what is asked from a minute later on. */
async function newRig(...said: readonly (readonly [number, string])[]) {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const conditions = new Conditions(clock, () => undefined)
  const watch = new SessionWatch('data', clock)
  const proofs = new Proofs({ clock, watches: [watch], conditions, reached: () => undefined })
  const says = (code: number, farm: string): void => {
    const text = `data farm connection is what ${code} says:${farm}`
    watch.heard(error(-1, code, text))
    conditions.heard('data', { kind: 'gateway', notice: linkNotice(code, text), text })
  }
  for (const each of said) says(...each)
  await clock.runUntil(MINUTE as EpochMs)
  return {
    clock,
    watch,
    says,
    answered: (kind: RequestKind, of: Request, more: Partial<RequestRecord> = {}) =>
      proofs.proved(record(kind, of, more)),
    down: () => conditions.gates().map(({ reason }) => reason.split(':').at(-1)),
  }
}

function record(kind: RequestKind, request: Request, more: Partial<RequestRecord>): RequestRecord {
  const at = MINUTE
  const stages = { createdAt: at, encodedAt: at, writtenAt: at, flushedAt: at, inboundAt: at }
  const ends = { matchedAt: at, lastAt: at, resolvedAt: at, outcome: 'answered' } as const
  const of = { reqId: 1, kind, lane: 4, connection: 'data', request, streams: false } as const
  return { ...of, ...stages, ...ends, delayed: false, code: null, ...more }
}

const contract = (secType: string) => ({ ...emptyContract, symbol: 'SPY', secType })
const quoteOf = (secType: string): Request => {
  const quote = firstQuote({ kind: 'stock', symbol: 'SPY', exchange: 'SMART' } as never)
  return { ...quote.request, contract: contract(secType) } as Request
}
const bars = probeQuestion(
  {
    kind: 'realTimeBars',
    lane: 4,
    connection: 'data',
    request: {
      kind: 'reqRealTimeBars',
      reqId: 0,
      contract: contract('STK'),
      barSize: 5,
      whatToShow: 'TRADES',
      useRTH: true,
      options: [],
    },
  },
  2,
).request(7)

test.each<readonly [string, RequestKind, Request, readonly string[]]>([
  ['a price of a stock', 'snapshotQuote', quoteOf('STK'), ['usopt', 'ushmds', 'usfarm.nj']],
  ['a price of an index', 'snapshotQuote', quoteOf('IND'), ['usopt', 'ushmds', 'usfarm.nj']],
  ['a price of an option', 'streamingQuote', quoteOf('OPT'), ['usfarm', 'ushmds', 'usfarm.nj']],
  ['history', 'shortHistory', bars, ['usfarm', 'usopt', 'usfarm.nj']],
])('%s proves its own farm, and the others stay down (P19, M15)', async (...of) => {
  const [, kind, request, rest] = of
  const { answered, down, watch } = await newRig(
    [2103, 'usfarm'],
    [2103, 'usopt'],
    [2105, 'ushmds'],
    [2103, 'usfarm.nj'],
  )
  answered(kind, request)
  expect(down()).toEqual(rest)
  expect([...watch.farms.values()].filter(({ up }) => !up).map(({ farm }) => farm)).toEqual(rest)
})

test('a farm that is known by name alone is back when the Gateway says so', async () => {
  const { answered, down, says, watch } = await newRig([2103, 'usfarm.nj'], [2105, 'xyhmds'])
  answered('snapshotQuote', quoteOf('STK'))
  answered('shortHistory', bars)
  expect(down()).toEqual(['usfarm.nj', 'xyhmds'])
  expect(watch.outage('history')).toBeNull() // or nothing would be asked until it says so
  says(2104, 'usfarm.nj')
  expect(down()).toEqual(['xyhmds'])
  says(2106, 'xyhmds')
  expect(down()).toEqual([])
})

test('of two farms that serve the same, an answer proves neither', async () => {
  const { answered, down, says } = await newRig([2157, 'secdefil'], [2158, 'secdefnj'])
  const details: Request = { kind: 'reqMarketRule', ruleId: 1 }
  answered('contractDetails', details)
  expect(down()).toEqual(['secdefil'])
  says(2158, 'secdefil')
  expect(down()).toEqual([])
  const alone = await newRig([2157, 'secdefil'])
  alone.answered('contractDetails', details)
  expect(alone.down()).toEqual([])
})

test('a stream of bars proves the farm of history with its first answer alone', async () => {
  const { answered, down } = await newRig([2105, 'ushmds'])
  const streams = { streams: true, createdAt: -1, matchedAt: 0 }
  answered('barStream', bars, { ...streams, lastAt: MINUTE })
  expect(down()).toEqual(['ushmds'])
  answered('barStream', bars, { streams: true })
  expect(down()).toEqual([])
})

test('farms of other markets gate nothing and are no outage', async () => {
  const { down, watch } = await newRig([2103, 'eurofarm'], [2103, 'cashfarm'], [2105, 'euhmds'])
  expect([down(), watch.farms.size, watch.outage('history')]).toEqual([[], 0, null])
})
