import { InvalidArgumentError } from 'commander'
import { join } from 'node:path'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { parseDate } from '../domain/date.ts'

/** The file that ships: mode demo. */
export const EXAMPLE_CONFIG = join(import.meta.dirname, '../../config/example.yaml')

export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= from && value <= to) return value
    throw new InvalidArgumentError(`expected a whole number from ${from} to ${to}`)
  }
}

/** Virtual seconds a second; 0 means as fast as it goes. */
export function speed(text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('expected 0 or more')
}

/** Of running: a minute to a week. */
export function hours(text: string): number {
  const value = Number(text)
  if (text !== '' && value >= 1 / 60 && value <= 168) return value
  throw new InvalidArgumentError('expected hours, from 0.02 to 168')
}

export function tickers(text: string): readonly Ticker[] {
  const all = text.split(',').map((each) => each.trim())
  for (const each of all) {
    if (!/^[A-Z][A-Z0-9. ]{0,11}$/.test(each)) {
      throw new InvalidArgumentError('expected symbols in capitals, like SPY,QQQ')
    }
  }
  if (new Set(all).size !== all.length) throw new InvalidArgumentError('expected each symbol once')
  return all as readonly string[] as readonly Ticker[]
}

export function date(text: string): CalendarDate {
  const found = parseDate(text)
  if (found === null) throw new InvalidArgumentError('expected a date like 2026-03-10')
  return found
}

/** In New York. */
export function moment(text: string): EpochMs {
  const [day = '', time = ''] = text.split(' ')
  const found = parseDate(day)
  if (found === null || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    throw new InvalidArgumentError('expected a New York date and time like "2026-03-10 10:00"')
  }
  return atNewYork(found, time)
}

/** A moment in New York, or a span back from the newest there is, in milliseconds. */
export type Since =
  { readonly kind: 'at'; readonly at: EpochMs } | { readonly kind: 'back'; readonly ms: number }

const SPANS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export function since(text: string): Since {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== '') return { kind: 'back', ms: Number(count) * (SPANS[unit] ?? 0) }
  if (parseDate(text) !== null) return { kind: 'at', at: moment(`${text} 00:00`) }
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text)) return { kind: 'at', at: moment(text) }
  throw new InvalidArgumentError('expected 30m, 2h or a New York time like "2026-03-10 10:00"')
}

/** What phase 2 asks about, unless told. */
export const MANY = tickers('SPY,QQQ,AAPL,IWM,MSFT,NVDA,AMZN,META,TSLA,AMD')
/** What a soak takes for about twice the messages of a normal day. */
export const LOADED: readonly Ticker[] = [...MANY, ...tickers('GOOGL,NFLX,AVGO,JPM,XLF,DIA')]
