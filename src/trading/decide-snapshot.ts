import { unreachable } from '../base/assert.ts'
import type { Account, SetGate } from '../domain/account.ts'
import { nameOf } from '../domain/contract-key.ts'
import { legsOf } from '../domain/contract.ts'
import type { Ticker } from '../domain/contract.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'
import { IN_FLIGHT_MS } from '../orders/position-differences.ts'
import { reconcile } from '../orders/reconcile.ts'
import type { Discrepancy } from '../orders/reconcile.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import { heldStructures, liveOrders } from './alive.ts'
import { cleared, gated } from './decide-gates.ts'
import { linkUp } from './decide-link.ts'
import { maintainAll } from './decide-time.ts'
import { isUnexplained } from './doubted.ts'
import { echoed } from './echoed.ts'
import { fundsReturned } from './low-funds.ts'
import { levelSet, watchDailyLoss } from './levels.ts'
import { cancelSent } from './send.ts'
import { booked, settled } from './settle.ts'
import type { State } from './state.ts'
import type { Turn } from './turn.ts'
import { heldOf, untoldBooked, untoldBy } from './untold.ts'
import { oursOf } from './views.ts'

/**
 * Account values that did not change are written down again after this, so that their age is
 * known.
 */
const OBSERVED_AGAIN_MS = 60_000
/** promises.md 3.4: without reactivation for so long it is cancelled. */
const INACTIVE_MS_MAX = 60_000

/**
 * The broker's picture, of one epoch: what it shows that we do not know becomes a fact, and only
 * then may anything be entered. A picture of another epoch is somebody else's and says nothing.
 */
export function decideSnapshot(turn: Turn, snapshot: BrokerSnapshot): void {
  const { link, epoch, accountId } = turn.state
  if (link === 'down' || snapshot.epoch !== epoch) return
  const { account } = snapshot
  if (account !== null && account.id !== accountId) {
    const reason = `expected account ${accountId}, came ${account.id}`
    return levelSet(turn, { to: 'halt', cause: 'account-mismatch', reason })
  }
  if (account === null) accountMissed(turn, snapshot.whyNoAccount ?? 'the broker does not say it')
  else accountObserved(turn, account)
  if (account !== null) fundsReturned(turn, account)
  for (const what of snapshot.leftOut ?? []) {
    turn.notify('foreign-unreadable', `not ours, and not known to risk: ${what}`)
  }
  const found = reconcile(oursOf(turn.state), snapshot, turn.rules.proofAfterMs)
  const doubted = firstSeenIn(turn, found)
  for (const each of found) adopted(turn, each, snapshot)
  risenCancelled(turn, snapshot)
  quarantinesEnded(turn, snapshot)
  inactiveCancelled(turn, snapshot)
  explainedCleared(turn, doubted)
  linkUp(turn, snapshot)
  watchDailyLoss(turn)
  maintainAll(turn, new Map())
}

/** Unknown equity means no entries (P42), and nothing more: exits and cancels do not ask for it. */
function accountMissed(turn: Turn, why: string): void {
  gated(turn, { ...ACCOUNT, since: turn.at, reason: `the account is not known: ${why}` })
}

const ACCOUNT = { gate: 'account', symbol: null } as const

function accountObserved(turn: Turn, account: Account): void {
  cleared(turn, ACCOUNT, 'the account is known')
  const known = turn.state.account
  const { exchangeRates, at, ...said } = account
  const kind = said.kind === 'unknown' ? (turn.rules.accountKind ?? said.kind) : said.kind
  const values = { ...said, kind }
  const same =
    known !== null &&
    Object.entries(values).every(([name, value]) => known[name as keyof Account] === value)
  if (same && at - known.at < OBSERVED_AGAIN_MS) return
  const rates = [...exchangeRates]
  turn.record({ type: 'AccountObserved', account: { ...values, at, exchangeRates: rates } })
}

function adopted(turn: Turn, found: Discrepancy, snapshot: BrokerSnapshot): void {
  switch (found.kind) {
    case 'missed-fill':
      booked(turn, found.fill)
      return
    case 'missed-evidence': {
      const order = turn.state.orders.get(found.orderId)
      if (order === undefined) return
      if (found.evidence.kind === 'echoed') echoed(turn, order, found.evidence)
      else settled(turn, order, found.evidence)
      return
    }
    case 'foreign-order': {
      const { contract, side, quantity, permId } = found.order
      const before = turn.state.foreignOrders.get(permId)
      if (before !== undefined && quantity < before.quantity && isMoving(turn, before, snapshot)) {
        return
      }
      turn.record({ type: 'ForeignOrderSeen', order: found.order })
      const what = `${side} ${quantity} ${nameOf(contract)}, perm id ${permId}`
      return turn.notify('foreign-order', `an order that is not ours: ${what}; it is not touched`)
    }
    case 'foreign-gone': {
      const before = turn.state.foreignOrders.get(found.permId)
      if (before !== undefined && isMoving(turn, before, snapshot)) return
      return turn.record({ type: 'ForeignOrderGone', permId: found.permId })
    }
    case 'position-differs':
      return positionTaken(turn, found, snapshot)
    default:
      return unreachable(found)
  }
}

