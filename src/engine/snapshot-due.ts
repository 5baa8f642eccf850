import type { EpochMs } from '../base/clock.ts'
import type { Gate } from '../domain/account.ts'
import type { TrackedOrder } from '../domain/order.ts'
import { isReconciling, liveOrders } from '../trading/alive.ts'
import type { Rules } from '../trading/command.ts'
import { isHeldBack } from '../trading/foreign-sells.ts'
import type { State } from '../trading/state.ts'

/**
 * While anything rests or is held, or entries wait for a picture; pictures also carry the account
 * that risk counts with.
 */
const BUSY_MS = 60_000
const IDLE_MS = 300_000
/** A picture that came without the account; a late answer is in the next one. */
const NO_ACCOUNT_MS = 5_000
/** What one picture did not prove, the next one may. */
const AGAIN_MS = 10_000

/** Gates that only a picture clears: once their cause is over, entries wait for no longer (L11). */
const BY_PICTURE: ReadonlySet<Gate> = new Set<Gate>([
  'reconcile',
  'risen',
  'unnamed',
  'low-funds',
  'baseline',
])

/** When the broker's picture is wanted next; `asked` is when the last good one was asked for. */
export function snapshotDueAt(state: State, asked: EpochMs | null, rules: Rules): EpochMs {
  if (asked === null || isReconciling(state)) return 0 as EpochMs
  const orders = liveOrders(state)
  const held = [...state.positions.values()].some((position) => position.quantity !== 0)
  const idleMs = state.baseline === null ? AGAIN_MS : IDLE_MS // no entries until it is known
  const isGated = state.gates.some(({ gate }) => BY_PICTURE.has(gate))
  const regular = asked + (held || isGated || orders.length > 0 ? BUSY_MS : idleMs)
  const due = orders.map((order) => proofDueAt(order, asked, rules))
  // A mismatch, or what has no name, is looked at once more before it is believed.
  const again = state.gates.flatMap(({ gate, symbol, since }) => {
    const isSeen = gate === 'unnamed' || (gate === 'reconcile' && symbol !== null)
    return isSeen && asked < since + AGAIN_MS ? [since + AGAIN_MS] : []
  })
  const account = state.gates.some(({ gate }) => gate === 'account')
    ? asked + NO_ACCOUNT_MS
    : Infinity
  // When it is gone, what it held back is protected again.
  const theirs = isHeldBack(state) ? asked + AGAIN_MS : Infinity
  return Math.min(regular, account, theirs, ...again, ...due) as EpochMs
}

/** When a picture may settle what became of this order; infinite when its status is no question. */
function proofDueAt(order: TrackedOrder, asked: EpochMs, rules: Rules): number {
  const next = (at: number): number => (asked < at ? at : asked + AGAIN_MS)
  switch (order.status) {
    case 'unknown':
      // At once, for what the broker has; and once absence is a proof, for what it has not.
      return asked < order.statusSince
        ? order.statusSince
        : next(order.intendedAt + rules.proofAfterMs)
    case 'quarantine-cancelled':
      // At once, for what it closed may be gone as well; and once nothing late can come.
      if (asked < order.statusSince) return order.statusSince
      return next(order.statusSince + rules.quarantineMs)
    default:
      return Infinity
  }
}
