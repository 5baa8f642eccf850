import { unreachable } from '../base/assert.ts'
import type { Cancel } from '../base/clock.ts'
import type { Mode, SetGate, TradingState } from '../domain/account.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Incident } from '../domain/incident.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderStatus, StructureId } from '../domain/order.ts'
import type { Event } from '../trading/event.ts'
import type { OperatorCommand } from '../trading/input.ts'
import type { State } from '../trading/state.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import type { Budget, Gauges, SymbolBars } from './budget.ts'
import type { Vitals } from './health.ts'
import { ledgerOf } from '../domain/ledger.ts'

/** After the turn: the state is that of its end, the seq is the event's own. */
export type EventListener = (event: Event, state: State, seq: number) => void

/** All that the control socket and the dashboard can see and do. */
export interface EngineView {
  state(): State
  vitals(): Vitals
  gauges(): Gauges
  subscribe(listener: EventListener): Cancel
  command(by: string, command: OperatorCommand): void
}

/** A line of JSON each way on the control socket; the dashboard asks the same. */
export type ControlRequest =
  | { readonly kind: 'status' }
  | { readonly kind: 'command'; readonly by: string; readonly command: OperatorCommand }

export interface StatusReply {
  readonly kind: 'status'
  readonly seq: number
  readonly mode: Mode
  readonly accountId: string
  readonly tradingState: TradingState
  readonly gates: readonly SetGate[]
  readonly link: State['link']
  /** Interruptions of data or orders that are not over. */
  readonly incidents: readonly Incident[]
  readonly positions: readonly { readonly contract: string; readonly quantity: number }[]
  readonly structures: readonly {
    readonly id: StructureId
    readonly strategy: string
    readonly contract: string
    readonly quantity: number
  }[]
  /** Not ended by proof. */
  readonly orders: readonly {
    readonly id: ClientOrderId
    readonly role: Order['role']
    readonly contract: string
    readonly side: Order['side']
    readonly quantity: number
    readonly filled: number
    readonly status: OrderStatus
  }[]
  readonly pnl: {
    /** Since the journal began. */
    readonly realized: Money
    readonly commissions: Money
    /** By the broker, of the day; null until it is reliable. */
    readonly daily: Money | null
    readonly netLiquidation: Money | null
  }
  readonly vitals: Vitals
  readonly budgets: readonly Budget[]
  readonly bars: readonly SymbolBars[]
}

export type ControlReply =
  | StatusReply
  | { readonly kind: 'done'; readonly seq: number }
  | { readonly kind: 'refused'; readonly reason: string }

export function answer(view: EngineView, request: ControlRequest): ControlReply {
  switch (request.kind) {
    case 'status':
      return status(view.state(), view.vitals(), view.gauges())
    case 'command': {
      const before = view.state().seq
      view.command(request.by, request.command)
      const { seq } = view.state()
      return seq > before
        ? { kind: 'done', seq }
        : { kind: 'refused', reason: `${request.command.kind} changed nothing` }
    }
    default:
      return unreachable(request)
  }
}

function status(state: State, vitals: Vitals, gauges: Gauges): StatusReply {
  const { realized, commissions } = ledgerOf(state.fills.values(), state.commissions)
  return {
    kind: 'status',
    seq: state.seq,
    mode: state.mode,
    accountId: state.accountId,
    tradingState: state.tradingState,
    gates: state.gates,
    link: state.link,
    incidents: [...state.incidents.values()],
    positions: [...state.positions.values()]
      .filter((position) => position.quantity !== 0)
      .map(({ contract, quantity }) => ({ contract: nameOf(contract), quantity })),
    structures: [...state.structures.values()]
      .filter((structure) => structure.quantity !== 0)
      .map(({ id, strategy, contract, quantity }) => {
        return { id, strategy, contract: nameOf(contract), quantity }
      }),
    orders: [...state.orders.values()]
      .filter((order) => !isTerminal(order.status))
      .map(({ id, role, contract, side, quantity, filled, status: now }) => {
        return { id, role, contract: nameOf(contract), side, quantity, filled, status: now }
      }),
    pnl: {
      realized,
      commissions,
      daily: state.account?.dailyPnl ?? null,
      netLiquidation: state.account?.netLiquidation ?? null,
    },
    vitals,
    budgets: gauges.budgets(),
    bars: gauges.bars(),
  }
}
