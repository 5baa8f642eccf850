import type { EchoedTerms, Order, TrackedOrder } from '../domain/order.ts'
import { isAdjustable, sameTerms } from './resting.ts'

/** Does the broker hold it otherwise than we know it? Nobody can say while it is being changed. */
export function isHeldOtherwise(order: TrackedOrder, echo: EchoedTerms): boolean {
  if (!isAdjustable(order) || order.pendingChange !== null) return false
  return order.timeInForce !== echo.timeInForce || !sameTerms(order.terms, echo.terms)
}

/** The order as the broker holds it; a time in force that we never use is taken for a DAY. */
export function asHeld(order: TrackedOrder, { terms, timeInForce }: EchoedTerms): TrackedOrder {
  const known: readonly Order['timeInForce'][] = ['DAY', 'GTC', 'IOC']
  const tif = known.find((each) => each === timeInForce) ?? 'DAY'
  return { ...order, terms, timeInForce: tif, echoes: (order.echoes ?? 0) + 1 }
}
