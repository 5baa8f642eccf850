import { z } from 'zod'
import type { TimeStop } from '../orders/time-stop.ts'
import { percent } from './units.ts'

const HELD_MS_MAX = 30 * 86_400_000
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const EXPECTED = 'expected how long, like "90m", "4h" or "2d", or a New York time like "15:30"'

/** `90m`, `4h`, `2d` of the calendar, or a time of day in New York. */
const timeStop = z.string({ error: EXPECTED }).transform((text, context): TimeStop => {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return { kind: 'at', time: text }
  const span = /^(\d+)([mhd])$/.exec(text)
  const ms = Number(span?.[1] ?? 0) * UNITS[(span?.[2] ?? 'm') as keyof typeof UNITS]
  if (ms > 0 && ms <= HELD_MS_MAX) return { kind: 'after', ms }
  context.addIssue(`${EXPECTED}; at most 30d`)
  return z.NEVER
})

/** How what was opened ends. What is left out is off. */
export const exitsSchema = z.strictObject({
  take_profit: percent(1000),
  stop_loss: percent(100, 'below'),
  trailing_stop: percent(100, 'below').nullable().default(null),
  time_stop: timeStop.nullable().default(null),
  hold_overnight: z.boolean(),
})
