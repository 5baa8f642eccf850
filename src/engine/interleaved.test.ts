import { expect, test } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { ok } from '../base/result.ts'
import type { ConId, OptionContract, StockKey, Ticker } from '../domain/contract.ts'
import type { ExecId } from '../domain/fill.ts'
import { money, price } from '../domain/money.ts'
import type { Order, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import type { OrderReport } from '../domain/report.ts'
import { MemoryJournal, MemoryLatch } from '../journal/memory.ts'
import { evolve } from '../trading/evolve.ts'
import { account, baseline, call, now, request, rules, run } from '../trading/play.testing.ts'
import { initialState } from '../trading/state.ts'
import { Engine } from './engine.ts'
import type { Broker, Ports } from './ports.ts'

const SYMBOLS = ['AMD', 'GOOG', 'IWM', 'META', 'NVDA', 'QQQ', 'SPY', 'TSLA'] as Ticker[]
/** A thousand take a minute: `SCHEDULES=1000 npx vitest run src/engine/interleaved.test.ts`. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 40)
const many = 10_000

const contractOf = (symbol: Ticker): OptionContract => {
  return { ...call, symbol, tradingClass: symbol, conId: (SYMBOLS.indexOf(symbol) + 1) as ConId }
}
const underlyings = SYMBOLS.map((symbol): StockKey => ({
  kind: 'stock',
  symbol,
  exchange: 'SMART',
  currency: call.currency,
}))
const wide = {
  ...rules,
  underlyings,
  limits: {
    ...rules.limits,
    openStructuresMax: many,
    openOrdersMax: many,
    ordersPerMinuteMax: many,
    perExpiryMax: many,
    orderCostMax: money(400),
  },
}

/**
 * Eight symbols trade at once: each is entered, filled in two parts, left by its strategy and
 * closed. Nothing is waited for: who goes next is drawn, also in the middle of a turn, out of a
 * listener and out of the broker while it is called. `prng` null: one symbol after the other.
 */
class Traded {
  readonly engine: Engine
  readonly journal = new MemoryJournal()
  readonly seqs: number[] = []
  readonly #prng: Prng | null
  /** What the broker has still to say, of each symbol in order. */
  readonly #due = new Map<Ticker, (() => void)[]>(SYMBOLS.map((symbol) => [symbol, []]))
  #told: (report: OrderReport) => void = () => undefined
  #deep = 0

  constructor(prng: Prng | null) {
    this.#prng = prng
    const clock = new VirtualClock({ start: now, settled: () => true, speed: null })
    const ports = { clock, journal: this.journal, latch: new MemoryLatch(), broker: this.#broker() }
    const unused = { notifier: { notify: () => undefined }, marketData: {}, barStore: {} }
    const stop = new AbortController()
    const all = { ...ports, ...unused } as unknown as Ports
    this.engine = Engine.start(all, { rules: wide, run }, stop.signal)
    this.engine.subscribe((_event, _state, seq) => {
      this.seqs.push(seq)
      this.#perhaps()
    })
    this.#begin()
    for (const symbol of SYMBOLS) this.#live(symbol)
    stop.abort()
  }

  #begin(): void {
    const { engine } = this
    const quiet = { openOrders: [], completedOrders: [], fills: [], positions: [], account }
    engine.dispatch({ kind: 'link-changed', at: now, link: 'reconciling', epoch: 1 })
    const snapshot = { ...quiet, requestedAt: now, epoch: 1 }
    engine.dispatch({ kind: 'snapshot-taken', at: now, snapshot })
    engine.dispatch({ kind: 'day-observed', at: now, baseline })
    for (const symbol of SYMBOLS) {
      this.#due.get(symbol)?.push(() => {
        const candidate = { contract: contractOf(symbol), quote: request().candidate.quote }
        const asked = request({ candidate, signalKey: `scalp ${symbol} 1 rise` })
        engine.dispatch({ kind: 'entry-proposed', at: now, request: asked })
      })
    }
  }

  /** In order: this symbol to its end. Drawn: any symbol, until none has anything left. */
  #live(symbol: Ticker): void {
    while (this.#step(this.#prng === null ? symbol : this.#drawn())) continue
  }

  #drawn(): Ticker | undefined {
    const left = SYMBOLS.filter((symbol) => (this.#due.get(symbol)?.length ?? 0) > 0)
    return left[this.#prng?.int(0, Math.max(0, left.length - 1)) ?? 0]
  }

  #step(symbol: Ticker | undefined): boolean {
    const next = symbol === undefined ? undefined : this.#due.get(symbol)?.shift()
    next?.()
    return next !== undefined
  }

  /** In the middle of somebody's turn somebody else goes on. */
  #perhaps(): void {
    if (this.#prng === null || this.#deep > 2 || !this.#prng.chance(0.3)) return
    this.#deep++
    this.#step(this.#drawn())
    this.#deep--
  }

  #broker(): Broker {
    return {
      place: (orders) => this.#taken(() => orders.forEach((order) => this.#placed(order))),
      resendChild: () => ok(undefined),
      replace: ({ orderId }) =>
        this.#taken(() => this.#later(orderId, { kind: 'reported', as: 'working' })),
      cancel: (orderId) => this.#taken(() => this.#later(orderId, { kind: 'cancel-reported' })),
      margin: () => new Promise(() => undefined),
      snapshot: () => new Promise(() => undefined),
      onReport: (listener) => {
        this.#told = listener
        return () => undefined
      },
      onHeld: () => () => undefined,
      onLink: () => () => undefined,
    }
  }

  #taken(then: () => void) {
    then()
    this.#perhaps()
    return ok(undefined)
  }

  #placed(order: Order): void {
    const due = this.#due.get(order.contract.symbol)
    const isLive = order.role === 'entry' || order.role === 'close'
    this.#later(order.id, { kind: 'reported', as: isLive ? 'working' : 'held' })
    if (isLive) {
      due?.push(() => this.#filled(order, 1, 'a'))
      due?.push(() => this.#filled(order, order.quantity - 1, 'b'))
    }
    if (order.role !== 'stop-loss') return
    const { structureId } = order
    if (structureId === null) throw new Error('its exits are of a structure')
    due?.push(() => {
      this.engine.dispatch({ kind: 'exit-proposed', at: now, structureId, reason: 'test' })
    })
    due?.push(() => {
      const { quote } = request().candidate
      this.engine.dispatch({ kind: 'time-passed', at: now, quotes: [{ structureId, quote }] })
    })
  }

  #later(orderId: Order['id'], evidence: OrderEvidence): void {
    const symbol = this.engine.state.orders.get(orderId)?.contract.symbol as Ticker
    this.#due.get(symbol)?.push(() => this.#told({ kind: 'evidence', orderId, evidence }))
  }

  #filled({ id, contract, side, role }: Order, quantity: number, part: string): void {
    const execId = `${contract.symbol} ${role} ${part}` as ExecId
    const of = { execId, revision: 1, orderId: id, contract, side, quantity, synthetic: false }
    this.#told({ kind: 'filled', fill: { ...of, price: price(2), at: now } })
  }
}

