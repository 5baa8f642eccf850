import type { Clock } from '../../base/clock.ts'
import { sessionAt } from '../../domain/calendar.ts'
import type { StockKey } from '../../domain/contract.ts'
import type { Verdict } from '../../domain/incident.ts'
import type { RestartWindow } from '../../domain/restart-windows.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Input } from '../../trading/input.ts'
import { verdictText } from '../../domain/incident.ts'
import { Canary } from './canary.ts'
import type { CanaryOptions } from './canary.ts'
import type { Conditions } from '../session/conditions.ts'
import { IncidentTracker } from './incident-tracker.ts'
import type { Notice } from '../session/link.ts'
import { askProbe } from './probe-question.ts'
import type { Probes } from './probes.ts'
import { Proofs } from './proofs.ts'
import { Prover } from './prover.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'
import { allOpenOrders } from '../orders/snapshot-questions.ts'
import { isMute } from './symptoms.ts'
import type { Request } from '../../wire/requests.ts'
import type { Session, Sight } from './symptoms.ts'

export interface RestartHook {
  readonly run: () => void
  /** At most once in this time. */
  readonly everyMs: number
}

export interface SupervisionOptions {
  readonly clock: Clock
  readonly probes: Probes
  readonly log: RequestLog
  readonly conditions: Conditions
  readonly sessions: readonly Session[]
  readonly restartWindows: readonly RestartWindow[]
  readonly restartGateway: RestartHook | null
  readonly allowDelayed: () => boolean
  readonly canary: CanaryOptions
  readonly tell: (input: Input) => void
  /** Some stock that can be asked about; null: none is known yet. */
  readonly stock: () => StockKey | null
  /** Asks whether orders are taken, with one that is only asked about; null: none is ever sent. */
  readonly askOrders: (() => void) | null
  /** Of every session: its link to IBKR works again, though nobody has said so. */
  readonly reached: () => void
  /** What happened to orders and the account is asked for. */
  readonly reconcile: () => void
}

/** Loop delay, 99th percentile over 10 s (client-library.md, S13). */
const LOOP_MS_MAX = 100
/** Two drifts on order messages within this time are more than a hiccup (S14). */
const DRIFT_MS = 600_000
/** After 1102, or when a farm is back: by then a subscription that lives has told something. */
const VERIFY_MS = 30_000
const IN_USE_ALERT = 3
/** What was asked since may still be answered. */
const UNDER_WAY_MS = 3_000

/** Causes for which another gate stands already, or that block nothing. */
const GATED_OTHERWISE: ReadonlySet<Verdict['name']> = new Set([
  ...(['CLIENT_ID_IN_USE', 'PLANNED_RESTART', 'GATEWAY_DOWN', 'IBKR_LINK_DOWN'] as const),
  ...(['NO_DATA_EXPECTED', 'DATA_RIGHTS', 'PACING', 'TICKER_LINES_EXHAUSTED'] as const),
])

/** Watches the sessions of the process: what they say, what they do not say, and what to do. */
export class Supervision {
  readonly tracker: IncidentTracker
  readonly canary: Canary
  readonly #options: SupervisionOptions
  readonly #proofs: Proofs
  readonly #prover: Prover
  /** How often the link to IBKR or a farm of each had come back when it was looked at last. */
  readonly #restorations = new Map<Session, number>()
  #lastDriftAt: number | null = null
  #restartedAt: number | null = null
  #inUse = 0

