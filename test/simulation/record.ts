import type { EpochMs } from '../../src/base/clock.ts'
import type { SetGate, TradingState } from '../../src/domain/account.ts'
import { newYorkDate } from '../../src/domain/calendar.ts'
import { keyOf } from '../../src/domain/contract-key.ts'
import { legsOf } from '../../src/domain/contract.ts'
import type { CalendarDate, ConId } from '../../src/domain/contract.ts'
import type { ExecId, Fill } from '../../src/domain/fill.ts'
import type { Money } from '../../src/domain/money.ts'
import type {
  ClientOrderId,
  Order,
  OrderChange,
  OrderStatus,
  StructureId,
} from '../../src/domain/order.ts'
import type { Position } from '../../src/domain/position.ts'
import type { Entry } from '../../src/journal/rows.ts'
import type { Event, ObservedAccount } from '../../src/trading/event.ts'
import type { State } from '../../src/trading/state.ts'

const MESSAGES: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'OrderIntended',
  'ChildResent',
  'CancelIntended',
  'ReplaceIntended',
])

export type Held = Pick<Position, 'contract' | 'quantity'>

/** A person or a proof must lift them, whoever runs. */
function outlivesRun({ gate, symbol }: SetGate): boolean {
  return gate === 'baseline' || (gate === 'reconcile' && symbol !== null)
}

/** Waits for an answer or a proof. */
export const PENDING: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'intent',
  'sending',
  'unknown',
  'cancel-pending',
  'replace-pending',
])

/** When, and when by the clock of the bot, which quotes are dated by. */
interface Times {
  readonly at: EpochMs
  readonly botAt: EpochMs
}
export type Step = Extract<Event, { type: 'ReplaceIntended' }> & Times
export type Approval = Extract<Event, { type: 'EntryApproved' }> & Times

/**
 * What the journal says, read by rules of its own: a checker that shared the fold with what it
 * checks would find nothing.
 */
export class Record {
  seq = 0
  readonly orders = new Map<ClientOrderId, Order>()
  readonly statuses = new Map<ClientOrderId, OrderStatus>()
  readonly changes = new Map<ClientOrderId, OrderChange[]>()
  /** The last change of each order, with the quote it was made by. */
  readonly steps = new Map<ClientOrderId, Step>()
  readonly cancels = new Map<ClientOrderId, number>()
  readonly resends = new Map<ClientOrderId, number>()
  readonly fills = new Map<ExecId, Fill[]>()
  readonly commissions = new Map<ExecId, Money>()
  readonly approvals = new Map<StructureId, Approval>()
  readonly days = new Map<CalendarDate, { messages: number; executed: Set<ClientOrderId> }>()
  /** What is held by it: each fill in its last revision, and what had to be taken over. */
  readonly held = new Map<ConId, Held>()
  /** Contracts that any order was about, or a leg of it. */
  readonly ordered = new Set<ConId>()
  account: ObservedAccount | null = null
  gates: readonly SetGate[] = []
  level: TradingState = 'active'
  /** When the link last came up; null while it is not. */
  upSince: EpochMs | null = null
  /** As it was journaled last, and since when; before the first word of a run it is down. */
  link: { readonly state: State['link']; readonly since: EpochMs } | null = null
  /** Orders that wait for an answer or a proof, since when, and as what. */
  readonly waiting = new Map<ClientOrderId, { readonly as: OrderStatus; readonly since: EpochMs }>()

  readonly #fillsByOrder = new Map<string, Set<ExecId>>()
  readonly #families = new Map<StructureId | null, Order[]>()

  /** All orders of one structure, in the order they were intended. */
  ordersOf(id: StructureId | null): readonly Order[] {
    return this.#families.get(id) ?? []
  }

  /** Orders of the same structure and side: which of two exits filled, positions cannot tell. */
  alike(id: ClientOrderId): ReadonlySet<string> {
    const of = this.orders.get(id)
    if (of === undefined) return new Set()
    const alike = this.ordersOf(of.structureId).filter(({ side }) => side === of.side)
    return new Set(alike.map((order) => order.id))
  }

