import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { NO_FACTS, type Vitals } from '../engine/health.ts'
import { Health } from './health.ts'
import { maskedAccounts } from '../base/masked.ts'

const vitals: Vitals = {
  ...NO_FACTS,
  at: 0 as EpochMs,
  seq: 0,
  link: 'up',
  lastCycleAt: null,
  loopDelayMsMax: 0,
  unprotected: 0,
  unprotectedSince: null,
  watchedHere: 0,
  noticesLost: 0,
  reconciledAt: null,
}

test('what is slow, and a late event loop, are told once an episode', async () => {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const told: string[] = []
  let delayMs: number | null = null
  const health = new Health({
    clock,
    notifier: { notify: ({ level, key }) => told.push(`${level} ${key}`) },
    loopDelayP99Ms: () => delayMs,
    beat: () => undefined,
  })
  health.of({
    lastAnswerAt: () => 5 as EpochMs,
    breakers: () => [{ class: 'quotes', phase: 'open', openings: 1, probeInMs: 9 }],
    incident: () => ({ id: 'i-1', verdict: 'HMDS_DOWN' }),
  })
  const pass = async (seconds: number, observe: () => void = () => undefined) => {
    for (let second = 0; second < seconds; second++) {
      observe()
      await clock.runUntil((clock.now() + 1_000) as EpochMs)
      health.beat(() => vitals)
    }
  }
  await pass(30, () => health.observed({ kind: 'positions', ms: 9_000, outcome: 'answered' }))
  expect(told).toEqual(['warning slow positions'])
  delayMs = 150
  await pass(20)
  delayMs = 20
  await pass(2)
  delayMs = 150
  await pass(2)
  expect(told.slice(1)).toEqual(['warning event loop', 'warning event loop'])
  expect(health.facts()).toMatchObject({
    lastAnswerAt: 5,
    incident: { id: 'i-1', verdict: 'HMDS_DOWN' },
    loopDelayMsP99: 150,
    breakers: [{ class: 'quotes' }],
    requests: [{ kind: 'positions', deadlineMs: 10_000, slowSince: expect.any(Number) }],
  })
})

test.each([
  ['account DU1234567; U7654321', 'account DU*****67; U*****21'],
  ['F1234567 and DF765432', 'F*****67 and DF*****32'],
  ['SPY 2026-03-13 575 C x12, order mmk-12.3', 'SPY 2026-03-13 575 C x12, order mmk-12.3'],
])('accounts in a text are masked, the rest stays: %s', (text, masked) => {
  expect(maskedAccounts(text)).toBe(masked)
})
