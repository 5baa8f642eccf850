import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { Stage } from '../domain/promotion.ts'
import type { Event } from '../trading/event.ts'
import { holding, ready } from '../trading/play.testing.ts'
import type { Promotion } from '../validation/promotion.ts'
import { LiveStage, quantityMaxAt } from './live-stage.ts'

const at = atNewYork('2026-03-10' as CalendarDate, '10:00')
const after = (ms: number): EpochMs => (at + ms) as EpochMs
const halt: Event = {
  type: 'TradingStateChanged',
  to: 'halt',
  cause: 'position-mismatch',
  reason: '1 here, 2 there',
}
const quiet: Event = { type: 'LinkChanged', link: 'up', epoch: 1 }
const { state } = ready()

function stageOf(
  stage: Stage,
  of: { override?: 'none' | 'one-contract'; recount?: Stage | null } = {},
): [LiveStage, (readonly [number, string])[]] {
  const { override = 'none', recount = stage } = of
  const found = recount === null ? null : ({ stage: recount, missing: ['days'] } as unknown)
  const live = new LiveStage({ stage, override, at, recount: () => found as Promotion | null })
  const told: (readonly [number, string])[] = []
  live.onLowered((most, why) => told.push([most, why]))
  return [live, told]
}

test.each([
  ['live', null],
  ['one-contract', 1],
  ['paper', 0],
] as const)('at stage %s an entry is of at most %s', (stage, most) => {
  expect(quantityMaxAt(stage)).toBe(most)
})

describe('while live runs', () => {
  test('a demerit takes all of it away, at once and once', () => {
    const [live, told] = stageOf('live')
    live.heard(quiet, state, after(1))
    expect(live.quantityMax).toBeNull()
    live.heard(halt, state, after(2))
    live.heard(halt, state, after(3))
    expect(live.quantityMax).toBe(0)
    expect(told).toEqual([[0, 'demoted to paper: halt: 1 here, 2 there; nothing is entered']])
  })

  test('a person who halts takes nothing away', () => {
    const [live, told] = stageOf('one-contract')
    live.heard({ ...halt, cause: 'operator' }, state, after(1))
    expect([live.quantityMax, told]).toEqual([1, []])
  })

  test('an override is above a demerit as well', () => {
    const [live, told] = stageOf('live', { override: 'one-contract' })
    live.heard(halt, state, after(1))
    expect([live.quantityMax, told.length]).toEqual([1, 1])
  })

  test('each New York date it is counted anew, and only falls', () => {
    const tomorrow = atNewYork('2026-03-11' as CalendarDate, '00:00')
    const [fallen] = stageOf('live', { recount: 'one-contract' })
    fallen.heard(quiet, state, (tomorrow - 1) as EpochMs)
    expect(fallen.quantityMax).toBeNull()
    fallen.heard(quiet, state, tomorrow)
    expect(fallen.quantityMax).toBe(1)
    const [risen] = stageOf('one-contract', { recount: 'live' })
    risen.heard(quiet, state, tomorrow)
    expect(risen.quantityMax).toBe(1)
    const [unread] = stageOf('live', { recount: null })
    unread.heard(quiet, state, tomorrow)
    expect(unread.quantityMax).toBe(0)
  })

  test('what is held without protection for more than 30 s is a demerit, event or none', () => {
    const bare = holding().state
    const orders = new Map([...bare.orders].filter(([, { role }]) => role === 'entry'))
    const [live] = stageOf('live')
    live.heard(quiet, { ...bare, orders }, after(0))
    live.watched({ ...bare, orders }, after(30_000))
    expect(live.quantityMax).toBeNull()
    live.watched({ ...bare, orders }, after(30_001))
    expect(live.quantityMax).toBe(0)
  })
})
