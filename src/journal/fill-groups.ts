import { newYorkTime } from '../domain/calendar.ts'
import { addMoney } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { FillQuality, Slippage } from './fill-quality.ts'

/** Some fills together. Sums and means are of those whose reference is known; of none, null. */
export interface FillGroup {
  readonly key: string
  readonly fills: number
  readonly units: number
  /** Fills without a quote to hold them against; they are in no sum. */
  readonly unknown: number
  readonly againstMid: Slippage | null
  readonly againstFar: Slippage | null
  readonly againstFillMid: Slippage | null
}

export type GroupBy = 'symbol' | 'hour' | 'step' | 'role'

const keys: Readonly<Record<GroupBy, (fill: FillQuality) => string>> = {
  symbol: ({ contract }) => contract.symbol,
  hour: ({ at }) => `${String(newYorkTime(at).hour).padStart(2, '0')}:00`,
  step: ({ step }) => String(step),
  role: ({ role }) => role,
}

/** In the order of their keys; hours are of New York. */
export function groupedBy(by: GroupBy, fills: readonly FillQuality[]): readonly FillGroup[] {
  const groups = new Map<string, FillQuality[]>()
  for (const fill of fills) {
    const key = keys[by](fill)
    groups.set(key, [...(groups.get(key) ?? []), fill])
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => groupOf(key, members))
}

export function groupOf(key: string, fills: readonly FillQuality[]): FillGroup {
  return {
    key,
    fills: fills.length,
    units: fills.reduce((sum, { quantity }) => sum + quantity, 0),
    unknown: fills.filter((fill) => referenceOf(fill) === null).length,
    againstMid: together(fills, ({ againstMid }) => againstMid),
    againstFar: together(fills, ({ againstFar }) => againstFar),
    againstFillMid: together(fills, ({ againstFillMid }) => againstFillMid),
  }
}

/** Of an entry the decision, of an exit that rests the moment it filled at. */
function referenceOf({ againstMid, againstFillMid }: FillQuality): Slippage | null {
  return againstMid ?? againstFillMid
}

/** The share of the spread is the mean over units, each fill by its own spread. */
function together(
  fills: readonly FillQuality[],
  of: (fill: FillQuality) => Slippage | null,
): Slippage | null {
  const known = fills.flatMap((fill) => {
    const slippage = of(fill)
    return slippage === null ? [] : [{ ...slippage, units: fill.quantity }]
  })
  if (known.length === 0) return null
  const shared = known.flatMap(({ ofSpread, units }) =>
    ofSpread === null ? [] : [{ ofSpread, units }],
  )
  const units = shared.reduce((sum, each) => sum + each.units, 0)
  const weighed = shared.reduce((sum, each) => sum + each.ofSpread * each.units, 0)
  const amount: Money = addMoney(...known.map((each) => each.amount))
  return { amount, ofSpread: units === 0 ? null : weighed / units }
}
