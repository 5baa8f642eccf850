import { marginText } from '../domain/margin.ts'
import type { Margin } from '../domain/margin.ts'
import { notional } from '../domain/money.ts'
import type { Money, Price } from '../domain/money.ts'
import type { RiskCheck, SizedEntry } from './limits.ts'
import { dollars, refuse } from './refusal.ts'
import { reservation } from './reservation.ts'
import { unitOf } from './size.ts'

/** The last quote is taken in between; what is older than that is of another moment. */
const MARGIN_AGE_MS_MAX = 10_000

/** What the broker itself says of the buying power (F54). What it does not say refuses. */
export const margin: RiskCheck = (entry, view) => {
  // Nobody asks about nothing, nor of live that is not armed: checks of their own say why.
  if (entry.quantity === 0 || !view.armed) return null
  const { margin: of } = entry
  if (of === undefined) return refuse('what-if', 'the broker was not asked')
  if (of.kind !== 'answered') return refuse('what-if', marginText(of))
  const ageMs = view.now - of.at
  if (ageMs < 0 || ageMs > MARGIN_AGE_MS_MAX) {
    return refuse('what-if', `answered ${ageMs} ms ago, at most ${MARGIN_AGE_MS_MAX} ms`)
  }
  const { initialMarginAfter, equityAfter } = of
  if (initialMarginAfter === null || equityAfter === null) {
    return refuse('what-if', `the margin after it is unset: ${marginText(of)}`)
  }
  if (entry.quantity > of.quantity) {
    return refuse('what-if', `${entry.quantity} units, and ${of.quantity} were asked about`)
  }
  const { price } = unitOf(entry, view)
  // An order in flight, and what filled since it answered, the broker did not count.
  const reserved = reservation({ ...view, spentSinceAccount: view.spentSinceMargin })
  // A check of its own names what is unknown.
  if (price === null || reserved === null) return null
  const left = equityAfter - initialMarginAfter - dearer(entry, { of, price })
  if (left >= reserved) return null
  const need = `${dollars(left)} would be left, ${dollars(reserved)} are reserved`
  return refuse('what-if', `${need}; ${marginText(of)}`)
}

/** What it costs by now beyond what was asked about. */
function dearer(
  { candidate, side, quantity }: SizedEntry,
  { of, price }: { readonly of: Extract<Margin, { kind: 'answered' }>; readonly price: Price },
): Money {
  const worse = side === 'BUY' ? price - of.limit : of.limit - price
  return notional(Math.max(0, worse) as Price, quantity, candidate.contract.multiplier)
}
