import type { EpochMs } from '../base/clock.ts'
import type { DayBaseline, LevelCause, Mode, SetGate } from '../domain/account.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Incident } from '../domain/incident.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { BrokerSnapshot, OrderReport } from '../domain/report.ts'
import type { EntryRequest } from '../risk/limits.ts'
import type { State } from './state.ts'

/** One run of the process: who may act, on what, by which rules. */
export interface Run {
  readonly mode: Mode
  readonly accountId: string
  readonly version: string
  readonly configHash: string
  /** Which client ids it takes at the Gateway; rows of earlier versions have none. */
  readonly clientIdBase?: number
  /** Why this run is no evidence of how it trades at IBKR: what it ran against. */
  readonly rehearsal?: string
}

export type OperatorCommand =
  // Stopping is never refused, with or without a reason.
  | { readonly kind: 'reduce' | 'halt' | 'kill'; readonly reason?: string }
  // Back to `active` from any level, or live for today: a person types the account id and a reason.
  | { readonly kind: 'resume' | 'arm'; readonly accountId: string; readonly reason: string }
  | { readonly kind: 'cancel'; readonly orderId: ClientOrderId; readonly reason?: string }
  | { readonly kind: 'close'; readonly structureId: StructureId; readonly reason?: string }

/** What came of one closed bar; every closed bar of every symbol has one. */
export interface CycleOutcome {
  readonly symbol: Ticker
  readonly barStart: EpochMs
  readonly kind: 'proposed' | 'hold' | 'none-picked' | 'skipped'
  readonly reason: string // `interval` for a bar off the grid
  /** Of the entry that was proposed; refused or approved. */
  readonly signalKey?: string
}

/** What a person is told. */
export interface Told {
  readonly level: 'info' | 'warning' | 'critical'
  readonly message: string
}

/** Everything the outside world can tell the core. */
export type Input = { readonly at: EpochMs } & (
  | ({ readonly kind: 'run-started' } & Run)
  | { readonly kind: 'cycle-ended'; readonly outcome: CycleOutcome }
  | { readonly kind: 'entry-proposed'; readonly request: EntryRequest }
  | {
      readonly kind: 'exit-proposed'
      readonly structureId: StructureId
      readonly reason: string
    }
  // With the newest quote of what filled, if one is known.
  | { readonly kind: 'order-reported'; readonly report: OrderReport; readonly quote?: Quote | null }
  | { readonly kind: 'snapshot-taken'; readonly snapshot: BrokerSnapshot }
  | {
      readonly kind: 'link-changed'
      readonly link: State['link']
      readonly epoch: number
    }
  | { readonly kind: 'gates-changed'; readonly gates: readonly SetGate[] } // all that are set now
  | { readonly kind: 'day-observed'; readonly baseline: DayBaseline } // also after every restart
  | {
      readonly kind: 'time-passed'
      /** Of structures, for local triggers and for late stops. */
      readonly quotes: readonly { readonly structureId: StructureId; readonly quote: Quote }[]
    }
  // Of the connections: it began, more is known of it, it is over.
  | {
      readonly kind: 'incident-observed'
      readonly phase: 'opened' | 'updated' | 'ended'
      readonly incident: Incident
      readonly notice: Told | null
    }
  // The wall clock of the machine went back: what is dated later than `at` counts from `at` on.
  | { readonly kind: 'clock-set-back'; readonly byMs: number }
  // What must not go on without a person, whatever else is fine.
  | {
      readonly kind: 'halt-required'
      readonly cause: Extract<LevelCause, 'decode-drift' | 'account-mismatch'>
      readonly reason: string
    }
  | {
      readonly kind: 'operator-commanded'
      readonly by: string
      readonly command: OperatorCommand
    }
)
