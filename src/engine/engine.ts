import type { Cancel, EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { notice, type NoticeCommand } from '../domain/alert.ts'
import type { SetGate } from '../domain/account.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { MarginAsked } from '../domain/margin.ts'
import type { Mark } from '../domain/mark.ts'
import { marksOf } from '../domain/mark.ts'
import type { Quote } from '../domain/quote.ts'
import type { OrderReport } from '../domain/report.ts'
import { heldStructures, quotedStructures } from '../trading/alive.ts'
import type { EntryRequest } from '../risk/limits.ts'
import { marginAsked } from '../trading/entry-request.ts'
import { decide } from '../trading/decide.ts'
import { evolve } from '../trading/evolve.ts'
import type { Command, Rules } from '../trading/command.ts'
import type { Event } from '../trading/event.ts'
import type { Input, OperatorCommand, Run } from '../trading/input.ts'
import { StartRefused, whyNotClientIds } from './start-refused.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import { carryOut } from './carry-out.ts'
import type { Leave } from './carry-out.ts'
import type { EngineView, EventListener } from './control.ts'
import { NO_GAUGES } from './budget.ts'
import type { Gauges } from './budget.ts'
import { Gates, regularHours } from './gates.ts'
import type { Window } from './gates.ts'
import { NO_FACTS, unprotectedIn, watchedHereIn } from './health.ts'
import type { Vitals } from './health.ts'
import { HeldQuotes } from './held-quotes.ts'
import type { Fault, Ports } from './ports.ts'
import { Reconciler } from './reconciler.ts'

export interface EngineSettings {
  readonly rules: Rules
  readonly run: Run
  /** When entries are possible at all; regular hours unless said otherwise. */
  readonly window?: Window
}

/** How often `protect` runs, whatever else goes on. */
const BEAT_MS = 1_000
const BEATS_KEPT = 60
const WINDOW = { gate: 'window', symbol: null } as const

interface LinkTold {
  readonly up: boolean
  readonly epoch: number
}

/** The imperative shell: one input at a time is decided, journaled, applied and sent. */
export class Engine {
  #rules: Rules
  readonly #ports: Ports
  readonly #window: Window
  readonly #listeners = new Set<EventListener>()
  readonly #leave: Cancel[] = []
  readonly #gates = new Gates()
  readonly #quotes: HeldQuotes
  readonly #reconciler: Reconciler
  readonly #beatDelays: number[] = []
  #state: State
  #queue: Input[] = []
  #inTurn = false
  #stopped = false
  #stopBeat: Cancel = () => undefined
  #beatDueMs: number
  #journalAnswer: 'journal' | 'emergency' | 'fault' = 'journal'
  /** The newest wall-clock time that was acted on, of a run before this one too. */
  #seenAt: EpochMs = 0 as EpochMs
  #lastCycleAt: EpochMs | null = null
  #gauges: Gauges = NO_GAUGES
  #lastAnswerAt: EpochMs | null = null
  /** The broker's last word of the link. */
  #linkTold: LinkTold | null = null
  /** The word that a picture was begun for. */
  #picturedFor: LinkTold | null = null
  #unprotectedSince: EpochMs | null = null

  private constructor(ports: Ports, settings: EngineSettings) {
    this.#ports = ports
    this.#rules = settings.rules
    this.#window = settings.window ?? regularHours
    const { clock, broker, marketData } = ports
    this.#beatDueMs = clock.monotonicMs()
    this.#state = initialState(settings.run.mode, settings.run.accountId)
    for (const { event, at } of ports.journal.read()) {
      this.#state = evolve(this.#state, event, at)
      this.#seenAt = at
    }
    this.#quotes = new HeldQuotes(clock, marketData, () => this.answered())
    this.#reconciler = new Reconciler({
      clock,
      broker,
      rules: settings.rules,
      state: () => this.#state,
      dispatch: (input) => this.dispatch(input),
      answered: () => this.answered(),
    })
  }

  /**
   * Start-up and crash recovery are one path: fold the journal, connect, reconcile, trade. Returns
   * before there is a connection, so that it can be watched and commanded without one. Throws
   * `StartRefused` where this run could not reach the orders of the last one.
   */
  static start(ports: Ports, settings: EngineSettings, signal: AbortSignal): Engine {
    const engine = new Engine(ports, settings)
    const refused = whyNotClientIds(engine.state, settings.run.clientIdBase)
    if (refused !== null) throw new StartRefused(refused)
    engine.dispatch({ kind: 'run-started', at: ports.clock.now(), ...settings.run })
    engine.#observeLatch()
    engine.#observeGates()
    engine.#leave.push(
      ports.broker.onReport((report) => engine.#report(report)),
      ports.broker.onHeld((held) => engine.#reconciler.told(held)),
      ports.broker.onLink((up, epoch) => engine.#linkChanged(up, epoch)),
    )
    signal.addEventListener('abort', () => engine.stop(), { once: true })
    engine.#beat()
    return engine
  }

  get rules(): Rules {
    return this.#rules
  }

  /** Entries of at most so many units from now on; never of more than before. */
  lowerQuantity(most: number): void {
    const { limits } = this.#rules
    const quantityMax = Math.min(limits.quantityMax, most)
    this.#rules = { ...this.#rules, limits: { ...limits, quantityMax } }
  }

  get state(): State {
    return this.#state
  }

  /** decide, journal, evolve, send: one synchronous turn. From within a turn: the next one. */
  dispatch(input: Input): void {
    this.#queue.push(input)
    if (this.#inTurn) return
    this.#inTurn = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (!this.#stopped) this.#turn(next)
    }
    this.#inTurn = false
  }

  /** Told after the turn; cannot alter it. */
  subscribe(listener: EventListener): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All gates whose cause this source sees now; what is left out is cleared. */
  setGates(source: string, gates: readonly SetGate[]): void {
    this.#gates.set(source, gates)
    this.#observeGates()
  }

  /** A request to the Gateway was answered. */
  answered(): void {
    this.#lastAnswerAt = this.#ports.clock.now()
  }

  vitals(): Vitals {
    const facts = this.#ports.health?.facts() ?? NO_FACTS
    const answers = [this.#lastAnswerAt, facts.lastAnswerAt].filter((at) => at !== null)
    return {
      ...facts,
      at: this.#ports.clock.now(),
      seq: this.#state.seq,
      link: this.#state.link,
      lastCycleAt: this.#lastCycleAt,
      lastAnswerAt: answers.length === 0 ? null : (Math.max(...answers) as EpochMs),
      loopDelayMsMax: Math.max(0, ...this.#beatDelays),
      unprotected: unprotectedIn(this.#state),
      unprotectedSince: this.#unprotectedSince,
      watchedHere: watchedHereIn(this.#state),
      noticesLost: this.#ports.notifier.lost?.() ?? 0,
      reconciledAt: this.#reconciler.reconciledAt,
    }
  }

  /** What else the control socket can show. */
  show(gauges: Gauges): void {
    this.#gauges = gauges
  }

  /** What the control socket and the dashboard are given. */
  view(): EngineView {
    return {
      gauges: () => this.#gauges,
      quoteOf: (id) => this.#quotes.last(id),
      state: () => this.#state,
      vitals: () => this.vitals(),
      subscribe: (listener) => this.subscribe(listener),
      command: (by: string, command: OperatorCommand) =>
        this.dispatch({ kind: 'operator-commanded', at: this.#ports.clock.now(), by, command }),
    }
  }

  /** What is held is worth this, by its newest quote and the newest price of its underlying. */
  marks(
    spotOf: (symbol: Ticker) => { readonly price: Price; readonly at: EpochMs } | null,
  ): Mark[] {
    const stocks = [...this.#state.positions.values()].flatMap(({ contract }) => {
      const spot = contract.kind === 'stock' ? spotOf(contract.symbol) : null
      if (spot === null) return []
      const { price, at } = spot
      return { conId: contract.conId, bid: price, ask: price, spot: price, at }
    })
    const held = this.#quotes.known(heldStructures(this.#state))
    const quoted = held.flatMap(({ contract, quote }) => {
      const spot = spotOf(contract.symbol)
      const at = Math.min(quote.aliveAt, spot?.at ?? quote.aliveAt) as EpochMs
      return marksOf(contract, quote, { spot: spot?.price ?? null, at })
    })
    return [...stocks, ...quoted]
  }

  /** What the broker is asked about this request before it is proposed, or why it is not. */
  marginAsked(request: EntryRequest): Result<MarginAsked, string> {
    const at = this.#ports.clock.now()
    return marginAsked({ state: this.#state, at, rules: this.rules }, request)
  }

  /** No turn begins after this. What rests at the broker stays. */
  stop(): void {
    this.#stopped = true
    this.#stopBeat()
    this.#quotes.refresh([])
    for (const leave of this.#leave.splice(0)) leave()
  }

  #turn(input: Input): void {
    if (input.kind === 'cycle-ended') this.#lastCycleAt = input.at
    const { events, commands } = decide(this.#state, input, this.#rules)
    const stored: Result<'journal' | 'emergency', Fault> =
      events.length === 0 ? ok('journal') : this.#ports.journal.append(input.at, events)
    if (events.length > 0) this.#noteJournal(stored)
    if (!stored.ok) {
      this.#reconciler.unstored()
      return this.#latchUnstored(events) // it has not happened, nothing may be sent
    }
    const was = this.#state
    for (const event of events) this.#state = evolve(this.#state, event, input.at)
    this.#latchKill(events, was)
    for (const command of commands) this.#execute(command, stored.value)
    const before = this.#state.seq - events.length
    for (const [i, event] of events.entries()) {
      for (const listener of this.#listeners) listener(event, this.#state, before + i + 1)
    }
  }

  #execute(command: Command, stored: 'journal' | 'emergency'): void {
    const { clock, broker, notifier } = this.#ports
    if (command.kind === 'tick-after') {
      clock.after(command.delayMs, () => this.#tick())
      return
    }
    // A broker may report while it is being called; that it was called comes before what it said.
    const before = this.#queue.length
    const tell = (word: NoticeCommand): void => notifier.notify(word)
    const reports = carryOut(command, { broker, tell }, this.#mayLeave(stored))
    if (isExitDenied(command, reports)) this.#reconciler.doubted()
    const inputs = reports.map((report) => reported(report, clock.now()))
    this.#queue.splice(before, 0, ...inputs)
  }

  #mayLeave(stored: 'journal' | 'emergency'): Leave {
    if (this.#ports.latch.read()?.by === 'panic') return 'nothing'
    return stored === 'journal' ? 'all' : 'reducing'
  }

  #report(report: OrderReport): void {
    this.answered()
    this.dispatch({ ...reported(report, this.#ports.clock.now()), ...this.#quoteOf(report) })
  }

  /** Of what has filled, as it is known at that moment. */
  #quoteOf(report: OrderReport): { readonly quote?: Quote | null } {
    if (report.kind !== 'filled') return {}
    const id = this.#state.orders.get(report.fill.orderId)?.structureId ?? null
    return { quote: id === null ? null : this.#quotes.newest(id) }
  }

  #linkChanged(up: boolean, epoch: number): void {
    const at = this.#ports.clock.now()
    this.#linkTold = { up, epoch }
    this.dispatch({ kind: 'link-changed', at, link: up ? 'reconciling' : 'down', epoch })
    this.#pictureBegun(this.#linkTold)
  }

  /** Once for each word that the link is up, and not before it is so in our books. */
  #pictureBegun(told: LinkTold): void {
    if (!told.up || this.#picturedFor === told || !this.#isTaken(told)) return
    this.#picturedFor = told
    this.#reconciler.linkUp()
  }

  /** What the broker said of it while nothing could be written down (F82) is still so. */
  #observeLink(): void {
    const told = this.#linkTold
    if (told === null) return
    const at = this.#ports.clock.now()
    const link = told.up ? 'reconciling' : 'down'
    if (!this.#isTaken(told)) this.dispatch({ kind: 'link-changed', at, link, epoch: told.epoch })
    this.#pictureBegun(told)
  }

  #isTaken(told: LinkTold): boolean {
    const { link, epoch } = this.#state
    return told.up ? link !== 'down' && epoch === told.epoch : link === 'down'
  }

  #beat(): void {
    const { clock } = this.#ports
    this.#beatDelays.push(clock.monotonicMs() - this.#beatDueMs)
    if (this.#beatDelays.length > BEATS_KEPT) this.#beatDelays.shift()
    this.#tick()
    if (this.#stopped) return
    this.#tellHealth()
    // After a stall the beat goes on from now; it does not catch up.
    this.#beatDueMs = Math.max(this.#beatDueMs + BEAT_MS, clock.monotonicMs())
    this.#stopBeat = clock.after(this.#beatDueMs - clock.monotonicMs(), () => this.#beat())
  }

  #tellHealth(): void {
    const { clock, health } = this.#ports
    if (health === undefined) return
    if (unprotectedIn(this.#state) === 0) this.#unprotectedSince = null
    else this.#unprotectedSince ??= clock.now()
    health.beat(() => this.vitals())
  }

  #tick(): void {
    if (this.#stopped) return
    this.#observeClock()
    this.#observeLink()
    this.#observeLatch()
    this.#observeGates()
    const quoted = this.#state.link === 'up' ? quotedStructures(this.#state) : []
    const quotes = this.#quotes.refresh(quoted)
    this.dispatch({ kind: 'time-passed', at: this.#ports.clock.now(), quotes })
    this.#reconciler.tick()
  }

  /** Dates that lie ahead now would hold back all that waits for so long (F70). */
  #observeClock(): void {
    const at = this.#ports.clock.now()
    const byMs = this.#seenAt - at
    this.#seenAt = at
    if (byMs <= 0) return
    this.dispatch({ kind: 'clock-set-back', at, byMs })
    this.#reconciler.clockSetBack()
  }

  /**
   * Set by another process, or by a run before this one: the state is `kill`. And once panic is at
   * work, ours is its kill: it flattens and we do not.
   */
  #observeLatch(): void {
    const latched = this.#ports.latch.read()
    const { tradingState, levelCause } = this.#state
    if (latched === null) return
    if (tradingState === 'kill' && (latched.by !== 'panic' || levelCause === 'panic')) return
    const command = { kind: 'kill', reason: latched.reason } as const
    const at = this.#ports.clock.now()
    const by = latched.by === 'panic' ? 'panic' : 'latch'
    this.dispatch({ kind: 'operator-commanded', at, by, command })
  }

  /** The latch holds outside the journal too, before anything of the kill is sent. */
  #latchKill(events: readonly Event[], before: State): void {
    const { latch } = this.#ports
    for (const event of events) {
      if (event.type !== 'TradingStateChanged') continue
      if (event.to === 'kill' && latch.read() === null) {
        latch.set({ by: 'engine', reason: event.reason })
      }
      // A person lifts it: to active, or to what the day's loss still holds.
      const lifted = event.to !== 'kill' && before.tradingState === 'kill'
      if (!lifted) continue
      // One that panic has set meanwhile is not what the person has lifted.
      if (latch.read()?.by === 'panic' && before.levelCause !== 'panic') continue
      const cleared = latch.clear()
      if (cleared.ok) continue
      const message = `the kill latch stays set: ${cleared.error.detail}`
      this.#ports.notifier.notify(notice('latch-stuck', message))
    }
  }

  /** No journal takes it, but a kill stops entries all the same; each tick tries it again. */
  #latchUnstored(events: readonly Event[]): void {
    const kill = (e: Event): boolean => e.type === 'TradingStateChanged' && e.to === 'kill'
    this.#latchKill(events.filter(kill), this.#state)
  }

  #observeGates(): void {
    const now = this.#ports.clock.now()
    const reason = this.#window(now)
    const window = reason === null ? [] : [{ ...WINDOW, since: now, reason }]
    this.#gates.set('window', window)
    const gates = this.#gates.changed()
    if (gates !== null) this.dispatch({ kind: 'gates-changed', at: now, gates })
  }

  #noteJournal(stored: Result<'journal' | 'emergency', Fault>): void {
    const { clock } = this.#ports
    const answer = stored.ok ? stored.value : 'fault'
    if (answer === this.#journalAnswer) return
    this.#journalAnswer = answer
    const reason = stored.ok ? `the journal answers ${answer}` : stored.error.detail
    const alert = answer === 'journal' ? 'journal-back' : 'journal-refuses'
    this.#ports.notifier.notify(notice(alert, `journal: ${reason}`))
    const gate = { gate: 'journal', symbol: null, since: clock.now(), reason } as const
    this.setGates('journal', answer === 'journal' ? [] : [gate])
  }
}

/** What reduces risk was not let out. */
function isExitDenied(command: Command, reports: readonly OrderReport[]): boolean {
  if (command.kind !== 'place' || command.orders.some(({ role }) => role === 'entry')) return false
  return reports.some((of) => of.kind === 'evidence' && of.evidence.kind === 'denied')
}

function reported(report: OrderReport, at: EpochMs): Input {
  return { kind: 'order-reported', at, report }
}
