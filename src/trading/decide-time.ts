import type { ConId } from '../domain/contract.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { StructureId, TrackedOrder } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { flatten } from '../orders/flatten.ts'
import { mayStillFill } from '../orders/lifecycle.ts'
import { unattributed } from '../risk/unattributed.ts'
import type { Rules } from './command.ts'
import { heldStructures, liveOrders } from './alive.ts'
import { levelSet, watchDailyLoss } from './levels.ts'
import { endedEntries, flattenDeferred, flattenWaits, maintain } from './maintain.ts'
import { placed } from './send.ts'
import { settlingSymbols, supported } from './supported.ts'
import type { Turn } from './turn.ts'
import { moved } from './turn.ts'
import { openFamilies } from './views.ts'

type StructureQuote = { readonly structureId: StructureId; readonly quote: Quote }

/**
 * What only time brings: answers that did not come, a new date, and the next look at every exit.
 */
export function decideTime(turn: Turn, quotes: readonly StructureQuote[]): void {
  watchDailyLoss(turn)
  unansweredLost(turn)
  unexplainedHalted(turn)
  maintainAll(turn, new Map(quotes.map(({ structureId, quote }) => [structureId, quote])))
}

/**
 * Every structure that holds something or may come to; and in a kill what no structure explains.
 */
export function maintainAll(turn: Turn, quotes: ReadonlyMap<StructureId, Quote>): void {
  // In a kill every cancel goes before the first close (promises.md 5.4).
  if (turn.state.tradingState === 'kill') entriesEnded(turn)
  for (const { structure } of openFamilies(turn.state)) {
    maintain(turn, structure.id, quotes.get(structure.id) ?? null)
  }
  if (turn.state.tradingState === 'kill') strayFlattened(turn)
}

/** What may still add to any structure is cancelled, if its time is over, on any connection. */
export function entriesEnded(turn: Turn): void {
  if (turn.state.link === 'down' || turn.state.levelCause === 'panic') return
  for (const { structure } of openFamilies(turn.state)) endedEntries(turn, structure.id)
}

/** Without an answer for this long, unknown, and never sent again (P4, P5). */
function unansweredLost(turn: Turn): void {
  for (const order of liveOrders(turn.state)) {
    const patience = answerMsMax(order, turn.rules)
    if (patience === null || turn.at - order.statusSince < patience) continue
    const reason = `${order.status} for ${patience / 1000} s without an answer`
    moved(turn, order, { kind: 'outcome-lost', reason })
    turn.notify('outcome-unknown', `${order.role} ${order.id}: ${reason}`)
  }
}

/** A cancel that the broker lists is under way, till the next open if need be: asked so often. */
const CANCEL_SEEN_MS_MAX = 300_000

/** How long this status may last; null when it is not one that waits for an answer. */
function answerMsMax(order: TrackedOrder, { intentMsMax, ackMsMax }: Rules): number | null {
  switch (order.status) {
    case 'intent':
      return intentMsMax
    case 'cancel-pending':
      return order.cancelSeen === true ? CANCEL_SEEN_MS_MAX : ackMsMax
    case 'sending':
    case 'replace-pending':
      return ackMsMax
    default:
      return null
  }
}

/**
 * A position that nothing explains is not traded away; after five minutes a person must look
 * (P24).
 */
function unexplainedHalted(turn: Turn): void {
  for (const { gate, symbol, since, reason } of turn.state.gates) {
    if (gate !== 'reconcile' || symbol === null) continue
    if (turn.at - since < turn.rules.unexplainedMsMax) continue
    levelSet(turn, { to: 'halt', cause: 'position-mismatch', reason: `${symbol}: ${reason}` })
  }
}

/**
 * Only a person can set a kill, and it means to hold nothing: here that goes for stray positions.
 */
export function strayFlattened(turn: Turn): void {
  const { state } = turn
  if (state.link !== 'up' || state.levelCause === 'panic') return
  // The legs of a combo that has just filled are on their way to where they belong.
  const settling = settlingSymbols(state, turn.at)
  const held = heldStructures(state).map((structure) => supported(state, structure, turn.at))
  const stray = unattributed([...state.positions.values()], held).filter(
    ({ contract }) => !settling.has(contract.symbol) && !flattenWaits(turn, contract, null),
  )
  if (stray.length === 0) return
  const strays = stray.map((each): Position => {
    const cost = state.positions.get(each.contract.conId)?.cost
    return { ...each, cost: cost ?? (0 as Position['cost']) }
  })
  const mayFill = new Map<ConId, number>()
  for (const order of state.orders.values()) {
    if (order.structureId !== null || order.contract.kind === 'combo') continue
    const { conId } = order.contract
    const units = (order.side === 'BUY' ? 1 : -1) * mayStillFill(order)
    mayFill.set(conId, (mayFill.get(conId) ?? 0) + units)
  }
  const waits: string[] = []
  // Nothing of ours touches a foreign order (P25), and what it may sell is not sold twice (P32).
  for (const { contract, side, quantity } of state.foreignOrders.values()) {
    if (contract.kind === 'combo') continue
    const position = strays.find((each) => each.contract.conId === contract.conId)
    const closes = position !== undefined && position.quantity > 0 === (side === 'SELL')
    if (!closes) continue
    const units = side === 'BUY' ? quantity : -quantity
    mayFill.set(contract.conId, (mayFill.get(contract.conId) ?? 0) + units)
    waits.push(`a foreign order may close ${nameOf(contract)}: only panic cancels it`)
  }
  for (const { contract, quantity } of strays) {
    if (Math.abs(quantity) >= 1) continue
    waits.push(`${quantity} ${nameOf(contract)} is a part of a share: a person closes it`)
  }
  if (waits.length > 0) flattenDeferred(turn, waits.join('; '))
  placed(turn, flatten(strays, mayFill, turn.nextId))
}
