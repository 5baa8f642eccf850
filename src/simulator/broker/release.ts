import type { EpochMs } from '../../base/clock.ts'
import { answerAt } from '../session/answering.ts'
import { contractsOf } from './combos.ts'
import type { Desk } from './desk.ts'
import { isLive, schedule, update } from './desk.ts'
import { familyOf } from './family.ts'
import type { SimOrder } from './state.ts'

/** The last `transmit` of a family sends all of it, the parent first. */
export function release(desk: Desk, order: SimOrder): void {
  for (const each of familyOf(desk, order)) {
    if (!each.staged || !isLive(each)) continue
    const { clientId, orderId } = update(desk, each, { staged: false, transmit: true })
    schedule(desk, answerAt(desk, clientId), { kind: 'accept', clientId, orderId })
    scheduleExpiry(desk, each)
  }
}

function scheduleExpiry(desk: Desk, order: SimOrder): void {
  const { clientId, orderId } = order
  const at = expiresAt(desk, order)
  if (at !== null) schedule(desk, at, { kind: 'expire', clientId, orderId })
}

/** With its day, or with the first of its options; null: never by itself. */
export function expiresAt(desk: Desk, { contract, timeInForce }: SimOrder): EpochMs | null {
  const ends = contractsOf(contract).map((each) => {
    const day = timeInForce === 'DAY' ? desk.hours.dayEnd(each, desk.now) : null
    const last = each.kind === 'option' ? each.lastTradingAt : null
    return Math.min(day ?? Infinity, last ?? Infinity)
  })
  const at = Math.min(...ends)
  return at < Infinity ? (at as EpochMs) : null
}
