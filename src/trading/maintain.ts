import type { EpochMs } from '../base/clock.ts'
import { legsOf } from '../domain/contract.ts'
import type { Tradable } from '../domain/contract.ts'
import { amountText } from '../domain/money.ts'
import type { OrderChange, StructureId, TrackedOrder } from '../domain/order.ts'
import type { PlannedExit, Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { isDoubtful, isDying, isTerminal, mayStillFill } from '../orders/lifecycle.ts'
import type { ProtectionTerms, ProtectionView } from '../orders/protect.ts'
import { protect } from '../orders/protect.ts'
import { whyStill } from '../orders/stillness.ts'
import type { Trigger } from '../orders/triggers.ts'
import { stopPassed } from '../orders/triggers.ts'
import { unattributed } from '../risk/unattributed.ts'
import { mayAdd, ordersOf, splitByRole } from './alive.ts'
import type { Rules } from './command.ts'
import { isDoubted } from './doubted.ts'
import { firstEnd } from './ends.ts'
import { bareTold, unfilledTold } from './bare.ts'
import { spared } from './foreign-sells.ts'
import { stopTrailed } from './plan-moves.ts'
import { cancelledAgain } from './cancel-pace.ts'
import { placed, replaced, resent } from './send.ts'
import { supported } from './supported.ts'
import type { Turn } from './turn.ts'
import { closeFrom, familyOf, isEntry } from './views.ts'
import { entriesWalked } from './walk.ts'

/** One structure brought to what it should be: level-triggered, so it may run at any time. */
export function maintain(turn: Turn, id: StructureId, quote: Quote | null): void {
  // In a panic another process flattens: two that do it would oversell.
  if (turn.state.link === 'down' || turn.state.levelCause === 'panic') return
  // What is held is not known before the broker's picture; a cancel adds no risk all the same.
  if (turn.state.link === 'reconciling') return endedEntries(turn, id)
  closedByForce(turn, id, quote)
  endedEntries(turn, id)
  entriesWalked(turn, id, quote)
  const view = viewOf(turn, id, quote)
  if (view === null) return
  const seen = turn.state
  watchedStop(turn, view)
  if (turn.rules.trailingStopPct !== null) stopTrailed(turn, view, termsOf(turn))
  stopsRefused(turn, view.structure)
  exitsRepaired(turn, turn.state === seen ? view : (viewOf(turn, id, quote) ?? view))
  bareTold(turn, id, quote)
  unfilledTold(turn, id, quote)
}

/** Latched and journaled before anything is sent for it. */
export function triggered(
  turn: Turn,
  structureId: StructureId,
  by: { readonly exit: Trigger; readonly quote: Quote | null; readonly reason: string },
): void {
  turn.record({ type: 'ExitTriggered', structureId, ...by })
}

function viewOf(turn: Turn, id: StructureId, quote: Quote | null): ProtectionView | null {
  const family = familyOf(turn.state, id)
  if (family === null) return null
  const { orders } = family
  const held = supported(turn.state, family.structure, turn.at)
  // Gone, and nobody knows why: what rests is left alone until a person has looked (P24). Not so of
  // a combo: what rests of it would sell one leg that is not there, and leave the other bare (P32).
  const vanished = held.quantity === 0 && family.structure.quantity !== 0
  if (vanished && held.triggered === null && held.contract.kind !== 'combo') return null
  const structure = spared(turn.state, held)
  const { entries, exits } = splitByRole(orders)
  const may = opening(entries)
  if (family.structure.quantity === 0 && may === 0 && isStrange(turn, id)) return null
  return {
    now: turn.at,
    structure,
    exits,
    opening: may,
    closeFrom: closeFrom(structure.contract, structure.openedAt, turn.rules),
    quote,
  }
}

/**
 * By our books it was never held, and the broker holds what its entry would have opened and nobody
 * explains, or a first picture differs: what rests may be all that protects it, and stays (P30).
 */
function isStrange({ state }: Turn, id: StructureId): boolean {
  const orders = ordersOf(state, id)
  const entry = orders.find(isEntry)
  const hasExited = orders.some((order) => !isEntry(order) && order.filled > 0)
  if (entry === undefined || entry.filled >= entry.quantity || hasExited) return false
  const { symbol } = entry.contract
  if (!state.gates.some((each) => each.gate === 'reconcile' && each.symbol === symbol)) return false
  if (isDoubted(state, symbol)) return true
  const stray = unattributed([...state.positions.values()], [...state.structures.values()])
  return legsOf(entry.contract).every(({ contract, side }) => {
    const held = stray.find((each) => each.contract.conId === contract.conId)?.quantity ?? 0
    return side === entry.side ? held > 0 : held < 0
  })
}

/** Should an entry that is said to be cancelled fill late, protection follows. */
function opening(entries: readonly TrackedOrder[]): number {
  return entries.reduce((units, entry) => units + (mayAdd(entry) ? mayStillFill(entry) : 0), 0)
}

/** A kill, and a position on the wrong side: more was sold than held, so it is bought back. */
function closedByForce(turn: Turn, id: StructureId, quote: Quote | null): void {
  const structure = turn.state.structures.get(id)
  if (structure === undefined || structure.quantity === 0 || structure.triggered !== null) return
  if (isReversed(turn, structure)) {
    const reason = `holds ${structure.quantity}, which is beyond what it opened`
    turn.notify('oversold', `${id} ${reason}: closing it`)
    triggered(turn, id, { exit: 'close', quote, reason })
  } else if (turn.state.tradingState === 'kill' && !flattenWaits(turn, structure.contract, quote)) {
    triggered(turn, id, { exit: 'close', quote, reason: 'kill' })
  }
}

/**
 * While the market is closed or halted nothing can be sold: the exits that rest stay, and a person
 * is told, once (P30). True: a kill waits with this close.
 */
export function flattenWaits(turn: Turn, contract: Tradable, quote: Quote | null): boolean {
  const reason = whyFlattenWaits(turn, contract, quote)
  if (reason === null) return false
  flattenDeferred(turn, reason)
  return true
}

/** Journaled and told once for each reason. */
export function flattenDeferred(turn: Turn, reason: string): void {
  if (turn.state.flattenWaits === reason) return
  turn.record({ type: 'FlattenDeferred', reason })
  turn.notify('flatten-waits', `killed, and not flat: ${reason}; what protects stays`)
}

function whyFlattenWaits({ at }: Turn, contract: Tradable, quote: Quote | null): string | null {
  const still = whyStill(contract, quote, at)
  if (still === null) return null
  return still === 'closed' ? 'the market is closed' : 'trading is halted'
}

function isReversed({ state }: Turn, { id, quantity }: Structure): boolean {
  const entry = ordersOf(state, id).find(isEntry)
  return entry !== undefined && Math.sign(quantity) !== (entry.side === 'BUY' ? 1 : -1)
}

/** Entries whose time is over: by level, age, or the end of what they open. */
export function endedEntries(turn: Turn, id: StructureId): void {
  const family = familyOf(turn.state, id)
  if (family === null) return
  const { structure, orders } = family
  const { entries } = splitByRole(orders)
  if (entries.length === 0) return
  const until = closeFrom(structure.contract, structure.openedAt, turn.rules)
  const { tradingState } = turn.state
  const over =
    tradingState !== 'active' ||
    structure.triggered !== null ||
    (until !== null && turn.at >= until)
  for (const entry of entries) {
    const old = turn.at - entry.intendedAt >= turn.rules.entry.timeToLiveMs
    const ends = over || old || isBroken(turn, entry)
    if (ends) cancelledAgain(turn, entry, tradingState === 'active' ? 'over' : tradingState)
  }
}

/** One of its native exits has ended or is about to: what is filled then is not covered by it. */
function isBroken({ state }: Turn, entry: TrackedOrder): boolean {
  if (entry.structureId === null) return false
  return ordersOf(state, entry.structureId).some(
    (order) => order.parentId === entry.id && (isTerminal(order.status) || isDying(order.status)),
  )
}

function watchedStop(turn: Turn, view: ProtectionView): void {
  const { structure, quote } = view
  if (structure.triggered !== null || quote === null) return
  const passed = stopPassed(view, termsOf(turn))
  if (passed === true && structure.stopPassedAt === null) {
    turn.record({ type: 'StopPassed', structureId: structure.id, quote })
  } else if (passed === false && structure.stopPassedAt !== null) {
    turn.record({ type: 'StopRecovered', structureId: structure.id })
  }
}

/** So many stops that came to nothing within so long: none can rest, so it is closed (P30). */
const REFUSED_MAX = 3
const REFUSED_WITHIN_MS = 30_000
/** After a refusal the next attempt waits, each time twice as long; it may be refused as well. */
const REFUSED_WAIT_MS = 500
const REFUSED_WAIT_MS_MAX = 15_000
/** What could not leave us is tried again with the next tick, then each time twice as late. */
const DENIED_WAIT_MS = 500
/** From so many in a row on it is no passing trouble: a person is told, once. */
const DENIED_MAX = 3

/** Exits sent of late that the broker did not take, or that nobody can vouch for; newest last. */
function refusedLately(turn: Turn, id: StructureId): readonly TrackedOrder[] {
  return ordersOf(turn.state, id).filter(
    (order) =>
      !isEntry(order) &&
      turn.at - order.intendedAt < REFUSED_WITHIN_MS &&
      (order.status === 'rejected' || isDoubtful(order, turn.at)),
  )
}

function stopsRefused(turn: Turn, { id, quantity, triggered: ending }: Structure): void {
  if (ending !== null || quantity === 0) return
  const stops = refusedLately(turn, id).filter(({ role }) => role === 'stop-loss')
  if (stops.length < REFUSED_MAX) return
  const reason = `${stops.length} stops came to nothing in ${REFUSED_WITHIN_MS / 1000} s`
  turn.notify('stops-refused', `${id}: ${reason}; closing it`)
  triggered(turn, id, { exit: 'close', quote: null, reason })
}

/** Why an exit was cancelled is asked before another is placed: what it closed may be gone. */
const CANCELLED_WAIT_MS = 1_500

function mustWait(turn: Turn, { id, triggered: ending }: Structure): boolean {
  const isGone = ordersOf(turn.state, id).some(
    (order) =>
      order.status === 'quarantine-cancelled' && turn.at - order.statusSince < CANCELLED_WAIT_MS,
  )
  if (isGone && ending === null) return true
  const denied = deniedInARow(turn, id)
  const waitDeniedMs = Math.min(DENIED_WAIT_MS * 2 ** (denied.times - 1), REFUSED_WAIT_MS_MAX)
  if (denied.lastAt !== null && turn.at - denied.lastAt < waitDeniedMs) return true
  const vanished = vanishedInARow(turn, id)
  const times = vanished.times - VANISHED_MAX
  const waitVanishedMs = Math.min(REFUSED_WAIT_MS_MAX * 2 ** times, VANISHED_WAIT_MS_MAX)
  if (times >= 0 && turn.at - (vanished.lastAt ?? 0) < waitVanishedMs) return true
  const refused = refusedLately(turn, id)
  const last = refused.at(-1)
  if (last === undefined) return false
  const waitMs = Math.min(REFUSED_WAIT_MS * 2 ** (refused.length - 1), REFUSED_WAIT_MS_MAX)
  return turn.at - last.statusSince < waitMs
}

/**
 * Exits of one role that nobody can vouch for: more of them protect nothing better, and when the
 * link to IBKR is back all of them may rest. Once the broker's picture settles one, another may go.
 */
const DOUBTFUL_MAX = 3

function isInDoubt(turn: Turn, id: StructureId, role: TrackedOrder['role']): boolean {
  const doubtful = ordersOf(turn.state, id).filter(
    (order) => order.role === role && isDoubtful(order, turn.at),
  )
  return doubtful.length >= DOUBTFUL_MAX
}

/**
 * Closes that vanished without a word, so many in a row: a dialog may hold all of them (F37), and
 * places them together when it is answered. Each more waits twice as long, up to two minutes.
 */
const VANISHED_MAX = 3
const VANISHED_WAIT_MS_MAX = 120_000

interface InARow {
  readonly times: number
  readonly lastAt: EpochMs | null
}

/** Exits that never left us, since the last one that did. */
function deniedInARow(turn: Turn, id: StructureId): InARow {
  return inARow(turn, id, ({ status }) => status === 'denied')
}

/** Closes of which nothing was ever heard, since the last one that was. */
function vanishedInARow(turn: Turn, id: StructureId): InARow {
  return inARow(turn, id, (order) => {
    const isLost = order.status === 'rejected' || isDoubtful(order, turn.at)
    return order.role === 'close' && order.permId === null && isLost
  })
}

function inARow(turn: Turn, id: StructureId, isOne: (order: TrackedOrder) => boolean): InARow {
  const tried = (order: TrackedOrder): boolean => !isEntry(order) && order.status !== 'intent'
  const exits = ordersOf(turn.state, id).filter(tried)
  const row = exits.slice(exits.findLastIndex((order) => !isOne(order)) + 1)
  // Those of one turn are one attempt.
  const times = new Set(row.map(({ intendedAt }) => intendedAt)).size
  return { times, lastAt: row.at(-1)?.statusSince ?? null }
}

/** Cancels first, then changes, then what is new. */
function exitsRepaired(turn: Turn, view: ProtectionView): void {
  const { structure, quote } = view
  const protection = protect(view, termsOf(turn))
  const exit = protection.triggered
  if (exit !== null && exit !== structure.triggered) {
    triggered(turn, structure.id, { exit, quote, reason: reasonOf(exit, structure, turn.rules) })
  }
  for (const orderId of protection.cancel) {
    const order = turn.state.orders.get(orderId)
    if (order !== undefined) cancelledAgain(turn, order)
  }
  for (const change of protection.replace) {
    // The broker may hold what our books do not: what rests protects it until that is known (P30).
    if (!lowers(turn, change) || !isDoubted(turn.state, structure.contract.symbol)) {
      replaced(turn, change)
    }
  }
  for (const order of protection.resend) resent(turn, order)
  if (protection.place.length === 0) return
  if (mustWait(turn, structure) || isDoubted(turn.state, structure.contract.symbol)) return
  const place = protection.place.filter(({ role }) => !isInDoubt(turn, structure.id, role))
  placed(turn, place, quote)
  if (place.length > 0 && deniedInARow(turn, structure.id).times === DENIED_MAX) {
    turn.notify(
      'exits-not-sent',
      `${structure.id}: its exits cannot be sent, ${DENIED_MAX} in a row`,
    )
  }
}

function lowers({ state }: Turn, { orderId, quantity }: OrderChange): boolean {
  return quantity < (state.orders.get(orderId)?.quantity ?? 0)
}

function reasonOf(exit: Trigger, structure: Structure, rules: Rules): string {
  const { plan, stopPassedAt } = structure
  if (exit === 'close') {
    const end = firstEnd(structure.contract, structure.openedAt, rules)
    return `its time is over: ${end?.why ?? 'it was to be closed'}`
  }
  const at = (of: PlannedExit | null) => (of === null ? 'no price' : amountText(of.price))
  if (exit === 'take-profit') return `a quote reached the take-profit at ${at(plan.takeProfit)}`
  const stop = `the stop at ${at(plan.stopLoss)}`
  return stopPassedAt === null ? `a quote passed ${stop}` : `${stop} rests and is late`
}

function termsOf({ rules, nextId }: Turn): ProtectionTerms {
  const { stopLateMsMax, childResendMs } = rules
  return { quoteAgeMsMax: rules.limits.quoteAgeMsMax, stopLateMsMax, childResendMs, nextId }
}
