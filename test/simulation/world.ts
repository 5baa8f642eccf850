import { assert } from '../../src/base/assert.ts'
import { VirtualClock } from '../../src/base/clock.ts'
import type { Cancel, Clock, EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import type { ConId } from '../../src/domain/contract.ts'
import { startBot } from '../../src/cli/bot.ts'
import type { Bot } from '../../src/cli/bot.ts'
import type { Settings } from '../../src/config/settings.ts'
import { answer } from '../../src/engine/control.ts'
import type { StatusReply } from '../../src/engine/control.ts'
import type { Broker, Journal, OrderIdStore, Ports } from '../../src/engine/ports.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../src/ibkr/session/client-ids.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import type { Ibkr, TradingMode } from '../../src/ibkr/open.ts'
import type { RestartHook } from '../../src/ibkr/diagnosis/supervision.ts'
import { lockStepProbes } from '../../src/ibkr/diagnosis/probes.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { CoreEvent } from '../../src/simulator/broker/state.ts'
import { liveOrders } from '../../src/trading/alive.ts'
import type { Event } from '../../src/trading/event.ts'
import { initialState } from '../../src/trading/state.ts'
import type { Transport } from '../../src/wire/transport.ts'
import type { Checker, Finding, Load, Sight } from './checkers/checker.ts'
import { DirectLine } from './direct-line.ts'
import type { Notice } from './notice.ts'
import type { Command, Plan } from './plan.ts'
import { methodsOf } from './port-methods.ts'
import { Record } from './record.ts'
import { WireTap } from './wire-tap.ts'
import type { OrderFrame, WireOptions } from './wire-tap.ts'

/** One clock for both ends of every memory socket: it stands while a byte is under way. */
export class LockStep {
  readonly taps: WireTap[] = []
  readonly clock: VirtualClock

  constructor(start: EpochMs) {
    const settled = (): boolean => this.taps.every((tap) => tap.settled)
    this.clock = new VirtualClock({ start, speed: null, settled, bytes: 'in-memory' })
  }

  /** Those that are closed are asked no more. */
  connected(tap: WireTap): void {
    const open = this.taps.filter(({ isClosed }) => !isClosed)
    this.taps.splice(0, this.taps.length, ...open, tap)
  }
}

/** What is left when a process is gone, and the broker it was connected to. */
export interface Remains {
  readonly lockStep: LockStep
  readonly gateway: SimulatedGateway
  readonly journal: MemoryJournal
  readonly orderIds: MemoryOrderIds
  readonly latch: MemoryLatch
}

export interface WorldOptions {
  readonly plan: Plan
  readonly checkers: readonly Checker[]
  /** Default: a new Gateway, and a journal with nothing in it. */
  readonly from?: Remains
  /** A planted bug: stands between the bot and its ports. */
  readonly wrap?: (ports: Ports) => Partial<Ports>
  /** What time the bot thinks it is; default: what time it is. */
  readonly clockOf?: (clock: Clock) => Clock
  /** What its machine makes of its sockets and of the file with its order ids; default nothing. */
  readonly machine?: Machine
  /** A planted bug: what the bot is told to do, where it is not what the plan says. */
  readonly settings?: Settings
  /** Who the bot is told that it is. */
  readonly run?: { readonly mode: TradingMode; readonly accountId: string }
  /** A planted bug: what its connections are told instead. */
  readonly linkMode?: TradingMode
  readonly alter?: WireOptions['alter']
  /** What the run itself did wrong, and no bot could help: it is no violation. */
  readonly excuse?: (violation: Violation & { readonly event: CoreEvent | null }) => boolean
  /** A planted bug that the last look would stop: it is taken out, so that a checker sees it. */
  readonly look?: null
  /** Told after every effect, before anything follows from it: a process may end here. */
  readonly effect?: (effect: Effect, world: World) => void
  /** Whether a message that was read is such an effect; default not. */
  readonly hearing?: boolean
}

export interface Machine {
  readonly socket: (socket: Transport) => Transport
  readonly orderIds: (store: OrderIdStore) => OrderIdStore
  /** Since when its processes run without a stop; null: since they began. */
  readonly awakeSince: () => EpochMs | null
}

/** What cannot be taken back once it is done. */
export type Effect =
  | { readonly kind: 'journaled'; readonly events: readonly Event[] }
  | { readonly kind: 'received'; readonly frame: OrderFrame }
  /** The bot has read a whole message of the Gateway, and done what it does at once. */
  | { readonly kind: 'heard'; readonly clientId: number; readonly message: string }
  | { readonly kind: 'happened'; readonly event: CoreEvent }

export interface Violation {
  readonly checker: string
  readonly at: EpochMs
  readonly text: string
  /** The contracts that it is of, where the checker knows them. */
  readonly about?: readonly ConId[]
}

/**
 * How often the checkers look although nothing happens: after something has happened as often as
 * the shortest deadlines of theirs, five seconds, can be seen to be missed; later for the others.
 */
const LOOK_MS = 250
const STIRRED_MS = 6_000
const CALM_LOOK_MS = 1_000
/** What was under way lands within milliseconds; a closed bar is decided within seconds. */
const REST_MS = 15_000
/** A Gateway that restarts by itself logs in anew. */
const RESTARTED_MS = 45_000
/** Until a Gateway that is there again is asked. */
const BACK_MS = 1_000
const REFUSED = {
  code: 'not-connected',
  retry: 'later',
  vendorCode: null,
  detail: 'connect ECONNREFUSED (simulated)',
} as const
const BOT = { mode: 'simulation', accountId: 'DU1234567', version: 'simulated' } as const

/** One seed: the whole bot and its Gateway over a memory socket, watched at every step. */
export class World {
  readonly plan: Plan
  readonly remains: Remains
  readonly record = new Record()
  readonly violations: Violation[] = []
  readonly notices: Notice[] = []
  readonly ports: Ports
  /** Where there is no wire: what can go wrong between the bot and the broker. */
  readonly line: DirectLine | null
  readonly #ibkr: Ibkr | null
  /** Since when nothing is made to fail any more; null: something is, or will be. */
  quietSince: EpochMs | null
  readonly #checkers: readonly Checker[]
  /** Those of them that look at a row, at what the broker does, and at the time. */
  readonly #reading: readonly Checker[]
  readonly #happening: readonly Checker[]
  readonly #passing: readonly Checker[]
  readonly #excuse: NonNullable<WorldOptions['excuse']>
  readonly #botClock: Clock
  /** Of all that is looked at: one and the same, and always of now. */
  readonly sight: Sight
  #bot: Bot | null = null
  #askedAt: EpochMs | null = null
  #failing = 0
  /** When something happened last. */
  #stirredAt: EpochMs
  /** What the broker has just done, while it is judged. */
  #broker: CoreEvent | null = null
  #listening = 0
  /** Requests that have had their first answer, or their end without one. */
  readonly #observed = new Map<string, number>()

  constructor(options: WorldOptions) {
    const { plan, checkers, from, wrap, settings } = options
    this.plan = plan
    this.remains = from ?? beginningOf(plan)
    this.#checkers = checkers
    this.#reading = checkers.filter((checker) => checker.journaled !== undefined)
    this.#happening = checkers.filter((checker) => checker.happened !== undefined)
    this.#passing = checkers.filter((checker) => checker.passed !== undefined)
    this.#excuse = options.excuse ?? (() => false)
    plan.market.hold('moving', this.clock.now())
    this.quietSince = this.clock.now()
    this.#stirredAt = this.quietSince
    this.#breakLink(plan.outage ?? null)
    this.#botClock = options.clockOf?.(this.clock) ?? this.clock
    this.sight = this.#sight(options.machine?.awakeSince ?? (() => null))
    this.#recall()
    const isDirect = plan.tier === 'direct'
    this.line = isDirect ? this.#direct(options) : null
    this.#ibkr = isDirect ? null : this.#connect(options)
    const { broker, marketData } = this.line ?? this.ibkr
    const ports: Ports = {
      clock: this.#botClock,
      broker: this.#asking(broker),
      marketData,
      barStore: new MemoryBarStore(),
      journal: this.#journal(options),
      latch: this.remains.latch,
      notifier: { notify: (notice) => this.notices.push({ ...notice, at: this.clock.now() }) },
    }
    this.ports = { ...ports, ...wrap?.(ports) }
    const own = { settings: settings ?? plan.settings, connections: this.#ibkr }
    this.#bot = startBot({ ...BOT, ...options.run, ...own, ports: this.ports })
    this.#watch(this.#bot, options)
  }

  get clock(): VirtualClock {
    return this.remains.lockStep.clock
  }

  get ibkr(): Ibkr {
    assert(this.#ibkr !== null, 'over a wire there are connections')
    return this.#ibkr
  }

  get bot(): Bot {
    assert(this.#bot !== null, 'the bot runs from the start of its world')
    return this.#bot
  }

  /** What the control socket would answer now. */
  status(): StatusReply {
    const reply = answer(this.bot.engine.view(), { kind: 'status' })
    assert(reply.kind === 'status', 'a status is answered with one')
    return reply
  }

  /** What the process holds now. */
  load(): Load {
    const requests = this.#ibkr?.counters.requests ?? null
    return {
      timers: this.clock.pending,
      sockets: this.remains.lockStep.taps.filter(({ isClosed }) => !isClosed).length,
      listeners: this.#listening,
      requests: requests && { ...requests, observed: this.#observed },
      symbols: this.bot.feed.counts.sources.size,
    }
  }

  async runUntil(until: EpochMs): Promise<void> {
    await this.clock.runUntil(until)
  }

  say(said: Command): void {
    const view = this.bot.engine.view()
    if (said !== 'close') return view.command('simulation', { kind: said })
    for (const { id, quantity } of view.state().structures.values()) {
      if (quantity !== 0) view.command('simulation', { kind: 'close', structureId: id })
    }
  }

  /** Something fails until it is healed: nobody waits for what that may keep from coming. */
  failing(heal: Cancel): Cancel {
    this.quietSince = null
    this.#failing++
    this.#stir()
    let healed = false
    return () => {
      if (healed) return
      healed = true
      heal()
      this.#stir()
      if (--this.#failing === 0) this.quietSince = this.clock.now()
    }
  }

  /** The market stands and nothing is entered any more; then everything must agree. */
  async rest(): Promise<void> {
    const now = this.clock.now()
    this.plan.market.hold('frozen', now)
    this.say('reduce')
    await this.clock.runUntil((now + REST_MS) as EpochMs)
    this.#judge((checker, sight) => checker.rested?.(sight))
  }

  /** What a process that ended now would leave; the original goes on without it. */
  left(): Remains {
    const { gateway, journal, orderIds, latch } = this.remains
    const lockStep = new LockStep(this.clock.now())
    const ids = new MemoryOrderIds()
    const client = clientIdOf('order', CLIENT_ID_BASE)
    ids.reserve(client, orderIds.load(client))
    const flag = new MemoryLatch()
    const latched = latch.read()
    if (latched !== null) flag.set(latched)
    return {
      lockStep,
      gateway: gateway.clone(lockStep.clock),
      journal: new MemoryJournal(journal.read()),
      orderIds: ids,
      latch: flag,
    }
  }

  /** Read anew each time, as a copy of it is not. */
  #sight(awakeSince: Machine['awakeSince']): Sight {
    const { plan, record, notices, remains, clock } = this
    const { gateway, journal, latch } = remains
    const botClock = this.#botClock
    const startedAt = clock.now()
    const beforeStart = initialState(BOT.mode, BOT.accountId)
    const world = {
      state: () => this.#bot?.engine.state ?? beforeStart,
      quietSince: () => this.quietSince,
      askedAt: () => this.#askedAt,
    }
    return {
      get now() {
        return clock.now()
      },
      get botNow() {
        return botClock.now()
      },
      plan,
      gateway,
      get journal() {
        return journal.read()
      },
      rows: () => journal.rows(),
      record,
      get state() {
        return world.state()
      },
      get latched() {
        return latch.read()
      },
      notices,
      get quietSince() {
        return world.quietSince()
      },
      get askedAt() {
        return world.askedAt()
      },
      get awakeSince() {
        return awakeSince() ?? startedAt
      },
      status: () => this.status(),
      load: () => this.load(),
    }
  }

  #asking(broker: Broker): Broker {
    const port = methodsOf(broker)
    return {
      ...port,
      onReport: (listener) => this.#counted(port.onReport(listener)),
      onHeld: (listener) => this.#counted(port.onHeld(listener)),
      onLink: (listener) => this.#counted(port.onLink(listener)),
      snapshot: (signal, known) => {
        this.#askedAt = this.clock.now()
        return port.snapshot(signal, known)
      },
    }
  }

  /** A listener at the port, until it leaves. */
  #counted(leave: Cancel): Cancel {
    this.#listening++
    return () => {
      this.#listening--
      leave()
    }
  }

  #journal({ effect }: WorldOptions): Journal {
    const { journal } = this.remains
    if (effect === undefined) return journal
    return {
      read: () => journal.read(),
      append: (at, events) => {
        const stored = journal.append(at, events)
        effect({ kind: 'journaled', events }, this)
        return stored
      },
    }
  }

  #direct({ plan, effect }: WorldOptions): DirectLine {
    return new DirectLine({
      clock: this.clock,
      core: this.remains.gateway.core,
      seed: plan.seed,
      sent: (frame) => this.#judge((checker, sight) => checker.sent?.(frame, sight)),
      handled: (frame) => effect?.({ kind: 'received', frame }, this),
    })
  }

  #connect(options: WorldOptions): Ibkr {
    const { plan, alter, effect, look, machine, hearing = false, run = BOT } = options
    const { gateway, orderIds, latch, lockStep } = this.remains
    const isAsked = this.#checkers.some((checker) => checker.asked !== undefined)
    return openIbkr({
      observed: ({ kind }) => this.#observed.set(kind, (this.#observed.get(kind) ?? 0) + 1),
      // What the plan says: a planted bug in the settings of the bot does not reach the encoder.
      look: look === undefined ? plan.settings.look : null,
      clock: this.#botClock,
      prng: new Prng(plan.seed),
      connect: () => {
        if (!gateway.accepting) return Promise.resolve(fail(REFUSED))
        const tap = new WireTap(gateway, {
          version: plan.version,
          sent: (frame) => this.#judge((checker, sight) => checker.sent?.(frame, sight)),
          ...(isAsked && {
            asked: (of) => this.#judge((checker, sight) => checker.asked?.(of, sight)),
          }),
          ...(alter && { alter }),
          ...(effect && { handled: (frame) => effect({ kind: 'received', frame }, this) }),
          ...(effect && hearing && { heard: (of) => effect({ kind: 'heard', ...of }, this) }),
        })
        lockStep.connected(tap)
        return Promise.resolve(ok(machine?.socket(tap) ?? tap))
      },
      probes: lockStepProbes((transport) => transport.facts?.() ?? null),
      mode: options.linkMode ?? run.mode,
      declared: (options.linkMode ?? run.mode) === 'live' ? 'live' : null,
      account: run.accountId,
      versions: { min: 176, max: plan.version },
      orderIds: machine?.orderIds(orderIds) ?? orderIds,
      latch,
      notice: () => undefined,
      restartWindows: plan.settings.gateway.restartWindows,
      restartGateway: this.#restartHook(plan.settings.gateway),
    })
  }

  /** What the command of the configuration does: its Gateway is gone for a while, and comes back. */
  #restartHook({ restartCommand, restartEveryMs }: Settings['gateway']): RestartHook | null {
    if (restartCommand === null) return null
    const restart = { name: 'restart', warnings: 0, downMs: RESTARTED_MS } as const
    return {
      everyMs: restartEveryMs,
      run: () => {
        const healed = this.failing(this.remains.gateway.inject(restart))
        this.clock.after(RESTARTED_MS + BACK_MS, healed)
      },
    }
  }

  /** Also on what an earlier process left: nobody listens until the outage is over. */
  #breakLink(outage: Plan['outage'] | null): void {
    const { clock } = this
    if (outage === null || outage === undefined || clock.now() >= outage.until) return
    clock.after(outage.from - clock.now(), () => {
      const heal = this.failing(this.remains.gateway.inject({ name: 'refuse' }))
      clock.after(outage.until - clock.now(), heal)
    })
  }

  #watch({ engine }: Bot, { effect }: WorldOptions): void {
    const { core } = this.remains.gateway
    core.subscribe((event) => {
      this.#stir()
      this.#broker = event
      this.#judge((checker, sight) => checker.happened?.(event, sight), this.#happening)
      this.#broker = null
      effect?.({ kind: 'happened', event }, this)
    })
    engine.subscribe(() => this.#readJournal())
    let { operator } = this.plan
    if (operator !== null && operator.at <= this.clock.now()) operator = null // spoken to the last
    const look = (): void => {
      this.#judge(passed, this.#passing)
      if (operator !== null && this.#isMoment(operator)) {
        this.say(operator.command)
        operator = null
      }
      const isCalm = operator === null && this.clock.now() - this.#stirredAt > STIRRED_MS
      this.clock.after(isCalm ? CALM_LOOK_MS : LOOK_MS, look)
    }
    look()
  }

  /** There is something to stop: a word about nothing changes nothing. */
  #isMoment({ at, command }: NonNullable<Plan['operator']>): boolean {
    const now = this.clock.now()
    if (now < at || now >= this.plan.until) return false
    const orders = liveOrders(this.bot.engine.state)
    const stopsEntries = command === 'reduce' || command === 'halt'
    return stopsEntries ? orders.some(({ role }) => role === 'entry') : orders.length > 0
  }

  /** What an earlier process wrote was judged then: the checkers only remember it. */
  #recall(): void {
    for (const entry of this.remains.journal.read()) {
      this.record.read(entry)
      for (const checker of this.#checkers) checker.journaled?.(entry, this.sight)
    }
  }

  #stir(): void {
    this.#stirredAt = this.clock.now()
  }

  /** First what the journal holds by now; then what has just happened. */
  #judge(look: Look, of: readonly Checker[] = this.#checkers): void {
    if (this.#bot === null) return // it starts: what it journals meanwhile is judged next
    this.#readJournal()
    for (const checker of of) this.#note(checker, look(checker, this.sight))
  }

  /** What it holds by now, each entry once. */
  #readJournal(): void {
    const journal = this.remains.journal.read()
    if (this.#bot === null || this.record.seq === journal.length) return
    const { sight } = this
    for (const said of journal.slice(this.record.seq)) {
      const entry = said.at === sight.now ? said : { ...said, at: sight.now } // its clock is off
      this.record.read(entry, said.at)
      // A bar that was decided on begins nothing that must follow within seconds.
      if (entry.event.type !== 'CycleEnded') this.#stir()
      for (const checker of this.#reading) this.#note(checker, checker.journaled?.(entry, sight))
    }
  }

  /** Of each checker the first complaint is kept: what follows may follow from it. */
  #note({ name }: Checker, found: Finding | undefined): void {
    if (found === null || found === undefined) return
    if (this.violations.some((each) => each.checker === name)) return
    const at = this.clock.now()
    const blames = typeof found === 'string' ? [{ text: found }] : found
    const violation = blames
      .map((blame): Violation => ({ checker: name, at, ...blame }))
      .find((each) => !this.#excuse({ ...each, event: this.#broker }))
    if (violation !== undefined) this.violations.push(violation)
  }
}

type Look = (checker: Checker, sight: Sight) => Finding | undefined

const passed: Look = (checker, sight) => checker.passed?.(sight)

function beginningOf(plan: Plan): Remains {
  const lockStep = new LockStep(plan.start)
  const { clock } = lockStep
  const { seed, market, account } = plan
  return {
    lockStep,
    gateway: new SimulatedGateway({ clock, seed, market, account, strict: true }),
    journal: new MemoryJournal(),
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
  }
}
