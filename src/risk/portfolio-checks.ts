import { nameOf } from '../domain/contract-key.ts'
import type { Money } from '../domain/money.ts'
import { amountOf } from '../domain/money.ts'
import { marksOf } from '../domain/mark.ts'
import { exposureOf, times } from './exposure.ts'
import type { Exposure } from './exposure.ts'
import type { EntryRequest, RiskCheck, RiskLimits, RiskView, SizeBound } from './limits.ts'
import { GREEKS, portfolioOf, seenOf, shockLoss, withUnits, worstOf } from './portfolio.ts'
import type { Portfolio } from './portfolio.ts'
import { refuse } from './refusal.ts'

type Asked = Pick<EntryRequest, 'candidate' | 'side' | 'marks' | 'spot'>

interface Looked {
  readonly portfolio: Portfolio
  /** Of one unit of the entry. */
  readonly unit: Exposure
}

/** What nobody can price is refused (F68); that its own quote is none has a name already. */
const greeksUnknown: RiskCheck = (entry, view, limits) => {
  const { spot, candidate } = entry
  const { bid, ask } = candidate.quote
  if (spot === null || bid === null || ask === null || bid > ask) return null
  const looked = look(entry, view, limits)
  if ('portfolio' in looked) return null
  return refuse('greeks-unknown', `no fresh quote and spot of ${looked.unknown.join(', ')}`)
}

const greeks: readonly RiskCheck[] = GREEKS.map((greek) => (entry, view, limits) => {
  const looked = look(entry, view, limits)
  if (!('portfolio' in looked)) return null
  const after = withEntry(looked, entry.quantity)
  const worst = worstOf(after, greek)
  const max = limits.greeks[greek]
  if (worst <= amountOf(max)) return null
  return refuse(greek, `$${worst.toFixed(0)} with it, at most $${amountOf(max)}`)
})

const shock: RiskCheck = (entry, view, limits) => {
  const looked = look(entry, view, limits)
  if (!('portfolio' in looked)) return null
  const after = withEntry(looked, entry.quantity)
  const loss = shockLoss(after)
  const max = limits.shocks.lossMax
  if (loss <= amountOf(max)) return null
  return refuse('shock', `the worst shock costs $${loss.toFixed(0)}, at most $${amountOf(max)}`)
}

/** Of one answer the size is the same in every check. */
const entered = new WeakMap<Looked, { readonly quantity: number; readonly after: Portfolio }>()

/** What it comes to with the entry, which may fill or not; of no units, with one. */
function withEntry(looked: Looked, quantity: number): Portfolio {
  const before = entered.get(looked)
  if (before?.quantity === quantity) return before.after
  const after = withUnits(looked.portfolio, looked.unit, Math.max(1, quantity))
  entered.set(looked, { quantity, after })
  return after
}

export const portfolioChecks: readonly RiskCheck[] = [greeksUnknown, ...greeks, shock]

/** The units that each limit has room for; none while it is not known: a check names that. */
export function portfolioBounds(
  request: Asked,
  view: RiskView,
  limits: RiskLimits,
): readonly SizeBound[] {
  const looked = look(request, view, limits)
  if (!('portfolio' in looked)) return []
  const { portfolio, unit } = looked
  return [
    ...GREEKS.map((greek): SizeBound => {
      const range = { low: portfolio.low[greek], high: portfolio.high[greek] }
      return { rule: greek, units: room(range, unit[greek], limits.greeks[greek]) }
    }),
    { rule: 'shock', units: shockRoom(portfolio, unit, limits.shocks.lossMax) },
  ]
}

type Answer = Looked | { readonly unknown: readonly string[] }

/** The last question about a view. */
const answered = new WeakMap<
  RiskView,
  { readonly request: Asked; readonly limits: RiskLimits; readonly answer: Answer }
>()

/** Sizing and six checks of one decision ask the same: everything is priced once. */
function look(request: Asked, view: RiskView, limits: RiskLimits): Answer {
  const before = answered.get(view)
  if (before?.limits === limits && isSame(before.request, request)) return before.answer
  const answer = lookedAt(request, view, limits)
  answered.set(view, { request, limits, answer })
  return answer
}

function isSame(one: Asked, other: Asked): boolean {
  const { candidate, side, marks, spot } = one
  const isQuoted = other.candidate === candidate && other.spot === spot && other.marks === marks
  return isQuoted && other.side === side
}

function lookedAt(request: Asked, view: RiskView, limits: RiskLimits): Answer {
  const { candidate, spot } = request
  const own = { spot: spot?.price ?? null, at: view.now } // its ages are judged by other checks
  const marks = [...request.marks, ...marksOf(candidate.contract, candidate.quote, own)]
  const measured = portfolioOf(view, marks, limits)
  const { contract } = request.candidate
  const one = exposureOf(contract, seenOf(view, marks, limits))
  const unknown = [
    ...(one === null ? [nameOf(contract)] : []),
    ...(measured.kind === 'unknown' ? measured.of : []),
  ]
  if (one === null || measured.kind === 'unknown') return { unknown: [...new Set(unknown)] }
  const unit = times(one, request.side === 'BUY' ? 1 : -1)
  return { portfolio: measured.portfolio, unit }
}

function room(
  { low, high }: { readonly low: number; readonly high: number },
  each: number,
  max: Money,
): number {
  const limit = amountOf(max)
  if (Math.max(Math.abs(low), Math.abs(high)) > limit) return 0
  if (each === 0) return Infinity
  return Math.floor(each > 0 ? (limit - high) / each : (limit + low) / -each)
}

function shockRoom({ low }: Portfolio, unit: Exposure, lossMax: Money): number {
  const rooms = low.shocks.map((pnl, i) => {
    const each = unit.shocks[i] ?? 0
    const left = amountOf(lossMax) + pnl
    if (left < 0) return 0
    return each >= 0 ? Infinity : Math.floor(left / -each)
  })
  return Math.min(...rooms)
}
