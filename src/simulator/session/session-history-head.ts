import type { EpochMs } from '../../base/clock.ts'
import { atNewYork, newYorkDate, nextSession } from '../../domain/calendar.ts'
import type { ConId } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import { formatIbTime } from '../../domain/ib-time.ts'
import { UNWATCHED } from '../market/market.ts'
import type { Market } from '../market/market.ts'

/** No simulated market goes back further. */
const DAYS_BACK_MAX = 12_000

/** The open of the first session that has a quote; null when there is none yet. */
export function headTimestamp(
  market: Market,
  contract: ConId,
  { at, formatDate }: { readonly at: EpochMs; readonly formatDate: number },
): string | null {
  const today = newYorkDate(at)
  const isKnown = (daysBack: number): boolean => {
    const end = Math.min(at, atNewYork(addDays(today, -daysBack), '23:59')) as EpochMs
    return market.quote(contract, end, UNWATCHED) !== null
  }
  if (!isKnown(0)) return null
  // Known today, unknown long ago, and never forgotten in between: the edge is found by halving.
  let known = 0
  let unknown = DAYS_BACK_MAX
  while (unknown - known > 1) {
    const middle = Math.floor((known + unknown) / 2)
    if (isKnown(middle)) known = middle
    else unknown = middle
  }
  const first = nextSession(addDays(today, -known - 1))
  if (first === null) return null
  return formatDate === 2 ? String(Math.floor(first.open / 1000)) : formatIbTime(first.open, 'utc')
}
