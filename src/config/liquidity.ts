import { z } from 'zod'
import { percent } from './units.ts'

/** The filters of `selection:` that are limits too: the decide turn judges them once more. */
export const liquidityFields = {
  max_spread: percent(100).meta({
    example: '3%',
    description: 'of the mid; of a vertical of its net, which needs more: 10% and up',
  }),
  min_volume: z.int().min(0).meta({ example: '50', description: 'contracts today, each leg' }),
  min_open_interest: z.int().min(0).meta({ example: '100', description: 'contracts, each leg' }),
}
