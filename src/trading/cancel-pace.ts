import type { TrackedOrder } from '../domain/order.ts'
import { cancelsFor, isCancellable, mayBeAlive } from '../orders/lifecycle.ts'
import { whyStill } from '../orders/stillness.ts'
import { cancelSent } from './send.ts'
import type { Turn } from './turn.ts'

/** After so many cancels the next one waits so long. IBKR counts each of them (L19). */
const WAITS_MS = [0, 5_000, 30_000, 120_000, 300_000] as const
const WAIT_MS_MAX = 300_000
/** Of what nothing is heard: once it is unknown again, a picture may prove what became of it. */
const UNHEARD_MS = [0, 10_000, 20_000, 40_000, 80_000, 160_000] as const
/** While nothing trades a cancel may have to wait for the open, and more of them change nothing. */
const CLOSED_MAX = 3

/** Asks at once, and again if it must; a kill does not wait for long while anything trades. */
export function cancelledAgain(turn: Turn, order: TrackedOrder, cause: string | null = null): void {
  const current = turn.state.orders.get(order.id) ?? order
  const isHeardOf = isCancellable(current)
  // Of what nothing is heard only an entry that must end is cancelled: a cancel adds no risk.
  if (!isHeardOf && !(cause !== null && mayBeAlive(current))) return
  const times = cancelsFor(current, { cause, epoch: turn.state.epoch })
  if (times > 0 && mustWait(turn, current, times)) return
  cancelSent(turn, current, cause)
}

function mustWait(turn: Turn, order: TrackedOrder, times: number): boolean {
  const isHeardOf = isCancellable(order)
  if (!isHeardOf && order.cancelSeen === true) return true
  const isClosed = whyStill(order.contract, null, turn.at) === 'closed'
  if (isClosed && times >= CLOSED_MAX) return true
  // Named since: the last cancel may have had no number to go by, and never left.
  if (isHeardOf && order.cancels?.isHeardOf === false) return false
  const isKilled = turn.state.tradingState === 'kill' && !isClosed
  const waits = isHeardOf ? WAITS_MS : UNHEARD_MS
  const waitMs = waits[isHeardOf && isKilled ? 1 : times] ?? WAIT_MS_MAX
  return turn.at - (order.cancels?.at ?? 0) < waitMs
}
