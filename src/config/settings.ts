import type { Hours, Zone } from '../domain/calendar.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { RestartWindow } from '../domain/restart-windows.ts'
import type { LookLimits } from '../ibkr/orders/last-look-limits.ts'
import type { Pacing } from '../ibkr/pacing/allowance.ts'
import type { SelectionRules } from '../selection/rules.ts'
import type { StrategyRules } from '../strategy/registry.ts'
import type { Rules } from '../trading/command.ts'
import type { DashboardSettings } from './dashboard.ts'
import type { LiveSettings } from './live.ts'
import type { NotifySettings, WatchdogSettings } from './notify.ts'
import type { OwnStrategy, StrategyRef } from './own-file.ts'
import type { ConfiguredMode, PortSide } from './schema.ts'

/** One symbol and who trades it. */
export interface SymbolSettings {
  readonly underlying: UnderlyingKey
  readonly strategies: readonly StrategyRef[]
}

export interface GatewaySettings {
  readonly host: string
  readonly port: number
  readonly clientIdBase: number
  /** What is behind the port, by IBKR's own four ports and those the file declares. */
  readonly side: PortSide | null
  /** When the Gateway restarts itself, as its own settings say; null: it was not written down. */
  readonly autoRestart: { readonly time: string; readonly zone: Zone } | null
  /** In them nobody is paged because the Gateway is away. */
  readonly restartWindows: readonly RestartWindow[]
  /** What restarts the Gateway when nothing else helps; null: only a person does. */
  readonly restartCommand: readonly string[] | null
  /** At most once in this time. */
  readonly restartEveryMs: number
}

/** Everything that a file, and the environment, decide; units converted. */
export interface Settings {
  readonly mode: ConfiguredMode
  /** Where the mode came from. */
  readonly modeFrom: 'file' | 'environment'
  readonly account: string | null
  readonly gateway: GatewaySettings
  readonly symbols: readonly SymbolSettings[]
  readonly intervalMs: 60_000 | 180_000 | 600_000
  /** Of which bars are followed and decided on. */
  readonly hours: Hours
  /** Cycles that observe at the same time. */
  readonly concurrentMax: number
  readonly pacing: Pacing
  readonly selection: SelectionRules
  readonly strategyRules: StrategyRules
  /** By file; none until they are loaded, which the reader of a file does not do. */
  readonly own: ReadonlyMap<string, OwnStrategy>
  /** A long option leaves when its underlying closes an hour on the wrong side of its average. */
  readonly trendExit: boolean
  readonly rules: Rules
  /** What the encoder itself holds to. */
  readonly look: LookLimits
  readonly notify: NotifySettings
  readonly watchdog: WatchdogSettings
  readonly dashboard: DashboardSettings
  readonly live: LiveSettings
  readonly stateFolder: string
  /** SHA-256 of the file's text; with strategies of the user's own, of their texts too. */
  readonly hash: string
}
