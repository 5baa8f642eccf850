import type { EpochMs } from '../../src/base/clock.ts'
import type { SetGate, TradingState } from '../../src/domain/account.ts'
import { newYorkDate } from '../../src/domain/calendar.ts'
import { keyOf } from '../../src/domain/contract-key.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import type { ExecId, Fill } from '../../src/domain/fill.ts'
import type { Money } from '../../src/domain/money.ts'
import type {
  ClientOrderId,
  Order,
  OrderChange,
  OrderStatus,
  StructureId,
} from '../../src/domain/order.ts'
import type { Entry } from '../../src/journal/rows.ts'
import type { Event } from '../../src/trading/event.ts'
import type { State } from '../../src/trading/state.ts'

const MESSAGES: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'OrderIntended',
  'ChildResent',
  'CancelIntended',
  'ReplaceIntended',
])

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
  gates: readonly SetGate[] = []
  level: TradingState = 'active'
  /** When the link last came up; null while it is not. */
  upSince: EpochMs | null = null
  /** As it was journaled last, and since when; before the first word of a run it is down. */
  link: { readonly state: State['link']; readonly since: EpochMs } | null = null
  /** Orders that wait for an answer or a proof, since when, and as what. */
  readonly waiting = new Map<ClientOrderId, { readonly as: OrderStatus; readonly since: EpochMs }>()

  /** Orders of the same structure and side: which of two exits filled, positions cannot tell. */
  alike(id: ClientOrderId): ReadonlySet<string> {
    const of = this.orders.get(id)
    const alike = [...this.orders.values()].filter(
      ({ structureId, side }) => structureId === of?.structureId && side === of.side,
    )
    return new Set(alike.map((order) => order.id))
  }

  /** The last revision of each fill of orders in a contract: their own, or that of a leg. */
  fillsOfOrders(ids: ReadonlySet<string>, contract: Fill['contract']): readonly Fill[] {
    return [...this.fills.values()]
      .flatMap((revisions) => revisions.at(-1) ?? [])
      .filter((fill) => ids.has(fill.orderId) && keyOf(fill.contract) === keyOf(contract))
  }

  /** `botAt`: where the clock of the bot is not right. */
  read({ at, event, seq }: Entry, botAt = at): void {
    this.seq = seq
    this.#count(event, at)
    switch (event.type) {
      case 'RunStarted':
        this.gates = []
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
      case 'OrderFilled':
        this.fills.set(event.fill.execId, [...this.fillsOf(event.fill.execId), event.fill])
        return
      default:
        return this.#readOrder(event, { at, botAt })
    }
  }

  #readOrder(event: Event, { at, botAt }: Times): void {
    switch (event.type) {
      case 'OrderIntended':
        this.orders.set(event.order.id, event.order)
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
