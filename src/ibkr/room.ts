import type { Clock } from '../base/clock.ts'
import type { Prng } from '../base/prng.ts'
import type { Result } from '../base/result.ts'
import type { Mode, SetGate } from '../domain/account.ts'
import type { Incident } from '../domain/incident.ts'
import type { RestartWindow } from '../domain/restart-windows.ts'
import type { BreakerFigures, ConnectionFigures, FarmFigures } from '../engine/health.ts'
import type { Observed } from '../engine/latency.ts'
import type { Fault } from '../engine/ports.ts'
import type { Request } from '../wire/requests.ts'
import type { Response } from '../wire/responses.ts'
import { BOT_VERSIONS } from '../wire/handshake.ts'
import type { VersionRange } from '../wire/handshake.ts'
import type { Transport } from '../wire/transport.ts'
import { accountObjection } from './orders/account-check.ts'
import { Conditions } from './session/conditions.ts'
import type { Connection } from './session/connection.ts'
import type { ConnectionCounters } from './session/connection-listener.ts'
import { ContractBook } from './market/contracts.ts'
import { Inputs } from './session/inputs.ts'
import { refuseOrders } from './orders/last-look.ts'
import type { FrameGuard } from './orders/last-look.ts'
import { Link } from './session/link.ts'
import type { LinkListener, Notice } from './session/link.ts'
import type { Pacing } from './pacing/allowance.ts'
import { Budgets } from './pacing/budgets.ts'
import { NO_PROBES } from './diagnosis/probes.ts'
import type { Probes } from './diagnosis/probes.ts'
import { turnOf } from './session/reconnect.ts'
import { Scout } from './session/scout.ts'
import { RequestLog } from './diagnosis/request-log.ts'
import { farmStateOf, SessionWatch } from './diagnosis/session-watch.ts'
import { Supervision } from './diagnosis/supervision.ts'
import type { RestartHook } from './diagnosis/supervision.ts'
import type { Session } from './diagnosis/symptoms.ts'
import { noRequests, RequestIds } from './session/question.ts'

export interface IbkrOptions {
  readonly clock: Clock
  readonly prng: Prng
  /**
   * A new TCP connection, or a memory socket: they are the same to everything here. `name` is
   * `order`, `data` or `canary`.
   */
  readonly connect: (port?: number | null, name?: string) => Promise<Result<Transport, Fault>>
  readonly mode: Mode
  /** What the port map declares; null where we are both ends. */
  readonly declared: 'paper' | 'live' | null
  readonly clientIdBase?: number
  /** 194 to 200 only for runs against simulators (protocol.md 4.1). */
  readonly versions?: VersionRange
  /** The market is open, or orders or positions exist: then the heartbeat is at its fastest. */
  readonly busy?: () => boolean
  /** What shows outside the protocol; none where time is virtual and nobody says otherwise. */
  readonly probes?: Probes
  /** Announced restarts; default: none. */
  readonly restartWindows?: readonly RestartWindow[]
  /** What restarts the Gateway; default: only a person does. */
  readonly restartGateway?: RestartHook | null
  /** Told of every error message, whatever it is about. */
  readonly told?: (code: number, text: string) => void
  /** What of IBKR's limits this process may use; default: all that one bot may. */
  readonly pacing?: Pacing
  /** How long each request took, for whoever keeps the figures. */
  readonly observed?: (of: Observed) => void
  /** What people should know; `of` is `order` or `data`. */
  readonly notice: (of: string, notice: Notice) => void
}

export interface LinkWanted {
  readonly name: 'order' | 'data'
  readonly clientId: number
  readonly guard: FrameGuard
  readonly heard?: (response: Response) => void
  readonly unsent?: (request: Request) => void
  readonly account: string | null
  readonly listener: LinkListener
  readonly restored: (connection: Connection, dataLost: boolean) => void
}

/** What the connections of one process share: the message budget, the ids, the contracts. */
export class Room {
  readonly contracts: ContractBook
  readonly budgets: Budgets
  readonly conditions: Conditions
  readonly requests = noRequests()
  readonly log: RequestLog
  readonly connections: ConnectionCounters = {
    handshakes: 0,
    messagesSent: 0,
    messagesReceived: 0,
    orderFramesSent: 0,
    decodeDrift: 0,
  }
  readonly links: Link[] = []
  readonly gateListeners = new Set<(gates: readonly SetGate[]) => void>()
  /** Incidents, and what must halt; kept until somebody listens. */
  readonly inputs = new Inputs()
  readonly #options: IbkrOptions
  readonly #ids = new RequestIds()
  readonly #sessions: Session[] = []
  readonly #reconciles: (() => void)[] = []
  readonly #scout: Scout
  #supervision: Supervision | null = null
  /** Where the Gateway said that it listens now (1300); null: where it was configured. */
  #port: number | null = null

