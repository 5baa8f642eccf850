import type { Clock } from '../base/clock.ts'
import type { Secret } from '../base/secret.ts'
import type { Cockpit } from './cockpit.ts'
import type { Role } from './view.ts'

export interface DashboardUser {
  /** As the journal will show it. */
  readonly name: string
  readonly role: Role
  readonly password: Secret
}

export interface DashboardOptions {
  /** Sessions end by its monotonic time; the times that people see are of its wall clock. */
  readonly clock: Clock
  readonly cockpit: Cockpit
  /** May be empty: then links alone let people in. */
  readonly users: readonly DashboardUser[]
  /** 0: one that is free. */
  readonly port: number
  /** Folder of the built page; null: the API alone. */
  readonly pages: string | null
  /** Of GET /metrics; null: there is no such page. */
  readonly metricsToken: Secret | null
  /** Where the keys of commands are kept, so that none is carried out twice. */
  readonly stateFile: string
  /** One line for operators; never a secret, never a text that a client chose. */
  readonly log: (line: string) => void
  readonly limits?: Partial<Limits>
}

/** Everything has a limit. Times in milliseconds. */
export interface Limits {
  readonly idleMs: number
  readonly sessionMs: number
  readonly sessionsMax: number
  /** Of the link that a terminal prints. */
  readonly ticketMs: number
  readonly streamTicketMs: number
  readonly confirmationMs: number
  /** How old the proof of a person may be that lifts a level. */
  readonly proofMs: number
  /** Wrong passwords a minute: of one address, and of all in an hour. */
  readonly attemptsPerSource: number
  readonly attemptsPerHour: number
  /** Requests of one session, or of one address without, in ten seconds. */
  readonly requestsPerWindow: number
  /** The same of what reads the whole journal. */
  readonly longPerWindow: number
  /** Questions to the cockpit that wait at one moment. */
  readonly asksMax: number
  readonly askMs: number
  readonly streamsMax: number
  readonly streamsPerSession: number
  /** Bytes that wait for one reader of the stream. */
  readonly streamBytesMax: number
  /** Bytes on their way to one reader, the kernel's too: sent, and not said to have been read. */
  readonly streamUnseenMax: number
  /** Beyond them for so long, its turn is over; then it has so long to show that it has read. */
  readonly unseenMs: number
  readonly leaveMs: number
  /** Asked after so many bytes how far it is. */
  readonly pulseBytes: number
  readonly heartbeatMs: number
  /** A reader that took nothing for so long is dropped. */
  readonly stalledMs: number
  /** A view older than this is not called healthy. */
  readonly viewAgeMsMax: number
  readonly bodyBytesMax: number
  /** Of who is not signed in. */
  readonly openBodyBytesMax: number
  readonly headersMs: number
  readonly requestMs: number
  readonly keepAliveMs: number
  readonly connectionsMax: number
  /** Connections that ask nothing now, of all. */
  readonly idleMax: number
  /** For how long a key of a command is known. */
  readonly keysMs: number
  readonly keysMax: number
  readonly keysPerUser: number
  /** Of kill. */
  readonly killKeysMax: number
  /** Of scrypt, N: memory is 128 * 8 * N bytes, three times over in time. */
  readonly scryptCost: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** security.md, T5 to T11, where a number is named there; else what a page of one person needs. */
export const LIMITS: Limits = {
  idleMs: 30 * MINUTE_MS,
  sessionMs: 12 * HOUR_MS,
  sessionsMax: 100,
  ticketMs: 10 * MINUTE_MS,
  streamTicketMs: 30_000,
  confirmationMs: MINUTE_MS,
  proofMs: 5 * MINUTE_MS,
  attemptsPerSource: 5,
  attemptsPerHour: 60,
  requestsPerWindow: 500,
  longPerWindow: 20,
  asksMax: 64,
  askMs: 5_000,
  streamsMax: 1_000,
  streamsPerSession: 600,
  streamBytesMax: 256 * 1024,
  streamUnseenMax: 1024 * 1024, // a kernel takes 4 MB for each that does not read
  unseenMs: 10_000,
  leaveMs: 5_000, // less than node lets a connection be idle
  pulseBytes: 128 * 1024,
  heartbeatMs: 15_000,
  stalledMs: 30_000,
  viewAgeMsMax: 15_000,
  bodyBytesMax: 64 * 1024,
  openBodyBytesMax: 4 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  keepAliveMs: 10_000,
  connectionsMax: 2_000,
  idleMax: 700, // the 500 readers of T11 may come at once
  keysMs: 24 * HOUR_MS,
  keysMax: 20_000,
  keysPerUser: 2_000, // a command each 45 s of a day
  killKeysMax: 2_000,
  // As strong as N = 2^17 with p = 1, by the OWASP Password Storage Cheat Sheet; 32 MiB.
  scryptCost: 2 ** 15,
}
