import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { GatewayBench } from '../../simulator/session/session.testing.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { Request } from '../../wire/requests.ts'
import { counted, countsSince, fitsAt, RULES, weightOf } from './limits.ts'
import type { Counts } from './limits.ts'
import { ended, judged, NOTHING_SENT } from './limits-judge.testing.ts'

type Sent = readonly [at: number, request: Request]

const SPY = {
  ...emptyContract,
  symbol: 'SPY',
  secType: 'STK',
  exchange: 'SMART',
  currency: 'USD',
}
const SECOND = 1_000

function bars(
  reqId: number,
  of: { readonly size?: string; readonly what?: string; readonly second?: number } = {},
): Request {
  const { size = '30 secs', what = 'TRADES', second = reqId } = of
  const end = new Date(Date.UTC(2026, 2, 10, 13, 31) + second * SECOND).toISOString()
  return {
    kind: 'reqHistoricalData',
    reqId,
    contract: SPY,
    endDateTime: end.slice(0, 19).replace(/-/g, '').replace('T', '-'),
    barSize: size,
    duration: '60 S',
    useRTH: true,
    whatToShow: what,
    formatDate: 2,
    comboLegs: [],
    keepUpToDate: false,
    options: [],
  }
}
const head = (reqId: number): Request => ({
  kind: 'reqHeadTimestamp',
  reqId,
  contract: SPY,
  useRTH: true,
  whatToShow: 'TRADES',
  formatDate: 2,
})
const time: Request = { kind: 'reqCurrentTime' }
/** So far apart that P4 has nothing to say. */
const slowly = (index: number): number => index * 500

/** limits-and-codes.md section 2, "Required vectors": the frames, and which of them violate. */
const VECTORS: readonly (readonly [
  name: string,
  sent: readonly Sent[],
  broken: readonly number[],
])[] = [
  [
    'P1 50 frames in 999 ms pass, the 51st violates',
    [
      ...Array.from({ length: 50 }, (_, i): Sent => [Math.floor((i * 999) / 49), time]),
      [999, time],
    ],
    [50],
  ],
  [
    'P1 the 51st at 1000 ms after the first passes',
    [[0, time], ...Array.from({ length: 49 }, (): Sent => [500, time]), [1_000, time]],
    [],
  ],
  [
    'P3 the second at 14,999 ms violates',
    [
      [0, bars(1)],
      [14_999, bars(2, { second: 1 })],
    ],
    [1],
  ],
  [
    'P3 the second at 15,000 ms passes',
    [
      [0, bars(1)],
      [15_000, bars(2, { second: 1 })],
    ],
    [],
  ],
  [
    'P4 six in 1,999 ms: the sixth violates',
    [0, 400, 800, 1_200, 1_600, 1_999].map((at, i): Sent => [at, bars(i + 1)]),
    [5],
  ],
  [
    'P5 30 BID_ASK pass, the 31st violates',
    Array.from({ length: 31 }, (_, i): Sent => [slowly(i), bars(i + 1, { what: 'BID_ASK' })]),
    [30],
  ],
  [
    'P5 58 TRADES and 1 BID_ASK pass',
    [
      ...Array.from({ length: 58 }, (_, i): Sent => [slowly(i), bars(i + 1)]),
      [slowly(58), bars(59, { what: 'BID_ASK' })],
    ],
    [],
  ],
  [
    'P5 bars of a minute never violate',
    Array.from({ length: 80 }, (_, i): Sent => [
      slowly(i),
      bars(i + 1, { size: '1 min', second: 1 }),
    ]),
    [],
  ],
  [
    'P2 a head timestamp that was answered, and not cancelled, still counts',
    [
      ...Array.from({ length: 50 }, (_, i): Sent => [i * 15_000, head(i + 1)]),
      [750_000, bars(100, { size: '1 min' })],
    ],
    [50],
  ],
]

describe('the required vectors', () => {
  test.each(VECTORS)('of ours: %s', (_, sent, broken) => {
    let meters = NOTHING_SENT
    const found: number[] = []
    for (const [index, [at, request]] of sent.entries()) {
      const verdict = judged(meters, { at, connection: 'one', request })
      meters = verdict.meters
      if (verdict.broken.length > 0) found.push(index)
      // The Gateway answers at once; what it answers stays open only if it is a head timestamp.
      if (request.kind === 'reqHistoricalData') meters = ended(meters, 'one', request.reqId)
    }
    expect(found).toEqual(broken)
  })

  test.each(VECTORS)('of the simulated Gateway: %s', async (_, sent, broken) => {
    const bench = new GatewayBench()
    const client = await bench.client(1)
    await bench.run(1_000) // what was said so far has left the window
    const start = bench.clock.now()
    const found: number[] = []
    for (const [index, [at, request]] of sent.entries()) {
      await bench.clock.runUntil((start + at) as EpochMs)
      const before = bench.gateway.counters.violations
      client.send(request)
      await bench.run(0)
      if (bench.gateway.counters.violations > before) found.push(index)
    }
    expect(found).toEqual(broken)
  })
})

test('ours is never above the limit of IBKR', () => {
  for (const { id, ours, limit } of Object.values(RULES)) {
    expect([id, ours <= limit]).toEqual([id, true])
  }
})

describe('the meter of a window', () => {
  const windowMs = 100
  const gaps = fc.array(
    fc.record({
      gap: fc.nat(50),
      weight: fc.integer({ min: 1, max: 2 }),
      key: fc.constantFrom('a', 'b'),
    }),
    { maxLength: 80 },
  )

  test('counts the weight of (t - w, t], by key', () => {
    fc.assert(
      fc.property(gaps, (all) => {
        let counts: Counts = []
        const kept: { at: number; weight: number; key: string }[] = []
        let at = 0
        for (const { gap, weight, key } of all) {
          at += gap
          counts = counted(counts, { key, at, weight }, windowMs)
          kept.push({ key, at, weight })
          const expected = kept
            .filter((each) => each.at > at - windowMs && each.key === key)
            .reduce((sum, each) => sum + each.weight, 0)
          expect(weightOf(counts, { windowMs, key, now: at })).toBe(expected)
          expect(countsSince(counts, { windowMs, now: at })).toBe(counts)
        }
      }),
    )
  })

  test('says the first moment at which more fits, and nothing fits before', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 3 }), (all, more) => {
        let counts: Counts = []
        let now = 0
        for (const { gap, weight } of all) {
          now += gap
          counts = counted(counts, { key: '', at: now, weight }, windowMs)
        }
        const limit = 4
        const at = fitsAt(counts, { windowMs, key: '', now }, { more, limit })
        const fits = (moment: number): boolean =>
          weightOf(counts, { windowMs, key: '', now: moment }) + more <= limit
        expect(at).not.toBeNull()
        for (let moment = now; moment <= now + windowMs; moment++) {
          expect(fits(moment)).toBe(moment >= (at ?? Infinity))
        }
      }),
    )
    expect(fitsAt([], { windowMs, key: '', now: 0 }, { more: 5, limit: 4 })).toBeNull()
  })
})
