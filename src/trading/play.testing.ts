import type { EpochMs } from '../base/clock.ts'
import type { Account, DayBaseline } from '../domain/account.ts'
import type { CalendarDate, ConId, StockContract } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Currency, Money } from '../domain/money.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderEvidence, TrackedOrder } from '../domain/order.ts'
import type { Position } from '../domain/position.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'
import { at, call, now, quote } from '../orders/fixtures.testing.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import { limits, margin } from '../risk/fixtures.testing.ts'
import type { EntryRequest } from '../risk/limits.ts'
import type { Command, Rules } from './command.ts'
import { decide } from './decide.ts'
import type { Event } from './event.ts'
import { evolve } from './evolve.ts'
import type { Input } from './input.ts'
import type { State } from './state.ts'
import { initialState } from './state.ts'

/** An input without its time: the story's clock gives it. */
export type Happening = Input extends infer I ? (I extends Input ? Omit<I, 'at'> : never) : never

/** At the far side at once: what comes after the entry is what most stories are about. */
const crossing: Rules['entry'] = {
  start: 1,
  step: { kind: 'share', of: 0.25 },
  everyMs: 15_000,
  worst: 1,
  collarPct: 0.2,
  timeToLiveMs: 60_000,
}

export const rules: Rules = {
  limits: {
    ...limits,
    riskPerTradePct: 0.01,
    dailyLossPctMax: 0.05,
    openStructuresMax: 3,
    premiumPctMax: 0.5,
    orderCostMax: money(1_000),
    structureLossMax: money(5_000),
    quoteAgeMsMax: 2_000,
  },
  entry: crossing,
  underlyings: [{ kind: 'stock', symbol: call.symbol, exchange: 'SMART', currency: call.currency }],
  takeProfitPct: 0.2,
  stopLossPct: 0.05,
  trailingStopPct: null,
  timeStop: null,
  intentMsMax: 5_000,
  ackMsMax: 5_000,
  proofAfterMs: 10_000,
  quarantineMs: 60_000,
  stopLateMsMax: 15_000,
  childResendMs: 50,
  unexplainedMsMax: 300_000,
  closeBeforeExpiryMs: 3_600_000,
  holdOvernight: true,
  accountKind: null,
  allowDelayed: false,
}

export const today = '2026-03-10' as CalendarDate

export const account: Account = {
  id: 'DU1',
  kind: 'margin',
  baseCurrency: 'USD' as Currency,
  netLiquidation: money(100_000),
  availableFunds: money(100_000),
  settledCash: money(100_000),
  dailyPnl: money(0),
  exchangeRates: new Map(),
  at: now,
}

export const baseline: DayBaseline = {
  date: today,
  amount: money(100_000),
  netLiquidation: money(100_000),
  dailyPnl: money(0),
  at: now,
}

export const run = { mode: 'demo', accountId: 'DU1', version: '1', configHash: 'h' } as const

/** A story by value: what happens, what is journaled, what is sent. */
export class Story {
  at: EpochMs = now
  state: State = initialState('demo', 'DU1')
  readonly journal: { readonly at: EpochMs; readonly event: Event }[] = []
  readonly sent: Command[] = []
  readonly rules: Rules
  #fills = 0

  constructor(changes: Partial<Rules> = {}) {
    this.rules = { ...rules, ...changes }
  }

  /** One turn, as the engine does it. */
  happens(happening: Happening): this {
    const { events, commands } = decide(this.state, { ...happening, at: this.at }, this.rules)
    for (const event of events) {
      this.journal.push({ at: this.at, event })
      this.state = evolve(this.state, event, this.at)
    }
    this.sent.push(...commands)
    return this
  }

  /** A run of the process, up to the connection. */
  begins(): this {
    const epoch = this.state.epoch + 1
    return this.happens({ kind: 'run-started', ...run }).happens({
      kind: 'link-changed',
      link: 'reconciling',
      epoch,
    })
  }

  after(ms: number): this {
    this.at = (this.at + ms) as EpochMs
    return this
  }

  /** A tick, with the newest quote of what is held. */
  ticks(bid: number | null = null): this {
    const priced =
      bid === null ? [] : [quote({ bid: price(bid), ask: price(bid + 0.05), aliveAt: this.at })]
    const quotes = priced.flatMap((each) =>
      [...this.state.structures.keys()].map((structureId) => ({ structureId, quote: each })),
    )
    return this.happens({ kind: 'time-passed', quotes })
  }

  reported(orderId: string, evidence: OrderEvidence): this {
    const id = orderId as ClientOrderId
    return this.happens({
      kind: 'order-reported',
      report: { kind: 'evidence', orderId: id, evidence },
    })
  }

  /** As the socket and the broker answer, order by order. */
  handedOver(): this {
    for (const { id } of this.orders('intent')) this.reported(id, { kind: 'handed-over' })
    return this
  }

  accepted(): this {
    for (const { id, role } of this.orders('sending', 'replace-pending')) {
      const as = role === 'entry' || role === 'close' ? 'working' : 'held'
      this.reported(id, { kind: 'reported', as })
    }
    return this
  }

  filled(orderId: string, quantity: number, changes: Partial<Fill> = {}): this {
    const order = this.order(orderId)
    const fill: Fill = {
      execId: `x${(this.#fills += 1)}` as ExecId,
      revision: 1,
      orderId: order.id,
      contract: order.contract,
      side: order.side,
      quantity,
      price: order.terms.type === 'LMT' ? order.terms.limit : price(1.9),
      at: this.at,
      synthetic: false,
      ...changes,
    }
    return this.happens({ kind: 'order-reported', report: { kind: 'filled', fill } })
  }