/**
 * What an order of others has filled may not be in our positions yet. Until it is, the order counts
 * as it was: exits that made room for it would sell what it has sold (P32).
 */
function isMoving(
  turn: Turn,
  { contract }: BrokerOrder,
  { positions, fills, requestedAt }: BrokerSnapshot,
): boolean {
  return legsOf(contract).some(({ contract: { conId } }) => {
    const theirs = positions.find((each) => each.contract.conId === conId)?.quantity ?? 0
    const isInFlight = fills.some(
      (fill) =>
        fill.at > requestedAt - IN_FLIGHT_MS &&
        legsOf(fill.contract).some((leg) => leg.contract.conId === conId),
    )
    return isInFlight || heldOf(turn, conId) !== theirs
  })
}

/**
 * The broker holds what it holds. What nobody can explain blocks entries in its underlying (P24).
 */
function positionTaken(
  turn: Turn,
  { ours, theirs, cause, by }: Extract<Discrepancy, { kind: 'position-differs' }>,
  snapshot: BrokerSnapshot,
): void {
  // What explained another leg has explained this one.
  if (heldOf(turn, theirs.contract.conId) === theirs.quantity) return
  const detail = `${ours} here, ${theirs.quantity} at the broker`
  const before = turn.state
  const what = `${nameOf(theirs.contract)}: ${detail}, ${cause}`
  const { symbol } = theirs.contract
  const told = { type: 'PositionAdjusted', position: theirs, cause, detail } as const
  const adjusted = by.length === 0 ? told : { ...told, by }
  if (cause !== 'unexplained') {
    turn.record(adjusted)
    structuresEnded(turn, before, what)
    return turn.notify(ALERT_OF[cause], what)
  }
  // A list may come empty first, and then as it is: a second picture must say the same (F53). What
  // another leg has shown in this one is no earlier picture.
  const suspected = suspicion(turn, symbol)
  if (suspected !== null && suspected.since < turn.at) {
    const fills = untoldBy(turn, theirs.contract.conId, { snapshot, since: suspected.since })
    return fills.length > 0 ? untoldBooked(turn, fills) : turn.record(adjusted)
  }
  gated(turn, { gate: 'reconcile', symbol, since: turn.at, reason: what })
  turn.notify(
    'position-differs',
    `${what}; no entries in ${symbol}, nothing is traded to repair it`,
  )
}

const ALERT_OF = {
  assigned: 'assignment',
  exercised: 'assignment',
  expired: 'expiry',
  'foreign-trade': 'position-adjusted',
  'corporate-action': 'position-adjusted',
} as const

/** Of a combo that lost a leg the others are left, and they are nobody's: a person must know. */
function structuresEnded(turn: Turn, before: State, what: string): void {
  for (const { id, contract, quantity } of heldStructures(before)) {
    const left = turn.state.structures.get(id)?.quantity ?? 0
    if (contract.kind !== 'combo' || left === quantity) continue
    const units = `${quantity - left} of ${quantity} units of ${id}, ${nameOf(contract)}`
    turn.notify('legs-left', `${what}: that ends ${units}; its other legs are not traded`)
  }
}

/** The gate of a difference that an earlier picture showed. */
function suspicion({ state }: Turn, symbol: Ticker): SetGate | null {
  return state.gates.find((gate) => gate.gate === 'reconcile' && gate.symbol === symbol) ?? null
}

/**
 * Orders that are over by our books, and that the broker lists as open all the same: the proof was
 * wrong, as one from an incomplete list can be (F53), or the count of what is left, as where the
 * exits of a group both filled (F46). One that has just ended may be listed still.
 */
function risen({ state, rules }: Turn, snapshot: BrokerSnapshot): readonly TrackedOrder[] {
  const until = snapshot.requestedAt - rules.proofAfterMs
  return snapshot.openOrders.flatMap(({ orderId, evidence, quantity }) => {
    const order = orderId === null ? undefined : state.orders.get(orderId)
    if (order === undefined || evidence.kind !== 'reported') return []
    const isOver = isTerminal(order.status) || order.status === 'quarantine-cancelled'
    const isFilled = order.filled > 0 && order.filled === order.quantity
    const isLeft = !isOver && isFilled && quantity > order.filled
    if (!isTerminal(order.status) && !isLeft) return []
    const overSince = isLeft ? lastFilledAt(state, order) : order.statusSince
    return overSince > until ? [] : [order]
  })
}

