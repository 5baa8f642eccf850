import { Temporal } from 'temporal-polyfill'
import type { Brand } from '../base/brand.ts'
import type { EpochMs } from '../base/clock.ts'
import type { CalendarDate } from './contract.ts'
import { addDays, dateOf, dayNumber, yearOf } from './date.ts'
import { closingTime, COVERED_YEARS } from './holidays.ts'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/**
 * Of a trading date: its regular hours, or all in which US stocks trade at IBKR, 04:00 to 20:00 in
 * New York, to 17:00 where regular hours end early. Options trade in regular hours.
 */
export type Hours = 'regular' | 'all'

/** Hours of the NYSE on one date. A contract's own hours come from its `liquidHours`. */
export interface Session {
  readonly date: CalendarDate
  readonly open: EpochMs
  readonly close: EpochMs
}

export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** An IANA zone that is known to exist. */
export type Zone = Brand<string, 'Zone'>

export const NEW_YORK = 'America/New_York' as Zone
export const UTC = 'Etc/UTC' as Zone
const CHICAGO = 'America/Chicago' as Zone
const BERLIN = 'Europe/Berlin' as Zone

/** What IBKR writes beside the IANA names. `EST` means New York's time, in summer too. */
const OTHER_NAMES: Readonly<Record<string, Zone>> = {
  'US/Eastern': NEW_YORK,
  EST: NEW_YORK,
  EDT: NEW_YORK,
  EST5EDT: NEW_YORK,
  'US/Central': CHICAGO,
  CST: CHICAGO,
  CDT: CHICAGO,
  CST6CDT: CHICAGO,
  'US/Pacific': 'America/Los_Angeles' as Zone,
  PST: 'America/Los_Angeles' as Zone,
  PDT: 'America/Los_Angeles' as Zone,
  MET: BERLIN,
  CET: BERLIN,
  'GB-Eire': 'Europe/London' as Zone,
  Hongkong: 'Asia/Hong_Kong' as Zone,
  Japan: 'Asia/Tokyo' as Zone,
  UTC,
  GMT: UTC,
  'Etc/UTC': UTC,
}
const IANA_NAMES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'))

/** Null for a name that is not certain: a time in it is unknown, never guessed. */
export function zoneNamed(name: string): Zone | null {
  if (IANA_NAMES.has(name)) return name as Zone
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? null) : null
}

interface OffsetPeriod {
  readonly from: number
  readonly to: number
  readonly offsetMs: number
}

/** Temporal takes microseconds a conversion; a period of constant offset is looked up once. */
const periodsOfZone = new Map<Zone, OffsetPeriod[]>()

function offsetAt(zone: Zone, at: number): number {
  let periods = periodsOfZone.get(zone)
  if (periods === undefined) {
    periods = []
    periodsOfZone.set(zone, periods)
  }
  for (const period of periods) {
    if (period.from <= at && at < period.to) return period.offsetMs
  }
  const period = periodAround(zone, at)
  periods.push(period)
  return period.offsetMs
}

function periodAround(zone: Zone, at: number): OffsetPeriod {
  const moment = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  // `previous` is strictly before; one millisecond later it includes a change at this very moment.
  const before = moment.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  const after = moment.getTimeZoneTransition('next')
  return {
    from: before?.epochMilliseconds ?? -Infinity,
    to: after?.epochMilliseconds ?? Infinity,
    offsetMs: moment.offsetNanoseconds / 1e6,
  }
}

/** Date and time of day as a clock on the wall of this zone shows them. */
export function wallClock(zone: Zone, at: EpochMs): TimeOfDay & { readonly date: CalendarDate } {
  const local = at + offsetAt(zone, at)
  const day = Math.floor(local / DAY)
  const ms = local - day * DAY
  return {
    date: dateOf(day),
    hour: Math.floor(ms / HOUR),
    minute: Math.floor((ms % HOUR) / MINUTE),
    second: Math.floor((ms % MINUTE) / SECOND),
  }
}

/**
 * The moment a clock on the wall shows this. A time that the spring change skips is read as if it
 * had not been skipped; of a time that occurs twice in autumn, the first is meant.
 */
