import type { EpochMs } from '../../src/base/clock.ts'
import type { SetGate, TradingState } from '../../src/domain/account.ts'
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

export type Approval = Extract<Event, { type: 'EntryApproved' }> & { readonly at: EpochMs }

/**
 * What the journal says, read by rules of its own: a checker that shared the fold with what it
 * checks would find nothing.
 */
export class Record {
  seq = 0
  readonly orders = new Map<ClientOrderId, Order>()
  readonly statuses = new Map<ClientOrderId, OrderStatus>()
  readonly changes = new Map<ClientOrderId, OrderChange[]>()
  readonly cancels = new Map<ClientOrderId, number>()
  readonly resends = new Map<ClientOrderId, number>()
  readonly fills = new Map<ExecId, Fill[]>()
  readonly commissions = new Map<ExecId, Money>()
  readonly approvals = new Map<StructureId, Approval>()
  gates: readonly SetGate[] = []
  level: TradingState = 'active'
  /** When the link last came up; null while it is not. */
  upSince: EpochMs | null = null

  read({ at, event, seq }: Entry): void {
    this.seq = seq
    switch (event.type) {
      case 'RunStarted':
        this.gates = []
        this.upSince = null
        return
      case 'LinkChanged':
        this.upSince = event.link === 'up' ? at : null
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
        this.approvals.set(event.structureId, { ...event, at })
        return
      case 'CommissionReported':
        this.commissions.set(event.execId, event.commission)
        return
      case 'OrderFilled':
        this.fills.set(event.fill.execId, [...this.fillsOf(event.fill.execId), event.fill])
        return
      default:
        return this.#readOrder(event)
    }
  }

  #readOrder(event: Event): void {
    switch (event.type) {
      case 'OrderIntended':
        this.orders.set(event.order.id, event.order)
        this.statuses.set(event.order.id, 'intent')
        return
      case 'OrderMoved':
        this.statuses.set(event.orderId, event.to)
        return
      case 'ReplaceIntended': {
        const { change } = event
        this.changes.set(change.orderId, [...this.changesOf(change.orderId), change])
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
