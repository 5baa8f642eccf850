import type { EpochMs } from '../../base/clock.ts'
import { sessionAt } from '../../domain/calendar.ts'
import { restartWindowAt } from '../../domain/restart-windows.ts'
import type { TransportFacts } from '../../wire/transport.ts'
import type { CanaryAnswer } from './canary.ts'
import type { BudgetUse, Evidence, SeenError, SocketState } from './evidence.ts'
import { LINES } from './incident-text.ts'
import { NO_PROBES } from './probes.ts'
import type { EndCause } from '../session/reconnect.ts'
import { classOf } from '../session/breakers.ts'
import { ORDER_MS } from './order-watch.ts'
import { lastStage } from './request-log.ts'
import type { RequestRecord, Stage } from './request-log.ts'
import { emptyAnswersSince, feedsSilentSince, RIGHTS_MS } from './symptoms.ts'
import type { Session, Sight } from './symptoms.ts'

/** A session that did not answer, as it was seen last: it may be gone, and this is why. */
export interface Mute {
  readonly name: string
  readonly epoch: number
  readonly missed: number
  readonly facts: TransportFacts | null
  readonly txGrowing: boolean
  readonly stage: Stage | null
  readonly pushes: number
  /** As it was read when the silence began, and how much came since that nobody heard. */
  readonly bytesRead: number
  readonly unheard: number
  readonly readLastAt: EpochMs | null
}

/** What is kept of an incident beyond what can be seen at this moment. */
export interface Kept {
  /** Monotonic. */
  readonly since: number
  readonly mute: Mute | null
  readonly slow: boolean
  readonly noRoute: string | null
  readonly clientIdInUse: string | null
  readonly unreadable: string | null
  readonly lateAnswers: number
  readonly strayAnswers: number
  /** As they were when it began: what is asked again and again afterwards is not its cause. */
  readonly budgets: readonly BudgetUse[]
  /** The longest that our own timers came late. */
  readonly loopLateMs: number
  readonly retried: boolean | null
  readonly canary: CanaryAnswer | null
}

const HISTORY_WINDOW_MS = 600_000
const HISTORY_MAX = 60
const LINES_MAX = 100
/** An error that came just before the first sign belongs to it. */
const BEFORE_MS = 5_000
const WAKES_MS = 10_000

const STATES: Readonly<Record<EndCause, SocketState>> = {
  refused: 'refused',
  'no-route': 'no-route',
  closed: 'closed',
  'no-handshake': 'handshake',
  'no-heartbeat': 'established',
  unreadable: 'closed',
  'client-id-in-use': 'closed',
  repair: 'established',
  local: 'established',
}

/** Everything that is known at this moment, in the words of the verdict table. */
export function evidenceOf(sight: Sight, kept: Kept): Evidence {
  const { clock, sessions, restartWindows, allowDelayed, withoutRights } = sight
  const now = clock.now()
  const worst = worstOf(sessions)
  const window = restartWindowAt(restartWindows, now)
  const nowMs = clock.monotonicMs()
  const rights = [...withoutRights.values()].findLast(({ at }) => nowMs - at < RIGHTS_MS)
  return {
    at: now,
    ...socketOf(worst, kept, sight.probes === NO_PROBES ? null : QUIET),
    clientIdInUse: kept.clientIdInUse,
    protocolError: kept.unreadable,
    restartWindow: window === null ? null : `announced restart window ${window.window.text}`,
    connectivityLost: first(sessions.map(({ watch }) => watch.connectivityLost)),
    ...farmsOf(sight),
    unheard: kept.mute?.unheard ?? 0,
    readLastAt: kept.mute?.readLastAt ?? null,
    loopLateMs: kept.loopLateMs,
    lateAnswers: kept.lateAnswers,
    ...silentData(sight),
    errors: errorsOf(sight, kept.since),
    delayed: rights?.text ?? null,
    allowDelayed,
    ...ordersOf(sight),
    marketOpen: sessionAt(now) !== null,
    budgets: kept.budgets,
    unmatched: unmatchedOf(sight, kept),
    retry: answerText(kept.retried),
    canary: answerText(kept.canary?.answered ?? null),
    canaryMs: kept.canary?.ms ?? null,
  }
}

/** The one that is in the worst state. */
export function worstOf(sessions: readonly Session[]): Session | null {
  const badness = ({ link }: Session): number => {
    if (link.connection === null) return 3
    const { missed, isLate } = link.connection.heartbeat
    return missed > 0 ? 2 : isLate ? 1 : 0
  }
  return [...sessions].sort((a, b) => badness(b) - badness(a))[0] ?? null
}

type SocketPart = Pick<
  Evidence,
  'socket' | 'socketSays' | 'ping' | 'pingsMissed' | 'facts' | 'txGrowing' | 'stage' | 'pushes'
>

