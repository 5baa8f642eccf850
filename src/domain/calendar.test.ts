import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Zone } from './calendar.ts'
import {
  atNewYork,
  coversYearsFrom,
  momentOf,
  NEW_YORK,
  newYorkDate,
  newYorkTime,
  newYorkTimeText,
  nextSession,
  previousSession,
  sessionAt,
  sessionOf,
  UTC,
  wallClock,
  zoneNamed,
} from './calendar.ts'
import type { CalendarDate } from './contract.ts'
import { addDays, weekday } from './date.ts'

const day = (text: string): CalendarDate => text as CalendarDate
const utc = (text: string): EpochMs => Temporal.Instant.from(text).epochMilliseconds as EpochMs
const SESSIONS = new URL(
  '../../../shared/data/calendar/nyse_sessions_1990_2025.csv',
  import.meta.url,
)

test.skipIf(!existsSync(SESSIONS))(
  'every session from 2000 to 2025 opens and closes as recorded (needs ../shared/data)',
  () => {
    const rows = readFileSync(SESSIONS, 'utf8').trim().split('\n').slice(1)
    const recorded = new Map(
      rows.map((row) => {
        const [date = '', , , open, close] = row.split(',')
        return [day(date), { date, open: Number(open), close: Number(close) }]
      }),
    )
    let date = day('2000-01-01')
    let sessions = 0
    for (; date <= '2025-12-31'; date = addDays(date, 1)) {
      expect(sessionOf(date)).toEqual(recorded.get(date) ?? null)
      if (recorded.has(date)) sessions++
    }
    expect(sessions).toBe(6539)
  },
)

test.each([
  ['2026-01-01', null], // Thursday
  ['2026-04-03', null], // Good Friday
  ['2026-06-19', null], // Juneteenth
  ['2026-07-02', '16:00'],
  ['2026-07-03', null], // the 4th is a Saturday
  ['2026-11-26', null], // Thanksgiving
  ['2026-11-27', '13:00'],
  ['2026-12-24', '13:00'],
  ['2026-12-25', null],
  ['2027-06-18', null], // the 19th is a Saturday
  ['2027-07-02', '16:00'],
  ['2027-07-05', null], // the 4th is a Sunday
  ['2027-12-23', '16:00'],
  ['2027-12-24', null], // the 25th is a Saturday
  ['2027-12-31', '16:00'], // 1 January is a Saturday and is not moved
  ['2028-01-03', '16:00'],
  ['2028-07-03', '13:00'],
  ['2021-06-18', '16:00'], // before Juneteenth was a holiday
  ['2012-10-29', null], // hurricane
])('on %s the exchange closes at %s', (date, close) => {
  expect(sessionOf(day(date))?.close ?? null).toBe(close && atNewYork(day(date), close))
})

test('market hours know Saturdays, Christmas, half days and both changes of the clock (D32)', () => {
  const open = (date: string, time: string): boolean =>
    sessionAt(atNewYork(day(date), time)) !== null
  expect(open('2026-01-10', '12:00')).toBe(false) // Saturday
  expect(open('2026-12-25', '12:00')).toBe(false)
  expect(open('2026-11-27', '12:59')).toBe(true)
  expect(open('2026-11-27', '13:00')).toBe(false)
  expect(open('2026-11-27', '13:01')).toBe(false)
  expect([open('2026-01-09', '09:29'), open('2026-01-09', '09:30')]).toEqual([false, true])
  expect([open('2026-01-09', '15:59'), open('2026-01-09', '16:00')]).toEqual([true, false])
  expect(sessionOf(day('2026-03-06'))?.open).toBe(utc('2026-03-06T14:30:00Z'))
  expect(sessionOf(day('2026-03-09'))?.open).toBe(utc('2026-03-09T13:30:00Z'))
  expect(sessionOf(day('2026-10-30'))?.open).toBe(utc('2026-10-30T13:30:00Z'))
  expect(sessionOf(day('2026-11-02'))?.open).toBe(utc('2026-11-02T14:30:00Z'))
})

test('no session falls on a weekend, and each is the next one of the one before', () => {
  for (let session = nextSession(day('2000-01-01')); session !== null;) {
    expect(weekday(session.date)).toBeLessThanOrEqual(5)
    expect(newYorkDate(session.open)).toBe(session.date)
    const next = nextSession(session.date)
    if (next !== null) expect(previousSession(next.date)).toBe(session)
    session = next
  }
})

