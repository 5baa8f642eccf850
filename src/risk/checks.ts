import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Currency, Money } from '../domain/money.ts'
import { amountOf } from '../domain/money.ts'
import { costChecks, dollars, refuse } from './cost-checks.ts'
import type { RiskCheck, RiskView } from './limits.ts'

/**
 * The broker's account values trail by up to three minutes (IBKR sends them on a change of
 * position, otherwise every 3 minutes); twice that, and the funds are not known any more.
 */
export const ACCOUNT_AGE_MS_MAX = 360_000

const DOLLARS = 'USD' as Currency

/** Only `active` enters; the levels above it leave only the way out. */
const level: RiskCheck = (_entry, { tradingState }) =>
  tradingState === 'active' ? null : refuse('level', `trading state is ${tradingState}`)

const armed: RiskCheck = (_entry, view) =>
  view.armed ? null : refuse('armed', 'live is not armed for today')

const gates: RiskCheck = (entry, view) => {
  const { symbol } = entry.candidate.contract
  const shut = view.gates.filter((gate) => gate.symbol === null || gate.symbol === symbol)
  if (shut.length === 0) return null
  return refuse('gate', shut.map((gate) => `${gate.gate}: ${gate.reason}`).join('; '))
}

const account: RiskCheck = (_entry, { account, now }) => {
  if (account === null) return refuse('account', 'the account is not known')
  const age = now - account.at
  if (age <= ACCOUNT_AGE_MS_MAX) return null
  return refuse('account', `last observed ${age} ms ago, at most ${ACCOUNT_AGE_MS_MAX} ms`)
}

const currency: RiskCheck = (entry, { account }) => {
  const others = [account?.baseCurrency ?? DOLLARS, entry.candidate.contract.currency].filter(
    (each) => each !== DOLLARS,
  )
  if (others.length === 0) return null
  return refuse('currency', `expected USD, came ${others.join(', ')}; no conversion is configured`)
}

const baseline: RiskCheck = (_entry, view) => {
  const today = newYorkDate(view.now)
  if (view.baseline?.date === today) return null
  return refuse('baseline', `no baseline of ${today}; the last is of ${view.baseline?.date ?? '-'}`)
}

/** What is lost of the day's baseline, in money and what may be; null while either is unknown. */
export function dayLoss(
  view: Pick<RiskView, 'account' | 'baseline'>,
  dailyLossPctMax: number,
): { readonly lost: Money; readonly max: Money } | null {
  if (view.account === null || view.baseline === null) return null
  return {
    lost: (view.baseline.amount - view.account.netLiquidation) as Money,
    max: Math.round(view.baseline.amount * dailyLossPctMax) as Money,
  }
}

const dailyLoss: RiskCheck = (_entry, view, limits) => {
  const day = dayLoss(view, limits.dailyLossPctMax)
  if (day === null || day.lost < day.max) return null
  return refuse('daily-loss', `lost ${dollars(day.lost)} today, the limit is ${dollars(day.max)}`)
}

const quoteSides: RiskCheck = (entry) => {
  const { bid, ask } = entry.candidate.quote
  if (bid === null || ask === null) {
    return refuse('premium-unknown', `bid ${shown(bid)}, ask ${shown(ask)}: both sides are needed`)
  }
  if (bid > ask) return refuse('quote-crossed', `bid ${amountOf(bid)} over ask ${amountOf(ask)}`)
  if (entry.candidate.contract.kind !== 'combo' && bid <= 0) {
    return refuse('premium-unknown', `bid ${amountOf(bid)}: a price is positive`)
  }
  return null
}

const quoteHalted: RiskCheck = (entry) =>
  entry.candidate.quote.halted ? refuse('quote-halted', 'trading is halted') : null

const quoteDelayed: RiskCheck = (entry, view) =>
  entry.candidate.quote.delayed && !view.allowDelayed
    ? refuse('quote-delayed', 'the quote is delayed; only dry-run may allow that')
    : null

const quoteAge: RiskCheck = (entry, view, limits) => {
  const age = view.now - entry.candidate.quote.aliveAt
  if (age >= 0 && age <= limits.quoteAgeMsMax) return null
  return refuse('quote-stale', `alive ${age} ms ago, at most ${limits.quoteAgeMsMax} ms`)
}

const openStructures: RiskCheck = (_entry, view, limits) =>
  view.structures.length < limits.openStructuresMax
    ? null
    : refuse('open-structures', `${view.structures.length} of ${limits.openStructuresMax} are open`)

const onePosition: RiskCheck = (entry, view) => {
  const { symbol } = entry.candidate.contract
  const held = view.structures.find(
    (each) => each.strategy === entry.strategy && each.contract.symbol === symbol,
  )
  if (held === undefined) return null
  return refuse('one-position', `${entry.strategy} has ${held.id} in ${symbol}`)
}

/** It may be a position already: its underlying waits for proof (P4). */
const unknownOrder: RiskCheck = (entry, view) => {
  const { symbol } = entry.candidate.contract
  const unknown = view.orders.filter(
    (order) => order.status === 'unknown' && order.contract.symbol === symbol,
  )
  if (unknown.length === 0) return null
  return refuse('unknown-order', `${unknown.map((order) => order.id).join(', ')} waits for proof`)
}

const duplicateSignal: RiskCheck = (entry, view) => {
  const structure = view.signalKeys.get(entry.signalKey)
  if (structure === undefined) return null
  return refuse('duplicate-signal', `${entry.signalKey} was entered as ${structure}`)
}

const expiry: RiskCheck = (_entry, view) => {
  if (view.closeFrom === null || view.now < view.closeFrom) return null
  return refuse('expiry', `it would have to be closed ${span(view.closeFrom, view.now)} ago`)
}

/** One function per rule; all of them run, so that a refusal is complete. */
export const entryChecks: readonly RiskCheck[] = [
  level,
  armed,
  gates,
  account,
  currency,
  baseline,
  dailyLoss,
  quoteSides,
  quoteHalted,
  quoteDelayed,
  quoteAge,
  openStructures,
  onePosition,
  unknownOrder,
  duplicateSignal,
  expiry,
  ...costChecks,
]

function shown(of: number | null): string {
  return of === null ? 'unknown' : String(amountOf(of as Money))
}

function span(from: EpochMs, to: EpochMs): string {
  return `${Math.round((to - from) / 1000)} s`
}
