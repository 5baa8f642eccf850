import type { EpochMs } from '../../base/clock.ts'
import type { Desk } from '../broker/desk.ts'
import { draw } from '../broker/desk.ts'
import type { Refusal } from '../broker/validate.ts'

/** IBKR answers an order within milliseconds; the Gateway's own checks answer at once. */
const ANSWER_MS = { from: 2, to: 20 } as const

export interface OrderAddress {
  readonly clientId: number
  readonly orderId: number
}

export function tell(
  desk: Desk,
  { clientId, orderId }: OrderAddress,
  { code, text }: Refusal,
): void {
  desk.emit({ kind: 'order-error', clientId, orderId, code, text })
}

/**
 * Some milliseconds from now, and never before what the same client asked for earlier; but for a
 * cancel that waits for the open nothing waits.
 */
export function answerAt(desk: Desk, clientId: number): EpochMs {
  let at = desk.now + draw(desk, ANSWER_MS.from, ANSWER_MS.to)
  for (const { at: earlier, work } of desk.state.pending) {
    const asked =
      work.kind === 'modify'
        ? work.ticket.clientId
        : work.kind === 'accept' || (work.kind === 'cancel' && work.waits !== true)
          ? work.clientId
          : null
    if (asked === clientId && earlier > at) at = earlier
  }
  return at as EpochMs
}
