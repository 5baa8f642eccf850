import { z } from 'zod'
import { isAmount, money } from '../domain/money.ts'

/** `$500` or `$0.05` to integer millionths. */
export const dollars = z
  .string({ error: 'expected dollars, like "$500"' })
  .regex(/^\$\d+(\.\d{1,6})?$/, 'expected dollars, like "$500"')
  .transform((text) => Number(text.slice(1)))
  .refine(isAmount, 'expected dollars, less than nine billion of them')
  .transform(money)
  .meta({ value: 'dollars', example: '$500' })

/** As `dollars`, of what must be possible at all: a limit of $0 would let nothing through. */
export const limit = dollars.refine((of) => of > 0, 'expected over $0').meta({ bounds: 'over $0' })

/** `15s` to milliseconds. */
export const seconds = z
  .string({ error: 'expected seconds, like "15s"' })
  .regex(/^\d+s$/, 'expected seconds, like "15s"')
  .transform((text) => Number(text.slice(0, -1)) * 1000)
  .meta({ value: 'seconds', example: '15s' })

/** As `seconds`, within these; both may be. */
export function secondsFrom(from: number, to: number) {
  return seconds
    .refine((ms) => ms >= from * 1000 && ms <= to * 1000, `expected ${from}s to ${to}s`)
    .meta({ bounds: `${from}s to ${to}s`, example: `${from}s` })
}

/** `1%` to a ratio, 0.01; over 0% and at most `max` (or below it, when `open`). */
export function percent(max: number, bound: 'at most' | 'below' = 'at most') {
  const range = `expected over 0% and ${bound} ${max}%`
  return z
    .string({ error: `expected a percentage, like "1%"` })
    .regex(/^\d+(\.\d+)?%$/, 'expected a percentage, like "1%"')
    .transform((text) => Number(text.slice(0, -1)))
    .refine((value) => value > 0 && (bound === 'at most' ? value <= max : value < max), range)
    .transform((value) => value / 100)
    .meta({ value: 'percentage', bounds: `over 0% and ${bound} ${max}%`, example: '1%' })
}

const SPAN = 'expected a span, like "90m", "4h" or "2d"'
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90m`, `4h`, `2d` to milliseconds; at most 30 days. */
export const span = z
  .string({ error: SPAN })
  .regex(/^\d+[mhd]$/, SPAN)
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS])
  .refine((ms) => ms > 0 && ms <= 30 * 86_400_000, `${SPAN}; at most 30d`)
  .meta({ value: 'span of m, h or d', bounds: 'over 0, at most 30d', example: '90m' })