/** Of its structure: a fill of another exit takes from what is left of this one. */
function lastFilledAt({ fills, orders }: State, { structureId }: TrackedOrder): number {
  let last = 0
  for (const { orderId, at } of fills.values()) {
    if (orders.get(orderId)?.structureId === structureId) last = Math.max(last, at)
  }
  return last
}

/** It may fill, and no book counts it: it is cancelled, and nothing is entered beside it (P40). */
function risenCancelled(turn: Turn, snapshot: BrokerSnapshot): void {
  const found = risen(turn, snapshot)
  const symbols = new Set(found.map(({ contract }) => contract.symbol))
  for (const { gate, symbol } of turn.state.gates) {
    if (gate !== 'risen' || symbol === null || symbols.has(symbol)) continue
    cleared(turn, { gate, symbol }, 'no order that was over is open any more')
  }
  for (const order of found) {
    const { symbol } = order.contract
    const was = isTerminal(order.status) ? `was ${order.status}` : 'has nothing left to fill'
    const what = `${order.role} ${order.id} ${was} and is open at the broker`
    const isTold = turn.state.gates.some((set) => set.gate === 'risen' && set.symbol === symbol)
    gated(turn, { gate: 'risen', symbol, since: turn.at, reason: what })
    const isAsked = isBeingCancelled(order, snapshot) || isJustCancelled(turn, order, snapshot)
    if (isTold && isAsked) continue
    turn.notify('order-risen', `${what}: it is cancelled; no entries in ${symbol} until it is gone`)
    if (!isAsked) cancelSent(turn, order)
  }
}

/** A cancel of ours that this picture may not know of yet. */
function isJustCancelled({ rules }: Turn, order: TrackedOrder, of: BrokerSnapshot): boolean {
  const since = of.requestedAt - order.statusSince
  return order.status === 'cancel-pending' && since < rules.proofAfterMs
}

/** Another cancel would say nothing new, and IBKR counts each of them (F47, L19). */
function isBeingCancelled({ id }: TrackedOrder, { openOrders }: BrokerSnapshot): boolean {
  return openOrders.some(
    ({ orderId, evidence }) =>
      orderId === id && evidence.kind === 'reported' && evidence.as === 'cancel-pending',
  )
}

/**
 * Reported as cancelled long enough ago, and this picture, asked for since, shows no late fill. One
 * that is listed as open is not over, whatever was said (P23): it is cancelled once more.
 */
function quarantinesEnded(turn: Turn, snapshot: BrokerSnapshot): void {
  const { requestedAt, openOrders } = snapshot
  const open = new Map(openOrders.map(({ orderId, evidence }) => [orderId, evidence.kind]))
  for (const order of liveOrders(turn.state)) {
    if (order.status !== 'quarantine-cancelled') continue
    if (requestedAt - order.statusSince < turn.rules.quarantineMs) continue
    const listed = open.get(order.id)
    if (isBeingCancelled(order, snapshot)) continue
    if (listed === 'reported') {
      const what = `${order.role} ${order.id} was reported as cancelled and is open at the broker`
      turn.notify('cancel-undone', `${what}: it is cancelled once more`)
      cancelSent(turn, order)
      continue
    }
    settled(turn, order, { kind: 'proven', status: 'cancelled', by: 'quarantine-over' })
  }
}

/** Underlyings that this picture is the first not to explain: nothing is taken over yet. */
function firstSeenIn(turn: Turn, found: readonly Discrepancy[]): ReadonlySet<Ticker> {
  const differing = found.flatMap((each) =>
    each.kind === 'position-differs' && each.cause === 'unexplained'
      ? [each.theirs.contract.symbol]
      : [],
  )
  return new Set(differing.filter((symbol) => suspicion(turn, symbol) === null))
}

/** Not at work for a minute, and still there: it will not be, so it is not left to come back. */
function inactiveCancelled(turn: Turn, { openOrders, requestedAt }: BrokerSnapshot): void {
  for (const { orderId, evidence } of openOrders) {
    const order = orderId === null ? undefined : turn.state.orders.get(orderId)
    if (evidence.kind !== 'inactive' || order?.status !== 'unknown') continue
    if (requestedAt - order.statusSince >= INACTIVE_MS_MAX) cancelSent(turn, order)
  }
}

/** An underlying whose structures and positions agree again, or whose rest has a cause. */
function explainedCleared(turn: Turn, doubted: ReadonlySet<Ticker>): void {
  for (const { gate, symbol } of turn.state.gates) {
    if (gate !== 'reconcile' || symbol === null || doubted.has(symbol)) continue
    if (isUnexplained(turn.state, symbol)) continue
    cleared(turn, { gate, symbol }, 'every position has its cause')
  }
}
