import type { EpochMs } from '../base/clock.ts'
import { memoizedPair } from '../base/memo.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate, Tradable } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import { addMoney, notional } from '../domain/money.ts'
import type { StructureId, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { mayStillFill } from '../orders/lifecycle.ts'
import type { Ours } from '../orders/reconcile.ts'
import type { DayTraded } from '../risk/day-trade-policy.ts'
import type { EntryRequest, HoldingsView, PastEntry, RiskView } from '../risk/limits.ts'
import { outlayOf } from '../risk/max-loss.ts'
import { heldStructures, liveOrders, liveOrdersOf } from './alive.ts'
import type { Rules } from './command.ts'
import { firstEnd } from './ends.ts'
import { isOwn } from './evolve-fill.ts'
import type { State } from './state.ts'

/** Account values may trail a fill; counting one twice for a moment is the safe side. */
const ACCOUNT_LAG_MS = 5_000

/** From when a structure of this contract, opened then, is to be closed (P34); null: never. */
export function closeFrom(contract: Tradable, openedAt: EpochMs, rules: Rules): EpochMs | null {
  return firstEnd(contract, openedAt, rules)?.at ?? null
}

/** DAY when it has to be closed on the date it is opened, GTC otherwise (R9). */
export function exitTimeInForce(contract: Tradable, at: EpochMs, rules: Rules): 'DAY' | 'GTC' {
  const until = closeFrom(contract, at, rules)
  return until !== null && newYorkDate(until) <= newYorkDate(at) ? 'DAY' : 'GTC'
}

/** What risk may know for this request. */
export function riskView(state: State, request: EntryRequest, of: When): RiskView {
  const { candidate, margin } = request
  const answeredAt = margin?.kind === 'answered' ? margin.at : of.at
  return {
    ...holdingsView(state, of),
    closeFrom: closeFrom(candidate.contract, of.at, of.rules),
    spentSinceMargin: spentSince(state, answeredAt - ACCOUNT_LAG_MS),
  }
}

interface When {
  readonly at: EpochMs
  readonly rules: Rules
}

/** What is open and was sent, whatever is asked for. */
export function holdingsView(state: State, of: When): HoldingsView {
  const { at, rules } = of
  const orders = liveOrders(state).filter((order) => mayStillFill(order) > 0)
  const opening = new Set(orders.filter(isEntry).map((order) => order.structureId))
  return {
    now: at,
    mode: state.mode,
    accountId: state.accountId,
    underlyings: rules.underlyings,
    tradingState: state.tradingState,
    gates: state.gates,
    account: state.account,
    baseline: state.baseline,
    positions: [...state.positions.values()],
    structures: [...state.structures.values()].filter(
      (each) => each.quantity !== 0 || opening.has(each.id),
    ),
    orders,
    foreignOrders: state.foreignOrders.size,
    sent: sentLately(state, at),
    pastEntries: pastEntries(state, at),
    dayTraded: dayTraded(state, at),
    spentSinceAccount: spentSince(state, (state.account?.at ?? 0) - ACCOUNT_LAG_MS),
    signalKeys: state.signalKeys,
    allowDelayed: rules.allowDelayed,
    armed: state.mode !== 'live' || state.armedOn === newYorkDate(at),
  }
}

const MINUTE_MS = 60_000
/** Repeats are counted within a day at most; identical orders within a minute. */
const PAST_MS = 86_400_000

/** Orders of any role, whatever became of them. */
function sentLately({ orders }: State, at: EpochMs): RiskView['sent'] {
  const today = newYorkDate(at)
  let minute = 0
  let day = 0
  for (const { intendedAt } of orders.values()) {
    if (at - intendedAt < MINUTE_MS) minute++
    if (at - intendedAt < PAST_MS && newYorkDate(intendedAt) === today) day++
  }
  return { minute, today: day }
}

/** Longer than any policy looks back. */
const DAY_TRADES_MS = 30 * PAST_MS

/** From our own fills: what each structure was opened and closed on. */
function dayTraded({ structures, fills, orders }: State, at: EpochMs): readonly DayTraded[] {
  const closes = new Map<StructureId, CalendarDate[]>()
  const opened = new Set<StructureId>()
  for (const fill of fills.values()) {
    const order = orders.get(fill.orderId)
    if (order === undefined || order.structureId === null || at - fill.at > DAY_TRADES_MS) continue
    if (isEntry(order)) opened.add(order.structureId)
    else
      closes.set(order.structureId, [
        ...(closes.get(order.structureId) ?? []),
        newYorkDate(fill.at),
      ])
  }
  for (const order of liveOrders({ orders })) {
    if (isEntry(order) && order.structureId !== null) opened.add(order.structureId)
  }
  return [...opened].flatMap((id) => {
    const structure = structures.get(id)
    if (structure === undefined) return []
    return { openedOn: newYorkDate(structure.openedAt), closedOn: closes.get(id) ?? [] }
  })
}

/** After a person resumed, what was before has been looked at. */
function pastEntries(state: State, at: EpochMs): readonly PastEntry[] {
  return [...state.orders.values()].flatMap((order) => {
    const { contract, side, quantity, structureId, intendedAt } = order
    const counts = isEntry(order) && at - intendedAt < PAST_MS
    if (!counts || intendedAt < (state.resumedAt ?? 0)) return []
    const strategy = structureId === null ? undefined : state.structures.get(structureId)?.strategy
    return [
      {
        strategy: strategy ?? 'unknown',
        contract,
        side,
        quantity,
        at: intendedAt,
        lived: lived(order),
      },
    ]
  })
}

function lived({ status, filled }: TrackedOrder): boolean {
  return filled > 0 || (status !== 'rejected' && status !== 'denied')
}

/** By the fills of the entries themselves: those of a combo's legs say the same once more. */
function spentSince({ fills, orders }: State, since: number): Money {
  const costs = [...fills.values()].flatMap((fill) => {
    const order = orders.get(fill.orderId)
    if (order?.role !== 'entry' || fill.at < since || !isOwn(order.contract, fill.contract)) {
      return []
    }
    const { contract, side, price, quantity } = fill
    if (contract.kind !== 'combo') {
      return side === 'BUY' ? [notional(price, quantity, contract.multiplier)] : []
    }
    return [(quantity * (outlayOf({ contract, side, price }) ?? 0)) as Money]
  })
  return addMoney(...costs)
}

/** What reconciliation compares the broker's picture with. */
export function oursOf({ positions, foreignOrders: foreign, ...state }: State): Ours {
  const { orders, fills, explained } = state
  return { orders, fills, positions: [...positions.values()], foreign, explained }
}

/** A structure with its orders that are not proven dead. */
export interface Family {
  readonly structure: Structure
  readonly orders: readonly TrackedOrder[]
}

/** Structures that hold something or have an order that is not proven dead. */
export function openFamilies(state: State): readonly Family[] {
  return open(state.structures, state.orders)
}

const open = memoizedPair((structures: State['structures'], orders: State['orders']) => {
  const held = heldStructures({ structures }).map((structure) => structure.id)
  const ordered = liveOrders({ orders }).flatMap((order) => order.structureId ?? [])
  return [...new Set([...held, ...ordered])].flatMap(
    (id) => familyOf({ structures, orders }, id) ?? [],
  )
})

export function familyOf(
  { structures, orders }: Pick<State, 'structures' | 'orders'>,
  id: StructureId,
): Family | null {
  const structure = structures.get(id)
  return structure === undefined ? null : { structure, orders: liveOrdersOf({ orders }, id) }
}

export function isEntry(order: TrackedOrder): boolean {
  return order.role === 'entry'
}
