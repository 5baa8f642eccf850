import type { Clock } from '../../base/clock.ts'
import { sessionAt } from '../../domain/calendar.ts'
import type { RestartWindow } from '../../domain/restart-windows.ts'
import { isPacing, isReadOnly, STALL_MS } from './findings.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Connection } from '../session/connection.ts'
import type { Link } from '../session/link.ts'
import type { Probes } from './probes.ts'
import { classOf } from '../session/breakers.ts'
import type { RequestClass } from '../../engine/health.ts'
import { ORDER_MS } from './order-watch.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'
import type { SessionWatch } from './session-watch.ts'

/** One of our connections, over its lives. */
export interface Session {
  readonly link: Link
  readonly watch: SessionWatch
}

/** When its service last answered about feeds that were silent, and how long that holds. */
export interface FeedsProven {
  /** Monotonic. */
  at: number
  forMs: number
}

/** What a diagnosis looks at. */
export interface Sight {
  readonly clock: Clock
  readonly probes: Probes
  readonly sessions: readonly Session[]
  readonly log: RequestLog
  readonly restartWindows: readonly RestartWindow[]
  /** Delayed data is no trouble: a dry run that allows it. */
  readonly allowDelayed: boolean
  /** A quiet feed may be quiet: its service has answered. */
  readonly feeds: FeedsProven
  /** The longest that our own timers came late of late. */
  readonly loop: { lateMs: number }
  /** Contracts that were refused, or came delayed, and were not heard live since. */
  readonly withoutRights: ReadonlyMap<number, { readonly at: number; readonly text: string }>
}

/** A sign that data or orders are interrupted. */
export interface Symptom {
  readonly name: string
  /** Monotonic. */
  readonly since: number
  /** By itself an interruption; a soft one is confirmed by probes first. */
  readonly hard: boolean
}

/** The name of a sign: an order frame has had no answer. */
export const ORDERS_SILENT = 'orders silent'
/** A start that takes longer is an outage. */
const START_MS = 30_000
/** A refusal is one that lasts while it is repeated. */
const REPEATED_MS = 60_000
/** How long what was refused for want of a right is held to be so. */
export const RIGHTS_MS = 900_000
/** A stream is told something every five seconds; so long without is silence (S16). */
export const FEED_MS = 30_000
/** That so many are quiet at once is no accident; one quiet stock says nothing for minutes. */
const FEEDS_MANY = 3
/** A feed that is quiet although its service answers is left alone for a while. */
const PROVEN_MS = 600_000
/** Few feeds that stay quiet are asked about less and less: a handful of times a day. */
const PROVEN_MS_MAX = 7_200_000
/** A missed deadline of its own says little about an option that nobody quotes. */
const MISSES: Readonly<Record<RequestClass, number>> = {
  history: 1,
  quotes: 3,
  contracts: 1,
  orders: 2, // a picture of the account is asked for again at once
  account: 2,
}

export function symptomsOf(sight: Sight): readonly Symptom[] {
  const found = [
    ...ofLoop(sight),
    ...sight.sessions.flatMap((session) => ofSession(session, sight)),
    ...ofErrors(sight),
    ...ofRequests(sight),
    ...ofFeeds(sight),
    ...ofOrders(sight),
  ]
  return found.length > 0 ? found : ofRefusals(sight)
}

/** One service that refuses is its own trouble; several at once are an outage without a name. */
const REFUSALS_MIN = 2

/** Answered at once, and always with an error: no deadline is missed, and nothing works. */
function ofRefusals({ clock, sessions }: Sight): readonly Symptom[] {
  const open = sessions.flatMap(({ link }) => link.connection?.requests.breakers.figures() ?? [])
  const services = [...new Set(open.map((each) => each.class))].sort()
  if (services.length < REFUSALS_MIN) return []
  const name = `requests refused: ${services.join(', ')}`
  return [{ name, since: clock.monotonicMs(), hard: false }]
}

/** Asleep, stopped or busy for seconds: what came meanwhile was not read in time. */
function ofLoop({ clock, loop }: Sight): readonly Symptom[] {
  if (loop.lateMs < STALL_MS) return []
  return [{ name: 'process stood still', since: clock.monotonicMs() - loop.lateMs, hard: true }]
}

function ofSession({ link, watch }: Session, { clock }: Sight): readonly Symptom[] {
  const now = clock.monotonicMs()
  const hard = (name: string, since: number): Symptom => ({ name, since, hard: true })
  const { ended, unreadable, connectivityLost } = watch
  if (link.connection === null) {
    if (link.isOver) return []
    // At the start, and where we ended it ourselves, a while is no outage.
    if (!watch.wasUp || ended === null || ended.cause === 'local') {
      const since = watch.wasUp ? (ended?.at ?? now) : 0
      return now - since >= START_MS ? [hard('no connection', since)] : []
    }
    const name = ended.cause === 'client-id-in-use' ? 'client id in use' : 'connection lost'
    return [hard(name, ended.at)]
  }
  const found: Symptom[] = []
  const { missed, isLate } = link.connection.heartbeat
  if (missed > 0) found.push(hard('gateway silent', now - missed * 5_000))
  else if (isLate) found.push({ name: 'gateway slow', since: now, hard: false })
  if (connectivityLost !== null) found.push(hard('link to IBKR lost', now))
  for (const farm of watch.farms.values()) {
    if (!farm.up) found.push(hard(`farm ${farm.farm} down`, farm.at))
  }
  if (unreadable !== null && now - unreadable.at < REPEATED_MS) {
    found.push(hard('unreadable messages', unreadable.at))
  }
  return found
}

