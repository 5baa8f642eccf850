import { z } from 'zod'
import type { WalkTerms } from '../orders/price-walk.ts'
import { percent, secondsFrom } from './units.ts'

/** IBKR counts every change of an order (KB1765): few steps, large ones. */
const STEPS_MAX = 8

const share = z
  .string({ error: 'expected a share of the spread, like "50%"' })
  .regex(/^\d+(\.\d+)?%$/, 'expected a share of the spread, like "50%"')
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((of) => of <= 1, 'expected 0% (our side of the spread) to 100% (the far side)')
  .meta({ value: 'share of the spread', bounds: '0% to 100%', example: '50%' })

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
  .meta({
    value: 'share of the spread, or ticks',
    bounds: '10% to 100%, or 1 to 20 ticks',
    example: '2 ticks',
  })

/** The price walk of an entry (R6). */
export const entrySchema = z
  .strictObject({
    start: share
      .prefault('50%')
      .describe(
        'where the limit begins: 0% is our side of the spread, 50% the mid, 100% the far side; ' +
          'at most `entry.worst`',
      ),
    step: step
      .prefault('25%')
      .describe('how far each step goes, of the spread of that moment; only to the far side'),
    every: secondsFrom(5, 60)
      .prefault('15s')
      .describe(
        `time between two steps; at most ${STEPS_MAX} steps in \`entry.time_to_live\`, because ` +
          'IBKR counts every change of an order',
      ),
    worst: share
      .prefault('100%')
      .describe('the limit never passes this share of the spread that was decided on'),
    collar: percent(20).prefault('10%').describe('nor this much of the mid beyond the mid'),
    time_to_live: secondsFrom(5, 300)
      .prefault('60s')
      .describe('an entry that has not filled by then is cancelled'),
  })
  .prefault({})
  .describe('How an entry walks from our side of the spread towards the far one.')
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
