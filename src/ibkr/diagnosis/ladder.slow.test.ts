import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { VERDICTS } from '../../domain/incident.ts'
import type { VerdictName } from '../../domain/incident.ts'
import { nextStep } from './ladder.ts'
import type { LadderView, Taken } from './ladder.ts'

type Of = Omit<LadderView, 'ageMs' | 'pageAgeMs' | 'taken'>

const OF: Of = { verdict: 'UNDETERMINED', scoped: false, connected: true, mayRestart: true }

/** What is done in so many seconds, if nothing helps. */
function climbed(of: Partial<Of>, seconds: number): readonly Taken[] {
  const taken: Taken[] = []
  for (let second = 0; second <= seconds; second++) {
    const ageMs = second * 1_000
    const step = nextStep({ ...OF, ...of, ageMs, pageAgeMs: ageMs, taken })
    if (step !== null) taken.push({ step, atMs: ageMs })
  }
  return taken
}

const steps = (of: Partial<Of>, seconds: number) => climbed(of, seconds).map(({ step }) => step)

test('the whole ladder, in its order, while nothing is known and nothing helps (P17)', () => {
  expect(steps({}, 110)).toEqual(['retry', 'canary', 'reconnect', 'restart-gateway'])
  expect(steps({}, 310)).toContain('page')
})

test.each<[string, Partial<Of>, readonly string[]]>([
  ['our own reader', { verdict: 'LOCAL_READER_STALLED' }, ['page', 'reconnect']],
  ['only our session', { verdict: 'GATEWAY_HUNG', scoped: true }, ['reconnect']],
  ['the whole Gateway', { verdict: 'GATEWAY_HUNG' }, ['restart-gateway']],
  ['without the hook', { verdict: 'GATEWAY_HUNG', mayRestart: false }, []],
  ['a session without bars', { verdict: 'SESSION_HIST_WEDGED' }, ['retry', 'reconnect']],
  ['a missing right', { verdict: 'DATA_RIGHTS' }, ['page']],
  ['one order', { verdict: 'ORDERS_DEAD', scoped: true }, ['page', 'query-orders']],
  ['IBKR itself', { verdict: 'IBKR_LINK_DOWN' }, []],
])('%s', (_, of, first) => {
  expect(steps(of, 59)).toEqual(first)
})

test('a person is told within five minutes, but of a planned restart or a closed market', () => {
  const never = new Set<VerdictName>(['PLANNED_RESTART', 'NO_DATA_EXPECTED'])
  for (const verdict of VERDICTS) {
    const page = climbed({ verdict }, 300).find(({ step }) => step === 'page')
    expect([verdict, page !== undefined]).toEqual([verdict, !never.has(verdict)])
  }
})

test('nothing is repeated without end, and the connection is not ended over and over (P12)', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VERDICTS),
      fc.boolean(),
      fc.boolean(),
      (verdict, scoped, mayRestart) => {
        const taken = climbed({ verdict, scoped, mayRestart }, 7_200)
        const reconnects = taken.filter(({ step }) => step === 'reconnect')
        expect(reconnects.length).toBeLessThanOrEqual(3)
        for (const [i, each] of reconnects.entries()) {
          const next = reconnects[i + 1]
          if (next !== undefined) expect(next.atMs - each.atMs).toBeGreaterThanOrEqual(60_000)
        }
        expect(taken.length).toBeLessThanOrEqual(10)
      },
    ),
    { numRuns: 60 },
  )
})
