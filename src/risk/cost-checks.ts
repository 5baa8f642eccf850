import type { Refusal, RiskCheck, SizedEntry } from './limits.ts'
import { dollars, over, refuse, UNKNOWN_KIND } from './refusal.ts'
import { reservation } from './reservation.ts'
import { sizing, spendable, unitOf } from './size.ts'

/** Nothing fits: which limits leave no room for a single unit. */
const sizeZero: RiskCheck = (entry, view, limits) => {
  if (entry.quantity > 0) return null
  const { unit, bounds, unknown } = sizing(entry, view, limits)
  // A check of its own names a missing premium or account.
  if (unknown === 'premium-unknown' || unknown === 'equity-unknown') return null
  if (unknown !== null) return refuse(unknown, 'what has no bound or is unknown refuses')
  const full = bounds.filter((each) => each.units === 0).map((each) => each.rule)
  return refuse('size-zero', `one unit costs ${dollars(unit.cost)}; no room in ${full.join(', ')}`)
}

const quantity: RiskCheck = (entry, _view, { quantityMax }): Refusal | null => {
  if (entry.quantity <= quantityMax) return null
  return refuse('quantity', `${entry.quantity} units, at most ${quantityMax}`)
}

/** At least one unit, so that a refusal of size zero says which limit it is over. */
const orderCost: RiskCheck = (entry, view, limits) => {
  const { cost } = unitOf(entry, view)
  return cost === null ? null : over('order-cost', cost * units(entry), limits.orderCostMax)
}

const structureLoss: RiskCheck = (entry, view, limits) => {
  const { loss } = unitOf(entry, view)
  return loss === null ? null : over('structure-loss', loss * units(entry), limits.structureLossMax)
}

/** Money that is spoken for does not buy twice (P40). */
const funds: RiskCheck = (entry, view) => {
  const { cost } = unitOf(entry, view)
  const reserved = reservation(view)
  if (view.account === null || cost === null || reserved === null) return null
  const have = Math.min(view.account.availableFunds, spendable(view.account))
  const need = cost * units(entry)
  if (need <= have - reserved) return null
  const of = have === spendable(view.account) ? `${dollars(have)} settled` : dollars(have)
  const text = `${dollars(need)} of ${of} less ${dollars(reserved)} reserved`
  return refuse('funds', view.account.kind === 'unknown' ? `${text}; ${UNKNOWN_KIND}` : text)
}

export const costChecks: readonly RiskCheck[] = [
  sizeZero,
  quantity,
  orderCost,
  structureLoss,
  funds,
]

function units(entry: SizedEntry): number {
  return Math.max(1, entry.quantity)
}