  constructor(options: SupervisionOptions) {
    const { clock, probes, log, sessions, restartWindows, conditions } = options
    this.#options = options
    this.#proofs = new Proofs({
      clock,
      watches: sessions.map(({ watch }) => watch),
      conditions,
      reached: () => this.#reached(),
    })
    const { canary, askOrders } = options
    const { budgets } = canary
    const { stock } = options
    const reconcile = (): void => this.#askAboutOrders()
    const skipped = (why: string): void => this.tracker.skipped(why)
    const queryOrders = (): void => this.#queryOrders()
    const asking = { askOrders, queryOrders, reconcile, stock, skipped }
    this.#prover = new Prover({ clock, log, sessions, budgets, ...asking })
    this.canary = new Canary(options.canary)
    log.proved = (record) => {
      this.#proofs.proved(record)
      this.#prover.told(record)
    }
    const { withoutRights } = this.#proofs
    const sight: Sight = {
      clock,
      probes,
      log,
      sessions,
      restartWindows,
      withoutRights,
      feeds: { at: -Infinity, forMs: 0 },
      loop: { lateMs: 0 },
      get allowDelayed() {
        return options.allowDelayed()
      },
    }
    this.tracker = this.#newTracker(sight)
  }

  start(): void {
    this.tracker.start()
    this.#watchLoop()
  }

  stop(): void {
    this.tracker.stop()
    this.canary.close()
  }

  /** Of one connection, after the gates know it. */
  heard(session: Session, notice: Notice): void {
    if (notice.kind === 'link-up') {
      this.#inUse = 0
      this.#restored(session.watch.name === 'order' ? ACCOUNT : DATA)
    }
    if (notice.kind === 'gateway') this.#gateway(session, notice.notice)
    if (notice.kind === 'drift' && notice.onOrders) this.#drifted(notice.detail)
    if (notice.kind === 'refused' && session.watch.wasUp && notice.fault.code === 'refused') {
      const reason = notice.fault.detail
      this.#tell({ kind: 'halt-required', cause: 'account-mismatch', reason })
    }
    if (notice.kind === 'attempt-failed' && notice.cause === 'client-id-in-use') this.#idInUse()
    // Not within the callback of a socket: what is done may end that socket.
    this.#options.clock.after(0, () => this.tracker.look())
  }

  #newTracker(sight: Sight): IncidentTracker {
    const { clock, sessions, conditions, restartGateway, tell } = this.#options
    return new IncidentTracker({
      sight,
      canary: (record, done) => void this.canary.ask(record, done),
      retry: (record, done) => this.#retry(record, done),
      resubscribe: (since) => this.#resubscribe(since),
      cleared: () => this.#cleared(),
      queryOrders: () => this.#queryOrders(),
      reconnect: (which, reason) => {
        for (const { link } of sessions) {
          const { connection } = link
          if (connection === null || (which === 'mute' && !isMute(connection))) continue
          link.reconnect(reason, 'repair')
        }
      },
      mayRestart: () => this.#mayRestart(),
      restartGateway:
        restartGateway === null
          ? null
          : () => {
              this.#restartedAt = clock.monotonicMs()
              restartGateway.run()
            },
      tell: (phase, incident, notice) => {
        tell({ kind: 'incident-observed', at: clock.now(), phase, incident, notice })
      },
      changed: (verdict, now) => {
        // What stands may be explained and gated; what is wrong by now may not be.
        const ungated = [verdict, now].find((of) => of !== null && !GATED_OTHERWISE.has(of.name))
        conditions.incident(ungated ? `incident: ${verdictText(ungated)}` : null)
      },
    })
  }

  #retry(of: RequestRecord, done: (answered: boolean) => void): boolean {
    const { sessions, canary } = this.#options
    const { budgets } = canary
    const session = sessions.find(({ watch }) => watch.name === of.connection)
    const requests = session?.link.connection?.requests ?? null
    return requests === null || askProbe({ ...budgets, requests }, { of, minutes: 2, done })
  }

  #mayRestart(): boolean {
    const { clock, restartGateway } = this.#options
    if (restartGateway === null) return false
    const at = this.#restartedAt
    return at === null || clock.monotonicMs() - at >= restartGateway.everyMs
  }

  #queryOrders(): void {
    const { link } = this.#options.sessions.find(({ watch }) => watch.name === 'order') ?? {}
    link?.connection?.requests.share(allOpenOrders(), ignore)
  }

  /** Its breaker keeps a reconciliation back; the first of its questions may pass, as a proof. */
  #askAboutOrders(): void {
    const { sessions, reconcile } = this.#options
    const { link } = sessions.find(({ watch }) => watch.name === 'order') ?? {}
    const question = { ...allOpenOrders(), probe: true }
    link?.connection?.requests.share(question, (result) => {
      if (result.ok) reconcile()
    })
  }

  /** Who still waits for an answer from the time before asks again, and not at its deadline. */
  #cleared(): void {
    const { clock, log, sessions } = this.#options
    const now = clock.monotonicMs()
    log.forgive(now, EVERYTHING)
    for (const { link } of sessions) {
      link.connection?.requests.endUnanswered(BARS, OUT_OF_REACH, now - UNDER_WAY_MS)
    }
  }

  /** 1100 that was never taken back: data is told again, and what happened is asked for. */
  #reached(): void {
    for (const { watch } of this.#options.sessions) watch.reached()
    this.#options.reached()
    this.#options.reconcile()
    this.#restored(EVERYTHING)
  }

  #gateway(session: Session, notice: Extract<Notice, { kind: 'gateway' }>['notice']): void {
    const { requests } = session.link.connection ?? {}
    if (notice.kind === 'connectivity-lost') requests?.endUnanswered(DATA, OUT_OF_REACH)
    if (session.watch.outage('history') !== null) requests?.endUnanswered(BARS, OUT_OF_REACH)
    if (notice.kind === 'connectivity-restored') this.#restored(EVERYTHING)
    const { restorations } = session.watch
    const isNew = restorations !== (this.#restorations.get(session) ?? 0)
    this.#restorations.set(session, restorations)
    if (!isNew || notice.kind !== 'farm' || !notice.up) return
    this.#restored(DATA)
    // What was asked of it before is never answered (L20).
    const { code } = session.watch.farms.get(notice.farm) ?? {}
    if (code === 2106 || code === 2107) requests?.endUnanswered(BARS, OUT_OF_REACH)
  }

  /** What was missed before has an explanation; what is silent from now on is asked for again. */
  #restored(classes: ReadonlySet<RequestClass>): void {
    const { clock, log } = this.#options
    const since = clock.monotonicMs()
    log.forgive(since, classes)
    for (const { link } of this.#options.sessions) {
      link.connection?.requests.breakers.forgive(classes)
    }
    clock.after(VERIFY_MS, () => {
      const now = clock.now()
      if (sessionAt(now) !== null) this.#resubscribe(since)
      // A stock that is quiet then is asked for in vain, which costs a request and no bar.
      else if (sessionAt(now, 'all') !== null) this.#resubscribe(since, isOfAllHours)
    })
  }

  #resubscribe(since: number, isMeant?: (request: Request) => boolean): void {
    for (const { link } of this.#options.sessions) {
      link.connection?.requests.endSilentStreams(since, SILENT, isMeant)
    }
  }

  #drifted(detail: string): void {
    const now = this.#options.clock.monotonicMs()
    const again = this.#lastDriftAt !== null && now - this.#lastDriftAt < DRIFT_MS
    this.#lastDriftAt = now
    const reason = `a second drift on order messages within 10 minutes: ${detail}`
    if (again) this.#tell({ kind: 'halt-required', cause: 'decode-drift', reason })
  }

  #idInUse(): void {
    this.#inUse++
    if (this.#inUse !== IN_USE_ALERT) return
    const message = `326 came ${IN_USE_ALERT} times: another client, or our last one, has our id`
    this.tracker.alert({ level: 'warning', message })
  }

  #watchLoop(): void {
    const { clock, probes, conditions } = this.#options
    const delay = probes.loopDelayMs()
    const late = delay !== null && delay > LOOP_MS_MAX
    this.#prover.look()
    conditions.loop(late ? `our event loop is ${Math.round(delay)} ms late (p99 of 10 s)` : null)
    clock.after(1_000, () => this.#watchLoop())
  }

  #tell(input: Omit<Extract<Input, { kind: 'halt-required' }>, 'at'>): void {
    this.#options.tell({ ...input, at: this.#options.clock.now() })
  }
}

const DATA: ReadonlySet<RequestClass> = new Set<RequestClass>(['history', 'quotes', 'contracts'])
const ACCOUNT: ReadonlySet<RequestClass> = new Set<RequestClass>(['orders', 'account'])
const EVERYTHING: ReadonlySet<RequestClass> = new Set([...DATA, ...ACCOUNT])
const BARS: ReadonlySet<RequestClass> = new Set<RequestClass>(['history'])
/** Whoever asked tries again by itself, and then nothing leaves before the service is back. */
const OUT_OF_REACH: Fault = {
  code: 'not-connected',
  retry: 'later',
  detail: 'the Gateway says that this service is out of reach',
  vendorCode: null,
}

/** Bars that are told before and after regular hours too. */
function isOfAllHours(request: Request): boolean {
  return 'useRTH' in request && !request.useRTH
}

function ignore(): void {
  // What became of it is in the log of requests.
}

const SILENT: Fault = {
  code: 'no-data',
  retry: 'later',
  detail: 'silent for 30 s although the link and its farm are back',
  vendorCode: null,
}