function socketOf(
  worst: Session | null,
  { mute, slow, noRoute }: Kept,
  quiet: TransportFacts | null,
): SocketPart {
  if (mute !== null) {
    const { missed: pingsMissed, facts, txGrowing, stage, pushes } = mute
    const socket = noRoute === null ? 'established' : 'no-route'
    const ping = slow ? 'late' : 'unanswered'
    return {
      socket,
      socketSays: noRoute,
      ping,
      pingsMissed,
      facts,
      txGrowing,
      stage,
      pushes,
    }
  }
  const ended = worst?.link.connection === null ? (worst.watch.ended ?? null) : null
  const none = { pingsMissed: 0, facts: quiet, txGrowing: false, stage: null, pushes: 0 }
  if (ended === null) {
    return { socket: 'established', socketSays: null, ping: slow ? 'late' : 'answered', ...none }
  }
  return { socket: STATES[ended.cause], socketSays: ended.detail, ping: null, ...none }
}

/** A session that answers, or is gone, has nothing in its queues that would matter. */
const QUIET: TransportFacts = {
  bytesRead: 0,
  writableLength: 0,
  rxQueue: 0,
  txQueue: 0,
  localPort: null,
  remotePort: null,
  paused: false,
}

function farmsOf(sight: Sight): Pick<Evidence, 'farms' | 'hmdsUnheard' | 'hmdsIdle'> {
  const { clock, sessions, log } = sight
  const farms = new Map(sessions.flatMap(({ watch }) => [...watch.farms]))
  const silence = log.silence('history')
  const hmds = [...farms.values()].filter(({ code }) => [2105, 2106, 2107].includes(code))
  const asked = silence?.last.createdAt ?? null
  const waited = silence === null ? 0 : clock.monotonicMs() - silence.last.createdAt
  return {
    farms: [...farms.values()],
    hmdsUnheard: asked !== null && hmds.every(({ firstAt }) => firstAt > asked),
    hmdsIdle: waited >= WAKES_MS && hmds.some(({ code }) => code === 2107),
  }
}

function silentData(sight: Sight): Pick<Evidence, 'dataSilent' | 'feedSilent'> {
  const { clock, log } = sight
  const now = clock.monotonicMs()
  const silent = (['history', 'quotes', 'contracts'] as const)
    .map((of) => log.silence(of))
    .find((silence) => silence !== null)
  const since = feedsSilentSince(sight)
  const empty = emptyAnswersSince(sight) === null ? null : 'requests for bars are answered empty'
  const dataSilent =
    silent === undefined || silent === null
      ? empty
      : `${silent.last.kind} unanswered, ${silent.count} in a row, came as far as ` +
        lastStage(silent.last)
  return {
    dataSilent,
    feedSilent:
      since === null ? null : `no stream has told anything for ${seconds(now - since + 30_000)}`,
  }
}

/** Each code once, as it was said last. */
function errorsOf({ sessions }: Sight, since: number): readonly SeenError[] {
  const seen = new Map<string, SeenError>()
  for (const { watch } of sessions) {
    for (const { code, text, onOrder } of watch.errorsSince(since - BEFORE_MS)) {
      seen.set(`${code} ${onOrder}`, { code, text, onOrder })
    }
  }
  return [...seen.values()]
}

function ordersOf(sight: Sight): Pick<Evidence, 'ordersSilent' | 'orderQueries'> {
  const { clock, log, sessions } = sight
  const queries = log.silence('orders')
  const orders = sessions.flatMap(({ watch }) => watch.orders.silentFor(ORDER_MS))
  if (queries !== null) {
    const ordersSilent = `${queries.last.kind} unanswered, ${queries.count} in a row`
    return { ordersSilent, orderQueries: false }
  }
  const at = log.answeredAt('orders')
  const fresh = at !== null && clock.monotonicMs() - at < ORDER_MS
  const [oldest = null] = orders
  const more = orders.length > 1 ? `, and ${orders.length - 1} more` : ''
  const ordersSilent = oldest === null ? null : `${oldest}${more}`
  return { ordersSilent, orderQueries: fresh ? true : null }
}

const BARS = new Set(['shortHistory', 'longHistory', 'barStream'] as const)

/** Counted by what was handed to the sockets: the numbers that the first analysis had to guess. */
export function countedBy({ clock, log }: Sight): readonly BudgetUse[] {
  const used = log.writtenSince(BARS, clock.monotonicMs() - HISTORY_WINDOW_MS)
  const lines = [...log.open].filter(({ kind }) => classOf(kind) === 'quotes').length
  return [
    { rule: 'history in 10 min', used, limit: HISTORY_MAX },
    { rule: LINES, used: lines, limit: LINES_MAX },
  ]
}

function unmatchedOf({ log }: Sight, { strayAnswers }: Kept): string | null {
  if (strayAnswers === 0) return null
  const waits = (['history', 'quotes', 'contracts'] as const)
    .map((of): RequestRecord | null => log.silence(of)?.last ?? null)
    .find((record) => record !== null)
  if (waits === undefined || waits === null) return null
  return `${strayAnswers} answers under ids that nobody asked with, while ${waits.kind} got none`
}

function answerText(answered: boolean | null): 'answered' | 'unanswered' | null {
  return answered === null ? null : answered ? 'answered' : 'unanswered'
}

function first(texts: readonly (string | null)[]): string | null {
  return texts.find((text) => text !== null) ?? null
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
