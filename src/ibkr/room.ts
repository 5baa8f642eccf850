import type { Clock } from '../base/clock.ts'
import type { Prng } from '../base/prng.ts'
import type { Result } from '../base/result.ts'
import type { Mode, SetGate } from '../domain/account.ts'
import type { BreakerFigures } from '../engine/health.ts'
import type { Observed } from '../engine/latency.ts'
import type { Fault } from '../engine/ports.ts'
import { BOT_VERSIONS } from '../wire/handshake.ts'
import type { VersionRange } from '../wire/handshake.ts'
import type { Transport } from '../wire/transport.ts'
import { accountObjection } from './account-check.ts'
import { Conditions } from './conditions.ts'
import type { Connection } from './connection.ts'
import type { ConnectionCounters } from './connection-listener.ts'
import { ContractBook } from './contracts.ts'
import type { FrameGuard } from './last-look.ts'
import { Link } from './link.ts'
import type { LinkListener, Notice } from './link.ts'
import type { Pacing } from './allowance.ts'
import { Budgets } from './budgets.ts'
import { noRequests, RequestIds } from './question.ts'

export interface IbkrOptions {
  readonly clock: Clock
  readonly prng: Prng
  /** A new TCP connection, or a memory socket: they are the same to everything here. */
  readonly connect: () => Promise<Result<Transport, Fault>>
  readonly mode: Mode
  /** What the port map declares; null where we are both ends. */
  readonly declared: 'paper' | 'live' | null
  readonly clientIdBase?: number
  /** 194 to 200 only for runs against simulators (protocol.md 4.1). */
  readonly versions?: VersionRange
  /** The market is open, or orders or positions exist: then the heartbeat is at its fastest. */
  readonly busy?: () => boolean
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
  readonly connections: ConnectionCounters = {
    handshakes: 0,
    messagesSent: 0,
    messagesReceived: 0,
    orderFramesSent: 0,
    decodeDrift: 0,
  }
  readonly links: Link[] = []
  readonly gateListeners = new Set<(gates: readonly SetGate[]) => void>()
  readonly #options: IbkrOptions
  readonly #ids = new RequestIds()

  constructor(options: IbkrOptions) {
    this.#options = options
    this.contracts = new ContractBook(options.clock)
    this.conditions = new Conditions(options.clock, () => {
      for (const listener of this.gateListeners) listener(this.conditions.gates())
    })
    const { clock, pacing } = options
    this.budgets = new Budgets({
      clock,
      ...(pacing && { pacing }),
      requests: this.requests,
      blocked: (reason) => this.conditions.budget(reason),
    })
  }

  link(wanted: LinkWanted): Link {
    const { clock, prng, connect, mode, declared, versions, busy, notice, observed } = this.#options
    const { name, clientId, guard, account, listener, restored } = wanted
    const link: Link = new Link({
      clock,
      prng,
      connect,
      clientId,
      guard,
      listener,
      versions: versions ?? BOT_VERSIONS,
      pacer: this.budgets.pacer,
      ids: this.#ids,
      counters: this.connections,
      requestCounters: this.requests,
      busy: busy ?? (() => true),
      ...(observed && { observed }),
      broke: (of, reason) => this.conditions.broke(name, of, reason),
      objection: (accounts) => accountObjection(accounts, { account, mode, declared }),
      notice: (of) => {
        this.conditions.heard(name, of)
        notice(name, of)
        const { connection } = link
        if (connection === null) return
        if (of.kind === 'gateway' && of.notice.kind === 'connectivity-restored') {
          restored(connection, of.notice.dataLost)
        }
        // A message about orders was not read whole: what it said is asked for again (S14).
        if (of.kind === 'drift' && of.onOrders) restored(connection, false)
      },
    })
    this.links.push(link)
    return link
  }

  /** Of every connection that is up: those that are not closed. */
  breakers(): readonly BreakerFigures[] {
    return this.links.flatMap(({ connection }) => connection?.requests.breakers.figures() ?? [])
  }

  start(): void {
    for (const link of this.links) link.start()
  }

  async ready(withinMs: number): Promise<Result<void, Fault>> {
    const results = await Promise.all(this.links.map((link) => link.whenUp(withinMs)))
    return results.find((result) => !result.ok) ?? { ok: true, value: undefined }
  }

  /** Cancels that wait for room leave first (H4). */
  async close(): Promise<void> {
    for (let waitedMs = 0; this.budgets.pacer.waiting(0) > 0 && waitedMs < 2_000; waitedMs += 100) {
      await new Promise<void>((resolve) => {
        this.#options.clock.after(100, resolve)
      })
    }
    for (const link of this.links) link.close()
  }
}
