import { z } from 'zod'
import { percent } from './units.ts'

/** The filters of `selection:` that are limits too: the decide turn judges them once more. */
export const liquidityFields = {
  max_spread: percent(100),
  min_volume: z.int().min(0),
  min_open_interest: z.int().min(0),
}
