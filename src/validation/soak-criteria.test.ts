import { expect, test } from 'vitest'
import {
  at,
  goodFacts,
  goodTally,
  noticedOf,
  outageOf,
  plantedOf,
  setupOf,
} from './facts.testing.ts'
import type { RunFacts, SoakFacts } from './facts.ts'
import { NORMAL_MESSAGES_PER_SECOND } from './soak-criteria.ts'
import type { OutsideFigures, Point } from './points.ts'
import { validated } from './verdict.ts'

const soak: SoakFacts = { messagesPerSecond: 4, resumed: [{ name: 'S2', afterMs: 50_000 }] }

function outside(of: Partial<OutsideFigures> = {}): OutsideFigures {
  return { sockets: 6, handles: 40, journalMb: 1, gatewayMb: 90, messagesPerSecond: 4, ...of }
}

/** Two hours of points, as an hour and more of a soak gives them. */
function soaked(of: Partial<RunFacts> = {}, point: (i: number) => Partial<Point> = () => ({})) {
  const tally = goodTally()
  const points = tally.points.map((each, i) => ({ ...each, outside: outside(), ...point(i) }))
  tally.points.splice(0, tally.points.length, ...points)
  const setup = setupOf({ phase: 'soak', soak: { loadWanted: 2, faults: 1 } })
  const facts = goodFacts({ setup, tally, trades: null, outages: [outageOf()], soak, ...of })
  const { verdict, findings } = validated(facts)
  const not = findings
    .filter(({ held }) => held !== 'yes')
    .map(({ name, held }) => `${name} ${held}`)
  return [verdict, ...not]
}

test('what is flat, loaded, broken and recovered passes', () => {
  expect(soaked()).toEqual(['PASS'])
  expect(NORMAL_MESSAGES_PER_SECOND).toBeCloseTo(0.648, 3)
})

test('what grows fails, each by its name', () => {
  expect(soaked({}, (i) => ({ rssMb: 150 + i }))).toEqual(['FAIL', 'memory is flat no'])
  const sockets = (i: number): Partial<Point> => ({
    outside: outside({ sockets: 6 + Math.floor(i / 20), handles: 40 + Math.floor(i / 20) }),
  })
  expect(soaked({}, sockets)).toEqual(['FAIL', 'sockets are flat no', 'file handles are flat no'])
  expect(soaked({}, (i) => ({ loopMs: i }))).toEqual(['FAIL', 'event loop is flat no'])
  // What comes with an outage and goes with it is not growth.
  const spike = (i: number): Partial<Point> => (i % 10 === 0 ? { rssMb: 300 } : {})
  expect(soaked({}, spike)).toEqual(['PASS'])
})

test('a fault that is told late, or never, fails', () => {
  expect(soaked({ outages: [outageOf({ noticed: [] })] })).toEqual(['FAIL', 'detection no'])
  const named = [{ verdict: 'HMDS_DOWN', at: at(616_000) }]
  const late = outageOf({ noticed: [noticedOf({ named })] })
  expect(soaked({ outages: [late] })).toEqual(['FAIL', 'detection no'])
})

test('a missed recovery fails', () => {
  const never = [{ name: 'S2', afterMs: null }]
  expect(soaked({ soak: { ...soak, resumed: never } })).toEqual(['FAIL', 'resumed no'])
  const own = outageOf({ planted: null, answersAt: null })
  expect(soaked({ outages: [outageOf(), own] })).toEqual(['FAIL', 'nothing else no'])
})

test('too little load, a fault that did not end, and a platform that shows nothing decide nothing', () => {
  expect(soaked({ soak: { ...soak, messagesPerSecond: 1 } })).toEqual(['INCONCLUSIVE', 'load open'])
  const unhealed = outageOf({ planted: plantedOf({ healedAt: null }), answersAt: null })
  expect(soaked({ outages: [unhealed] })).toEqual(['INCONCLUSIVE', 'faults open', 'recovery open'])
  const blind = (): Partial<Point> => ({ outside: outside({ sockets: null, handles: null }) })
  expect(soaked({}, blind)).toEqual([
    'INCONCLUSIVE',
    'sockets are flat open',
    'file handles are flat open',
  ])
  const short = (i: number): Partial<Point> => ({ at: at(i * 5_000) })
  expect(soaked({}, short)).toHaveLength(4)
})

test('what a stop cut off is not held against it', () => {
  const [period] = goodFacts().periods
  if (period === undefined) throw new Error('expected a period')
  const until = (ms: number) => ({ periods: [{ ...period, to: at(ms) }], interrupted: true })
  const begun = outageOf({ planted: plantedOf({ healedAt: null }), noticed: [], answersAt: null })
  const unseen = soaked({ ...until(610_000), outages: [begun] })
  expect(unseen.filter((each) => each.endsWith(' no'))).toEqual([])
  const open = outageOf({ noticed: [noticedOf({ clearedAt: null })] })
  const uncleared = soaked({ ...until(730_000), outages: [open] })
  expect(uncleared.filter((each) => each.endsWith(' no'))).toEqual([])
  expect(soaked({ ...until(900_000), outages: [open] })).toContain('recovery no')
})
