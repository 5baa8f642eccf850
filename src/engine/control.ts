import { unreachable } from '../base/assert.ts'
import type { Cancel } from '../base/clock.ts'
import type { LevelCause, Mode, SetGate, TradingState } from '../domain/account.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Incident } from '../domain/incident.ts'
import type { Money } from '../domain/money.ts'
import type { Quote } from '../domain/quote.ts'
import type { ClientOrderId, Order, OrderStatus, StructureId } from '../domain/order.ts'
import { whyNotArmed, whyNotTyped } from '../trading/arm.ts'
import type { Event } from '../trading/event.ts'
import type { OperatorCommand } from '../trading/input.ts'
import type { LimitUse } from '../risk/limits-in-use.ts'
import type { State } from '../trading/state.ts'
import { heldStructures } from '../trading/alive.ts'
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
  /** The newest quote of a structure that is held or being entered; null: none is known. */
  quoteOf(id: StructureId): Quote | null
  subscribe(listener: EventListener): Cancel
  command(by: string, command: OperatorCommand): void
}

/** A line of JSON each way on the control socket; the dashboard asks the same. */
export type ControlRequest =
  | { readonly kind: 'status' }
  | { readonly kind: 'command'; readonly by: string; readonly command: OperatorCommand }
  /** Reduce, then close every structure that is held: each part is a command of its own. */
  | { readonly kind: 'flatten'; readonly by: string; readonly reason?: string }

export interface StatusReply {
  readonly kind: 'status'
  readonly seq: number
  readonly mode: Mode
  readonly accountId: string
  readonly tradingState: TradingState
  readonly levelCause: LevelCause | null
  /** Killed, and why not all is closed yet. */
  readonly flattenWaits: string | null
  /** Live only: the New York date that a person armed. */
  readonly armedOn: CalendarDate | null
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
  /** Every limit with its current use. */
  readonly limits: readonly LimitUse[]
}

export type ControlReply =
  | StatusReply
  | { readonly kind: 'done'; readonly seq: number; readonly tradingState: TradingState }
  | { readonly kind: 'refused'; readonly reason: string }

export function answer(view: EngineView, request: ControlRequest): ControlReply {
  switch (request.kind) {
    case 'status':
      return status(view.state(), view.vitals(), view.gauges())
    case 'command': {
      const before = view.state()
      view.command(request.by, request.command)
      const state = view.state()
      const objection = whyNotDone(request, before, state)
      if (objection !== null) return { kind: 'refused', reason: objection }
      return { kind: 'done', seq: state.seq, tradingState: state.tradingState }
    }
    case 'flatten':
      return flattened(view, request)
    default:
      return unreachable(request)
  }
}

/** Entries end first, or one that fills meanwhile would be held when all else is closed. */
function flattened(
  view: EngineView,
  { by, reason }: Extract<ControlRequest, { kind: 'flatten' }>,
): ControlReply {
  const why = `flatten${reason === undefined || reason === '' ? '' : `: ${reason}`}`
  const reduced = answer(view, {
    kind: 'command',
    by,
    command: { kind: 'reduce', reason: why },
  })
  if (reduced.kind === 'refused') return reduced
  const held = heldStructures(view.state()).filter(({ triggered }) => triggered === null)
  for (const { id } of held) view.command(by, { kind: 'close', structureId: id, reason: why })
  const { structures, seq, tradingState } = view.state()
  const left = held.flatMap(({ id }) => {
    const now = structures.get(id)
    return now !== undefined && now.quantity !== 0 && now.triggered === null ? [id] : []
  })
  if (left.length === 0) return { kind: 'done', seq, tradingState }
  const what = `${held.length - left.length} of ${held.length} structures are being closed`
  return { kind: 'refused', reason: `${what}; cannot be closed now: ${left.join(', ')}` }
}

type Commanded = Extract<ControlRequest, { kind: 'command' }>

const LEVELS = { reduce: 1, halt: 2, kill: 3 } as const
const HEIGHT = { active: 0, 'reduce-only': 1, halt: 2, kill: 3 } as const

/** What a command was for has not come about: why; null: it has. */
function whyNotDone({ by, command }: Commanded, before: State, after: State): string | null {
  if (after.seq === before.seq) return `${command.kind} could not be journaled`
  switch (command.kind) {
    case 'reduce':
    case 'halt':
    case 'kill':
      return HEIGHT[after.tradingState] >= LEVELS[command.kind] ? null : 'the level was not set'
    case 'resume':
      if (after.tradingState === 'active') return null
      return whyNotTyped(after, by, command) ?? `the level stays ${levelText(after)}`
    case 'arm':
      return whyNotArmed(after, by, command)
    case 'cancel': {
      const order = after.orders.get(command.orderId)
      const asked = order?.status === 'cancel-pending' || order?.status === 'denied'
      return asked
        ? null
        : `${command.orderId} is ${order?.status ?? 'unknown'}, link ${after.link}`
    }
    case 'close': {
      const structure = after.structures.get(command.structureId)
      if (structure === undefined) return `no structure ${command.structureId}`
      return structure.triggered === null ? `${structure.id} cannot be closed now` : null
    }
    default:
      return unreachable(command)
  }
}

function levelText({ tradingState, levelCause }: State): string {
  return `${tradingState} (${levelCause ?? 'since the start'})`
}

function status(state: State, vitals: Vitals, gauges: Gauges): StatusReply {
  const { realized, commissions } = ledgerOf(state.fills.values(), state.commissions)
  return {
    kind: 'status',
    seq: state.seq,
    mode: state.mode,
    accountId: state.accountId,
    tradingState: state.tradingState,
    levelCause: state.levelCause,
    flattenWaits: state.flattenWaits,
    armedOn: state.armedOn,
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
    limits: gauges.limits(),
  }
}
