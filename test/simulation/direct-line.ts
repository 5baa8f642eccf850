import type { Cancel, EpochMs, VirtualClock } from '../../src/base/clock.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import type { Result } from '../../src/base/result.ts'
import type { ExecId } from '../../src/domain/fill.ts'
import type { Candidate, Quote } from '../../src/domain/quote.ts'
import type { OrderReport } from '../../src/domain/report.ts'
import type { BarListener, Broker, Fault, HeldNow, MarketData } from '../../src/engine/ports.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../src/ibkr/session/client-ids.ts'
import { directBroker } from '../../src/simulator/direct-broker.ts'
import { directMarketData } from '../../src/simulator/direct-data.ts'
import { baseOf } from '../../src/simulator/broker/fills.ts'
import type { GatewayCore } from '../../src/simulator/broker/core.ts'
import type { SimExecution } from '../../src/simulator/broker/state.ts'
import { frameOf } from './direct-frames.ts'
import { spoiled } from './port-fault.ts'
import type { Asked, PortFault } from './port-fault.ts'
import type { OrderFrame } from './wire-tap.ts'

export interface LineOptions {
  readonly clock: VirtualClock
  readonly core: GatewayCore
  readonly seed: number
  readonly sent: (frame: OrderFrame) => void
  readonly handled: (frame: OrderFrame) => void
}

interface Active {
  readonly fault: PortFault
  readonly since: EpochMs
  changes: number
}

export interface Injected {
  readonly heal: Cancel
  readonly changes: () => number
}

type Stream = { readonly listener: BarListener; stop: Cancel }

/** Whoever hears nothing gives the connection up after so long (P10). */
const GIVEN_UP_MS = 15_000
/** Of a question that nobody answers, as the deadlines of the session are. */
const DEADLINE_MS = 10_000
/** Longer than any disk is in trouble here. */
const AGAIN_MS = 15 * 60_000
const NOT_CONNECTED: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  vendorCode: null,
  detail: 'there is no connection (simulated)',
}
const timeout = (what: string): Fault => {
  return { code: 'timeout', retry: 'later', vendorCode: null, detail: `no answer: ${what}` }
}
const ORDERS = clientIdOf('order', CLIENT_ID_BASE)

/** The ports of the bot straight over the broker, and what can go wrong between the two. */
export class DirectLine {
  readonly broker: Broker
  readonly marketData: MarketData
  readonly #of: LineOptions
  readonly #inner: Broker
  readonly #data: MarketData
  readonly #prng: Prng
  readonly #active = new Set<Active>()
  readonly #links = new Set<(up: boolean, epoch: number) => void>()
  readonly #reports = new Set<(report: OrderReport) => void>()
  readonly #held = new Set<(held: HeldNow) => void>()
  readonly #streams = new Set<Stream>()
  readonly #watched = new Set<(fault: Fault) => void>()
  /** Executions whose commission was heard. */
  readonly #charged = new Set<ExecId>()
  /** Executions that nobody is told the commission of again. */
  readonly #past = new WeakSet<SimExecution>()
  /** With the broker in a moment. */
  readonly #leaving: OrderFrame[] = []
  #epoch: number
  #up = true

