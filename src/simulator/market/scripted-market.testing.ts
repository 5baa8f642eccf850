import type { EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import { atNewYork, sessionOf } from '../../domain/calendar.ts'
import type {
  CalendarDate,
  ConId,
  IndexContract,
  OptionContract,
  StockContract,
  Ticker,
} from '../../domain/contract.ts'
import type { Currency, Price } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import { GatewayCore } from '../broker/core.ts'
import type { CoreOptions } from '../broker/core.ts'
import type { Market, MarketQuote } from './market.ts'
import type { CoreEvent, SimTicket } from '../broker/state.ts'

export const USD = 'USD' as Currency
export const TODAY = '2026-03-10' as CalendarDate
export const EXPIRY = '2026-03-13' as CalendarDate

export const SPY: StockContract = {
  kind: 'stock',
  conId: 1 as ConId,
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: USD,
  multiplier: 1,
  priceIncrements: [{ from: price(0), tick: price(0.01) }],
}

export const CALL: OptionContract = {
  kind: 'option',
  conId: 2 as ConId,
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: USD,
  multiplier: 100,
  expiry: EXPIRY,
  strike: price(560),
  right: 'C',
  tradingClass: 'SPY',
  priceIncrements: [
    { from: price(0), tick: price(0.01) },
    { from: price(3), tick: price(0.05) },
  ],
  settlement: 'PM',
  lastTradingAt: atNewYork(EXPIRY, '16:00'),
}

export const PUT: OptionContract = { ...CALL, conId: 3 as ConId, right: 'P' }

export const SPX: IndexContract = {
  kind: 'index',
  conId: 4 as ConId,
  symbol: 'SPX' as Ticker,
  exchange: 'CBOE',
  currency: USD,
}

export const INDEX_CALL: OptionContract = {
  ...CALL,
  conId: 5 as ConId,
  symbol: SPX.symbol,
  tradingClass: 'SPXW',
}

/** The other leg of a call spread, and of a put spread. */
export const CALL_565: OptionContract = { ...CALL, conId: 6 as ConId, strike: price(565) }
export const PUT_555: OptionContract = { ...PUT, conId: 7 as ConId, strike: price(555) }

/** A time of day of `TODAY` in New York, in seconds if wanted: `at('10:00', 5)`. */
export function at(time: string, seconds = 0): EpochMs {
  return (atNewYork(TODAY, time) + seconds * 1000) as EpochMs
}

/** Bid, ask and their sizes, from a moment on. `null` is not quoted; a size of null is unknown. */
export interface Scripted {
  readonly at: EpochMs
  readonly bid: number | null
  readonly ask: number | null
  readonly bidSize?: number | null
  readonly askSize?: number | null
  readonly halted?: boolean
}

export interface Script {
  readonly quotes: Readonly<Record<number, readonly Scripted[]>>
  readonly settlement?: number
  /** Of one minute, whatever the contract. */
  readonly bars?: readonly Bar[]
  readonly origin?: Market['origin']
}

/** A market of a stock, an index and options on them that says what a test wrote down. */
export function scriptedMarket(script: Script): Market {
  const rows = (id: ConId): readonly Scripted[] => script.quotes[id] ?? []
  const contracts = [SPY, CALL, PUT, SPX, INDEX_CALL, CALL_565, PUT_555]
  return {
    origin: script.origin ?? 'replay',
    describe: 'scripted',
    underlyings: [
      { contract: SPY, longName: 'SPDR S&P 500', primaryExchange: 'ARCA', optionClass: 'SPY' },
      { contract: SPX, longName: 'S&P 500', primaryExchange: 'CBOE', optionClass: 'SPXW' },
    ],
    session: (_id, date) => sessionOf(date),
    options: (symbol, today) =>
      [CALL, PUT, INDEX_CALL].filter((each) => each.symbol === symbol && each.expiry >= today),
    contract: (id) => contracts.find((each) => each.conId === id) ?? null,
    quote: (id, when) => {
      const row = rows(id).findLast((each) => each.at <= when)
      return row === undefined ? null : quoteFrom(row)
    },
    nextChange: (id, when) => rows(id).find((each) => each.at > when)?.at ?? null,
    bars: (_id, { from, to, at: when }) =>
      (script.bars ?? []).filter(
        ({ start }) => from <= start && start < to && start + 60_000 <= when,
      ),
    formingBar: (_id, { at: when }) =>
      script.bars?.find(({ start }) => start <= when && when < start + 60_000) ?? null,
    settlement: () => (script.settlement === undefined ? null : price(script.settlement)),
  }
}

function quoteFrom(row: Scripted): MarketQuote {
  const of = (amount: number | null): Price | null => (amount === null ? null : price(amount))
  return {
    bid: of(row.bid),
    ask: of(row.ask),
    last: of(row.bid),
    bidSize: row.bidSize === undefined ? 100 : row.bidSize,
    askSize: row.askSize === undefined ? 100 : row.askSize,
    lastSize: null,
    volume: null,
    openInterest: null,
    open: null,
    high: null,
    low: null,
    previousClose: null,
    model: null,
    halted: row.halted ?? false,
    synthetic: false,
    changedAt: row.at,
  }
}

export function ticket(of: Partial<SimTicket>): SimTicket {
  return {
    clientId: 7,
    orderId: 1,
    parentId: 0,
    contract: CALL,
    side: 'BUY',
    quantity: 1,
    type: 'LMT',
    limit: null,
    trigger: null,
    timeInForce: 'DAY',
    transmit: true,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    orderRef: '',
    account: '',
    ...of,
  }
}

export class Bench {
  readonly clock: VirtualClock
  readonly core: GatewayCore
  readonly events: CoreEvent[] = []

  constructor(script: Script, options: Partial<CoreOptions> & { start?: EpochMs } = {}) {
    this.clock = virtualClock(options.start ?? at('09:45'))
    this.core = new GatewayCore({
      clock: this.clock,
      seed: 1,
      market: scriptedMarket(script),
      ...options,
    })
    this.core.subscribe((event) => this.events.push(event))
  }

  /** Runs to a time of day of `TODAY`, or to a moment. */
  async until(time: string | EpochMs): Promise<this> {
    await this.clock.runUntil(typeof time === 'string' ? at(time) : time)
    return this
  }

  get story(): readonly string[] {
    return this.events.map(lineOf)
  }

  status(orderId: number, clientId = 7): string {
    const order = this.core.state.orders.get(`${clientId}/${orderId}`)
    return order === undefined ? 'none' : `${order.status} ${order.filled}/${order.quantity}`
  }

  held(id: ConId): number {
    return this.core.state.positions.get(id)?.quantity ?? 0
  }
}

export function virtualClock(start: EpochMs): VirtualClock {
  return new VirtualClock({ start, settled: () => true, speed: null })
}

/** One event as one readable line. */
export function lineOf(event: CoreEvent): string {
  switch (event.kind) {
    case 'open-order':
    case 'order-status': {
      const { orderId, status, filled, quantity, whyHeld } = event.order
      const held = whyHeld === '' ? '' : ` (${whyHeld})`
      return `${event.kind} ${orderId} ${status}${held} ${filled}/${quantity}`
    }
    case 'execution':
    case 'commission': {
      const { orderId, side, quantity, price: paid, commission, realizedPnl } = event.execution
      return event.kind === 'execution'
        ? `execution ${orderId} ${side} ${quantity} @ ${paid / 1e6}`
        : `commission ${orderId} ${commission / 1e6} pnl ${realizedPnl === null ? '-' : realizedPnl / 1e6}`
    }
    case 'order-error':
      return `error ${event.orderId} ${event.code} ${event.text}`
    case 'position':
      return `position ${event.position.quantity}`
    default:
      return event.kind
  }
}
