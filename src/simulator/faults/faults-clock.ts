import { z } from 'zod'
import { fault } from './fault.ts'

/** The clock of the machine that the Gateway runs on: F73. */
export const clockFaults = {
  'gateway-clock': fault({
    number: 'F73',
    line: 'currentTime tells another time than that of the market',
    label: null,
    parameters: {
      offsetMs: z.number().int().default(10_000).describe('added to it; below 0 it is behind'),
    },
    begin: ({ offsetMs }) => ({
      says: (_, response) =>
        response.kind === 'currentTime'
          ? [{ ...response, time: response.time + Math.round(offsetMs / 1000) }]
          : [response],
    }),
  }),
}
