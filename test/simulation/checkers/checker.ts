import type { EpochMs } from '../../../src/base/clock.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ConId, Tradable } from '../../../src/domain/contract.ts'
import type { StatusReply } from '../../../src/engine/control.ts'
import type { Latched } from '../../../src/engine/ports.ts'
import type { RequestCounters } from '../../../src/ibkr/session/question.ts'
import type { Entry, Row } from '../../../src/journal/rows.ts'
import type { SimulatedGateway } from '../../../src/simulator/gateway.ts'
import type { CoreEvent, SimOrder } from '../../../src/simulator/broker/state.ts'
import type { State } from '../../../src/trading/state.ts'
import type { Plan } from '../plan.ts'
import type { Record } from '../record.ts'
import type { Asked, OrderFrame } from '../wire-tap.ts'
import type { Notice } from '../notice.ts'

/** What a process holds: none of it grows from day to day. */
export interface Load {
  /** Callbacks that wait, those of the Gateway and of the run itself among them. */
  readonly timers: number
  /** Connections to the Gateway that are not closed. */
  readonly sockets: number
  /** At the broker port. */
  readonly listeners: number
  /** Null where there is no wire. `observed`: answered, or ended without an answer, by kind. */
  readonly requests:
    (Readonly<RequestCounters> & { readonly observed: ReadonlyMap<string, number> }) | null
  /** With bars of their own. */
  readonly symbols: number
}

/** The three ledgers: the broker's truth, the record, the memory. */
export interface Sight {
  readonly now: EpochMs
  /** By the clock of the bot's machine. */
  readonly botNow: EpochMs
  readonly plan: Plan
  readonly gateway: SimulatedGateway
  readonly journal: readonly Entry[]
  /** The same as it is stored. */
  readonly rows: () => readonly Row[]
  readonly record: Record
  readonly state: State
  readonly latched: Latched | null
  readonly notices: readonly Notice[]
  /** Since when nothing is made to fail any more (liveness); null: something is. */
  readonly quietSince: EpochMs | null
  /** When the broker's picture was asked for last, whether or not it came. */
  readonly askedAt: EpochMs | null
  /** Since when the process runs without a stop: one that stands has no time to do anything. */
  readonly awakeSince: EpochMs
  /** What the control socket would answer now. */
  readonly status: () => StatusReply
  readonly load: () => Load
}

/** What is wrong, or null. */
export type Complaint = string | null

/** What is wrong, and of which contracts: what was done to others is no excuse of it. */
export interface Blame {
  readonly text: string
  readonly about: readonly ConId[]
}

/** Several at once: one that is excused hides none of the others. */
export type Finding = Complaint | readonly Blame[]

/** Looks at every step of a run; what it remembers is of one run. */
export interface Checker {
  readonly name: string
  /** What it sees of its subject on the direct tier; default: all of it. */
  readonly withoutWire?: 'nothing' | 'no sockets'
  /** An event was journaled, and its turn is over. */
  journaled?(entry: Entry, sight: Sight): Finding
  /** A frame about orders leaves, and the Gateway has not seen it yet. */
  sent?(frame: OrderFrame, sight: Sight): Finding
  /** Anything is asked over the wire, and the Gateway has not seen it yet. */
  asked?(of: Asked, sight: Sight): Finding
  /** The broker did something; all of that moment is done. */
  happened?(event: CoreEvent, sight: Sight): Finding
  /** Every quarter of a second after something has happened, once a second else. */
  passed?(sight: Sight): Finding
  /** The market stands, nothing is entered any more, and what was under way has landed. */
  rested?(sight: Sight): Finding
}

/** Of the Gateway, at work or staged. */
export function liveOrders({ gateway }: Sight): readonly SimOrder[] {
  return gateway.core.openOrders()
}

/** Placed by a client of the API; what people and the broker do by themselves is of client 0. */
export function isOfClient({ clientId }: { readonly clientId: number }): boolean {
  return clientId > 0
}

/** The first complaint of several looks. */
export function firstOf(...complaints: readonly (Complaint | (() => Complaint))[]): Complaint {
  for (const each of complaints) {
    const complaint = typeof each === 'function' ? each() : each
    if (complaint !== null) return complaint
  }
  return null
}

/** The first of what was found, in its words. */
export function textOf(found: Finding | undefined): Complaint {
  if (found === undefined || found === null || typeof found === 'string') return found ?? null
  return found[0]?.text ?? null
}

/** Of this contract, or of each of its legs. */
export function blame(contract: Tradable, complaint: Complaint): readonly Blame[] {
  if (complaint === null) return []
  return [{ text: complaint, about: legsOf(contract).map((leg) => leg.contract.conId) }]
}

export function unless(holds: boolean, complaint: string): Complaint {
  return holds ? null : complaint
}
