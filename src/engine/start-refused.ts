import { liveOrders } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'

/** Thrown before the first turn of a run that must not begin; the message says the remedy. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/**
 * Why a run must not begin with these client ids; null: it may. Orders are changed and
 * cancelled by the client id alone that sent them, so under another one our own exits would be
 * orders of somebody else, and their positions would get a second set (P3, P13).
 */
export function whyNotClientIds(state: State, wanted: number | undefined): string | null {
  const base = state.clientIdBase
  if (base === null || wanted === undefined || base === wanted) return null
  const alive = liveOrders(state).length
  if (alive === 0) return null
  return (
    `${alive} orders of this journal may be alive, sent with gateway.client_id_base ${base}; ` +
    `with ${wanted} they could be neither changed nor cancelled. Set it to ${base}, or end them ` +
    'with a run under it (close, cancel) before it is changed'
  )
}
