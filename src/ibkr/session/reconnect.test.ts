import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextAttempt, NO_ATTEMPTS, turnOf } from './reconnect.ts'

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

test('two connections that fail for one cause take turns: neither tries more often than it may', () => {
  fc.assert(
    fc.property(jitters, (all) => {
      const links = [0, 1].map(() => ({ attempts: NO_ATTEMPTS, dueAt: 0, tries: [] as number[] }))
      const [one, other] = links
      if (one === undefined || other === undefined) throw new Error('there are two')
      for (let draw = 0; ; draw++) {
        const [link, rest] = one.dueAt <= other.dueAt ? [one, other] : [other, one]
        const at = link.dueAt
        if (at > 2 * 3_600_000) break
        link.tries.push(at)
        const next = nextAttempt(link.attempts, 'not-ready', all[draw % all.length] ?? 0)
        link.attempts = next.after
        link.dueAt = Math.max(at + 1_000, turnOf(rest.dueAt, at + next.delayMs, next.delayMs))
      }
      for (const { tries } of links) expect(tries.length).toBeLessThanOrEqual(130)
      const late = [...one.tries, ...other.tries].sort((a, b) => a - b).filter((at) => at > 300_000)
      const gaps = late.slice(1).map((at, i) => at - (late[i] ?? 0))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(31_000)
    }),
  )
})
