import type { EpochMs } from '../base/clock.ts'
import { addMoney, type Money } from '../domain/money.ts'

/** One structure as a period sees it. Amounts are in the base currency, in millionths. */
export interface PerformanceTrade {
  readonly structureId: string
  readonly strategy: string
  readonly symbol: string
  readonly contract: string
  readonly openedAt: EpochMs
  /** Null: closed neither by fills nor by a worthless expiry when the period ends. */
  readonly closedAt: EpochMs | null
  /** Units bought, or sold, to open. */
  readonly quantity: number
  /** Of all its fills up to the end of the period, commissions included. */
  readonly pnl: Money
  /** Of that, what was realised within the period. */
  readonly realized: Money
  /** Of fills within the period, as far as they are known. */
  readonly commissions: Money
  /** Fills within the period of which no commission was told: results are before theirs. */
  readonly fillsWithoutCommission: number
  /** How its last fill closed it, or `expiry`, at $0; null while something is held. */
  readonly exit: string | null
  /** Why it is over without a value that is known, like `assigned`; null: it is not. */
  readonly unvaluedBy: string | null
  /** Whether it was closed within the period, and at what: only then it counts as won or lost. */
  readonly isClosedHere: boolean
  readonly isOpenedHere: boolean
}

/** What some structures came to. Won and lost are counted by `pnl` of those closed here. */
export interface Figures {
  readonly opened: number
  readonly closed: number
  readonly wins: number
  readonly losses: number
  /** Closed at exactly nothing. */
  readonly even: number
  /** Of those closed, 0 to 1; null: none was. */
  readonly winRate: number | null
  readonly grossProfit: Money
  /** As a positive amount. */
  readonly grossLoss: Money
  /** Gross profit over gross loss; null says why in `profitFactorWhy`. */
  readonly profitFactor: number | null
  readonly profitFactorWhy: 'nothing was closed' | 'nothing was lost' | null
  /** Mean result of a structure that was closed, to the nearest millionth; null: none was. */
  readonly expectancy: Money | null
  readonly averageWin: Money | null
  /** Negative. */
  readonly averageLoss: Money | null
  /** Within the period, commissions included; also of what is not wholly closed. */
  readonly realized: Money
  /** As far as they are known. */
  readonly commissions: Money
  readonly fillsWithoutCommission: number
}

export interface Group extends Figures {
  readonly key: string
}

export function figuresOf(trades: readonly PerformanceTrade[]): Figures {
  const closed = trades.filter((trade) => trade.isClosedHere).map(({ pnl }) => pnl)
  const wins = closed.filter((pnl) => pnl > 0)
  const losses = closed.filter((pnl) => pnl < 0)
  const grossProfit = addMoney(...wins)
  const grossLoss = (0 - addMoney(...losses)) as Money
  return {
    opened: trades.filter((trade) => trade.isOpenedHere).length,
    closed: closed.length,
    wins: wins.length,
    losses: losses.length,
    even: closed.length - wins.length - losses.length,
    winRate: closed.length === 0 ? null : wins.length / closed.length,
    grossProfit,
    grossLoss,
    profitFactor: grossLoss === 0 ? null : grossProfit / grossLoss,
    profitFactorWhy:
      grossLoss > 0 ? null : closed.length === 0 ? 'nothing was closed' : 'nothing was lost',
    expectancy: meanOf(closed),
    averageWin: meanOf(wins),
    averageLoss: meanOf(losses),
    realized: addMoney(...trades.map(({ realized }) => realized)),
    commissions: addMoney(...trades.map(({ commissions }) => commissions)),
    fillsWithoutCommission: trades.reduce((sum, each) => sum + each.fillsWithoutCommission, 0),
  }
}

function meanOf(amounts: readonly Money[]): Money | null {
  if (amounts.length === 0) return null
  return Math.round(addMoney(...amounts) / amounts.length) as Money
}

/** Each structure is in one group; in the order of `order`, or of their keys. */
export function groupsOf(
  trades: readonly PerformanceTrade[],
  keyOf: (trade: PerformanceTrade) => string,
  order: readonly string[] = [],
): readonly Group[] {
  const groups = new Map<string, PerformanceTrade[]>()
  for (const trade of trades) {
    const key = keyOf(trade)
    groups.set(key, [...(groups.get(key) ?? []), trade])
  }
  const place = (key: string): number => order.indexOf(key)
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([key, of]) => ({ key, ...figuresOf(of) }))
}

/** Realised profit and loss since the period began, after each fill that closed something. */
export interface CurvePoint {
  readonly at: EpochMs
  readonly realized: Money
}

/** The furthest that realised profit and loss fell below its best before. */
export interface Drawdown {
  /** Positive. */
  readonly amount: Money
  /** Of the equity at the peak, 0 to 1; null: no net liquidation is known. */
  readonly ofEquity: number | null
  readonly peakAt: EpochMs
  readonly troughAt: EpochMs
  /** When the peak was reached again; null: not within the period. */
  readonly recoveredAt: EpochMs | null
}

/** Null: it never fell. `start`: the period begins at nothing, which is the first peak. */
export function drawdownOf(
  curve: readonly CurvePoint[],
  of: { readonly start: EpochMs; readonly equity: Money | null },
): Drawdown | null {
  let peak: CurvePoint = { at: of.start, realized: 0 as Money }
  let deepest: { readonly peak: CurvePoint; readonly trough: CurvePoint } | null = null
  for (const point of curve) {
    if (point.realized >= peak.realized) peak = point
    const depth = deepest === null ? 0 : deepest.peak.realized - deepest.trough.realized
    if (peak.realized - point.realized > depth) deepest = { peak, trough: point }
  }
  if (deepest === null) return null
  const { peak: from, trough } = deepest
  const amount = (from.realized - trough.realized) as Money
  const equity = of.equity === null ? null : of.equity + from.realized
  const after = curve.slice(curve.indexOf(trough))
  return {
    amount,
    ofEquity: equity === null || equity <= 0 ? null : amount / equity,
    peakAt: from.at,
    troughAt: trough.at,
    recoveredAt: after.find(({ realized }) => realized >= from.realized)?.at ?? null,
  }
}

/** Below so many trading days a ratio of mean and spread says nothing. */
export const RATIO_DAYS_MIN = 20
const TRADING_DAYS_A_YEAR = 252

/** Null says why. */
export interface Ratio {
  readonly value: number | null
  readonly why: string | null
}

/**
 * Mean over standard deviation of daily realised results, times the root of 252: like a Sharpe
 * ratio, of realised results alone and without a rate of interest. What is open is in no day.
 */
export function dailyRatio(days: readonly Money[]): Ratio {
  if (days.length < RATIO_DAYS_MIN) {
    return { value: null, why: `${days.length} of ${RATIO_DAYS_MIN} trading days that it takes` }
  }
  const mean = addMoney(...days) / days.length
  const squares = days.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / (days.length - 1))
  if (deviation === 0) return { value: null, why: 'no day differs from another' }
  return { value: (mean / deviation) * Math.sqrt(TRADING_DAYS_A_YEAR), why: null }
}
