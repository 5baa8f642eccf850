import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import { amountOf, type Money, type Price } from '../domain/money.ts'
import type { Slippage } from '../journal/fill-quality.ts'
import type { FillGroup } from '../journal/fill-groups.ts'
import type { Performance } from '../journal/performance.ts'
import type { Figures } from '../journal/performance-figures.ts'

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
  const { endedWithoutFill, unattributedFills, syntheticFills, estimatedFills, mode } = report
  const all: readonly (readonly [number, string])[] = [
    [endedWithoutFill, 'structures expired, were exercised or assigned: in no figure'],
    [unattributedFills, 'fills closed what no structure explains: in no figure'],
    [syntheticFills, 'fills are against quotes that were derived, not recorded'],
    [estimatedFills, 'fills were told by no execution: their price is what was asked for'],
  ]
  const simulated = mode === 'demo' || mode === 'dry-run' ? ['every fill is simulated'] : []
  return [...simulated, ...all.flatMap(([count, text]) => (count > 0 ? [`${count} ${text}`] : []))]
}
