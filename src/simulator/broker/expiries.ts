import type { Desk } from './desk.ts'
import { isLive, orderOf, schedule } from './desk.ts'
import { expiresAt } from './release.ts'

/** Sessions end otherwise than was thought: what expires with them does so anew. */
export function hoursChanged(desk: Desk): void {
  const { state, hours } = desk
  hours.forget()
  const expiring = state.pending.filter(({ work }) => work.kind === 'expire')
  state.pending = state.pending.filter(({ work }) => work.kind !== 'expire')
  for (const { work } of expiring) {
    if (work.kind !== 'expire') continue
    const order = orderOf(desk, work.clientId, work.orderId)
    if (order === null || !isLive(order)) continue
    const at = expiresAt(desk, order)
    if (at !== null) schedule(desk, at, work)
  }
}
