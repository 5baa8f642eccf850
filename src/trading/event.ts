import type {
  Account,
  DayBaseline,
  Gate,
  LevelCause,
  SetGate,
  TradingState,
} from '../domain/account.ts'
import type { Ticker } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Incident } from '../domain/incident.ts'
import type { Currency, Money } from '../domain/money.ts'
import type {
  ClientOrderId,
  Order,
  OrderChange,
  OrderEvidence,
  OrderStatus,
  StructureId,
} from '../domain/order.ts'
import type { ExitPlan, Position, PositionCause, Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import type { BrokerOrder } from '../domain/report.ts'
import type { Basis, EntryRequest, Refusal } from '../risk/limits.ts'
import type { CycleOutcome, OperatorCommand, Run } from './input.ts'
import type { State } from './state.ts'

/** An account as JSON can hold it. */
export type ObservedAccount = Omit<Account, 'exchangeRates'> & {
  readonly exchangeRates: readonly (readonly [Currency, number])[]
}

/** Facts. The journal holds them and State folds them; old ones stay readable forever. */
export type Event =
  | ({ readonly type: 'RunStarted' } & Run)
  | { readonly type: 'DayOpened'; readonly baseline: DayBaseline }
  | {
      readonly type: 'BaselineChecked'
      readonly observed: DayBaseline
      readonly difference: Money
    }
  // Only when it changed, or when the last one grows old: rows stay bounded.
  | { readonly type: 'AccountObserved'; readonly account: ObservedAccount }
  | { readonly type: 'CycleEnded'; readonly outcome: CycleOutcome }
  | {
      readonly type: 'EntryApproved'
      readonly structureId: StructureId
      readonly request: EntryRequest
      readonly quantity: number
      readonly maxLoss: Money
      readonly plan: ExitPlan
      /** Rows of the first versions have none. */
      readonly basis?: Basis
    }
  | {
      readonly type: 'EntryRefused'
      readonly request: EntryRequest
      readonly refusals: readonly Refusal[]
      readonly basis: Basis
    }
  // Written before it is sent.
  | { readonly type: 'OrderIntended'; readonly order: Order; readonly quote?: Quote | null }
  | { readonly type: 'ChildResent'; readonly orderId: ClientOrderId } // at most once an order
  // Of an entry that must end, with its cause: a level, or that its time is over.
  | {
      readonly type: 'CancelIntended'
      readonly orderId: ClientOrderId
      readonly cause?: string | null
    }
  // A step of a walk names the quote it was made by. Rows of earlier versions have none.
  | {
      readonly type: 'ReplaceIntended'
      readonly change: OrderChange
      readonly quote?: Quote | null
    }
  | {
      readonly type: 'OrderMoved'
      readonly orderId: ClientOrderId
      readonly from: OrderStatus
      readonly to: OrderStatus
      readonly evidence: OrderEvidence
    }
  // A higher revision is a correction. The quote is the newest that was known then.
  | { readonly type: 'OrderFilled'; readonly fill: Fill; readonly quote?: Quote | null }
  | { readonly type: 'CommissionReported'; readonly execId: ExecId; readonly commission: Money }
  | {
      readonly type: 'PlanChanged'
      readonly structureId: StructureId
      readonly plan: ExitPlan
      readonly reason: string
    }
  | {
      readonly type: 'StopPassed'
      readonly structureId: StructureId
      readonly quote: Quote
    }
  // The quote came back before the stop was late.
  | { readonly type: 'StopRecovered'; readonly structureId: StructureId }
  | {
      readonly type: 'ExitTriggered'
      readonly structureId: StructureId
      readonly exit: NonNullable<Structure['triggered']>
      readonly quote: Quote | null
      readonly reason: string
    }
  | {
      readonly type: 'PositionAdjusted'
      readonly position: Position
      readonly cause: PositionCause
      readonly detail: string
      /** The one that ends with it, as a person said; left out: the newest gives way first. */
      readonly structureId?: StructureId
      /** Executions of others that explain it; each explains once. */
      readonly by?: readonly ExecId[]
    }
  | { readonly type: 'ForeignOrderSeen'; readonly order: BrokerOrder }
  | { readonly type: 'ForeignOrderGone'; readonly permId: number }
  // Each has all that is known by then, so that the last one is the record.
  | {
      readonly type: 'IncidentOpened' | 'IncidentUpdated' | 'IncidentEnded'
      readonly incident: Incident
    }
  // Whatever was dated later than this row counts from it on: no wait lasts for what was skipped.
  | { readonly type: 'ClockSetBack'; readonly byMs: number }
  | { readonly type: 'LinkChanged'; readonly link: State['link']; readonly epoch: number }
  | {
      readonly type: 'OperatorCommanded'
      readonly by: string
      readonly command: OperatorCommand
      /** Why nothing came of it; left out: it was taken, or a version before this one wrote it. */
      readonly refused?: string
    }
  // A kill waits with what it cannot close now: the market is closed, or halted.
  | { readonly type: 'FlattenDeferred'; readonly reason: string }
  | { readonly type: 'GateSet'; readonly set: SetGate }
  | {
      readonly type: 'GateCleared'
      readonly gate: Gate
      readonly symbol: Ticker | null
      readonly reason: string
    }
  | {
      readonly type: 'TradingStateChanged'
      readonly to: TradingState
      readonly cause: LevelCause
      readonly reason: string
    }