/** Its heartbeat waits for an answer, longer than it should. */
export function isMute({ heartbeat }: Connection): boolean {
  return heartbeat.missed > 0 || heartbeat.isLate
}

/** What the Gateway refuses in plain words. */
function ofErrors(sight: Sight): readonly Symptom[] {
  const { clock, sessions, withoutRights, allowDelayed } = sight
  const now = clock.monotonicMs()
  const found: Symptom[] = []
  for (const { watch } of sessions) {
    for (const error of watch.errorsSince(now - REPEATED_MS)) {
      const since = error.at
      if (isPacing(error)) found.push({ name: 'pacing', since, hard: true })
      if (error.code === 101) found.push({ name: 'no market-data line', since, hard: true })
      if (error.code === 10197) found.push({ name: 'competing session', since, hard: true })
    }
    const refused = ordersRefused(watch, clock)
    if (refused !== null) found.push({ name: 'orders refused', since: refused, hard: true })
  }
  const empty = emptyAnswersSince(sight)
  if (empty !== null) found.push({ name: 'empty answers', since: empty, hard: false })
  for (const { at } of allowDelayed ? [] : withoutRights.values()) {
    if (now - at < RIGHTS_MS) found.push({ name: 'no data rights', since: at, hard: true })
  }
  return found
}

/** Since when the API is read-only: an order that is taken proves that it is not any more. */
export function ordersRefused(watch: SessionWatch, clock: Clock): number | null {
  const readOnly = watch.errorsSince(clock.monotonicMs() - RIGHTS_MS).findLast(isReadOnly)
  if (readOnly === undefined || (watch.orders.acceptedAt ?? -1) > readOnly.at) return null
  return readOnly.at
}

/** Three of them in open hours and no other answer; outside them one is enough to say why. */
export function emptyAnswersSince({ clock, sessions, log }: Sight): number | null {
  const now = clock.monotonicMs()
  const errors = sessions
    .flatMap(({ watch }) => watch.errorsSince(now - REPEATED_MS))
    .filter(({ code, text }) => code === 162 && /no data/i.test(text))
  const [first] = errors
  if (first === undefined) return null
  if (sessionAt(clock.now()) === null) return first.at
  const answered = log.ended.some(
    ({ kind, outcome, code, resolvedAt }) =>
      classOf(kind) === 'history' &&
      outcome === 'answered' &&
      code === null &&
      (resolvedAt ?? 0) >= first.at,
  )
  return errors.length < 3 || answered ? null : first.at
}

function ofRequests({ log }: Sight): readonly Symptom[] {
  return (['history', 'quotes', 'contracts', 'account'] as const).flatMap((of) => {
    const silence = log.silence(of)
    if (silence === null || silence.count < MISSES[of]) return []
    return [{ name: `${of} silent`, since: silence.since, hard: false }]
  })
}

/** All of them: one that is silent alone is a matter of its symbol. */
function ofFeeds(sight: Sight): readonly Symptom[] {
  const since = feedsSilentSince(sight)
  return since === null ? [] : [{ name: 'feeds silent', since, hard: false }]
}

/** Since when no stream has told anything although it should; null: they do, or need not. */
export function feedsSilentSince({ clock, log, sessions, feeds }: Sight): number | null {
  const hours = sessionAt(clock.now())
  const now = clock.monotonicMs()
  if (hours === null || now - feeds.at < feeds.forMs) return null
  const streams = streamsOf(log)
  if (streams.length === 0) return null
  const opened = now - (clock.now() - hours.open)
  const restored = sessions.map(({ watch }) => watch.restoredAt)
  const heard = Math.max(opened, ...restored, ...streams.map(({ lastAt }) => lastAt ?? 0))
  return now - heard >= FEED_MS ? heard + FEED_MS : null
}

/** The service of silent feeds has answered. True: so many that each is asked for again. */
export function feedsProven({ clock, log, feeds }: Sight): boolean {
  const now = clock.monotonicMs()
  const many = streamsOf(log).length >= FEEDS_MANY
  const again = !many && now - feeds.at < 2 * feeds.forMs
  feeds.forMs = again ? Math.min(2 * feeds.forMs, PROVEN_MS_MAX) : PROVEN_MS
  feeds.at = now
  return many
}

/** Of bars: what is held has a line of its own, and an option may say nothing for hours. */
function streamsOf(log: RequestLog): readonly RequestRecord[] {
  const found: RequestRecord[] = []
  for (const record of log.open) {
    const { streams, matchedAt, request } = record
    if (!streams || matchedAt === null) continue
    if (request.kind !== 'reqMktData' || !isOption(request)) found.push(record)
  }
  return found
}

function isOption({ contract }: RequestOf<'reqMktData'>): boolean {
  return contract.secType === 'OPT'
}

function ofOrders(sight: Sight): readonly Symptom[] {
  const { clock, log, sessions } = sight
  const now = clock.monotonicMs()
  const queries = log.silence('orders')
  const found: Symptom[] = []
  if (queries !== null && queries.count >= MISSES.orders)
    found.push({ name: 'order queries silent', since: queries.since, hard: false })
  const silent = sessions.some(({ watch }) => watch.orders.silentFor(ORDER_MS).length > 0)
  const open = sessionAt(clock.now()) !== null
  if (silent && open) found.push({ name: ORDERS_SILENT, since: now, hard: true })
  return found
}
