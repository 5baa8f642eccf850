import { z } from 'zod'
import { fault } from './fault.ts'
import { imposed } from './faults-fills.ts'

/** Cancels that come too late, or are not looked at: F47. */
export const cancelFaults = {
  'cancel-race': fault({
    number: 'F47',
    line: 'a cancel comes too late, or is said to; after 10148 every further one gets 10147',
    label: null,
    parameters: {
      answer: z
        .literal([161, 202, 10147, 10148])
        .default(10148)
        .describe('what it is answered with'),
      outcome: z
        .enum(['filled', 'lives', 'cancelled'])
        .default('filled')
        .describe('what has become of the order: nothing more is said of one that is cancelled'),
      count: z.number().int().min(1).nullable().default(null).describe('how many; null is all'),
    },
    begin: ({ answer, outcome, count }, ground) =>
      imposed(ground, { kind: 'cancel-race', answer, outcome }, count),
  }),
  'cancel-waits': fault({
    number: 'F47',
    line: 'outside regular hours a cancel is only pending; it is done with the next open',
    label: null,
    parameters: {},
    begin: (_, ground) => imposed(ground, { kind: 'cancels-wait' }),
  }),
}
