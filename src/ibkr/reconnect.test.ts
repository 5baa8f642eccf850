import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextAttempt, NO_ATTEMPTS } from './reconnect.ts'

const jitters = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 200,
  maxLength: 200,
})

test('a refused port is probed every 1 to 2 s, for ever (S10)', () => {
  fc.assert(
    fc.property(jitters, (all) => {
      let attempts = NO_ATTEMPTS
      for (const jitter of all) {
        const next = nextAttempt(attempts, 'unreachable', jitter)
        attempts = next.after
        expect(next.delayMs).toBeGreaterThanOrEqual(1_000)
        expect(next.delayMs).toBeLessThanOrEqual(2_000)
      }
    }),
  )
})

test('an outage of 2 h costs at most 130 handshakes, whatever the jitter (P12)', () => {
  fc.assert(
    fc.property(jitters, (all) => {
      let attempts = NO_ATTEMPTS
      let at = 0
      let handshakes = 0
      for (const jitter of all) {
        if (at > 2 * 3_600_000) break
        handshakes++
        const next = nextAttempt(attempts, 'not-ready', jitter)
        attempts = next.after
        at += next.delayMs
      }
      expect(handshakes).toBeLessThanOrEqual(130)
    }),
  )
})

test('backoff doubles from 1 s to 60 s and starts again once ready', () => {
  let attempts = NO_ATTEMPTS
  const delays = [1, 2, 3, 4, 5, 6, 7, 8].map(() => {
    const next = nextAttempt(attempts, 'not-ready', 0)
    attempts = next.after
    return next.delayMs
  })
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  const ready = nextAttempt(attempts, 'dropped', 0.5)
  expect(ready).toEqual({ after: NO_ATTEMPTS, delayMs: 1_000 })
})
