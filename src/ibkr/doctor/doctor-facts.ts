import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import type { Mode } from '../../domain/account.ts'
import type { UnderlyingKey } from '../../domain/contract.ts'
import type { ServerHello } from '../../wire/handshake.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { ConnectionName } from '../session/client-ids.ts'
import type { LineFacts } from './doctor-line.ts'
import type { WhatIfAnswer } from '../orders/what-if.ts'

/** What the configuration wants, as far as the Gateway can show it. */
export interface Wanted {
  readonly mode: Mode
  readonly account: string | null
  readonly declared: 'paper' | 'live' | null
  readonly address: string
  readonly clientIdBase: number
  readonly symbols: readonly UnderlyingKey[]
  /** Delayed quotes are accepted: a dry run that says so. */
  readonly allowDelayed: boolean
  /** The time was taken from the Gateway, so there is no skew to measure. */
  readonly gatewayTime: boolean
  /** What the operator read off the Gateway's own settings: the API cannot read it. */
  readonly precautions: 'bypassed' | 'active' | null
}

export interface ClientIdFact {
  readonly name: ConnectionName
  readonly clientId: number
  readonly found: 'free' | 'in-use' | 'failed' | 'no-time'
  readonly detail: string
}

export interface SymbolFacts {
  readonly symbol: string
  readonly kind: UnderlyingKey['kind']
  readonly details: Result<ResponseOf<'contractDetails'>, string>
  /** Null: there was no contract to ask about, or no time. */
  readonly line: LineFacts | null
}

export interface OptionFacts {
  readonly symbol: string
  /** What was done, step by step, up to what failed. */
  readonly chain: Result<{ readonly expiries: number; readonly strikes: number }, string>
  readonly contract: Result<string, string> | null
  readonly line: LineFacts | null
}

export type AccountRow = ResponseOf<'accountSummary'>

/** What one look at a Gateway has shown. Nothing here is judged yet. */
export interface GatewayFacts {
  readonly hello: ServerHello
  readonly at: EpochMs
  readonly skewMs: number
  readonly accounts: readonly string[]
  readonly clientIds: readonly ClientIdFact[]
  readonly account: Result<readonly AccountRow[], string>
  readonly symbols: readonly SymbolFacts[]
  readonly options: readonly OptionFacts[]
  /** The start of the newest one-minute bar; null when there is none. */
  readonly lastBar: Result<EpochMs | null, string>
  readonly whatIf: WhatIfAnswer | { readonly kind: 'not-asked'; readonly why: string }
  /** A bot answers on the control socket of this configuration. */
  readonly botRuns: boolean
}
