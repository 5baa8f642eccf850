import { z } from 'zod'
import type { TimeStop } from '../orders/time-stop.ts'
import { percent, span } from './units.ts'

const EXPECTED = 'expected how long, like "90m", "4h" or "2d", or a New York time like "15:30"'

/** `90m`, `4h`, `2d` of the calendar, or a time of day in New York. */
const timeStop = z
  .string({ error: EXPECTED })
  .transform((text, context): TimeStop => {
    if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return { kind: 'at', time: text }
    const ms = span.safeParse(text)
    if (ms.success) return { kind: 'after', ms: ms.data }
    context.addIssue(`${EXPECTED}; at most 30d`)
    return z.NEVER
  })
  .meta({ value: 'span, or New York time', bounds: 'at most 30d', example: '15:30' })

/** How what was opened ends. What is left out is off. */
export const exitsSchema = z
  .strictObject({
    take_profit: percent(1000).meta({
      example: '20%',
      description: "gain at which a limit order rests at the broker, from the option's own price",
    }),
    stop_loss: percent(100, 'below').meta({
      example: '15%',
      description:
        "loss at which a stop rests at the broker, from the option's own price; of a spread the " +
        'bot watches it (structures.md)',
    }),
    trailing_stop: percent(100, 'below')
      .nullable()
      .default(null)
      .meta({
        example: '20%',
        description:
          'the stop follows the best bid since the fill at this distance, in steps of a quarter ' +
          'of it, and never goes back',
      }),
    time_stop: timeStop
      .nullable()
      .default(null)
      .describe(
        'the position is closed after so long, or at this time of day; always within a session',
      ),
    trend_exit: z
      .enum(['none', 'ema20'])
      .default('none')
      .describe(
        '`ema20`: a call is closed when its underlying closes an hour below the average of 20 ' +
          'hours, a put above it; not with `schedule.hours: all`',
      ),
    hold_overnight: z
      .boolean()
      .describe('false closes everything before the session ends, and makes the exits DAY orders'),
  })
  .describe('How what was opened ends. What is left out is off.')
