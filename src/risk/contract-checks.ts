import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { ComboLeg, Tradable } from '../domain/contract.ts'
import { legsOf } from '../domain/contract.ts'
import { daysBetween } from '../domain/date.ts'
import type { RiskCheck } from './limits.ts'
import { refuse } from './refusal.ts'

/** Shares that a standard US option delivers; an adjusted one delivers something else. */
const STANDARD_MULTIPLIER = 100

/** Only what the configuration lists. */
const symbol: RiskCheck = ({ candidate }, { underlyings }) => {
  const { symbol: asked, currency } = candidate.contract
  const listed = underlyings.some((key) => key.symbol === asked && key.currency === currency)
  return listed ? null : refuse('symbol', `${asked} in ${currency} is not of the symbols listed`)
}

/** Standard contracts: of a stock the class of its own name, a hundred shares each (F66). */
const contract: RiskCheck = ({ candidate }, { underlyings }) => {
  const wrong = legsOf(candidate.contract).flatMap(({ contract: leg }) => {
    if (leg.kind !== 'option') return []
    const isIndex = underlyings.some((key) => key.symbol === leg.symbol && key.kind === 'index')
    const named = isIndex || leg.tradingClass === leg.symbol
    if (leg.multiplier === STANDARD_MULTIPLIER && named) return []
    return [`class ${leg.tradingClass} with multiplier ${leg.multiplier}`]
  })
  return wrong.length === 0 ? null : refuse('contract', `${wrong.join(', ')} is not standard`)
}

const longOnly: RiskCheck = ({ candidate, side }, _view, limits) => {
  const sold = limits.longOnly && soldLegs(candidate.contract, side).length > 0
  return sold ? refuse('long-only', 'it sells, and no structure strategy is enabled') : null
}

const daysToExpiry: RiskCheck = ({ candidate }, { now }, { daysToExpiry: days }) => {
  const wrong = legsOf(candidate.contract).flatMap(({ contract: leg }) => {
    if (leg.kind !== 'option') return []
    const left = daysBetween(newYorkDate(now), leg.expiry)
    return left >= days.min && left <= days.max ? [] : [left]
  })
  if (wrong.length === 0) return null
  return refuse('days-to-expiry', `${wrong.join(', ')} days, ${days.min} to ${days.max} allowed`)
}

const expiry: RiskCheck = (_entry, view) => {
  if (view.closeFrom === null || view.now < view.closeFrom) return null
  return refuse('expiry', `it would have to be closed ${span(view.closeFrom, view.now)} ago`)
}

export const contractChecks: readonly RiskCheck[] = [
  symbol,
  contract,
  longOnly,
  daysToExpiry,
  expiry,
]

function soldLegs(of: Tradable, side: 'BUY' | 'SELL'): readonly ComboLeg[] {
  return legsOf(of).filter((leg) => (leg.side === 'SELL') !== (side === 'SELL'))
}

function span(from: EpochMs, to: EpochMs): string {
  return `${Math.round((to - from) / 1000)} s`
}
