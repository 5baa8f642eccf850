import type { Cancel } from '../base/clock.ts'
import type { SetGate, TradingState } from '../domain/account.ts'
import type { Vitals } from './health.ts'
import type { Event } from '../trading/event.ts'
import type { OperatorCommand } from '../trading/input.ts'
import type { State } from '../trading/state.ts'

/** All that the control socket and the dashboard can see and do. */
export interface EngineView {
  state(): State
  vitals(): Vitals
  subscribe(listener: (event: Event, state: State) => void): Cancel
  command(by: string, command: OperatorCommand): void
}

/** A line of JSON each way on the control socket; the dashboard asks the same. */
export type ControlRequest =
  | { readonly kind: 'status' }
  | { readonly kind: 'command'; readonly by: string; readonly command: OperatorCommand }

export type ControlReply =
  | {
      readonly kind: 'status'
      readonly seq: number
      readonly tradingState: TradingState
      readonly gates: readonly SetGate[]
      readonly vitals: Vitals
    }
  | { readonly kind: 'done'; readonly seq: number }
  | { readonly kind: 'refused'; readonly reason: string }
