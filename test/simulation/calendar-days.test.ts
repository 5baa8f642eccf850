import { expect, test } from 'vitest'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { Crowd, tickers } from './crowd.ts'

/** A bot that runs through some minutes of a date on which nothing may happen (F71, F72). */
async function idle(date: string, from: string, to: string): Promise<Crowd> {
  const crowd = new Crowd({ symbols: tickers(1), start: from, date: date as CalendarDate })
  await crowd.until(to, date as CalendarDate)
  return crowd
}

test.each([
  ['F71 the clocks go forward', { date: '2026-03-08', from: '01:57', to: '03:02', minutes: 5 }],
  ['F71 the clocks go back', { date: '2026-11-01', from: '00:57', to: '02:02', minutes: 125 }],
  ['F72 Good Friday', { date: '2026-04-03', from: '10:28', to: '10:33', minutes: 5 }],
  [
    'F72 a Monday that is a holiday',
    { date: '2026-05-25', from: '10:28', to: '10:33', minutes: 5 },
  ],
] as const)(
  '%s: no bar, no decision, no order, and the link stays',
  async (_, { date, from, to, minutes }) => {
    const crowd = await idle(date, from, to)
    const [only] = crowd.bots
    const passed = crowd.clock.now() - atNewYork(date as CalendarDate, from)
    expect(passed).toBe(minutes * 60_000)
    const { state } = only?.bot.engine ?? {}
    expect([state?.link, state?.orders.size, state?.incidents.size]).toEqual(['up', 0, 0])
    expect([...(only?.bot.feed.counts.bars.values() ?? [])]).toEqual([0])
    expect(crowd.gateway.counters.orderFrames).toBe(0)
    expect(crowd.violations).toEqual([])
  },
)

test.each([
  ['F71 the Monday after the clocks went forward', '2026-03-09'],
  ['F71 the Monday after they went back', '2026-11-02'],
])('%s: the day begins at 09:30 in New York', async (_, date) => {
  const crowd = new Crowd({ symbols: tickers(1), start: '09:28', date: date as CalendarDate })
  const decided: number[] = []
  crowd.bots[0]?.bot.engine.subscribe((event) => {
    if (event.type === 'CycleEnded') decided.push(event.outcome.barStart)
  })
  await crowd.until('09:33', date as CalendarDate)
  const first = atNewYork(date as CalendarDate, '09:30')
  expect(decided).toEqual([first, first + 60_000, first + 120_000])
})

test('F72 a closure that no calendar knows: no bar, no entry', async () => {
  const crowd = new Crowd({ symbols: tickers(1), start: '09:28' })
  crowd.gateway.inject({ name: 'closed-day' })
  await crowd.until('09:36')
  expect(crowd.bots[0]?.bot.engine.state.orders.size).toBe(0)
  expect(crowd.gateway.counters.orderFrames).toBe(0)
})