  constructor(options: IbkrOptions) {
    this.#options = options
    this.contracts = new ContractBook(options.clock)
    this.log = new RequestLog()
    this.conditions = new Conditions(options.clock, () => {
      for (const listener of this.gateListeners) listener(this.conditions.gates())
    })
    const { clock, pacing } = options
    this.#scout = new Scout({
      clock,
      links: () => this.links,
      ask: (done) => {
        void this.#supervision?.canary.ask(null, ({ answered }) => done(answered === true))
      },
    })
    this.budgets = new Budgets({
      clock,
      ...(pacing && { pacing }),
      requests: this.requests,
      blocked: (reason) => this.conditions.budget(reason),
    })
  }

  link(wanted: LinkWanted): Link {
    const { clock, prng, mode, declared, notice, observed, told } = this.#options
    const { name, guard, account, listener, restored } = wanted
    const watch = new SessionWatch(name, clock, told)
    const link: Link = new Link({
      ...this.#shared(wanted),
      prng,
      guard,
      ...(wanted.heard && { heard: wanted.heard }),
      ...(wanted.unsent && { unsent: wanted.unsent }),
      listener,
      watch,
      ...(observed && { observed }),
      broke: (of, reason) => this.conditions.broke(name, of, reason),
      objection: (accounts) => accountObjection(accounts, { account, mode, declared }),
      turn: (dueAt, delayMs) => turnOf(this.#dueOfOthers(link), dueAt, delayMs),
      notice: (of) => {
        this.conditions.heard(name, of)
        notice(name, of)
        if (of.kind === 'link-up') {
          this.#scout.up()
          for (const other of this.links) if (other !== link) other.retryNow()
        }
        if (of.kind === 'attempt-failed') this.#scout.failed(of.cause)
        this.#supervision?.heard(session, of)
        if (of.kind === 'gateway' && of.notice.kind === 'port-reset') this.#moved(of.notice.port)
        const { connection } = link
        if (connection === null) return
        if (of.kind === 'gateway' && of.notice.kind === 'connectivity-restored') {
          restored(connection, of.notice.dataLost)
        }
        // A message about orders was not read whole: what it said is asked for again (S14).
        if (of.kind === 'drift' && of.onOrders) restored(connection, false)
      },
    })
    this.#reconciles.push(() => {
      if (link.connection !== null) restored(link.connection, false)
    })
    const session: Session = { link, watch }
    this.#sessions.push(session)
    this.links.push(link)
    return link
  }

  /** Of every connection that is up: those that are not closed. */
  breakers(): readonly BreakerFigures[] {
    return this.links.flatMap(({ connection }) => connection?.requests.breakers.figures() ?? [])
  }

  /** Each as it is; the canary lives for one question at a time. */
  figures(): readonly ConnectionFigures[] {
    const ours = this.#sessions.map(({ link, watch }) => ({
      name: watch.name as ConnectionFigures['name'],
      isUp: link.connection !== null,
      since: watch.changedAt,
      reconnects: Math.max(0, watch.ups - 1),
    }))
    const isOpen = this.#supervision?.canary.isOpen ?? false
    return [...ours, { name: 'canary', isUp: isOpen, since: null, reconnects: 0 }]
  }

  /** Of every farm what was said of it last, on whichever connection. */
  farms(): readonly FarmFigures[] {
    const heard = this.#sessions.flatMap(({ watch }) => [...watch.farms.values()])
    const newest = new Map(
      [...heard].sort((a, b) => a.at - b.at).map((each) => [each.farm, each] as const),
    )
    return [...newest.values()].map(({ farm, code, since }) => {
      return { name: farm, state: farmStateOf(code), since }
    })
  }

  start(
    clientIdOfCanary: number,
    {
      allowDelayed,
      askOrders = null,
    }: { readonly allowDelayed: boolean; readonly askOrders?: (() => void) | null },
  ): void {
    const { clock, probes, restartWindows, restartGateway } = this.#options
    this.#supervision = new Supervision({
      clock,
      probes: probes ?? NO_PROBES,
      log: this.log,
      conditions: this.conditions,
      sessions: this.#sessions,
      restartWindows: restartWindows ?? [],
      restartGateway: restartGateway ?? null,
      allowDelayed: () => allowDelayed,
      canary: {
        ...this.#shared({ name: 'canary', clientId: clientIdOfCanary }),
        budgets: this.budgets,
        guard: refuseOrders,
        watch: new SessionWatch('canary', clock, this.#options.told),
      },
      tell: (input) => this.inputs.tell(input),
      askOrders,
      stock: () => this.contracts.anyStock(),
      reached: () => {
        for (const { watch } of this.#sessions) this.conditions.reached(watch.name)
      },
      reconcile: () => {
        for (const reconcile of this.#reconciles) reconcile()
      },
    })
    for (const link of this.links) link.start()
    this.#supervision.start()
  }

  /** What is known of the incident that is open; null: none is. */
  get incident(): Incident | null {
    return this.#supervision?.tracker.incident ?? null
  }

  /** What every connection of the process is made of. */
  #shared({ name, clientId }: { readonly name: string; readonly clientId: number }) {
    const { clock, connect, versions, busy } = this.#options
    return {
      clock,
      connect: () => connect(this.#port, name),
      name,
      clientId,
      versions: versions ?? BOT_VERSIONS,
      pacer: this.budgets.pacer,
      ids: this.#ids,
      counters: this.connections,
      requestCounters: this.requests,
      log: this.log,
      busy: busy ?? (() => true),
    }
  }

  #dueOfOthers(link: Link): readonly number[] {
    const others = this.links.filter((each) => each !== link)
    return [...others, this.#scout].flatMap(({ dueAt }) => dueAt ?? [])
  }

  /** 1300: every connection goes to the port that it named, and no other way. */
  #moved(port: number | null): void {
    if (port === null || port === this.#port) return
    this.#port = port
    this.#options.clock.after(0, () => {
      for (const link of this.links) link.reconnect(`1300: the Gateway listens on port ${port}`)
    })
  }

  async ready(withinMs: number): Promise<Result<void, Fault>> {
    const results = await Promise.all(this.links.map((link) => link.whenUp(withinMs)))
    return results.find((result) => !result.ok) ?? { ok: true, value: undefined }
  }

  /** Cancels that wait for room leave first (H4). */
  async close(): Promise<void> {
    for (let waitedMs = 0; this.budgets.pacer.waiting(0) > 0 && waitedMs < 5_000; waitedMs += 100) {
      await new Promise<void>((resolve) => {
        this.#options.clock.after(100, resolve)
      })
    }
    this.#supervision?.stop()
    this.#scout.close()
    for (const link of this.links) link.close()
  }
}
