import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTime, sessionAt } from '../domain/calendar.ts'
import type { Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import { restartWindowAt } from '../domain/restart-windows.ts'
import type { RiskCheck, RiskLimits } from './limits.ts'
import { refuse } from './refusal.ts'

/** When entries are possible, by the calendar and the configuration. Never asked about an exit. */
export function whyNoEntryHour(
  now: EpochMs,
  { entryHours, noEntryWindows }: Pick<RiskLimits, 'entryHours' | 'noEntryWindows'>,
): string | null {
  if (sessionAt(now) === null) return 'outside regular hours'
  const { hour, minute } = newYorkTime(now)
  const at = 60 * hour + minute
  if (at < entryHours.from || at >= entryHours.to) {
    return `outside the hours of entries, ${timeText(entryHours.from)}-${timeText(entryHours.to)}`
  }
  const window = restartWindowAt(noEntryWindows, now)
  return window === null ? null : `in the window without entries ${window.window.text}`
}

/** By the hours that the contract itself publishes: they know of a closure that came overnight. */
function whyShut(contract: Tradable, now: EpochMs): string | null {
  const today = newYorkDate(now)
  for (const { contract: leg } of legsOf(contract)) {
    const odd = leg.oddDays?.find(({ date }) => date === today)
    const isOpen = odd?.hours == null ? odd === undefined : within(now, odd.hours)
    if (!isOpen) return `${leg.symbol} does not trade now, by its own hours of ${today}`
  }
  return null
}

function within(
  now: EpochMs,
  { open, close }: { readonly open: EpochMs; readonly close: EpochMs },
): boolean {
  return open <= now && now < close
}

export const hours: RiskCheck = (entry, { now }, limits) => {
  const why = whyNoEntryHour(now, limits) ?? whyShut(entry.candidate.contract, now)
  return why === null ? null : refuse('hours', why)
}

function timeText(minutes: number): string {
  const two = (of: number) => String(of).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