/** What became of each symbol; ids and numbers of the journal differ with the schedule. */
function outcome({ engine: { state } }: Traded) {
  const byText = (a: string, b: string): number => (a < b ? -1 : 1)
  const line = (o: TrackedOrder): string =>
    `${o.contract.symbol} ${o.role} ${o.filled}/${o.quantity} ${o.status} ${JSON.stringify(o.terms)}`
  return {
    orders: [...state.orders.values()].map(line).sort(byText),
    structures: [...state.structures.values()]
      .map((s) => `${s.contract.symbol} ${s.quantity} ${s.openPrice} ${s.triggered}`)
      .sort(byText),
    positions: [...state.positions.values()]
      .map((p) => `${p.contract.symbol} ${p.quantity}`)
      .sort(),
    fills: [...state.fills.keys()].sort(),
    level: state.tradingState,
    gates: state.gates.map(({ gate, symbol }) => `${gate} ${symbol}`),
  }
}

test(`8 symbols at once in ${SCHEDULES} schedules end as one after the other (D52, R34)`, () => {
  const expected = outcome(new Traded(null))
  expect(expected.structures).toEqual(SYMBOLS.map((symbol) => `${symbol} 0 2000000 close`))
  expect(expected.fills).toHaveLength(4 * SYMBOLS.length)
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const traded = new Traded(new Prng(seed))
    if (JSON.stringify(outcome(traded)) !== JSON.stringify(expected)) {
      expect([seed, outcome(traded)]).toEqual([seed, expected])
    }
    // One queue: what is told is what is journaled, in its order, and nothing twice.
    expect(traded.seqs).toEqual(traded.seqs.map((_, i) => (traded.seqs[0] ?? 0) + i))
    if (seed % 20 !== 0) continue
    const start = initialState(run.mode, run.accountId)
    const entries = traded.journal.read()
    const folded = entries.reduce((state, { event, at }) => evolve(state, event, at), start)
    expect(folded).toEqual(traded.engine.state)
  }
})
