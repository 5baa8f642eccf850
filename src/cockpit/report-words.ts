import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import { amountOf, type Money, type Price } from '../domain/money.ts'
import type { Slippage } from '../journal/fill-quality.ts'
import type { FillGroup } from '../journal/fill-groups.ts'
import type { Performance } from '../journal/performance.ts'
import type { Figures, PerformanceTrade } from '../journal/performance-figures.ts'

export const UNKNOWN = 'unknown'

/** `-12.34`: exact, with two places at least; a number as text, so that nothing is lost. */
export function dollarsText(amount: Money | Price): string {
  const whole = Math.trunc(Math.abs(amount) / 1_000_000)
  const micros = String(Math.abs(amount) % 1_000_000).padStart(6, '0')
  const places = micros.replace(/0{1,4}$/, '')
  return `${amount < 0 ? '-' : ''}${whole}.${places}`
}

/** `+$12.34`, `-$12.34`; to the cent. */
export function signedText(amount: Money | null): string {
  if (amount === null) return UNKNOWN
  return `${amount < 0 ? '-' : '+'}$${Math.abs(amountOf(amount)).toFixed(2)}`
}

export function plainDollars(amount: Money | null): string {
  return amount === null ? UNKNOWN : `$${amountOf(amount).toFixed(2)}`
}

export function percentText(share: number | null): string {
  return share === null ? UNKNOWN : `${(share * 100).toFixed(1)}%`
}

/** `2026-03-10 10:31 ET`. */
export function minuteText(at: EpochMs): string {
  return `${newYorkDate(at)} ${newYorkTimeText(at).slice(0, 5)} ET`
}

export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
}

export function factorText({ profitFactor, profitFactorWhy }: Figures): string {
  return profitFactor === null ? `none: ${profitFactorWhy}` : profitFactor.toFixed(2)
}

/** `$3.00`; where some are not told yet, that of the others, and never $0.00 for unknown. */
export function commissionsText(of: {
  readonly commissions: Money
  readonly fillsWithoutCommission: number
}): string {
  if (of.fillsWithoutCommission === 0) return plainDollars(of.commissions)
  return of.commissions === 0 ? UNKNOWN : `${plainDollars(of.commissions)}+?`
}

/** How a structure was closed, or why it is over; empty: it is held. */
export function exitText({ exit, unvaluedBy }: PerformanceTrade): string {
  if (unvaluedBy === 'untold') return 'closed, legs not told'
  return unvaluedBy ?? (exit === 'expiry' ? 'by expiry' : (exit ?? ''))
}

/** What a structure came to; of what is over without a value, nobody knows. */
export function resultText(trade: PerformanceTrade): string {
  const early = trade.fillsWithoutCommission > 0 ? ' before commissions' : ''
  return trade.unvaluedBy === null ? signedText(trade.pnl) + early : UNKNOWN
}

export function closedText({ closedAt, unvaluedBy }: PerformanceTrade): string {
  if (closedAt !== null) return minuteText(closedAt)
  return unvaluedBy === null ? 'held' : 'over'
}

/** More than a page has room for stands in the exports alone. */
const TRADES_SHOWN = 50

/** The newest of them in the order they were opened, and what is said of the others; or null. */
export function shownTrades(trades: readonly PerformanceTrade[]): {
  readonly shown: readonly PerformanceTrade[]
  readonly more: string | null
} {
  const shown = trades.slice(-TRADES_SHOWN)
  if (shown.length === trades.length) return { shown, more: null }
  const more = `the newest ${TRADES_SHOWN} of ${trades.length}; --format csv has all of them`
  return { shown, more }
}

export function titleOf({ period, from, to }: Performance): string {
  const dates = from === to ? from : `${from} to ${to}`
  return `Report, ${period === 'all' ? 'all days' : period}: ${dates}`
}

/** Whose result it is; what is simulated is called so. */
export function modeText({ mode }: Performance): string {
  if (mode === null) return 'mode unknown'
  if (mode === 'demo') return 'mode demo: simulated market, simulated account'
  if (mode === 'dry-run') return 'mode dry-run: simulated orders over market data of a Gateway'
  return `mode ${mode}`
}

export function drawdownText({ drawdown, equity }: Performance): string {
  if (drawdown === null) return 'none: realised results never fell below their best'
  const { amount, ofEquity, peakAt, troughAt, recoveredAt } = drawdown
  const share = equity === null ? 'share of equity unknown' : `${percentText(ofEquity)} of equity`
  const after = recoveredAt === null ? 'not made good' : `made good ${minuteText(recoveredAt)}`
  // The period begins at nothing, and that is its first peak.
  const isBegin = newYorkTimeText(peakAt) === '00:00:00'
  const peak = isBegin ? 'the beginning' : minuteText(peakAt)
  return `${plainDollars(amount)} (${share}), from ${peak} to ${minuteText(troughAt)}, ${after}`
}

export function ratioText({ ratio }: Performance): string {
  return ratio.value === null ? `none: ${ratio.why}` : ratio.value.toFixed(2)
}

export function unprotectedText({ unprotected: { spans, ms, msMax } }: Performance): string {
  if (spans === 0) return 'never'
  return `${spans} times, ${spanText(ms)} in all, ${spanText(msMax)} at most`
}

/** `+$12.00, 25% of the spread`; plus is worse. */
export function slippageText(slippage: Slippage | null): string {
  if (slippage === null) return UNKNOWN
  const { amount, ofSpread } = slippage
  const share = ofSpread === null ? '' : `, ${Math.round(ofSpread * 100)}% of the spread`
  return `${signedText(amount)}${share}`
}

export function fillGroupText(group: FillGroup): string {
  if (group.fills === 0) return 'no fill'
  const without = group.unknown === 0 ? '' : `, ${group.unknown} without a quote`
  return (
    `${group.fills} fills${without}; to the mid decided on ${slippageText(group.againstMid)}; ` +
    `to the mid at the fill ${slippageText(group.againstFillMid)}`
  )
}

/** What no figure counts, and why; nothing to say: empty. */
export function caveatsOf(report: Performance): readonly string[] {
  const { closedByExpiry, endedWithoutFill, unattributedFills, mode } = report
  const { syntheticFills, estimatedFills } = report
  const { fillsWithoutCommission } = report.all
  const all: readonly (readonly [number, string])[] = [
    [closedByExpiry, 'structures expired with nothing delivered: closed at $0 by expiry'],
    [endedWithoutFill, endedText(report)],
    [fillsWithoutCommission, 'fills have no known commission: figures are before theirs'],
    [unattributedFills, 'fills closed what no structure explains: in no figure'],
    [syntheticFills, 'fills are against quotes that were derived, not recorded'],
    [estimatedFills, 'fills were told by no execution: their price is what was asked for'],
  ]
  const simulated = mode === 'demo' || mode === 'dry-run' ? ['every fill is simulated'] : []
  return [...simulated, ...all.flatMap(([count, text]) => (count > 0 ? [`${count} ${text}`] : []))]
}

function endedText({ endedCost, trades }: Performance): string {
  const reasons = [...new Set(trades.flatMap(({ unvaluedBy }) => unvaluedBy ?? []))].join(', ')
  const cost =
    endedCost === null
      ? 'what they cost is not known either'
      : endedCost < 0
        ? `they had brought in ${plainDollars((0 - endedCost) as Money)}`
        : `they had cost ${plainDollars(endedCost)}`
  return `structures are over at what no fill tells (${reasons}): in no rate; ${cost}`
}
