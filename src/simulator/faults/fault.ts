import { z } from 'zod'
import type { Cancel, Clock } from '../../base/clock.ts'
import type { Prng } from '../../base/prng.ts'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { FaultyLink } from './fault-link.ts'
import type { Client, House } from '../session/session-client.ts'
import type { Listable } from '../session/session-contract.ts'

/** One client's connection, as a fault sees it. */
export interface Connection extends Client {
  readonly link: FaultyLink
  /** The id of its startApi, whatever became of it; -1 before. */
  readonly announcedId: number
  /** Past startApi. */
  readonly isReady: boolean
  /** Says it whatever other faults would do to it: what they held back. */
  deliver(response: Response): void
  /** A whole frame, as it is. */
  deliverFrame(frame: Uint8Array): void
  /** Answers a request as if it came now, whatever other faults would do to it. */
  accept(request: Request): void
  /** Its quote lines. */
  lines(): readonly { readonly reqId: number; readonly symbol: string }[]
  /** The contract of a quote line; null when there is none of this number. */
  lineOf(reqId: number): Listable | null
  /** What a quote line or a request for bars is about; null when there is none of this number. */
  symbolOf(reqId: number): string | null
  /** Quote lines say all they have to say again. */
  refreshData(): void
  /** Quote lines and bar streams are gone, without a word. */
  forgetData(): void
  close(): void
}

/** What a fault does at each place where bytes and messages pass; all of it ends when it heals. */
export interface Hooks {
  /** A connection it is for: those that are there when it begins, then each new one. */
  readonly opened?: (connection: Connection, isNew: boolean) => Cancel | void
  /** As `opened`, once startApi has been answered. */
  readonly ready?: (connection: Connection, isNew: boolean) => void
  /** True: the request, startApi included, goes no further. */
  readonly takes?: (connection: Connection, request: Request) => boolean
  /** What is said instead. */
  readonly says?: (connection: Connection, response: Response) => readonly Response[]
  /** What leaves instead; null is a frame of a fault. */
  readonly writes?: (
    connection: Connection,
    frame: Uint8Array,
    kind: Response['kind'],
  ) => readonly Uint8Array[]
  /** The version the Gateway claims to speak. */
  readonly claims?: (version: number) => number
  /** 326 for whoever comes with this id. */
  readonly inUse?: (clientId: number) => boolean
  readonly healed?: () => void
  /** How often what it imposed has made a difference. */
  readonly uses?: () => number
}

/** What a fault may use. */
export interface Ground {
  readonly clock: Clock
  readonly house: House
  /** Its own, so that faults do not disturb each other's draws. */
  readonly prng: Prng
  readonly log: (line: string) => void
  /** Those it is for. */
  connections(): readonly Connection[]
  /** Nobody listens on the port until this is called, or the fault heals. */
  refuse(): Cancel
  /** Does not happen once the fault has healed. */
  after(delayMs: number, callback: () => void): Cancel
  /** It is over by itself. */
  heal(): void
  /** It did something that none of its hooks shows. */
  did(): void
}

export interface FaultKind {
  /** Of the catalogue of faults: F3. */
  readonly number: string
  readonly line: string
  /** What a diagnosis should call it; null: it interrupts nothing. */
  readonly label: string | null
  /** Which it is for unless told: connections that are open when it begins, or later ones too. */
  readonly connections: 'all' | 'open'
  readonly parameters: z.ZodObject
  /** Parameters as they were given; throws what zod throws when they are not legal. */
  begin(parameters: unknown, ground: Ground): Hooks
}

/** Parameters that every fault has. */
export const COMMON = {
  clientIds: z
    .array(z.number().int().min(0))
    .optional()
    .describe('only connections of these client ids; default: all'),
  connections: z
    .enum(['all', 'open'])
    .optional()
    .describe('those open when it begins, or new ones as well'),
}

export function fault<P extends z.ZodRawShape>(
  of: Omit<FaultKind, 'parameters' | 'begin' | 'connections'> & {
    readonly connections?: 'all' | 'open'
    readonly parameters: P
    readonly begin: (parameters: z.infer<z.ZodObject<P>>, ground: Ground) => Hooks
  },
): FaultKind {
  const own = z.object(of.parameters)
  return {
    ...of,
    connections: of.connections ?? 'all',
    parameters: z.strictObject({ ...of.parameters, ...COMMON }),
    begin: (parameters, ground) => of.begin(own.parse(parameters), ground),
  }
}

export const ms = z.number().min(0)
export const symbols = z
  .array(z.string().min(1))
  .optional()
  .describe('only what is about these underlyings; default: all')
