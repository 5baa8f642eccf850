import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abandoned,
  answered,
  asked,
  breakerAt,
  CLOSED,
  failed,
  mayAsk,
  type Breaker,
  type BreakerRules,
} from './breaker.ts'

const rules: BreakerRules = { failuresMax: 3, openMsMin: 1_000, openMsMax: 8_000 }

type Step = 'answered' | 'failed' | 'abandoned' | 'wait'

interface Life {
  readonly breaker: Breaker
  readonly nowMs: number
}

/** One question that ends so, when it may be asked; time passes either way. */
function step({ breaker, nowMs }: Life, what: Step, waitMs: number): Life {
  const now = breakerAt(breaker, nowMs)
  if (what === 'wait' || !mayAsk(now)) return { breaker: now, nowMs: nowMs + waitMs }
  const sent = asked(now)
  const next = {
    answered: () => answered(sent),
    failed: () => failed(sent, rules, nowMs + waitMs),
    abandoned: () => abandoned(sent),
  }[what]()
  return { breaker: next, nowMs: nowMs + waitMs }
}

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step>('answered', 'failed', 'failed', 'abandoned', 'wait'),
    fc.integer({ min: 0, max: 3_000 }),
  ),
)

function lived(of: readonly (readonly [Step, number])[]): Life {
  return of.reduce<Life>((life, [what, ms]) => step(life, what, ms), { breaker: CLOSED, nowMs: 0 })
}

describe('laws', () => {
  test('whatever happened, within the longest open time it may be asked again', () => {
    fc.assert(
      fc.property(steps, (of) => {
        const { breaker, nowMs } = lived(of)
        expect(mayAsk(breakerAt(breaker, nowMs + rules.openMsMax))).toBe(true)
      }),
    )
  })

  test('whatever happened, one answer then closes it', () => {
    fc.assert(
      fc.property(steps, (of) => {
        const { breaker, nowMs } = lived(of)
        const life = { breaker, nowMs: nowMs + rules.openMsMax }
        expect(step(life, 'answered', 0).breaker).toEqual(CLOSED)
      }),
    )
  })

  test('it opens only by failures in a row, or by a probe that fails', () => {
    fc.assert(
      fc.property(steps, (of) => {
        let life: Life = { breaker: CLOSED, nowMs: 0 }
        let inARow = 0
        for (const [what, ms] of of) {
          const before = breakerAt(life.breaker, life.nowMs)
          const askedIt = what !== 'wait' && mayAsk(before)
          life = step(life, what, ms)
          if (askedIt && what === 'answered') inARow = 0
          if (askedIt && what === 'failed') inARow++
          if (life.breaker.phase !== 'open' || before.phase === 'open') continue
          expect(before.phase === 'half-open' || inARow >= rules.failuresMax).toBe(true)
        }
      }),
    )
  })

  test('a dead service is asked at most once in each open time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 500 }), (everyMs) => {
        let life: Life = { breaker: CLOSED, nowMs: 0 }
        let questions = 0
        while (life.nowMs < 600_000) {
          if (mayAsk(breakerAt(life.breaker, life.nowMs))) questions++
          life = step(life, 'failed', everyMs)
        }
        // Three to open it, a few while its open time grows, then one in eight seconds.
        expect(questions).toBeLessThanOrEqual(3 + 3 + 600_000 / rules.openMsMax + 1)
      }),
    )
  })
})

test('one probe at a time', () => {
  const open = [1, 2, 3].reduce<Breaker>((now) => failed(now, rules, 0), CLOSED)
  expect(open).toEqual({ phase: 'open', openings: 1, until: 1_000 })
  expect(mayAsk(breakerAt(open, 999))).toBe(false)
  const probing = asked(breakerAt(open, 1_000))
  expect(mayAsk(probing)).toBe(false)
  expect(mayAsk(abandoned(probing))).toBe(true)
})

test('its open times double up to the bound', () => {
  const times: number[] = []
  let breaker: Breaker = [1, 2, 3].reduce<Breaker>((now) => failed(now, rules, 0), CLOSED)
  let nowMs = 0
  for (let i = 0; i < 6 && breaker.phase === 'open'; i++) {
    times.push(breaker.until - nowMs)
    nowMs = breaker.until
    breaker = failed(asked(breakerAt(breaker, nowMs)), rules, nowMs)
  }
  expect(times).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
})

test('a late answer or failure does not move one that is open', () => {
  const open: Breaker = { phase: 'open', openings: 1, until: 1_000 }
  expect(answered(open)).toBe(open)
  expect(failed(open, rules, 500)).toBe(open)
})
