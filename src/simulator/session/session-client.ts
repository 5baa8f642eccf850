import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Request, RequestOf } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { GatewayCore } from '../broker/core.ts'
import type { LoginLimits } from './limits.ts'
import type { Market } from '../market/market.ts'
import type { MarketRules } from './session-rules.ts'

/** What every session of a Gateway shares. */
export interface House {
  readonly clock: Clock
  readonly core: GatewayCore
  readonly market: Market
  readonly rules: MarketRules
  readonly login: LoginLimits
  readonly settings: HouseSettings
  readonly counters: Counters
  readonly log: (line: string) => void
}

export interface HouseSettings {
  /** Refuses what a Gateway lets pass: an empty `transmit`, an unknown message. */
  readonly strict: boolean
  /** Checks every frame that is written against the layout of its version (C6). */
  readonly debug: boolean
  /** The Read-Only API setting: of the whole Gateway, for every client (C18). */
  readonly readOnly: boolean
  /** Symbols without a live subscription: 10089, or delayed data when that was asked for. */
  readonly unsubscribed: Set<string>
  /** Symbols whose data comes late although nobody was told (F64). */
  readonly late: Set<string>
  /** How long a client id stays in use after an unclean end, milliseconds; 0 to 120,000 (C4). */
  readonly clientIdLingerMs: number
}

/** What the Gateway has seen, for whoever checks the other side. */
export interface Counters {
  connections: number
  requests: number
  /** Frames that place, change or cancel an order, or ask what-if. */
  orderFrames: number
  historicalRequests: number
  /** Limits exceeded and frames that could not be read: 100, 101, 162 pacing, 320, 322, 420. */
  violations: number
  /** What it had to say and could not write: it was left out. */
  unwritten: number
}

/** The client of one session, as the subjects of the session see it. */
export interface Client {
  readonly id: number
  readonly version: number
  readonly house: House
  /** A name for one of its requests, unique in the house. */
  owner(reqId: number): string
  send(response: Response): void
  /** To a request or to an order; id -1 is a notice. */
  error(id: number, code: number, text: string): void
  /** As `error`, and counted: the client has broken a limit. */
  violation(id: number, code: number, text: string): void
  /** Ends with the session. */
  after(delayMs: number, callback: () => void): Cancel
  /** At a moment of the wall clock; ends with the session. */
  at(moment: EpochMs, callback: () => void): Cancel
}

export type Answers = { readonly [K in Request['kind']]?: (request: RequestOf<K>) => void }

/** One subject of a session: the requests it answers, and what it gives back at the end. */
export interface Subject {
  readonly answers: Answers
  close?(): void
  /** Its subscriptions to market data are gone, without a word. */
  forget?(): void
  /** It says all it has to say again. */
  refresh?(): void
  /** What its open requests for market data are about. */
  symbols?(): ReadonlyMap<number, string>
}
