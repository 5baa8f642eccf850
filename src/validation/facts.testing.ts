import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import type { RunFacts, Setup } from './facts.ts'
import type { Noticed, Outage, Planted } from './outages.ts'
import { minutesOf } from './plan.ts'
import { ASKED, Tally } from './tally.ts'

export const SPY = 'SPY' as Ticker
export const START = atNewYork('2026-03-10' as CalendarDate, '10:00')
const HOUR = 3_600_000

export function at(ms: number): EpochMs {
  return (START + ms) as EpochMs
}

export function setupOf(of: Partial<Setup> = {}): Setup {
  return {
    phase: 'phase3',
    on: 'simulator',
    where: 'a test',
    symbols: [SPY],
    intervalMs: 60_000,
    wantedMs: 2 * HOUR,
    trades: true,
    scenario: null,
    ...of,
  }
}

/** Of a run in which everything held. */
export function goodTally(): Tally {
  const tally = new Tally()
  for (let i = 0; i < 100; i++) tally.answeredAfter('longHistory', 200 + i)
  for (let i = 0; i < 1_000; i++) tally.ages.add((i % 60) * 1_000)
  for (const what of ASKED) tally.asked(SPY, what, null)
  for (let i = 0; i < 120; i++) {
    tally.points.push({
      at: at(i * 60_000),
      latencyMs: 210,
      budget: 0.4,
      budgetRule: 'P2 bar streams',
      rssMb: 150,
      heapMb: 60 + (i % 7),
      cpu: 0.02,
      loopMs: 2,
      cycles: 1,
    })
  }
  return tally
}

export function goodFacts(of: Partial<RunFacts> = {}): RunFacts {
  const stretches = [{ from: START, to: at(2 * HOUR) }]
  const count = minutesOf(stretches).length
  return {
    setup: setupOf(),
    periods: [
      {
        from: START,
        to: at(2 * HOUR),
        stretches,
        marketMs: 2 * HOUR,
        historicalRequests: 2,
        orderFrames: 12,
      },
    ],
    interrupted: false,
    bars: new Map([[SPY, { closed: count, decided: count, missing: [] }]]),
    cycles: count,
    tradingDays: 1,
    outages: [],
    tally: goodTally(),
    trades: {
      entries: 3,
      fills: 6,
      realizedPnl: -12.5,
      brokerRealizedPnl: -12.5,
      unprotectedMsMax: 20,
    },
    ...of,
  }
}

export function plantedOf(of: Partial<Planted> = {}): Planted {
  const whole = { name: 'S2', label: 'HMDS_DOWN', beganAt: at(600_000), healedAt: at(720_000) }
  return { ...whole, ...of }
}

export function noticedOf(of: Partial<Noticed> = {}): Noticed {
  return {
    id: 'i-1',
    symptom: 'history silent',
    since: at(610_000),
    verdict: 'HMDS_DOWN',
    named: [{ verdict: 'HMDS_DOWN', at: at(612_000) }],
    clearedAt: at(723_000),
    ...of,
  }
}

export function outageOf(of: Partial<Outage> = {}): Outage {
  return { planted: plantedOf(), noticed: [noticedOf()], answersAt: at(720_000), ...of }
}
