import type { EpochMs } from '../base/clock.ts'
import { csvLine, type Cell } from '../base/csv.ts'
import { newYorkDate, newYorkTimeText, utcText } from '../domain/calendar.ts'
import type { Money } from '../domain/money.ts'
import type { FillGroup } from '../journal/fill-groups.ts'
import type { Slippage } from '../journal/fill-quality.ts'
import type { Performance } from '../journal/performance.ts'
import type { Figures, PerformanceTrade } from '../journal/performance-figures.ts'
import { caveatsOf, dollarsText, titleOf } from './report-words.ts'

/** One object, on one line: amounts are decimal texts, unknown is null. */
export function reportJson(report: Performance): string {
  return JSON.stringify({
    ...summaryOf(report),
    curve: report.curve.map(({ at, realized }) => ({ at, realized: dollarsText(realized) })),
    days: report.days.map((day) => ({ ...day, realized: dollarsText(day.realized) })),
    trades: report.trades.map(tradeOf),
  })
}

/** One object a line: `summary`, then every `day`, then every `structure`. */
export function reportJsonl(report: Performance): string {
  const lines = [
    { type: 'summary', ...summaryOf(report) },
    ...report.days.map((day) => ({ type: 'day', ...day, realized: dollarsText(day.realized) })),
    ...report.trades.map((trade) => ({ type: 'structure', ...tradeOf(trade) })),
  ]
  return lines.map((line) => JSON.stringify(line)).join('\n')
}

function summaryOf(report: Performance) {
  const { all, by, exits, slippage, equity, drawdown } = report
  const groups = (of: Performance['exits']) =>
    of.map((group) => ({ key: group.key, ...figuresJson(group) }))
  return {
    title: titleOf(report),
    notes: caveatsOf(report),
    period: report.period,
    from: report.from,
    to: report.to,
    now: report.now,
    mode: report.mode,
    equity: dollars(equity),
    all: figuresJson(all),
    drawdown: drawdown === null ? null : { ...drawdown, amount: dollarsText(drawdown.amount) },
    by: Object.fromEntries(Object.entries(by).map(([name, of]) => [name, groups(of)])),
    exits: groups(exits),
    ratio: report.ratio,
    open: report.open,
    closedByExpiry: report.closedByExpiry,
    endedWithoutFill: report.endedWithoutFill,
    endedCost: dollars(report.endedCost),
    unattributedFills: report.unattributedFills,
    syntheticFills: report.syntheticFills,
    estimatedFills: report.estimatedFills,
    unprotected: report.unprotected,
    decisions: report.decisions,
    outcomes: report.outcomes,
    approved: report.approved,
    refused: report.refused,
    refusals: report.refusals,
    slippage: { entries: slippageJson(slippage.entries), exits: slippageJson(slippage.exits) },
  }
}

function figuresJson(figures: Figures) {
  const { grossProfit, grossLoss, expectancy, averageWin, averageLoss } = figures
  const { realized, commissions: _, ...counts } = figures
  return {
    ...counts,
    grossProfit: dollarsText(grossProfit),
    grossLoss: dollarsText(grossLoss),
    expectancy: dollars(expectancy),
    averageWin: dollars(averageWin),
    averageLoss: dollars(averageLoss),
    realized: dollarsText(realized),
    commissions: dollars(knownCommissions(figures)),
  }
}

function slippageJson({ againstMid, againstFar, againstFillMid, ...rest }: FillGroup) {
  const of = (slippage: Slippage | null) =>
    slippage === null ? null : { ...slippage, amount: dollarsText(slippage.amount) }
  return {
    ...rest,
    againstMid: of(againstMid),
    againstFar: of(againstFar),
    againstFillMid: of(againstFillMid),
  }
}

function tradeOf(trade: PerformanceTrade) {
  const { pnl, realized } = trade
  return {
    ...trade,
    pnl: trade.unvaluedBy === null ? dollarsText(pnl) : null,
    realized: dollarsText(realized),
    commissions: dollars(knownCommissions(trade)),
  }
}

/** Null: none is known. */
function knownCommissions(of: {
  readonly commissions: Money
  readonly fillsWithoutCommission: number
}): Money | null {
  return of.fillsWithoutCommission > 0 && of.commissions === 0 ? null : of.commissions
}

function dollars(amount: Money | null): string | null {
  return amount === null ? null : dollarsText(amount)
}

const COLUMNS: readonly (readonly [string, (trade: PerformanceTrade) => Cell])[] = [
  ['structure_id', (trade) => trade.structureId],
  ['strategy', (trade) => trade.strategy],
  ['symbol', (trade) => trade.symbol],
  ['contract', (trade) => trade.contract],
  ['quantity', (trade) => trade.quantity],
  ['opened_at', (trade) => utcText(trade.openedAt)],
  ['opened_new_york', (trade) => newYorkText(trade.openedAt)],
  ['closed_at', ({ closedAt }) => (closedAt === null ? null : utcText(closedAt))],
  ['closed_new_york', ({ closedAt }) => (closedAt === null ? null : newYorkText(closedAt))],
  ['exit', (trade) => trade.unvaluedBy ?? trade.exit],
  ['pnl', (trade) => (trade.unvaluedBy === null ? amountCell(trade.pnl) : null)],
  ['realized', (trade) => amountCell(trade.realized)],
  ['commissions', (trade) => amountCell(knownCommissions(trade))],
  ['fills_without_commission', (trade) => trade.fillsWithoutCommission],
]

/** One line a structure, in dollars; an empty cell is not known, or has not come about. */
export function reportCsv({ trades }: Performance): string {
  const head = csvLine(COLUMNS.map(([name]) => name))
  return [head, ...trades.map((trade) => csvLine(COLUMNS.map(([, of]) => of(trade))))].join('\n')
}

/** Of less than a billion dollars, which a float holds to the millionth. */
function amountCell(amount: Money | null): number | null {
  return amount === null ? null : Number(dollarsText(amount))
}

function newYorkText(at: EpochMs): string {
  return `${newYorkDate(at)} ${newYorkTimeText(at)}`
}
