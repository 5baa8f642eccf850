import type { EpochMs } from '../../base/clock.ts'
import { coversYearsFrom, newYorkDate, sessionOf, zoneNamed } from '../../domain/calendar.ts'
import { parseIbTime } from '../../domain/ib-time.ts'
import { parseLiquidHours } from '../../domain/liquid-hours.ts'
import type { DayHours } from '../../domain/liquid-hours.ts'
import type { GatewayFacts, SymbolFacts } from './doctor-facts.ts'
import { proven, unchecked, wrong } from './doctor-rows.ts'
import type { Finding } from './doctor-rows.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** A clock off by less is for the row `clock` to find; a zone is off by half an hour or more. */
const ZONE_DOUBT_MS = 10 * MINUTE_MS
/** No closure of the exchange was longer, and holidays lie between. */
const BAR_AGE_MS_MAX = 7 * DAY_MS

/** Connection time, zone of a contract and one bar: each must say when it is. */
export function timeZoneFinding(
  facts: Pick<GatewayFacts, 'hello' | 'at' | 'skewMs' | 'symbols' | 'lastBar'>,
): Finding {
  const { hello, at, skewMs, symbols, lastBar } = facts
  const connected = parseIbTime(hello.connectionTime)
  const row = 'time-zone'
  if (connected === null) {
    return wrong({ row, detail: `the connection time "${hello.connectionTime}" has no known zone` })
  }
  const offMs = connected - (at + skewMs)
  if (Math.abs(offMs) > ZONE_DOUBT_MS) {
    const minutes = Math.round(offMs / MINUTE_MS)
    const detail = `the connection time "${hello.connectionTime}" is ${minutes} min off its clock`
    return wrong({ row, detail })
  }
  const zones = symbols.flatMap(({ details }) => (details.ok ? [details.value.timeZoneId] : []))
  const strange = zones.find((zone) => zoneNamed(zone) === null)
  if (strange !== undefined) {
    return wrong({ row, detail: `a contract's time zone "${strange}" is not known` })
  }
  const barAgeMs = lastBar.ok && lastBar.value !== null ? at + skewMs - lastBar.value : null
  if (barAgeMs !== null && (barAgeMs < -ZONE_DOUBT_MS || barAgeMs > BAR_AGE_MS_MAX)) {
    const detail = `the newest bar began ${Math.round(barAgeMs / MINUTE_MS)} min ago by its clock`
    return wrong({ row, detail })
  }
  if (zones.length === 0 || barAgeMs === null) {
    const why = lastBar.ok ? 'no bar came' : lastBar.error
    return unchecked(row, `the connection time agrees; a contract and a bar are missing: ${why}`)
  }
  const zone = hello.connectionTime.split(' ').slice(2).join(' ')
  return proven(row, `the Gateway is in ${zone}; connection time, contracts and bars agree`)
}

/** Our calendar against what the contracts of the next days say. */
export function calendarFinding(symbols: readonly SymbolFacts[], at: EpochMs): Finding {
  const row = 'calendar'
  if (!coversYearsFrom(at)) {
    const detail = `the calendar does not cover ${newYorkDate(at).slice(0, 4)} and the year after`
    return wrong({ row, detail })
  }
  let days = 0
  for (const { symbol, kind, details } of symbols) {
    if (!details.ok) continue
    const hours = parseLiquidHours(details.value.liquidHours, details.value.timeZoneId)
    if (!hours.ok) return wrong({ row, detail: `${symbol}: ${hours.error}` })
    days += hours.value.length
    const difference = hours.value.map((day) => differenceOn(day, kind)).find((each) => each !== '')
    if (difference !== undefined) return wrong({ row, detail: `${symbol}: ${difference}` })
  }
  if (days === 0) return unchecked(row, 'it covers both years; no contract told its hours')
  return proven(row, `it covers both years, and agrees with ${days} days of contract hours`)
}

/** Empty when both agree. An index may trade longer than the exchange: 16:15. */
function differenceOn({ date, spans }: DayHours, kind: SymbolFacts['kind']): string {
  const session = sessionOf(date)
  const last = spans.at(-1)
  if (last === undefined) {
    return session === null ? '' : `its contract is closed on ${date}, the calendar is open`
  }
  if (session === null) return `its contract trades on ${date}, the calendar is closed`
  const early = last.close < session.close
  const late = kind === 'stock' && last.close > session.close
  if (!early && !late) return ''
  const minutes = Math.round((last.close - session.close) / MINUTE_MS)
  return `on ${date} its contract closes ${minutes} min apart from the calendar`
}
