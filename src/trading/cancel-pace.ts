import type { TrackedOrder } from '../domain/order.ts'
import { whyStill } from '../orders/stillness.ts'
import { cancelled } from './send.ts'
import type { Turn } from './turn.ts'

/** After so many cancels the next one waits so long. IBKR counts each of them (L19). */
const WAITS_MS = [0, 5_000, 30_000, 120_000, 300_000] as const
const WAIT_MS_MAX = 300_000
/** While nothing trades a cancel may have to wait for the open, and more of them change nothing. */
const CLOSED_MAX = 3

/** Asks at once, and again if it must; a kill does not wait for long while anything trades. */
export function cancelledAgain(turn: Turn, order: TrackedOrder): void {
  const { times, at } = order.cancels ?? { times: 0, at: turn.at }
  const isClosed = whyStill(order.contract, null, turn.at) === 'closed'
  if (isClosed && times >= CLOSED_MAX) return
  const isKilled = turn.state.tradingState === 'kill' && !isClosed
  const waitMs = WAITS_MS[isKilled ? Math.min(times, 1) : times] ?? WAIT_MS_MAX
  if (turn.at - at >= waitMs) cancelled(turn, order)
}
