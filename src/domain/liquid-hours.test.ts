import { expect, test } from 'vitest'
import { atNewYork, nextSession, zoneNamed } from './calendar.ts'
import type { CalendarDate } from './contract.ts'
import type { DayHours } from './liquid-hours.ts'
import { formatLiquidHours, lastCloseOn, parseLiquidHours } from './liquid-hours.ts'

const day = (text: string): CalendarDate => text as CalendarDate

test('spans and closed days are read in the zone of the contract', () => {
  const text = '20260102:0930-20260102:1600;20260103:CLOSED;20260105:0930-20260105:1615'
  const eastern = parseLiquidHours(text, 'US/Eastern')
  expect(eastern).toEqual({
    ok: true,
    value: [
      span('2026-01-02', '09:30', '16:00'),
      { date: '2026-01-03', spans: [] },
      span('2026-01-05', '09:30', '16:15'),
    ],
  })
  // SPX is listed in Chicago: the same hours, written an hour earlier.
  const central = '20260102:0830-20260102:1500;20260103:CLOSED;20260105:0830-20260105:1515'
  expect(parseLiquidHours(central, 'US/Central')).toEqual(eastern)
})

test('a night session belongs to the date it closes on, and a date may have several', () => {
  const text = '20260104:2015-20260105:0925;20260105:0930-20260105:1700'
  const hours = parseLiquidHours(text, 'US/Eastern')
  if (!hours.ok) throw new Error(hours.error)
  expect(hours.value.map(({ date, spans }) => [date, spans.length])).toEqual([['2026-01-05', 2]])
  expect(lastCloseOn(hours.value, day('2026-01-05'))).toBe(atNewYork(day('2026-01-05'), '17:00'))
})

test('the end of trading is that of the contract, 13:15 on a half day (R22)', () => {
  const hours = parseLiquidHours('20261127:0930-20261127:1315;20261128:CLOSED', 'US/Eastern')
  if (!hours.ok) throw new Error(hours.error)
  expect(lastCloseOn(hours.value, day('2026-11-27'))).toBe(atNewYork(day('2026-11-27'), '13:15'))
  expect(lastCloseOn(hours.value, day('2026-11-28'))).toBeNull() // closed
  expect(lastCloseOn(hours.value, day('2026-12-18'))).toBeNull() // not yet known
})

test('what is written is read back', () => {
  const days: DayHours[] = [{ date: day('2026-03-07'), spans: [] }]
  for (let date = day('2026-03-01'); days.length < 30;) {
    const session = nextSession(date)
    if (session === null) throw new Error('expected a session')
    days.push({ date: session.date, spans: [session] })
    date = session.date
  }
  for (const name of ['US/Eastern', 'US/Central', 'UTC']) {
    const zone = zoneNamed(name)
    if (zone === null) throw new Error('expected a zone')
    const read = parseLiquidHours(formatLiquidHours(days, zone), name)
    const moments = (all: readonly DayHours[]): unknown =>
      all.map(({ date, spans }) => [date, spans.map(({ open, close }) => [open, close])])
    expect(read.ok && moments(read.value)).toEqual(moments(days))
  }
})

test.each([
  ['20260102:0930-20260102:1600', 'Mars/Olympus'],
  ['20260102:0930', 'US/Eastern'],
  ['20260102:0930-20260102:1600-20260102:1700', 'US/Eastern'],
  ['20260102:1600-20260102:0930', 'US/Eastern'],
  ['20260102:2530-20260102:2600', 'US/Eastern'],
  ['20260232:CLOSED', 'US/Eastern'],
  ['open', 'US/Eastern'],
])('%j in %s is refused, with what was expected', (text, zone) => {
  const hours = parseLiquidHours(text, zone)
  expect(hours.ok ? null : hours.error).toMatch(/^expected .* was /)
})

test('no hours are no days', () => {
  expect(parseLiquidHours('', 'US/Eastern')).toEqual({ ok: true, value: [] })
})

function span(date: string, open: string, close: string): DayHours {
  const at = (time: string): ReturnType<typeof atNewYork> => atNewYork(day(date), time)
  return { date: day(date), spans: [{ open: at(open), close: at(close) }] }
}
