import { describe, expect, test } from 'vitest'
import { criteriaOf } from './criteria.ts'
import type { RunFacts } from './facts.ts'
import {
  at,
  goodFacts,
  goodTally,
  noticedOf,
  outageOf,
  plantedOf,
  setupOf,
  SPY,
} from './facts.testing.ts'
import type { Tally } from './tally.ts'
import { validated } from './verdict.ts'

const failed = (facts: RunFacts): readonly string[] =>
  validated(facts)
    .findings.filter(({ held }) => held === 'no')
    .map(({ name }) => name)

const counting = (change: (tally: Tally) => void): Partial<RunFacts> => {
  const tally = goodTally()
  change(tally)
  return { tally }
}

const asPhase1 = { setup: setupOf({ phase: 'phase1', wantedMs: 240_000 }) }
const gateway = setupOf({ on: 'gateway', trades: false })
const period = (of: object) => ({ periods: [{ ...goodFacts().periods[0], ...of }] as never })

test('what holds passes, in every phase and place', () => {
  expect(validated(goodFacts())).toMatchObject({ verdict: 'PASS', reasons: [] })
  expect(validated(goodFacts(asPhase1)).verdict).toBe('PASS')
  const quiet = { ...goodFacts(), setup: gateway, trades: null, ...period({ orderFrames: 0 }) }
  expect(validated(quiet).verdict).toBe('PASS')
  expect(validated(goodFacts({ outages: [outageOf()] })).verdict).toBe('PASS')
})

test('every criterion is stated before, and judged after, under the same name', () => {
  for (const { setup } of [goodFacts(), goodFacts(asPhase1), { setup: gateway }]) {
    const stated = criteriaOf(setup).map(({ name }) => name)
    expect(new Set(stated).size).toBe(stated.length)
    expect(validated(goodFacts({ setup })).findings.map(({ name }) => name)).toEqual(stated)
  }
})

describe('each criterion finds what is planted for it, and nothing else does (D42, D43, R29)', () => {
  const bars = (of: object) => ({
    bars: new Map([[SPY, { closed: 120, decided: 120, missing: [], ...of }]]),
  })
  test.each<[string, Partial<RunFacts>]>([
    ['decisions', bars({ decided: 119, missing: [at(0)] })],
    ['decisions', bars({ decided: 121 })],
    ['cycles', { ...asPhase1, cycles: 2 }],
    ['answers', { ...asPhase1, ...counting((tally) => tally.asked(SPY, 'chain', 'no answer')) }],
    ['historical requests', period({ historicalRequests: 11 })],
    ['limits', counting((tally) => tally.violations.push({ at: at(0), text: '100 max rate' }))],
    ['age of bars', counting((tally) => Array.from({ length: 30 }, () => tally.ages.add(120_000)))],
    [
      'latency',
      counting((tally) => {
        for (let i = 0; i < 20; i++) tally.answeredAfter('contractDetails', 6_000)
      }),
    ],
    ['timeouts', counting((tally) => tally.timeouts.push({ at: at(9), text: 'chain' }))],
    ['defects', counting((tally) => tally.defects.push({ at: at(9), text: 'a bug' }))],
    ['diagnosis', { outages: [outageOf({ noticed: [noticedOf({ verdict: 'PACING' })] })] }],
    ['diagnosis', { outages: [outageOf({ noticed: [noticedOf({ named: [] })] })] }],
    ['diagnosis', { outages: [outageOf({ noticed: [] })] }],
    ['diagnosis', { outages: [outageOf({ planted: null })] }],
    [
      'diagnosis',
      {
        outages: [
          outageOf({
            noticed: [noticedOf({ named: [{ verdict: 'HMDS_DOWN', at: at(641_000) }] })],
          }),
        ],
      },
    ],
    ['recovery', { outages: [outageOf({ noticed: [noticedOf({ clearedAt: at(751_000) })] })] }],
    ['recovery', { outages: [outageOf({ noticed: [noticedOf({ clearedAt: null })] })] }],
    [
      'profit and loss',
      {
        trades: { ...(goodFacts().trades as never as object), brokerRealizedPnl: -12.51 } as never,
      },
    ],
    [
      'protection',
      { trades: { ...(goodFacts().trades as never as object), unprotectedMsMax: 5_001 } as never },
    ],
    ['order frames', { setup: gateway, trades: null, ...period({ orderFrames: 1 }) }],
    ['memory', counting((tally) => tally.points.push({ ...last(tally), rssMb: 1_300 }))],
    ['processor', counting((tally) => tally.points.push({ ...last(tally), cpu: 40 }))],
    [
      'event loop',
      {
        setup: gateway,
        trades: null,
        ...period({ orderFrames: 0 }),
        ...counting((tally) => {
          for (let i = 0; i < 130; i++) tally.points.push({ ...last(tally), loopMs: 150 })
        }),
      },
    ],
    [
      'growth of memory',
      counting((tally) => {
        const points = tally.points.splice(0)
        tally.points.push(...points.map((each, i) => ({ ...each, heapMb: 60 + 2 * i })))
      }),
    ],
  ])('%s', (name, change) => {
    const facts = goodFacts(change)
    expect(failed(facts)).toEqual([name])
    const { verdict, reasons } = validated(facts)
    expect(verdict).toBe('FAIL')
    expect(reasons[0]).toMatch(new RegExp(`^${name}: `))
  })
})

function last(tally: Tally) {
  const point = tally.points.at(-1)
  if (point === undefined) throw new Error('expected a point')
  return point
}

describe('what cannot be judged is inconclusive, and says why', () => {
  const none = { bars: new Map([[SPY, { closed: 0, decided: 0, missing: [] }]]), cycles: 0 }
  test('the market was closed', () => {
    const { verdict, reasons } = validated(goodFacts({ ...none, ...period({ marketMs: 0 }) }))
    expect(verdict).toBe('INCONCLUSIVE')
    expect(reasons).toContain('duration: the market was closed')
  })

  test('it was interrupted, or too short', () => {
    const short = period({ marketMs: 60_000 })
    const stopped = validated(goodFacts({ ...short, interrupted: true }))
    expect(stopped.verdict).toBe('INCONCLUSIVE')
    expect(stopped.reasons[0]).toMatch(/interrupted/)
    expect(validated(goodFacts(short)).reasons[0]).toMatch(/too short/)
  })

  test('the login may not see the data: what needs it is excused, what does not is not', () => {
    const tally = goodTally()
    tally.noRights.push({ at: at(0), text: '354 not subscribed' })
    const missing = new Map([[SPY, { closed: 120, decided: 0, missing: [at(0)] }]])
    const excused = validated(goodFacts({ tally, bars: missing }))
    expect(excused.verdict).toBe('INCONCLUSIVE')
    expect(excused.reasons[0]).toBe('no data rights: 354 not subscribed')
    const worse = { setup: gateway, trades: null, ...period({ orderFrames: 1 }) }
    expect(validated(goodFacts({ tally, bars: missing, ...worse })).verdict).toBe('FAIL')
  })

  test('what was broken for good leaves the recovery open', () => {
    const outages = [
      outageOf({
        planted: plantedOf({ healedAt: null }),
        noticed: [noticedOf({ clearedAt: null })],
        answersAt: null,
      }),
    ]
    expect(validated(goodFacts({ outages })).verdict).toBe('INCONCLUSIVE')
  })
})

test('timeouts within an outage are its own', () => {
  const tally = goodTally()
  tally.timeouts.push({ at: at(650_000), text: 'chain' })
  expect(failed(goodFacts({ tally, outages: [outageOf()] }))).toEqual([])
})
