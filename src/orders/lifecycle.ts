import { unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { CancelsSent, OrderEvidence, OrderStatus, TrackedOrder } from '../domain/order.ts'

type Proven = Extract<OrderEvidence, { kind: 'proven' }>
type Reported = Extract<OrderEvidence, { kind: 'reported' }>

/** Ended by proof, or never sent. Fills still count here, and nothing else does. */
const TERMINAL = statuses('filled', 'cancelled', 'rejected', 'expired', 'denied')
const DYING = statuses('cancel-pending', 'quarantine-cancelled')
const DOUBTED = statuses('unknown', 'acked')
const CANCELLABLE = statuses('staged', 'acked', 'held', 'working')
const PERHAPS_ALIVE = statuses('sending', 'unknown', 'replace-pending')

function statuses(...of: readonly OrderStatus[]): ReadonlySet<OrderStatus> {
  return new Set(of)
}

export function isTerminal(status: OrderStatus): boolean {
  return TERMINAL.has(status)
}

/** Asked to end or said to have ended: it may still fill, and must not be counted on. */
export function isDying(status: OrderStatus): boolean {
  return DYING.has(status)
}

/** Long enough for the broker's picture, which is asked for at once, to say what became of it. */
const PROOF_MS = 3_000

/**
 * What nobody vouches for must not be counted on: another is placed beside it, tied to it. That the
 * Gateway has an order and nothing more is said is no more than that.
 */
export function isDoubtful({ status, statusSince }: TrackedOrder, now: EpochMs): boolean {
  return DOUBTED.has(status) && now - statusSince >= PROOF_MS
}

/** Alive as far as we know: a cancel or a change can be sent. */
export function isCancellable({ status }: TrackedOrder): boolean {
  return CANCELLABLE.has(status)
}

/** Perhaps alive: what must end is cancelled all the same, for a cancel adds no risk. */
export function mayBeAlive({ status }: TrackedOrder): boolean {
  return PERHAPS_ALIVE.has(status)
}

/** How many cancels were sent for this cause; a cause is of one connection. */
export function cancelsFor(
  { cancels }: TrackedOrder,
  { cause, epoch }: Pick<CancelsSent, 'cause' | 'epoch'>,
): number {
  const counts = cause === null || (cancels?.cause === cause && cancels.epoch === epoch)
  return counts ? (cancels?.times ?? 0) : 0
}

/**
 * The table of promises.md, section 3.4: total, and what means nothing in a status answers with the
 * same status. An `intent` that the broker speaks of was handed over, so it counts as `sending`.
 */
export function statusAfter(order: TrackedOrder, evidence: OrderEvidence): OrderStatus {
  const { status } = order
  const to = (next: OrderStatus, ...from: readonly OrderStatus[]) =>
    from.includes(status) ? next : status
  switch (evidence.kind) {
    case 'denied':
      return to('denied', 'intent')
    case 'handed-over':
      return to('sending', 'intent')
    case 'reported':
      return afterReport(order, evidence)
    case 'inactive':
      // Nothing that works: it counts at its worst, covers nothing, and is asked about at once.
      return to(
        'unknown',
        ...([
          'intent',
          'sending',
          'acked',
          'staged',
          'held',
          'working',
          'replace-pending',
        ] as const),
      )
    case 'fills-changed':
      return afterFills(order, evidence.filled)
    case 'cancel-requested':
      if (status === 'intent') return 'denied'
      return to('cancel-pending', 'acked', 'held', 'working', 'unknown', 'staged')
    case 'replace-requested':
      return to('replace-pending', 'acked', 'held', 'working')
    case 'cancel-reported':
      return isTerminal(status) ? status : 'quarantine-cancelled'
    case 'cancel-refused':
      return to('unknown', 'cancel-pending', 'replace-pending')
    case 'reject-reported':
      // Only the proof query rejects. An order at the exchange lives on: the code was about a
      // change.
      return to('unknown', 'intent', 'sending', 'acked', 'staged', 'held', 'replace-pending')
    case 'parent-missing':
      // The first time the child is sent once more; the second is a reject like any other.
      if (order.parentId !== null && order.resentAt === null) return to('sending', 'intent')
      return to('unknown', 'intent', 'sending', 'acked')
    case 'warned':
    case 'echoed':
      return status
    case 'outcome-lost':
      return to('unknown', 'intent', 'sending', 'cancel-pending', 'replace-pending')
    case 'proven':
      return isTerminal(status) || !proves(order, evidence) ? status : evidence.status
    default:
      return unreachable(evidence)
  }
}

/** Units that may yet fill, by worst case: what risk counts and what `protect` must wait for. */
export function mayStillFill(order: TrackedOrder): number {
  if (isTerminal(order.status)) return 0
  const most = Math.max(order.quantity, order.pendingChange?.quantity ?? 0)
  return Math.max(0, most - order.filled)
}

function afterReport(order: TrackedOrder, { as }: Reported): OrderStatus {
  if (isComplete(order, order.filled)) return order.status // a status after the last fill
  switch (order.status) {
    case 'intent':
    case 'sending':
    case 'unknown':
    case 'staged':
      return as
    case 'acked':
    case 'held':
    case 'working':
    case 'replace-pending': // the change was taken
      return as === 'held' || as === 'working' || as === 'cancel-pending' ? as : order.status
    // The cancel stays pending, and what was said to be over is not revived by a late report.
    case 'cancel-pending':
    case 'quarantine-cancelled':
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'expired':
    case 'denied':
      return order.status
    default:
      return unreachable(order.status)
  }
}

/** A fill counts in any status; only all of them end an order. A correction may take one back. */
function afterFills(order: TrackedOrder, filled: number): OrderStatus {
  if (isComplete(order, filled)) return 'filled'
  const shrank = filled < order.filled
  return order.status === 'filled' && shrank ? 'unknown' : order.status
}

function isComplete(order: TrackedOrder, filled: number): boolean {
  return filled > 0 && filled >= order.quantity
}

/** Which proof serves where. Absence alone proves only that an order was never received. */
function proves(order: TrackedOrder, { status, by }: Proven): boolean {
  switch (by) {
    case 'fills':
      return status === 'filled' && isComplete(order, order.filled)
    case 'completed-order':
      return true
    case 'absent-everywhere':
      return status === 'rejected' && wasNeverHeardOf(order)
    case 'quarantine-over':
      return status === 'cancelled' && order.status === 'quarantine-cancelled'
    case 'session-end':
      return status === 'expired' && order.timeInForce === 'DAY'
    default:
      return unreachable(by)
  }
}

/** Its outcome was lost before the broker had said a word about it. */
export function wasNeverHeardOf(order: TrackedOrder): boolean {
  const from = order.unknownFrom
  return (
    order.status === 'unknown' && order.filled === 0 && (from === 'intent' || from === 'sending')
  )
}
