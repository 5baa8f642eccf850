import { VirtualClock } from '../base/clock.ts'
import type { Cancel, Clock } from '../base/clock.ts'
import { seedOf } from '../base/prng.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Broker, MarketData } from '../engine/ports.ts'
import type { Transport } from '../wire/transport.ts'
import { Beats } from './broker/beats.ts'
import { GatewayCore } from './broker/core.ts'
import type { CoreOptions } from './broker/core.ts'
import { direct } from './direct.ts'
import type { DirectOptions } from './direct-broker.ts'
import { FaultBoard } from './faults/fault-board.ts'
import { FaultyLink } from './faults/fault-link.ts'
import type { FaultSpec } from './faults/faults.ts'
import { generatedMarket } from './market/generated-market.ts'
import { GATEWAY_LIMITS, LoginLimits } from './session/limits.ts'
import type { GatewayLimits } from './session/limits.ts'
import type { Market } from './market/market.ts'
import { memoryPair } from './memory.ts'
import type { MemoryClient } from './memory.ts'
import { once } from './faults/once.ts'
import type { ServerEnd } from './session/server-end.ts'
import type { Counters, House } from './session/session-client.ts'
import type { RateMode } from './session/session-intake.ts'
import { MarketRules } from './session/session-rules.ts'
import { Session } from './session/session.ts'
import type { Front } from './session/session.ts'
import { listenTcp } from './tcp.ts'
import type { TcpListener } from './tcp.ts'

export interface GatewayOptions {
  readonly clock: Clock
  readonly seed: number
  /** Default: generated from the seed, with the symbols of `generatedMarket`. */
  readonly market?: Market
  /** Default `DU1234567`, margin, $100,000. */
  readonly account?: Exclude<CoreOptions['account'], undefined>
  /** The newest server version it speaks, 157 to 200; default 200. */
  readonly maxServerVersion?: number
  /** What happens above 50 messages a second: error 100, or, as with `+PACEAPI`, a delay. */
  readonly rateMode?: RateMode
  readonly limits?: Partial<GatewayLimits>
  /** Refuses what a Gateway lets pass: an empty `transmit`, an unknown message. */
  readonly strict?: boolean
  /** Checks every frame it writes against the layout of its version. */
  readonly debug?: boolean
  /** The Read-Only API setting: every order, what-if and cancel gets 321. */
  readonly readOnly?: boolean
  /** Symbols without a live subscription: 10089, or delayed data when that was asked for. */
  readonly unsubscribed?: readonly string[]
  /** How long a client id stays in use after an unclean end, milliseconds; default 0. */
  readonly clientIdLingerMs?: number
  /** One line per refused connection and broken limit. */
  readonly log?: (line: string) => void
}

/** What a clone takes along; its connections stay behind. */
interface Inherited {
  readonly core: GatewayCore
  readonly login: LoginLimits
  readonly counters: Counters
}

const NEWEST_VERSION = 200

/** One simulated IB Gateway, three faces: in process, over a pair of byte pipes, over TCP. */
export class SimulatedGateway {
  /** The simulated broker itself: orders, fills, positions and account as they really are. */
  readonly core: GatewayCore
  readonly market: Market
  readonly #options: GatewayOptions
  readonly #house: House
  readonly #front: Front
  readonly #faults: FaultBoard
  readonly #sessions = new Set<Session>()
  /** Client ids that an unclean end still blocks, until then (monotonic). */
  readonly #lingering = new Map<number, number>()
  readonly #listeners = new Set<TcpListener>()
  /** While there is any, nobody listens. */
  readonly #refusals = new Set<Cancel[]>()

