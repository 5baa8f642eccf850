import type { EpochMs } from '../../src/base/clock.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import { sessionOf } from '../../src/domain/calendar.ts'
import type { CalendarDate, OptionContract, Ticker } from '../../src/domain/contract.ts'
import type { Price } from '../../src/domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../../src/domain/order.ts'
import type { Quote } from '../../src/domain/quote.ts'
import type { WalkTerms } from '../../src/orders/price-walk.ts'
import { walkBounds, walkStep } from '../../src/orders/price-walk.ts'
import { GatewayCore } from '../../src/simulator/broker/core.ts'
import type { SimTicket } from '../../src/simulator/broker/state.ts'
import { quoteFrom } from '../../src/simulator/direct-data.ts'
import type { Market } from '../../src/simulator/market/market.ts'
import { UNWATCHED } from '../../src/simulator/market/market.ts'
import { openReplay } from '../../src/simulator/market/replay.ts'
import { SteppedClock } from './stepped-clock.ts'

/** One recorded day of options, and which of them are looked at. */
export interface StudyDay {
  readonly symbol: string
  readonly date: string
  /** As `max_spread` of the configuration that is made for it. */
  readonly spreadPctMax: number
}

/** A way to enter. */
export interface Policy {
  readonly name: string
  readonly terms: WalkTerms
}

/** One moment at which one contract could have been bought. */
export interface Chance {
  readonly at: EpochMs
  readonly contract: OptionContract
  readonly quote: Quote
}

/** What came of it; per share in dollars, but where it says of the spread. */
export interface Result {
  readonly policy: string
  readonly spread: number
  /** Paid over the mid of the decision; null: missed. */
  readonly overMid: number | null
  /** The same, or, of what was missed, what buying at the far side would have cost in the end. */
  readonly overMidAllIn: number | null
  readonly steps: number
  readonly filledAfterMs: number | null
  /** The mid five minutes after the decision less the mid of the decision. */
  readonly driftLater: number | null
}

const MINUTE_MS = 60_000
/** After the bar has closed: signal, chain, quotes. */
const DECIDED_MS = 2_000
const EVERY_MINUTES = 3
const AT_A_TIME = 4
const BID_MIN = 0.3
const LATER_MS = 300_000
const LIVE = { quoteAgeMsMax: 2_000, allowDelayed: false }

/**
 * A recorded minute tells its extremes and not their order. Rule 3 has the high first for who comes
 * to buy; then the low always follows within the minute, just as a walk has come to the far side.
 * The other way round the low is gone by then. The truth lies between the two.
 */
export type Path = 'high-first' | 'low-first'

export function marketOf(dir: string, { symbol, date }: StudyDay, path: Path): Market {
  const symbols = [symbol as Ticker]
  const market = openReplay({ dir, symbols, dates: [date as CalendarDate] })
  if (!market.ok) throw new Error(market.error)
  const { value } = market
  return { ...methodsOf(value), quote: (id, at) => value.quote(id, at, path) }
}

/** An object of a class does not spread: its methods live on the prototype. */
function methodsOf(market: Market): Market {
  const { origin, describe, underlyings } = market
  return {
    origin,
    describe,
    underlyings,
    session: (...of) => market.session(...of),
    options: (...of) => market.options(...of),
    contract: (id) => market.contract(id),
    quote: (...of) => market.quote(...of),
    nextChange: (...of) => market.nextChange(...of),
    bars: (...of) => market.bars(...of),
    formingBar: (...of) => market.formingBar(...of),
    settlement: (...of) => market.settlement(...of),
  }
}

/** Every third minute a few contracts, drawn from those that the filters would let through. */
export function chancesOf(market: Market, day: StudyDay, seed: number): readonly Chance[] {
  const session = sessionOf(day.date as CalendarDate)
  if (session === null) throw new Error(`${day.date} is no session`)
  const prng = new Prng(seedOf(seed, `fills ${day.symbol} ${day.date}`))
  const options = market.options(day.symbol as Ticker, session.date)
  const chances: Chance[] = []
  const until = session.close - 15 * MINUTE_MS
  for (let at = session.open + 5 * MINUTE_MS + DECIDED_MS; at < until;) {
    const now = at as EpochMs
    const fit = options.flatMap((contract): readonly Chance[] => {
      const shown = market.quote(contract.conId, now, UNWATCHED)
      const quote = shown === null ? null : quoteFrom(shown, now)
      return quote !== null && isFit(quote, day) ? [{ at: now, contract, quote }] : []
    })
    for (let taken = 0; taken < AT_A_TIME && fit.length > 0; taken++) {
      chances.push(...fit.splice(prng.int(0, fit.length - 1), 1))
    }
    at += EVERY_MINUTES * MINUTE_MS
  }
  return chances
}

