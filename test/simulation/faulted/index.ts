import { data } from './bars.ts'
import { cancels } from './cancels.ts'
import { codes } from './codes.ts'
import { markets, quotes } from './markets.ts'
import { reported } from './orders.ts'
import { pictures } from './pictures.ts'
import { times } from './times.ts'
import { statuses } from './statuses.ts'

/** By what goes wrong. */
export const ROWS = {
  'what is said of fills': reported,
  cancels,
  codes,
  statuses,
  pictures,
  markets,
  quotes,
  data,
  times,
}
