import type { EpochMs } from '../base/clock.ts'
import type {
  Account,
  DayBaseline,
  LevelCause,
  Mode,
  SetGate,
  TradingState,
} from '../domain/account.ts'
import type { CalendarDate, ConId, Ticker } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Incident } from '../domain/incident.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, StructureId, TrackedOrder } from '../domain/order.ts'
import type { Position, Structure } from '../domain/position.ts'
import type { BrokerOrder } from '../domain/report.ts'

/** What the orders of a New York date come to, as IBKR counts them (KB1765). */
export interface OrderActivity {
  readonly date: CalendarDate | null
  /** Placed, changed and cancelled. */
  readonly messages: number
  /** Orders with a fill. */
  readonly executed: number
}

export const NO_ACTIVITY: OrderActivity = { date: null, messages: 0, executed: 0 }

export interface State {
  readonly seq: number
  readonly mode: Mode
  readonly accountId: string
  /** When the current run began; client order ids are derived from it and from `seq`. */
  readonly runStartedAt: EpochMs | null
  /** Of the client ids that the last run took at the Gateway; null: not known. */
  readonly clientIdBase: number | null
  readonly tradingState: TradingState
  readonly levelCause: LevelCause | null // null: active since the journal began
  /** Why a kill has not closed all yet, as a person was told; null: it was not held up. */
  readonly flattenWaits: string | null
  readonly gates: readonly SetGate[]
  readonly link: 'down' | 'reconciling' | 'up'
  readonly epoch: number
  readonly orders: ReadonlyMap<ClientOrderId, TrackedOrder>
  readonly fills: ReadonlyMap<ExecId, Fill>
  readonly commissions: ReadonlyMap<ExecId, Money>
  readonly positions: ReadonlyMap<ConId, Position>
  readonly structures: ReadonlyMap<StructureId, Structure>
  /** By `entryKey(strategy, symbol)`: the debounce of strategies survives a restart. */
  readonly lastEntryAt: ReadonlyMap<string, EpochMs>
  /** Signal keys of entries that were approved and not proven rejected: at most one each. */
  readonly signalKeys: ReadonlyMap<string, StructureId>
  /** Orders at the broker that are not ours, by perm id: shown, never touched. */
  readonly foreignOrders: ReadonlyMap<number, BrokerOrder>
  /** Executions of others that have explained what a position became. */
  readonly explained: ReadonlySet<ExecId>
  /** Contracts whose position was taken over from the broker, and nothing has said why. */
  readonly unexplained: ReadonlySet<ConId>
  /** Interruptions of data or orders that are not over. */
  readonly incidents: ReadonlyMap<string, Incident>
  readonly account: Account | null
  /** Funds by the broker's last word when it refused an entry for want of them. */
  readonly lowFunds: Money | null
  readonly activity: OrderActivity
  readonly baseline: DayBaseline | null
  /** The New York date on which the daily loss was reached last, whatever levels came after. */
  readonly dailyLossOn: CalendarDate | null
  readonly armedOn: CalendarDate | null // live only
  /** When a person last resumed; what repeats is counted from then on. */
  readonly resumedAt: EpochMs | null
}

/** Before the first event: nothing is known and nothing is connected. */
export function initialState(mode: Mode, accountId: string): State {
  return {
    seq: 0,
    mode,
    accountId,
    runStartedAt: null,
    clientIdBase: null,
    tradingState: 'active',
    levelCause: null,
    flattenWaits: null,
    gates: [],
    link: 'down',
    epoch: 0,
    orders: new Map(),
    fills: new Map(),
    commissions: new Map(),
    positions: new Map(),
    structures: new Map(),
    lastEntryAt: new Map(),
    signalKeys: new Map(),
    foreignOrders: new Map(),
    explained: new Set(),
    unexplained: new Set(),
    incidents: new Map(),
    account: null,
    lowFunds: null,
    activity: NO_ACTIVITY,
    baseline: null,
    dailyLossOn: null,
    armedOn: null,
    resumedAt: null,
  }
}

/** The key of `lastEntryAt`. */
export function entryKey(strategy: string, symbol: Ticker): string {
  return `${strategy} ${symbol}`
}
