import { z } from 'zod'
import type { WalkTerms } from '../orders/price-walk.ts'
import { percent, seconds } from './units.ts'

/** IBKR counts every change of an order (KB1765): few steps, large ones. */
const STEPS_MAX = 8

const share = z
  .string({ error: 'expected a share of the spread, like "50%"' })
  .regex(/^\d+(\.\d+)?%$/, 'expected a share of the spread, like "50%"')
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((of) => of <= 1, 'expected 0% (our side of the spread) to 100% (the far side)')

const step = z
  .string({ error: 'expected a share of the spread or ticks, like "25%" or "2 ticks"' })
  .regex(
    /^(\d+(\.\d+)?%|\d+ ticks?)$/,
    'expected a share of the spread or ticks, like "25%" or "2 ticks"',
  )
  .transform((text): WalkTerms['step'] =>
    text.endsWith('%')
      ? { kind: 'share', of: Number(text.slice(0, -1)) / 100 }
      : { kind: 'ticks', count: Number.parseInt(text, 10) },
  )
  .refine(
    (by) => (by.kind === 'ticks' ? by.count >= 1 && by.count <= 20 : by.of >= 0.1 && by.of <= 1),
    'expected 10% to 100% of the spread, or 1 to 20 ticks',
  )

/** The price walk of an entry (R6). */
export const entrySchema = z
  .strictObject({
    start: share.prefault('50%'),
    step: step.prefault('25%'),
    every: seconds
      .refine((ms) => ms >= 5_000 && ms <= 60_000, 'expected 5s to 60s')
      .prefault('15s'),
    worst: share.prefault('100%'),
    collar: percent(20).prefault('10%'),
    time_to_live: seconds
      .refine((ms) => ms >= 5_000 && ms <= 300_000, 'expected 5s to 300s')
      .prefault('60s'),
  })
  .prefault({})
  .refine((entry) => entry.start <= entry.worst, {
    path: ['start'],
    error: 'expected start at most worst',
  })
  .refine((entry) => entry.time_to_live / entry.every <= STEPS_MAX, {
    path: ['every'],
    error: `expected at most ${STEPS_MAX} steps in time_to_live: IBKR counts every change`,
  })
  .transform((entry): WalkTerms => ({
    start: entry.start,
    step: entry.step,
    everyMs: entry.every,
    worst: entry.worst,
    collarPct: entry.collar,
    timeToLiveMs: entry.time_to_live,
  }))