test('before and after the covered years nothing is open', () => {
  expect(sessionOf(day('1999-12-31'))).toBeNull()
  expect(sessionOf(day('2029-01-02'))).toBeNull()
  expect(nextSession(day('2028-12-29'))).toBeNull()
  expect(previousSession(day('2000-01-03'))).toBeNull()
})

test('the calendar must cover this year and the next (R22)', () => {
  expect(coversYearsFrom(utc('2026-06-01T12:00:00Z'))).toBe(true)
  expect(coversYearsFrom(utc('2028-01-01T04:59:59Z'))).toBe(true) // still 2027 in New York
  expect(coversYearsFrom(utc('2028-01-01T05:00:00Z'))).toBe(false)
  expect(coversYearsFrom(utc('1999-12-31T12:00:00Z'))).toBe(false)
})

test('the date is that of New York (D16, D20)', () => {
  expect(newYorkDate(utc('2026-01-23T00:59:59Z'))).toBe('2026-01-22') // Thursday evening
  expect(newYorkDate(utc('2026-01-23T05:00:00Z'))).toBe('2026-01-23')
  expect(newYorkTime(utc('2026-07-01T13:30:05Z'))).toMatchObject({ hour: 9, minute: 30, second: 5 })
  expect(newYorkTimeText(utc('2026-07-01T13:30:05Z'))).toBe('09:30:05')
})

const zones = [NEW_YORK, UTC, zone('US/Central'), zone('MET')]

test('every wall clock is that of Temporal', () => {
  const moments = fc.integer({ min: 900_000_000, max: 1_900_000_000 })
  fc.assert(
    fc.property(fc.constantFrom(...zones), moments, (of, seconds) => {
      const at = (seconds * 1000) as EpochMs
      const theirs = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(of)
      const { hour, minute, second } = theirs
      const date = theirs.toPlainDate().toString()
      expect(wallClock(of, at)).toEqual({ date, hour, minute, second })
    }),
    { numRuns: 500 },
  )
})

test('every time on a wall is the moment that Temporal says, also where the clock changes', () => {
  const changes = '2026-03-08 2026-11-01 2006-04-02 2006-10-29 2019-03-10 2026-07-01'
  const dates = fc.constantFrom(...changes.split(' '))
  const minutes = fc.integer({ min: 0, max: 1439 })
  fc.assert(
    fc.property(fc.constantFrom(...zones), dates, minutes, (of, date, minuteOfDay) => {
      const time = { hour: Math.floor(minuteOfDay / 60), minute: minuteOfDay % 60, second: 7 }
      const theirs = Temporal.PlainDateTime.from(date).with(time).toZonedDateTime(of)
      expect(momentOf(of, day(date), time)).toBe(theirs.epochMilliseconds)
    }),
    { numRuns: 700 },
  )
})

test('a zone has the names that IBKR gives it, and what is not certain is unknown', () => {
  expect(['US/Eastern', 'EST', 'America/New_York'].map(zoneNamed)).toEqual(
    Array(3).fill('America/New_York'),
  )
  expect(zoneNamed('Europe/Zurich')).toBe('Europe/Zurich')
  const unknown = ['', 'Mars/Olympus', 'EST (Eastern Standard Time)', 'constructor']
  expect(unknown.map(zoneNamed)).toEqual(unknown.map(() => null))
})

function zone(name: string): Zone {
  const found = zoneNamed(name)
  if (found === null) throw new Error(`expected a zone, was ${name}`)
  return found
}

test('all hours are 04:00 to 20:00, to 17:00 on a half day, and none while it is closed', () => {
  const text = (date: string): string => {
    const session = sessionOf(day(date), 'all')
    return session === null ? 'closed' : [session.open, session.close].map(newYorkTimeText).join()
  }
  expect(text('2026-03-10')).toBe('04:00:00,20:00:00')
  expect(text('2026-11-27')).toBe('04:00:00,17:00:00')
  expect(text('2026-11-26')).toBe('closed')
  expect(text('2026-03-08')).toBe('closed')
  const early = atNewYork(day('2026-03-10'), '05:00')
  expect([sessionAt(early), sessionAt(early, 'all')?.date]).toEqual([null, '2026-03-10'])
  expect(nextSession(day('2026-03-06'), 'all')?.open).toBe(atNewYork(day('2026-03-09'), '04:00'))
  expect(previousSession(day('2026-03-09'), 'all')?.date).toBe('2026-03-06')
})