  /** The last revision of each fill of orders in a contract: their own, or that of a leg. */
  fillsOfOrders(ids: ReadonlySet<string>, contract: Fill['contract']): readonly Fill[] {
    const key = keyOf(contract)
    const last = [...ids].flatMap((id) =>
      [...(this.#fillsByOrder.get(id) ?? [])].flatMap(
        (execId) => this.fillsOf(execId).at(-1) ?? [],
      ),
    )
    return last.filter((fill) => ids.has(fill.orderId) && keyOf(fill.contract) === key)
  }

  /** The last revision of every fill. */
  lastFills(): readonly Fill[] {
    return [...this.fills.values()].flatMap((revisions) => revisions.at(-1) ?? [])
  }

  /** `botAt`: where the clock of the bot is not right. */
  read({ at, event, seq }: Entry, botAt = at): void {
    this.seq = seq
    this.#count(event, at)
    switch (event.type) {
      case 'RunStarted':
        this.gates = this.gates.filter(outlivesRun)
        this.upSince = null
        this.link = { state: 'down', since: at }
        return
      case 'LinkChanged':
        this.upSince = event.link === 'up' ? at : null
        this.link = { state: event.link, since: at }
        return
      case 'GateSet':
        this.gates = [...this.#without(event.set), event.set]
        return
      case 'GateCleared':
        this.gates = this.#without(event)
        return
      case 'TradingStateChanged':
        this.level = event.to
        return
      case 'EntryApproved':
        this.approvals.set(event.structureId, { ...event, at, botAt })
        return
      case 'CommissionReported':
        this.commissions.set(event.execId, event.commission)
        return
      case 'AccountObserved':
        this.account = event.account
        return
      case 'PositionAdjusted':
        this.held.set(event.position.contract.conId, event.position)
        return
      case 'OrderFilled':
        this.#hold(event.fill)
        this.fills.set(event.fill.execId, [...this.fillsOf(event.fill.execId), event.fill])
        this.#ofOrder(event.fill)
        return
      default:
        return this.#readOrder(event, { at, botAt })
    }
  }

  #readOrder(event: Event, { at, botAt }: Times): void {
    switch (event.type) {
      case 'OrderIntended':
        this.orders.set(event.order.id, event.order)
        for (const { contract } of legsOf(event.order.contract)) this.ordered.add(contract.conId)
        this.#families.set(event.order.structureId, [
          ...this.ordersOf(event.order.structureId),
          event.order,
        ])
        this.statuses.set(event.order.id, 'intent')
        this.waiting.set(event.order.id, { as: 'intent', since: at })
        return
      case 'OrderMoved':
        this.statuses.set(event.orderId, event.to)
        this.waiting.delete(event.orderId)
        if (PENDING.has(event.to)) this.waiting.set(event.orderId, { as: event.to, since: at })
        return
      case 'ReplaceIntended': {
        const { change } = event
        this.changes.set(change.orderId, [...this.changesOf(change.orderId), change])
        this.steps.set(change.orderId, { ...event, at, botAt })
        return
      }
      case 'CancelIntended':
        this.cancels.set(event.orderId, (this.cancels.get(event.orderId) ?? 0) + 1)
        return
      case 'ChildResent':
        this.resends.set(event.orderId, (this.resends.get(event.orderId) ?? 0) + 1)
        return
      default:
    }
  }

  /** Placed, changed and cancelled on this date, for each order that was executed, and one. */
  ratio(date: CalendarDate): number {
    const { messages, executed } = this.days.get(date) ?? { messages: 0, executed: new Set() }
    return messages / (executed.size + 1)
  }

  #count(event: Event, at: EpochMs): void {
    const isMessage = MESSAGES.has(event.type)
    if (!isMessage && event.type !== 'OrderFilled') return
    const date = newYorkDate(at)
    const day = this.days.get(date) ?? { messages: 0, executed: new Set() }
    this.days.set(date, day)
    if (isMessage) day.messages++
    if (event.type === 'OrderFilled') day.executed.add(event.fill.orderId)
  }

  #ofOrder({ orderId, execId }: Fill): void {
    const known = this.#fillsByOrder.get(orderId)
    if (known === undefined) this.#fillsByOrder.set(orderId, new Set([execId]))
    else known.add(execId)
  }

  /** A correction takes the place of what it corrects. */
  #hold(fill: Fill): void {
    const { contract, quantity, side, execId, revision } = fill
    if (contract.kind === 'combo') return
    const before = this.fillsOf(execId).reduce<Fill | null>(
      (last, each) => (last === null || each.revision > last.revision ? each : last),
      null,
    )
    if (before !== null && before.revision >= revision) return
    const signed = (of: Pick<Fill, 'side' | 'quantity'>) =>
      of.side === 'BUY' ? of.quantity : -of.quantity
    const held = this.held.get(contract.conId)?.quantity ?? 0
    const undone = before === null ? 0 : signed(before)
    const now = held - undone + signed({ side, quantity })
    this.held.set(contract.conId, { contract, quantity: now })
  }

  fillsOf(id: ExecId): readonly Fill[] {
    return this.fills.get(id) ?? []
  }

  changesOf(id: ClientOrderId): readonly OrderChange[] {
    return this.changes.get(id) ?? []
  }

  #without({ gate, symbol }: Pick<SetGate, 'gate' | 'symbol'>): readonly SetGate[] {
    return this.gates.filter((each) => each.gate !== gate || each.symbol !== symbol)
  }
}
