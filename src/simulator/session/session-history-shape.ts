import { unreachable } from '../../base/assert.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Seconds of each legal bar size (protocol.md, section 6). */
export const BAR_SECONDS: ReadonlyMap<string, number> = new Map([
  ...[1, 5, 10, 15, 30].map((count) => [`${count} secs`, count] as const),
  ...[1, 2, 3, 5, 10, 15, 20, 30].map(
    (count) => [count === 1 ? '1 min' : `${count} mins`, count * MINUTE] as const,
  ),
  ...[1, 2, 3, 4, 8].map(
    (count) => [count === 1 ? '1 hour' : `${count} hours`, count * HOUR] as const,
  ),
  ['1 day', DAY],
  ['1 week', 7 * DAY],
  ['1W', 7 * DAY],
  ['1 month', 30 * DAY],
  ['1M', 30 * DAY],
])

/** Bars that P3, P4 and P5 count. */
export const SMALL_BAR_SECONDS = 30

export type DurationUnit = 'S' | 'D' | 'W' | 'M' | 'Y'

export interface Duration {
  readonly count: number
  readonly unit: DurationUnit
}

/** `1 D`, `3600 S`; null when it is none. */
export function parseDuration(text: string): Duration | null {
  const parts = /^(\d{1,6}) ?([SDWMY])$/.exec(text.trim())
  const count = Number(parts?.[1])
  return count > 0 ? { count, unit: parts?.[2] as DurationUnit } : null
}

/** Whether a request of this length may ask for bars of this size: the union of both tables. */
export function isLegalStep(duration: Duration, barSeconds: number): boolean {
  const { smallest, largest } = stepsOf(duration)
  return smallest <= barSeconds && barSeconds <= largest
}

/** limits-and-codes.md, section 3: the older table and the wider one of the Campus pages. */
function stepsOf({ count, unit }: Duration): {
  readonly smallest: number
  readonly largest: number
} {
  switch (unit) {
    case 'S':
      if (count > DAY) return { smallest: 1, largest: 0 } // longer ones are asked for in days
      return {
        smallest: count <= 2000 ? 1 : 5,
        largest: Math.max(MINUTE, Math.min(count, 8 * HOUR)),
      }
    case 'D':
      return { smallest: 5, largest: DAY }
    case 'W':
      return { smallest: 10, largest: 7 * DAY }
    case 'M':
      return { smallest: 30, largest: 30 * DAY }
    case 'Y':
      return { smallest: MINUTE, largest: 30 * DAY }
    default:
      return unreachable(unit)
  }
}
