import type { EpochMs } from '../base/clock.ts'
import { newYorkTime, sessionAt } from '../domain/calendar.ts'
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
  const within = restartWindowAt(noEntryWindows, now)
  return within === null ? null : `in the window without entries ${within.window.text}`
}

export const hours: RiskCheck = (_entry, { now }, limits) => {
  const why = whyNoEntryHour(now, limits)
  return why === null ? null : refuse('hours', why)
}

function timeText(minutes: number): string {
  const two = (of: number) => String(of).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
