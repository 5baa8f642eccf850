import { z } from 'zod'
import { atNewYork, newYorkDate } from '../../domain/calendar.ts'
import { fault, symbols } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'
import { imposed } from './faults-fills.ts'
import { refreshing } from './faults-quotes.ts'

/** Exchanges that stop, close early or take nothing: F55 to F58, F72. */
export const marketFaults = {
  'market-halt': fault({
    number: 'F55',
    line: 'trading is halted: quotes stand still and say so, nothing trades, there are no bars',
    label: null,
    parameters: { symbols },
    begin: ({ symbols }, ground) => halted('all', symbols, ground),
  }),
  'option-halt': fault({
    number: 'F56',
    line: 'options are halted while their underlying trades',
    label: null,
    parameters: { symbols },
    begin: ({ symbols }, ground) => halted('options', symbols, ground),
  }),
  'early-close': fault({
    number: 'F57',
    line: 'the session of today ends early, and its contracts say so',
    label: null,
    parameters: {
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default('13:00')
        .describe('New York'),
    },
    begin: ({ at }, ground) => {
      const date = newYorkDate(ground.clock.now())
      return refreshing(ground, imposed(ground, { kind: 'closes', date, at: atNewYork(date, at) }))
    },
  }),
  'no-liquidity': fault({
    number: 'F58',
    line: 'quoted as ever, and nobody takes the other side: not even a market order fills',
    label: null,
    parameters: {
      of: z.enum(['options', 'all']).default('options').describe('of which contracts'),
      symbols,
    },
    begin: ({ of, symbols }, ground) =>
      imposed(ground, { kind: 'illiquid', what: of, symbols: symbols ?? null }),
  }),
  'closed-day': fault({
    number: 'F72',
    line: 'the exchange stays closed all day, and no calendar has said so',
    label: null,
    parameters: {},
    begin: (_, ground) => {
      const date = newYorkDate(ground.clock.now())
      return refreshing(ground, imposed(ground, { kind: 'closes', date, at: null }))
    },
  }),
}

function halted(
  what: 'all' | 'options',
  symbols: readonly string[] | undefined,
  ground: Ground,
): Hooks {
  const condition = { kind: 'halted', what, symbols: symbols ?? null } as const
  return refreshing(ground, imposed(ground, condition))
}