export function momentOf(zone: Zone, date: CalendarDate, time: TimeOfDay): EpochMs {
  const local =
    dayNumber(date) * DAY + time.hour * HOUR + time.minute * MINUTE + time.second * SECOND
  const before = offsetAt(zone, local - DAY)
  const after = offsetAt(zone, local + DAY)
  const early = local - before
  // Either side of a change both readings are tried; the earlier one counts if it reads back.
  if (before === after || offsetAt(zone, early) === before) return early as EpochMs
  const late = local - after
  return (offsetAt(zone, late) === after ? late : early) as EpochMs
}

/** Asked for with every quote; the text of a day is made once. */
const textOfDay = new Map<number, CalendarDate>()

export function newYorkDate(at: EpochMs): CalendarDate {
  const day = Math.floor((at + offsetAt(NEW_YORK, at)) / DAY)
  const known = textOfDay.get(day)
  if (known !== undefined) return known
  const date = dateOf(day)
  textOfDay.set(day, date)
  return date
}

export function newYorkTime(at: EpochMs): TimeOfDay {
  return wallClock(NEW_YORK, at)
}

/** `15:27:04` in New York, for people. */
export function newYorkTimeText(at: EpochMs): string {
  const { hour, minute, second } = newYorkTime(at)
  return [hour, minute, second].map((value) => String(value).padStart(2, '0')).join(':')
}

/** The moment it is `HH:MM` in New York on this date. */
export function atNewYork(date: CalendarDate, time: string): EpochMs {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return momentOf(NEW_YORK, date, { hour, minute, second: 0 })
}

const sessions = {
  regular: new Map<CalendarDate, Session | null>(),
  all: new Map<CalendarDate, Session | null>(),
} as const

/** Null when the exchange is closed all day, and for a date outside the covered years. */
export function sessionOf(date: CalendarDate, hours: Hours = 'regular'): Session | null {
  let session = sessions[hours].get(date)
  if (session === undefined) {
    session = newSession(date, hours)
    sessions[hours].set(date, session)
  }
  return session
}

function newSession(date: CalendarDate, hours: Hours): Session | null {
  const close = closingTime(date)
  if (close === null) return null
  if (hours === 'regular') {
    return { date, open: atNewYork(date, '09:30'), close: atNewYork(date, close) }
  }
  const late = close === '16:00' ? '20:00' : '17:00'
  return { date, open: atNewYork(date, '04:00'), close: atNewYork(date, late) }
}

/** The session that is open at this moment: from its open up to, and without, its close. */
export function sessionAt(at: EpochMs, hours: Hours = 'regular'): Session | null {
  const latest = lastFound[hours]
  if (latest !== null && latest.open <= at && at < latest.close) return latest
  const session = sessionOf(newYorkDate(at), hours)
  if (session === null || at < session.open || session.close <= at) return null
  lastFound[hours] = session
  return session
}

/** No two sessions overlap, and the same one is mostly asked for many times in a row. */
const lastFound: Record<Hours, Session | null> = { regular: null, all: null }

/** The longest closure since 2000 was 6 days; further away there is no data. */
const CLOSURE_DAYS_MAX = 10

/** The first session after this date; null at the end of the covered years. */
export function nextSession(after: CalendarDate, hours: Hours = 'regular'): Session | null {
  const date = tradingDate(after, 1)
  return date === null ? null : sessionOf(date, hours)
}

/** The last session before this date; null at the beginning of the covered years. */
export function previousSession(before: CalendarDate, hours: Hours = 'regular'): Session | null {
  const date = tradingDate(before, -1)
  return date === null ? null : sessionOf(date, hours)
}

function tradingDate(from: CalendarDate, step: 1 | -1): CalendarDate | null {
  for (let days = 1; days <= CLOSURE_DAYS_MAX; days++) {
    const date = addDays(from, step * days)
    if (sessionOf(date) !== null) return date
  }
  return null
}

/** Is this day's year covered? Outside them no session is known, which is not that none is. */
export function coversDay(at: EpochMs): boolean {
  const year = yearOf(newYorkDate(at))
  return year >= COVERED_YEARS.first && year <= COVERED_YEARS.last
}

/** Are the current and the next year covered? Without them the bot refuses to trade (R22). */
export function coversYearsFrom(at: EpochMs): boolean {
  const year = yearOf(newYorkDate(at))
  return year >= COVERED_YEARS.first && year + 1 <= COVERED_YEARS.last
}

/** `2026-03-10T14:31:05.250Z`: for logs, which machines read. */
export function utcText(at: EpochMs): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 })
}
