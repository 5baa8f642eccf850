import type { Result } from '../base/result.ts'
import type { CommandBody, CommandReply, ProblemReply } from '../dashboard/view.ts'
import type { Role, SettingsView, Verb, View } from '../dashboard/view.ts'
import type { Mode } from '../domain/account.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { RestartWindow } from '../domain/restart-windows.ts'
import type { Sighting } from '../engine/sighting.ts'
import type { LinkAsked } from './answering.ts'
import type { Rules } from '../trading/command.ts'

/** What the thread of the dashboard is made of; plain values, which is all that threads share. */
export interface ThreadData {
  readonly journal: string
  readonly mode: Mode
  readonly accountId: string
  readonly port: number
  readonly pages: string | null
  readonly stateFile: string
  readonly users: readonly {
    readonly name: string
    readonly role: Role
    readonly password: string
  }[]
  readonly metricsToken: string | null
  readonly settings: SettingsView
  readonly rules: Rules
  readonly hours: Hours
  readonly restartWindows: readonly RestartWindow[]
  readonly symbols: readonly { readonly symbol: Ticker; readonly strategies: readonly string[] }[]
}

export interface ToldBars {
  readonly symbol: Ticker
  readonly size: BarSize
  readonly bars: readonly Bar[]
}

/** From the bot. A view is followed by the next one only when it was taken. */
export type ToThread =
  | {
      readonly kind: 'view'
      readonly view: View
      readonly bars: readonly ToldBars[]
      readonly sightings: readonly Sighting[]
    }
  | {
      readonly kind: 'done'
      readonly id: number
      readonly result: Result<CommandReply, ProblemReply>
    }
  | ({ readonly kind: 'link'; readonly id: number } & LinkAsked)
  | { readonly kind: 'close' }

/** To the bot. */
export type FromThread =
  | { readonly kind: 'up'; readonly url: string; readonly port: number }
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string }
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'command'
      readonly id: number
      readonly by: string
      readonly verb: Verb
      readonly body: CommandBody
      /** When who asked stops waiting, by the wall clock. */
      readonly until: number
    }
  | { readonly kind: 'linked'; readonly id: number; readonly url: string }
  | { readonly kind: 'log'; readonly line: string }
