import { VirtualClock } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import { busy, startBot } from '../../src/cli/bot.ts'
import type { Bot } from '../../src/cli/bot.ts'
import { sessionAt } from '../../src/domain/calendar.ts'
import type { Gate } from '../../src/domain/account.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import { lockStepProbes } from '../../src/ibkr/diagnosis/probes.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { Market } from '../../src/simulator/market/market.ts'
import { LocalFaults } from '../../src/simulator/faults/local-faults.ts'
import { liveOrders } from '../../src/trading/alive.ts'
import { DAY, tickers } from '../simulation/crowd.ts'
import { fixedPlan } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import type { Sample } from './sample.ts'

const ACCOUNT = 'DU1234567'
/** What no outage causes. */
const OTHER_GATES: ReadonlySet<Gate> = new Set(['window', 'low-funds', 'baseline'])
/** What the bot counts of its own orders. */
const OWN_COUNT = /^order efficiency ratio/
/**
 * An exit filled at the broker while nobody listened, on an earlier day: IBKR tells the fills of
 * the day alone, and what cannot be explained is for a person (P24).
 */
const UNEXPLAINED = /unexplained$/
const LOOK_MS = 100
const LONG_LOOK_MS = 1_000
/** So long after its beginning it is looked at closely, and after its end. */
const FINE_MS = 120_000
/** A stream says something every five seconds. */
const HEARD_MS = 15_000

/** It could trade, from then on until then. */
interface Span {
  readonly from: number
  to: number | null
  /** When every symbol had told something since. */
  heardAt: number | null
}

const crowds = new Map<number, Market>()

/** Made once: what a market has told is kept. */
function crowdOf(count: number): Market {
  const known =
    crowds.get(count) ?? generatedMarket({ seed: 7, start: DAY, symbols: tickers(count) })
  crowds.set(count, known)
  return known
}

/** The whole bot and its Gateway, and since when it could trade. */
export class Stage {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly local = new LocalFaults()
  readonly journal = new MemoryJournal()
  readonly gates: string[] = []
  lingered = false
  /** A position is not what it was, and nothing says why. */
  isUnexplained = false
  /** Of one client, since the outage began. */
  closestConnectsMs: number | null = null
  readonly #plan: Plan
  readonly #latch = new MemoryLatch()
  readonly #active = new Map<string, number>()
  readonly #spans: Span[] = []
  readonly #connectedAt = new Map<string, number>()
  #bot: Bot | null = null
  #beganAt: number | null = null
  #overAt: number | null = null
  #firstUnreadyAt: number | null = null

  constructor({ date, time, written, seed, crowd }: Sample) {
    const symbols = crowd === null ? written : { ...written, symbols: tickers(crowd).join(', ') }
    this.#plan = fixedPlan({ date, time, minutes: 10, written: symbols })
    const { start } = this.#plan
    const market = crowd === null ? this.#plan.market : crowdOf(crowd)
    this.clock = new VirtualClock({ start, speed: null, settled: () => true })
    this.gateway = new SimulatedGateway({
      clock: this.clock,
      seed,
      market,
      log: (line) => this.#heard(line),
    })
  }

  /** When its first step began; null: it has not. */
  get beganAt(): number | null {
    return this.#beganAt
  }

  /** When everything that was made to fail was well again. */
  get endedAt(): number | null {
    return this.#active.size === 0 ? this.#overAt : null
  }

  get firstUnreadyAt(): number | null {
    return this.#firstUnreadyAt
  }

  get holds(): boolean {
    const structures = this.#bot?.engine.state.structures.values() ?? []
    return [...structures].some(({ quantity }) => quantity !== 0)
  }

  /** What a scenario says of its steps. */
  readonly note = (line: string): void => {
    const [, what = '', over] = /^scenario [^:]+: (.+?)( is over)?$/.exec(line) ?? []
    if (over === undefined) this.#begin(what)
    else this.#end(what)
  }

