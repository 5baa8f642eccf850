import { expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { atNewYork, sessionOf } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { Crowd, DAY, tickers } from './crowd.ts'

/** Bars from 04:00 to 20:00, options from 09:30 to 16:00. */
test('all hours: every bar is decided from 04:00 on, entries wait for regular hours', async () => {
  const symbols = tickers(1)
  const crowd = new Crowd({ symbols, strategies: 'scalp, whale', hours: 'all', start: '03:50' })
  const [only] = crowd.bots
  const decided: number[] = []
  const orders: number[] = []
  only?.bot.engine.subscribe((event) => {
    if (event.type === 'OrderIntended') orders.push(crowd.clock.now())
    if (event.type === 'CycleEnded') decided.push(event.outcome.barStart)
  })
  await crowd.until('16:30')

  const day = sessionOf(DAY, 'all')
  const { market } = crowd.gateway.core
  const [listed] = market.underlyings
  assert(day !== null && listed !== undefined, 'SPY trades on that day')
  const at = crowd.clock.now()
  const span = { size: '1m', from: day.open, to: day.close, at } as const
  const bars = market.bars(listed.contract.conId, { ...span, hours: 'all' })
  const regular = market.bars(listed.contract.conId, span)
  expect(bars.length).toBeGreaterThan(regular.length + 200)
  expect(decided).toEqual(bars.map(({ start }) => start))
  expect(orders.length).toBeGreaterThan(0)
  const [open, close] = [atNewYork(DAY, '09:30'), atNewYork(DAY, '16:00')]
  expect(orders.filter((moment) => moment < open || moment >= close)).toEqual([])
  expect(crowd.violations).toEqual([])
  expect(crowd.gateway.counters.historicalRequests).toBeLessThanOrEqual(10)
})

test('all hours of a half day end at 17:00, and nothing is asked for or missed in the night', async () => {
  const date = '2026-11-27' as CalendarDate
  const symbols = tickers(1)
  const crowd = new Crowd({ symbols, hours: 'all', start: '12:30', date })
  const [only] = crowd.bots
  let decided = 0
  only?.bot.engine.subscribe((event) => {
    if (event.type === 'CycleEnded') decided++
  })
  await crowd.until('22:00', date)
  const { market } = crowd.gateway.core
  const conId = market.underlyings[0]?.contract.conId
  assert(conId !== undefined, 'SPY is listed')
  const [from, to] = [atNewYork(date, '12:30'), crowd.clock.now()]
  const bars = market.bars(conId, { size: '1m', hours: 'all', from, to, at: to })
  expect(bars.at(-1)?.start).toBeLessThan(atNewYork(date, '17:00'))
  expect(bars.length).toBeGreaterThan(100)
  expect(decided).toBe(bars.length)
  expect(crowd.gateway.counters.historicalRequests).toBeLessThanOrEqual(2)
})
