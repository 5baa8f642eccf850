import type { EpochMs } from '../../base/clock.ts'
import { answerAt } from '../session/answering.ts'
import type { Desk } from './desk.ts'
import { isLive, isSimContract, schedule, update } from './desk.ts'
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

function scheduleExpiry(desk: Desk, { contract, clientId, orderId, timeInForce }: SimOrder): void {
  if (!isSimContract(contract)) return
  const day = timeInForce === 'DAY' ? desk.hours.dayEnd(contract, desk.now) : null
  const last = contract.kind === 'option' ? contract.lastTradingAt : null
  const at = Math.min(day ?? Infinity, last ?? Infinity)
  if (at < Infinity) schedule(desk, at as EpochMs, { kind: 'expire', clientId, orderId })
}