  startBot(): void {
    const { settings } = this.#plan
    const { clock } = this
    const ibkr = openIbkr({
      look: settings.look,
      clock,
      prng: new Prng(this.#plan.seed),
      connect: (_, name = '') => {
        const dialled = this.gateway.connect()
        if (dialled.ok) {
          this.#connected(name)
          return Promise.resolve(ok(this.local.wrap(dialled.value)))
        }
        const fault = { code: 'not-connected', retry: 'later', vendorCode: null } as const
        return Promise.resolve(fail({ ...fault, detail: dialled.error }))
      },
      probes: lockStepProbes((transport) => transport.facts?.() ?? null),
      restartWindows: settings.gateway.restartWindows,
      busy: () => this.#bot === null || busy(this.#bot.engine.state, clock.now()),
      mode: 'simulation',
      declared: null,
      account: ACCOUNT,
      orderIds: new MemoryOrderIds(),
      latch: this.#latch,
      told: (code) => {
        if (code === 326) this.lingered = true
      },
      notice: () => undefined,
    })
    this.#bot = startBot({
      settings,
      ports: {
        clock,
        broker: ibkr.broker,
        marketData: ibkr.marketData,
        barStore: new MemoryBarStore(),
        journal: this.journal,
        latch: this.#latch,
        notifier: { notify: () => undefined },
      },
      mode: 'simulation',
      accountId: ACCOUNT,
      version: 'simulated',
      connections: ibkr,
    })
    this.#look()
  }

  /** As its owner would: all that is held is closed, or what rests at the broker is cancelled. */
  say(command: 'close' | 'cancel'): void {
    const view = this.#bot?.engine.view()
    if (view === undefined) return
    if (command === 'cancel') {
      for (const { id } of liveOrders(view.state())) {
        view.command('simulation', { kind: 'cancel', orderId: id })
      }
      return
    }
    for (const { id, quantity } of view.state().structures.values()) {
      if (quantity !== 0) view.command('simulation', { kind: 'close', structureId: id })
    }
  }

  /** Ready now, and for so long already. */
  isSettled(ms: number): boolean {
    const last = this.#spans.at(-1)
    if (last === undefined || last.to !== null) return false
    if (this.#isOpen && last.heardAt === null) return false
    return this.clock.now() - Math.max(last.from, this.#overAt ?? 0) >= ms
  }

  wasReadyAt(at: number): boolean {
    return this.#spans.some(({ from, to }) => from <= at && (to ?? Infinity) > at)
  }

  /** From then on: when it was ready for good; null: it is not. */
  readyFrom(at: number): number | null {
    const last = this.#spans.at(-1)
    if (last === undefined || last.to !== null) return null
    const ready = Math.max(at, last.from)
    if (!this.#isOpen) return ready
    if (last.heardAt === null) return null
    return last.heardAt - last.from <= HEARD_MS ? ready : Math.max(at, last.heardAt)
  }

  get #isOpen(): boolean {
    return sessionAt(this.clock.now()) !== null
  }

  #heard(line: string): void {
    const [, begins] = /^fault (.+) begins$/.exec(line) ?? []
    const [, over] = /^fault (.+) is over$/.exec(line) ?? []
    if (begins !== undefined) this.#begin(begins)
    if (over !== undefined) this.#end(over)
  }

  #begin(what: string): void {
    this.#beganAt ??= this.clock.now()
    this.#active.set(what, (this.#active.get(what) ?? 0) + 1)
  }

  #end(what: string): void {
    this.#active.delete(what)
    this.#overAt = this.clock.now()
  }

  #connected(name: string): void {
    const now = this.clock.now()
    const before = this.#connectedAt.get(name)
    this.#connectedAt.set(name, now)
    if (before === undefined || this.#beganAt === null) return
    this.closestConnectsMs = Math.min(this.closestConnectsMs ?? Infinity, now - before)
  }

  #look(): void {
    const now = this.clock.now()
    const why = this.#whyNot()
    const last = this.#spans.at(-1)
    const wasReady = last !== undefined && last.to === null
    if (why === null && !wasReady) this.#spans.push({ from: now, to: null, heardAt: null })
    if (why !== null && wasReady) last.to = now
    if (this.#beganAt !== null) {
      if (why !== null) this.#firstUnreadyAt ??= now
      const text = `${new Date(now).toISOString().slice(11, 23)} ${why ?? 'ready'}`
      if (this.gates.at(-1)?.slice(13) !== text.slice(13)) this.gates.push(text)
    }
    this.#listen()
    const fine = this.#active.size === 0 || now - (this.#beganAt ?? now) < FINE_MS
    this.clock.after(fine ? LOOK_MS : LONG_LOOK_MS, () => this.#look())
  }

  #listen(): void {
    const { feed } = this.#bot ?? {}
    const span = this.#spans.at(-1)
    if (feed === undefined || span === undefined || span.heardAt !== null) return
    const lasts = [...feed.counts.sources.keys()].map((symbol) => feed.last(symbol)?.at ?? 0)
    if (lasts.every((at) => at >= span.from)) span.heardAt = this.clock.now()
  }

  /** Why no entry could be made; null: it could, as far as the Gateway is concerned. */
  #whyNot(): string | null {
    const bot = this.#bot
    if (bot === null) return 'not started'
    const { gates: all } = bot.engine.state
    this.isUnexplained = all.some(({ reason }) => UNEXPLAINED.test(reason))
    const gates = all.filter(
      ({ gate, reason }) =>
        !OTHER_GATES.has(gate) && !OWN_COUNT.test(reason) && !UNEXPLAINED.test(reason),
    )
    if (gates.length > 0) return gates.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ')
    const { sources } = bot.feed.counts
    for (const [symbol, source] of sources) {
      if (source === null) return `${symbol} has no source of bars`
      if (!this.#isOpen) continue
      const bars = bot.feed.closed(symbol, '1m', 1)
      if (!bars.ok) return bars.error.detail
    }
    return null
  }
}