function isFit({ bid, ask, halted }: Quote, { spreadPctMax }: StudyDay): boolean {
  if (bid === null || ask === null || halted || bid >= ask || bid < BID_MIN * 1e6) return false
  return (ask - bid) / ((ask + bid) / 2) <= spreadPctMax
}

/** One unit bought in a market of its own, by the exchange of the simulated Gateway. */
export function play(market: Market, chance: Chance, { name, terms }: Policy): Result {
  const { at, contract, quote } = chance
  const bounds = walkBounds({ contract, side: 'BUY', quote }, terms)
  if (bounds === null) throw new Error('a chance has a price')
  const clock = new SteppedClock(at)
  const core = new GatewayCore({ clock, seed: 1, market })
  const mid = midOf(quote) ?? 0
  const spread = (quote.ask ?? 0) - (quote.bid ?? 0)
  let limit = bounds.first
  let steps = 0
  core.place(ticketOf(contract, limit))
  for (let age = terms.everyMs; age < terms.timeToLiveMs; age += terms.everyMs) {
    clock.runUntil(at + age)
    if (core.executions().length > 0) break
    const shown = core.quote(contract.conId)
    const now = clock.now()
    const order = trackedOf({ contract, limit, worst: bounds.worst, at })
    const seen = { now, quote: shown && quoteFrom(shown, now), ...LIVE }
    const change = walkStep({ order, ...seen }, terms)
    if (change?.terms.type !== 'LMT') continue
    limit = change.terms.limit
    steps++
    core.place(ticketOf(contract, limit))
  }
  clock.runUntil(at + terms.timeToLiveMs)
  const [fill] = core.executions()
  const far = market.quote(contract.conId, clock.now(), UNWATCHED)?.ask ?? null
  const later = market.quote(contract.conId, (at + LATER_MS) as EpochMs, UNWATCHED)
  const midLater = later === null ? null : midOf(later)
  const paid = fill?.price ?? null
  const over = (price: number | null) => (price === null ? null : (price - mid) / 1e6)
  return {
    policy: name,
    spread: spread / 1e6,
    overMid: over(paid),
    overMidAllIn: over(paid ?? far),
    steps,
    filledAfterMs: fill === undefined ? null : fill.at - at,
    driftLater: over(midLater),
  }
}

function ticketOf(contract: OptionContract, limit: Price): SimTicket {
  return {
    clientId: 30,
    orderId: 1,
    parentId: 0,
    contract,
    side: 'BUY',
    quantity: 1,
    type: 'LMT',
    limit,
    trigger: null,
    timeInForce: 'DAY',
    transmit: true,
    ocaGroup: '',
    ocaType: 0,
    outsideRth: false,
    orderRef: 'study',
    account: '',
  }
}

function trackedOf(of: {
  readonly contract: OptionContract
  readonly limit: Price
  readonly worst: Price
  readonly at: EpochMs
}): TrackedOrder {
  const { contract, limit, worst, at } = of
  return {
    id: 'study' as ClientOrderId,
    structureId: null,
    parentId: null,
    oca: null,
    role: 'entry',
    contract,
    side: 'BUY',
    quantity: 1,
    terms: { type: 'LMT', limit },
    timeInForce: 'DAY',
    worst,
    status: 'working',
    unknownFrom: null,
    filled: 0,
    pendingChange: null,
    permId: null,
    epoch: 1,
    resentAt: null,
    parentMissedAt: null,
    intendedAt: at,
    statusSince: at,
  }
}

function midOf({ bid, ask }: Pick<Quote, 'bid' | 'ask'>): number | null {
  return bid === null || ask === null ? null : (bid + ask) / 2
}