  constructor(options: GatewayOptions, inherited?: Inherited) {
    const { clock, seed, account } = options
    this.#options = options
    const own = account === undefined ? {} : { account }
    this.core =
      inherited?.core ?? new GatewayCore({ clock, seed, market: marketOf(options), ...own })
    this.market = this.core.market
    this.#house = houseOf(options, this.core, inherited)
    this.#faults = new FaultBoard({
      house: this.#house,
      seed: seedOf(seed, 'faults'),
      connections: () => [...this.#sessions],
      refuse: () => this.#refuse(),
    })
    this.#front = {
      house: this.#house,
      faults: this.#faults,
      beats: new Beats(clock),
      maxServerVersion: options.maxServerVersion ?? NEWEST_VERSION,
      rateMode: options.rateMode ?? 'reject',
      enter: (session, clientId) => this.#enter(session, clientId),
      left: (session, reason) => this.#left(session, reason),
    }
  }

  /** What has been asked of it, and how often its limits were broken. */
  get counters(): Readonly<Counters> {
    return this.#house.counters
  }

  /** Market-data lines that the clients of its login may still open. */
  get linesFree(): number {
    return this.#house.login.linesFree
  }

  /** Its ends of the open connections: a lock-step clock waits until their bytes are handled. */
  get transports(): readonly Transport[] {
    return [...this.#sessions].map(({ link }) => link).filter(({ isConnected }) => isConnected)
  }

  /** In process, no codec: backtests and the fast simulation tier. */
  direct(options?: DirectOptions): Broker & MarketData {
    return direct(this.core, options)
  }

  /** What is broken from now on, on connections that are open and on new ones, until it heals. */
  inject(fault: FaultSpec): Cancel {
    return this.#faults.inject(fault)
  }

  /** How often the fault that this heals has made a difference so far. */
  changesBy(heal: Cancel): number {
    return this.#faults.changesBy(heal)
  }

  /** False while a fault has it listen nowhere. */
  get accepting(): boolean {
    return this.#refusals.size === 0
  }

  /**
   * In process, through the real codec: the client's half of a pair of byte pipes. It is reset at
   * once when nobody listens; `connect` says so.
   */
  memorySocket(): MemoryClient {
    const { client, server } = memoryPair()
    if (this.accepting) this.#accept(server)
    else server.reset()
    return client
  }

  /** As `memorySocket`, and refused as a real connect is while nobody listens. */
  connect(): Result<MemoryClient, string> {
    return this.accepting ? ok(this.memorySocket()) : fail('connect ECONNREFUSED (simulated)')
  }

  /** Real TCP, on loopback unless told otherwise: any TWS API client. Port 0 is a free one. */
  async listen(port: number, host = '127.0.0.1'): Promise<TcpListener> {
    const listener = await listenTcp({ port, host }, (transport) => this.#accept(transport))
    this.#listeners.add(listener)
    for (const refusals of this.#refusals) refusals.push(listener.refuse())
    const close = (): Promise<void> => {
      this.#listeners.delete(listener)
      return listener.close()
    }
    return { ...listener, close }
  }

  /**
   * Everything it knows, pending work included, on a clock of its own; without connections, and
   * without the faults of its network and its sessions.
   */
  clone(clock: Clock): SimulatedGateway {
    const shiftMs = clock.monotonicMs() - this.#house.clock.monotonicMs()
    return new SimulatedGateway(
      { ...this.#options, clock },
      {
        core: this.core.clone(clock),
        login: this.#house.login.clone(shiftMs),
        counters: { ...this.#house.counters },
      },
    )
  }

  #accept(end: ServerEnd): void {
    const { clock } = this.#house
    const mayStopReading = !(clock instanceof VirtualClock)
    const session = new Session(this.#front, new FaultyLink(end, { clock, mayStopReading }))
    this.#sessions.add(session)
    this.#faults.opened(session)
  }

  #refuse(): Cancel {
    const refusals = [...this.#listeners].map((listener) => listener.refuse())
    this.#refusals.add(refusals)
    return once(() => {
      this.#refusals.delete(refusals)
      for (const listenAgain of refusals) listenAgain()
    })
  }

  #enter(session: Session, clientId: number): 'entered' | 'in-use' | 'full' {
    const others = [...this.#sessions].filter((each) => each !== session && each.id >= 0)
    const lingersUntil = this.#lingering.get(clientId) ?? 0
    const lingers = lingersUntil > this.#house.clock.monotonicMs()
    if (lingers || this.#faults.isInUse(clientId)) return 'in-use'
    if (others.some((each) => each.id === clientId)) return 'in-use'
    this.#lingering.delete(clientId)
    return others.length >= this.#house.login.limits.clients ? 'full' : 'entered'
  }

  #left(session: Session, reason: string | null): void {
    this.#sessions.delete(session)
    const { clock, settings } = this.#house
    if (reason === null || session.id < 0 || settings.clientIdLingerMs === 0) return
    this.#lingering.set(session.id, clock.monotonicMs() + settings.clientIdLingerMs)
  }
}

function marketOf({ market, seed, clock }: GatewayOptions): Market {
  return market ?? generatedMarket({ seed, start: newYorkDate(clock.now()) })
}

function houseOf(options: GatewayOptions, core: GatewayCore, inherited?: Inherited): House {
  return {
    clock: options.clock,
    core,
    market: core.market,
    rules: new MarketRules(),
    login: inherited?.login ?? new LoginLimits({ ...GATEWAY_LIMITS, ...options.limits }),
    settings: {
      strict: options.strict ?? false,
      debug: options.debug ?? false,
      readOnly: options.readOnly ?? false,
      unsubscribed: new Set(options.unsubscribed),
      late: new Set(),
      clientIdLingerMs: options.clientIdLingerMs ?? 0,
    },
    counters: inherited?.counters ?? {
      connections: 0,
      requests: 0,
      orderFrames: 0,
      historicalRequests: 0,
      violations: 0,
      unwritten: 0,
    },
    log: options.log ?? (() => undefined),
  }
}
