import type { Side } from '../domain/contract.ts'
import type { Money, Price } from '../domain/money.ts'
import { amountOf } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import type { Refusal, RiskCheck, RiskLimits } from './limits.ts'
import { refuse } from './refusal.ts'

const sides: RiskCheck = ({ candidate }) => {
  const { bid, ask } = candidate.quote
  if (bid === null || ask === null) {
    return refuse('premium-unknown', `bid ${shown(bid)}, ask ${shown(ask)}: both sides are needed`)
  }
  if (bid > ask) return refuse('quote-crossed', `bid ${amountOf(bid)} over ask ${amountOf(ask)}`)
  if (candidate.contract.kind !== 'combo' && bid <= 0) {
    return refuse('premium-unknown', `bid ${amountOf(bid)}: a price is positive`)
  }
  return null
}

const halted: RiskCheck = ({ candidate }) =>
  candidate.quote.halted ? refuse('quote-halted', 'trading is halted') : null

const delayed: RiskCheck = ({ candidate }, view) =>
  candidate.quote.delayed && !view.allowDelayed
    ? refuse('quote-delayed', 'the quote is delayed; only dry-run may allow that')
    : null

const age: RiskCheck = ({ candidate }, { now }, limits) => {
  const ageMs = now - candidate.quote.aliveAt
  if (ageMs >= 0 && ageMs <= limits.quoteAgeMsMax) return null
  return refuse('quote-stale', `alive ${ageMs} ms ago, at most ${limits.quoteAgeMsMax} ms`)
}

/** P43: the last closed bar is at most a bar's length and 5 s old. */
export const BAR_AGE_MS_MAX = 65_000

const bar: RiskCheck = ({ barClosedAt }, { now }) => {
  const ageMs = now - barClosedAt
  if (ageMs >= 0 && ageMs <= BAR_AGE_MS_MAX) return null
  return refuse('bar-stale', `closed ${ageMs} ms ago, at most ${BAR_AGE_MS_MAX} ms`)
}

/** P43, whatever the quote of the pick is held to. */
const SPOT_AGE_MS_MAX = 2_000

const underlying: RiskCheck = ({ spot }, { now }) => {
  if (spot === null) return refuse('underlying-stale', 'the price of the underlying is unknown')
  const ageMs = now - spot.at
  if (ageMs >= 0 && ageMs <= SPOT_AGE_MS_MAX) return null
  return refuse('underlying-stale', `of ${ageMs} ms ago, at most ${SPOT_AGE_MS_MAX} ms`)
}

/** Over the mid. Of a combo the mid may be nothing: its legs were picked by their own spreads. */
const spread: RiskCheck = ({ candidate }, _view, { spreadPctMax }) => {
  const { bid, ask } = candidate.quote
  if (bid === null || ask === null || candidate.contract.kind === 'combo') return null
  if (bid > ask || bid <= 0) return null // named by another check
  const ratio = (2 * (ask - bid)) / (ask + bid)
  if (ratio <= spreadPctMax) return null
  const percent = (of: number) => `${(100 * of).toFixed(2)}%`
  return refuse('spread', `${percent(ratio)} of the mid, at most ${percent(spreadPctMax)}`)
}

/** Contracts on the side that is taken. */
const size: RiskCheck = ({ candidate, side }, _view, { quoteSizeMin }) => {
  const { askSize, bidSize } = candidate.quote
  return tooFew('quote-size', side === 'BUY' ? askSize : bidSize, quoteSizeMin)
}

/** A combo has neither: its legs were picked by theirs. */
const volume: RiskCheck = ({ candidate }, _view, { volumeMin }) =>
  candidate.contract.kind === 'combo' ? null : tooFew('volume', candidate.quote.volume, volumeMin)

const openInterest: RiskCheck = ({ candidate }, _view, { openInterestMin }) =>
  candidate.contract.kind === 'option'
    ? tooFew('open-interest', candidate.quote.openInterest, openInterestMin)
    : null

/** The worst price that its limit may come to. */
const collar: RiskCheck = ({ candidate, side, walk }, _view, limits) =>
  walk === undefined
    ? null
    : beyondCollar({ side, limit: walk.worst, quote: candidate.quote }, limits)

export const quoteChecks: readonly RiskCheck[] = [
  sides,
  halted,
  delayed,
  age,
  bar,
  underlying,
  spread,
  size,
  volume,
  openInterest,
  collar,
]

/** What an entry may cost at most, against the quote that was decided on (P41). */
function beyondCollar(
  of: { readonly side: Side; readonly limit: Price; readonly quote: Quote },
  { collarPctMax }: Pick<RiskLimits, 'collarPctMax'>,
): Refusal | null {
  const { side, limit, quote } = of
  const far = side === 'BUY' ? quote.ask : quote.bid
  if (far === null) return null // named by another check
  const through = side === 'BUY' ? limit - far : far - limit
  if (through <= Math.abs(far) * collarPctMax) return null
  const most = `${(100 * collarPctMax).toFixed(2)}%`
  return refuse('price-collar', `${amountOf(limit)} is over ${most} through ${amountOf(far)}`)
}

/** Unknown is too few, unless nothing is asked for. */
function tooFew(rule: string, value: number | null, min: number): Refusal | null {
  if (min <= 0 || (value !== null && value >= min)) return null
  return refuse(rule, `${value ?? 'unknown'}, at least ${min}`)
}

function shown(of: number | null): string {
  return of === null ? 'unknown' : String(amountOf(of as Money))
}
