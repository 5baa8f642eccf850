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

test.each([
  [2, 31_000],
  [3, 21_000],
])('%i clients that fail for one cause take turns, none more often than it may', (count, ms) => {
  fc.assert(
    fc.property(jitters, (all) => {
      const newClient = () => ({ attempts: NO_ATTEMPTS, dueAt: 0, tries: [] as number[] })
      const clients = Array.from({ length: count }, newClient)
      for (let draw = 0; ; draw++) {
        const [client] = clients.toSorted((one, other) => one.dueAt - other.dueAt)
        if (client === undefined) throw new Error('there are some')
        const at = client.dueAt
        if (at > 2 * 3_600_000) break
        client.tries.push(at)
        const next = nextAttempt(client.attempts, 'not-ready', all[draw % all.length] ?? 0)
        client.attempts = next.after
        const others = clients.filter((each) => each !== client).map(({ dueAt }) => dueAt)
        const dueAt = turnOf(others, at + next.delayMs, next.delayMs)
        client.dueAt = Math.max(at + 1_000, dueAt)
      }
      for (const { tries } of clients) expect(tries.length).toBeLessThanOrEqual(130)
      const tries = clients.flatMap((each) => each.tries).sort((a, b) => a - b)
      const late = tries.filter((at) => at > 900_000)
      const gaps = late.slice(1).map((at, i) => at - (late[i] ?? 0))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(ms)
    }),
    { numRuns: 50 },
  )
})
