import type { Money } from '../domain/money.ts'
import { marginText } from '../domain/margin.ts'
import type { RiskCheck } from './limits.ts'
import { dollars, refuse } from './refusal.ts'
import { reservation } from './reservation.ts'

/** Its deadline is 8 s; what is older is of another moment. */
const MARGIN_AGE_MS_MAX = 10_000

/** What the broker itself says of the buying power (F54). What it does not say refuses. */
export const margin: RiskCheck = (entry, view) => {
  const { margin: of } = entry
  const isReal = view.mode === 'paper' || view.mode === 'live'
  if (of === undefined || (of.kind === 'not-asked' && of.why === 'no order connection')) {
    return isReal ? refuse('what-if', 'the broker was not asked') : null
  }
  // IBKR takes no question about a combo (360): its funds and its worst loss have checks.
  if (of.kind === 'not-asked') return null
  if (of.kind !== 'answered') return refuse('what-if', marginText(of))
  const ageMs = view.now - of.at
  if (ageMs < 0 || ageMs > MARGIN_AGE_MS_MAX) {
    return refuse('what-if', `answered ${ageMs} ms ago, at most ${MARGIN_AGE_MS_MAX} ms`)
  }
  const { initialMarginAfter, equityAfter, quantity } = of
  if (initialMarginAfter === null || equityAfter === null) {
    return refuse('what-if', 'the margin after it is unset')
  }
  if (entry.quantity > quantity) {
    return refuse('what-if', `${entry.quantity} units, and ${quantity} were asked about`)
  }
  // What is filled is in the account by now; what is in flight is not.
  const inFlight = reservation({ orders: view.orders, spentSinceAccount: 0 as Money })
  const left = equityAfter - initialMarginAfter
  if (inFlight !== null && left >= inFlight) return null
  return refuse('what-if', `${dollars(left)} would be left, ${dollars(inFlight)} are in flight`)
}
