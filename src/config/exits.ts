import { z } from 'zod'
import type { TimeStop } from '../orders/time-stop.ts'
import { percent, span } from './units.ts'

const EXPECTED = 'expected how long, like "90m", "4h" or "2d", or a New York time like "15:30"'

/** `90m`, `4h`, `2d` of the calendar, or a time of day in New York. */
const timeStop = z.string({ error: EXPECTED }).transform((text, context): TimeStop => {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return { kind: 'at', time: text }
  const ms = span.safeParse(text)
  if (ms.success) return { kind: 'after', ms: ms.data }
  context.addIssue(`${EXPECTED}; at most 30d`)
  return z.NEVER
})

/** How what was opened ends. What is left out is off. */
export const exitsSchema = z.strictObject({
  take_profit: percent(1000),
  stop_loss: percent(100, 'below'),
  trailing_stop: percent(100, 'below').nullable().default(null),
  time_stop: timeStop.nullable().default(null),
  trend_exit: z.enum(['none', 'ema20']).default('none'),
  hold_overnight: z.boolean(),
})