  constructor(of: LineOptions) {
    this.#of = of
    this.#prng = new Prng(seedOf(of.seed, 'line'))
    // Epochs only grow, whichever process a connection was of.
    this.#epoch = 1 + Math.floor(of.clock.now() / 1_000)
    this.#inner = directBroker(of.core, {
      clientId: ORDERS,
      leaving: (leaving) => {
        const frame = frameOf(ORDERS, leaving)
        this.#leaving.push(frame)
        this.#of.sent(frame)
      },
    })
    this.#data = directMarketData(of.core)
    this.#inner.onReport((report) => this.#report(report))
    this.#inner.onHeld((held) => {
      if (this.#up && !this.#hit('replies-lost')) for (const listener of this.#held) listener(held)
    })
    this.broker = this.#brokerPort()
    this.marketData = this.#dataPort()
  }

  inject(fault: PortFault): Injected {
    const active: Active = { fault, since: this.#of.clock.now(), changes: 0 }
    this.#active.add(active)
    if (fault.port === 'link-down') {
      active.changes++
      this.#down()
    }
    if (fault.port === 'streams-end') {
      active.changes += this.#endStreams({ ...timeout('the stream'), code: 'no-data' })
    }
    const isMute = fault.port === 'replies-lost' || fault.port === 'requests-lost'
    const giveUp = isMute ? this.#of.clock.after(GIVEN_UP_MS, () => this.#down()) : () => undefined
    const heal = (): void => {
      if (!this.#active.delete(active)) return
      giveUp()
      if (isMute) this.#down()
      this.#raise()
    }
    return { heal, changes: () => active.changes }
  }

  /** The first fault of this kind, counted as having made a difference. */
  #hit<K extends PortFault['port']>(
    port: K,
    means: (fault: Extract<PortFault, { port: K }>) => boolean = () => true,
  ): (Active & { readonly fault: Extract<PortFault, { port: K }> }) | null {
    for (const active of this.#active) {
      if (active.fault.port !== port || !means(active.fault as never)) continue
      active.changes++
      return active as never
    }
    return null
  }

  #down(): void {
    if (!this.#up) return
    this.#up = false
    this.#endStreams(NOT_CONNECTED)
    const watched = [...this.#watched]
    this.#watched.clear()
    for (const ended of watched) ended(NOT_CONNECTED)
    for (const listener of this.#links) listener(false, this.#epoch)
  }

  /** Once nothing holds it down any more. */
  #raise(): void {
    const isDown = [...this.#active].some(({ fault: { port } }) =>
      ['link-down', 'replies-lost', 'requests-lost'].includes(port),
    )
    if (this.#up || isDown) return
    this.#up = true
    this.#epoch++
    for (const listener of this.#links) listener(true, this.#epoch)
  }

  #endStreams(fault: Fault): number {
    const ending = [...this.#streams]
    this.#streams.clear()
    for (const { listener, stop } of ending) {
      stop()
      listener.ended(fault)
    }
    return ending.length
  }

  #report(report: OrderReport): void {
    if (!this.#up || this.#hit('replies-lost') !== null) return
    const tell = (): void => {
      if (!this.#up) return
      if (report.kind === 'commission') this.#charged.add(report.execId)
      for (const listener of this.#reports) listener(report)
    }
    const odd = this.#hit('reports')
    if (odd === null) return tell()
    const { how, ms } = odd.fault
    if (how === 'twice') tell()
    this.#of.clock.after(how === 'shuffled' ? this.#prng.int(0, ms) : ms, tell)
  }

  /**
   * Whoever asks for executions is told their commissions: here those that were not heard yet, and
   * those of a while, which a disk that was full may not have taken.
   */
  #commissionsAgain(): void {
    const since = this.#of.clock.now() - AGAIN_MS
    for (const execution of this.#of.core.executions()) {
      const { clientId, execId, commission, at } = execution
      if (clientId !== ORDERS || this.#past.has(execution)) continue
      const of = baseOf(execId) as ExecId
      if (at >= since || !this.#charged.has(of)) {
        this.#report({ kind: 'commission', execId: of, commission })
      } else this.#past.add(execution)
    }
  }

  /** What is sent arrives, is lost without a word, or is refused because nothing is connected. */
  #send(act: () => Result<void, Fault>): Result<void, Fault> {
    if (!this.#up) return fail(NOT_CONNECTED)
    if (this.#hit('requests-lost') !== null) return ok(undefined)
    const answer = act()
    for (const frame of this.#leaving.splice(0)) this.#of.handled(frame)
    return answer
  }

  /** The answer, or none in time. */
  async #ask<T>(
    what: Asked,
    signal: AbortSignal,
    answer: () => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    if (!this.#up) return fail(NOT_CONNECTED)
    const isMute =
      this.#hit('unanswered', (fault) => fault.what.includes(what)) ??
      this.#hit('replies-lost') ??
      this.#hit('requests-lost')
    const epoch = this.#epoch
    const found = isMute === null ? await answer() : await this.#unanswered(what, signal)
    return this.#up && epoch === this.#epoch ? found : fail(NOT_CONNECTED)
  }

  #unanswered(what: string, signal: AbortSignal): Promise<{ ok: false; error: Fault }> {
    return new Promise((resolve) => {
      const end = (): void => resolve(fail(timeout(what)))
      signal.addEventListener('abort', end, { once: true })
      this.#of.clock.after(DEADLINE_MS, end)
    })
  }

  #brokerPort(): Broker {
    const inner = this.#inner
    return {
      place: (orders) => this.#send(() => inner.place(orders)),
      resendChild: (order) => this.#send(() => inner.resendChild(order)),
      replace: (change) => this.#send(() => inner.replace(change)),
      cancel: (id) => this.#send(() => inner.cancel(id)),
      margin: async (asked) => {
        const { signal } = new AbortController()
        const found = await this.#ask('margin', signal, async () => ok(await inner.margin(asked)))
        if (found.ok) return found.value
        return { kind: 'unanswered', at: this.#of.clock.now(), detail: found.error.detail }
      },
      snapshot: async (signal, known) => {
        const found = await this.#ask('snapshot', signal, () => inner.snapshot(signal, known))
        if (!found.ok) return found
        this.#commissionsAgain()
        return ok({ ...found.value, epoch: this.#epoch })
      },
      onReport: (listener) => added(this.#reports, listener),
      onHeld: (listener) => added(this.#held, listener),
      onLink: (listener) => {
        if (this.#up) listener(true, this.#epoch)
        return added(this.#links, listener)
      },
    }
  }

  #dataPort(): MarketData {
    const data = this.#data
    return {
      history: (request, signal) =>
        this.#ask('history', signal, () => data.history(request, signal)),
      spot: (of, signal) => this.#ask('spot', signal, () => data.spot(of, signal)),
      chains: (of, signal) => this.#ask('chains', signal, () => data.chains(of, signal)),
      glance: (keys, signal) => this.#candidates(signal, () => data.glance(keys, signal)),
      candidates: (keys, signal) => this.#candidates(signal, () => data.candidates(keys, signal)),
      requote: async (contract, signal) => {
        const found = await this.#ask('quotes', signal, () => data.requote(contract, signal))
        return found.ok ? ok(this.#seen(found.value)) : found
      },
      stream: (of, listener) => this.#stream(of, listener),
      watch: (contract, ended) => this.#watch(contract, ended),
    }
  }

  async #candidates(
    signal: AbortSignal,
    asked: () => Promise<Result<readonly Candidate[], Fault>>,
  ): Promise<Result<readonly Candidate[], Fault>> {
    const found = await this.#ask('quotes', signal, asked)
    return found.ok ? ok(found.value.map((each) => this.#seen(each))) : found
  }

  #seen(candidate: Candidate): Candidate {
    return { ...candidate, quote: this.#quoteSeen(candidate.quote) }
  }

  #quoteSeen(quote: Quote): Quote {
    const bad = this.#hit('quotes')
    return bad === null ? quote : spoiled(quote, bad.fault.how, bad.since)
  }

  #stream(...[of, listener]: Parameters<MarketData['stream']>): Result<Cancel, Fault> {
    if (!this.#up) return fail(NOT_CONNECTED)
    const heard: BarListener = {
      ...(listener.filled && { filled: (bars, span) => listener.filled?.(bars, span) }),
      bar: (bar, closed) => {
        if (this.#hit('streams-silent') === null) listener.bar(bar, closed)
      },
      ended: (fault) => listener.ended(fault),
    }
    const stream: Stream = { listener, stop: () => undefined }
    const opened = this.#data.stream(of, heard)
    if (!opened.ok) return opened
    stream.stop = opened.value
    this.#streams.add(stream)
    return ok(() => {
      this.#streams.delete(stream)
      stream.stop()
    })
  }

  #watch(...[contract, ended]: Parameters<MarketData['watch']>): ReturnType<MarketData['watch']> {
    if (!this.#up) return fail(NOT_CONNECTED)
    const line = this.#data.watch(contract, ended)
    if (!line.ok) return line
    const { value } = line
    this.#watched.add(ended)
    return ok({
      latest: () => {
        const quote = value.latest()
        return quote === null ? null : this.#quoteSeen(quote)
      },
      confirm: () => value.confirm(),
      close: () => {
        this.#watched.delete(ended)
        value.close()
      },
    })
  }
}

function added<T>(listeners: Set<T>, listener: T): Cancel {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