  /** The broker's picture: what we know to be open is open, unless said otherwise. */
  snapshot(changes: Partial<BrokerSnapshot> = {}): this {
    const open = [...this.state.orders.values()].filter(
      ({ status }) =>
        !isTerminal(status) && status !== 'unknown' && status !== 'quarantine-cancelled',
    )
    const snapshot: BrokerSnapshot = {
      requestedAt: this.at,
      epoch: this.state.epoch,
      openOrders: open.map((each) => brokerOrder(each)),
      completedOrders: [],
      fills: [],
      positions: [...this.state.positions.values()],
      account: { ...account, at: this.at },
      ...changes,
    }
    return this.happens({ kind: 'snapshot-taken', snapshot })
  }

  order(id: string): TrackedOrder {
    const found = this.state.orders.get(id as ClientOrderId)
    if (found === undefined) throw new Error(`no order ${id}`)
    return found
  }

  orders(...statuses: readonly TrackedOrder['status'][]): readonly TrackedOrder[] {
    return [...this.state.orders.values()].filter((each) => statuses.includes(each.status))
  }

  /** The one bracket of a story: its entry, take-profit and stop, and its structure. */
  get bracket() {
    const [entry, target, stop] = [...this.state.orders.values()]
    const [structure] = [...this.state.structures.values()]
    if (!entry || !target || !stop || !structure) throw new Error('no bracket')
    return { entry, target, stop, structure }
  }

  /** Since the last time this was asked: each event in a word or two. */
  get told(): readonly string[] {
    return this.journal.splice(0).map(({ event }) => wordsOf(event))
  }

  get commands(): readonly string[] {
    return this.sent.splice(0).flatMap((each) => {
      if (each.kind === 'place') return [`place ${each.orders.map(lineOf).join(', ')}`]
      if (each.kind === 'notify') return [each.level]
      if (each.kind === 'replace')
        return [`replace x${each.change.quantity} ${termsOf(each.change)}`]
      return [each.kind]
    })
  }
}

/** Connected, reconciled, with the day's baseline: ready to trade. */
export function ready(changes: Partial<Rules> = {}): Story {
  const story = new Story(changes).begins().snapshot().happens({ kind: 'day-observed', baseline })
  story.journal.splice(0)
  story.sent.splice(0)
  return story
}

/** With an entry for two units at 2.00 that the broker has. */
export function entered(changes: Partial<Rules> = {}): Story {
  const story = ready({ ...changes, limits: { ...rules.limits, orderCostMax: money(400) } })
  story.happens({ kind: 'entry-proposed', request: request() }).handedOver().accepted()
  story.journal.splice(0)
  story.sent.splice(0)
  return story
}

/** With two units held and both exits resting. */
export function holding(changes: Partial<Rules> = {}): Story {
  const story = entered(changes)
  story.filled(story.bracket.entry.id, 2)
  story.journal.splice(0)
  story.sent.splice(0)
  return story
}

export function request(changes: Partial<EntryRequest> = {}, when: EpochMs = now): EntryRequest {
  const priced = quote({ bid: price(1.95), ask: price(2), aliveAt: when, receivedAt: when })
  return {
    strategy: 'scalp',
    signalKey: 'scalp SPY 1 rise',
    candidate: { contract: call, quote: priced },
    side: 'BUY',
    signal: { kind: 'enter', outlook: 'rise', confidence: 0.6, reason: 'test' },
    stopLossPct: null,
    barClosedAt: when,
    spot: { price: price(600), at: when },
    marks: [],
    margin: { ...margin, at: when },
    ...changes,
  }
}

export function brokerOrder(order: Order, evidence?: OrderEvidence): BrokerOrder {
  const { id: orderId, contract, side, quantity } = order
  const alive = { kind: 'reported', as: 'working' } as const
  return { orderId, permId: 1, contract, side, quantity, evidence: evidence ?? alive }
}

function wordsOf(event: Event): string {
  switch (event.type) {
    case 'OrderMoved':
      return `${event.from} -> ${event.to}`
    case 'OrderIntended':
      return `intended ${lineOf(event.order)}`
    case 'OrderFilled':
      return `filled ${event.fill.side} ${event.fill.quantity} at ${event.fill.price / 1e6}`
    case 'EntryRefused':
      return `refused ${event.refusals.map((each) => each.rule).join(', ')}`
    case 'TradingStateChanged':
      return `${event.to} by ${event.cause}`
    case 'LinkChanged':
      return `link ${event.link}`
    case 'GateSet':
      return `gate ${event.set.gate} ${event.set.symbol ?? 'all'}`
    case 'GateCleared':
      return `gate ${event.gate} ${event.symbol ?? 'all'} cleared`
    case 'PositionAdjusted':
      return `position ${event.position.quantity} ${event.cause}`
    case 'PlanChanged':
      return `plan: ${event.reason}`
    case 'ExitTriggered':
      return `triggered ${event.exit}: ${event.reason}`
    default:
      return event.type
  }
}

function lineOf(order: Order): string {
  return `${order.role} ${order.side} x${order.quantity} ${termsOf(order)}`
}

function termsOf({ terms }: Pick<Order, 'terms'>): string {
  if (terms.type === 'MKT') return 'MKT'
  return terms.type === 'LMT' ? `LMT ${terms.limit / 1e6}` : `STP ${terms.trigger / 1e6}`
}

export { at, call, now, quote }

/** Of the underlying of `call`. */
export const stock: StockContract = {
  kind: 'stock',
  conId: 99 as ConId,
  symbol: call.symbol,
  multiplier: 1,
  exchange: 'SMART',
  currency: call.currency,
  priceIncrements: call.priceIncrements,
}

export const heldOf = (contract: Position['contract'], quantity: number): Position => ({
  contract,
  quantity,
  cost: 0 as Money,
})
