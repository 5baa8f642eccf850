import { unreachable } from '../../src/base/assert.ts'
import type { OptionContract } from '../../src/domain/contract.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { amountOf } from '../../src/domain/money.ts'
import type { ClientOrderId, Order, OrderTerms } from '../../src/domain/order.ts'
import type { Quote } from '../../src/domain/quote.ts'
import type { Entry } from '../../src/journal/rows.ts'
import type { Path, RecordedSession, Shown } from './replay-recording.ts'
import { optionName, stepsBetween, turnOf } from './replay-recording.ts'

/** An order as the journal tells of it. */
interface Told {
  readonly order: Order
  readonly option: string
  /** When it came to the market: as it was sent, or its parent filled; and as it was changed. */
  readonly arrivals: number[]
  readonly terms: { readonly from: number; readonly terms: OrderTerms }[]
  readonly fills: { readonly at: number; readonly fill: Fill }[]
}

/** A Gateway answers within 20 ms, one order after the other: until then an order arrives. */
const ARRIVAL_MS = 100
/** So long a fill takes to be told: one at the end of a step is journaled when the next has begun. */
const TOLD_MS = 20

/** Every breach of the replay rules in a journal, each as a sentence; recorded options only. */
export function breaches(recorded: RecordedSession, journal: readonly Entry[]): readonly string[] {
  const told = ordersOf(journal)
  const fills = [...told.values()].flatMap((each) => each.fills)
  const held = (option: string, before: number): number =>
    fills
      .filter(({ at, fill }) => at < before && optionOf(fill.contract) === option)
      .reduce((sum, { fill }) => sum + (fill.side === 'BUY' ? fill.quantity : -fill.quantity), 0)
  // Rule 3: who holds meets the low first, who comes to buy the high, decided as the minute turns.
  const market = (option: string, when: number): Shown | null => {
    const path: Path = held(option, Math.min(when, turnOf(when))) > 0 ? 'low-first' : 'high-first'
    return recorded.shown(option, when, path)
  }
  return [
    ...[...told.values()].flatMap((each) => orderBreaches(each, market)),
    ...crowded(fills, market),
    ...journal.flatMap((entry) => aheadOf(entry, recorded, market)),
  ]
}

type LookUp = (option: string, when: number) => Shown | null

function ordersOf(journal: readonly Entry[]): ReadonlyMap<ClientOrderId, Told> {
  const told = new Map<ClientOrderId, Told>()
  for (const { at, event } of journal) {
    if (event.type === 'OrderIntended') {
      const { order } = event
      const terms = [{ from: at, terms: order.terms }]
      const arrivals = order.parentId === null ? [at] : []
      told.set(order.id, { order, option: optionOf(order.contract), arrivals, terms, fills: [] })
    }
    if (event.type === 'ReplaceIntended') {
      const changed = told.get(event.change.orderId)
      changed?.arrivals.push(at)
      changed?.terms.push({ from: at, terms: event.change.terms })
    }
    // A change that is refused leaves the terms as they were.
    if (event.type === 'OrderMoved' && event.from === 'replace-pending') {
      if (event.evidence.kind === 'cancel-refused') told.get(event.orderId)?.terms.pop()
    }
    if (event.type !== 'OrderFilled') continue
    const filled = told.get(event.fill.orderId)
    if (filled?.fills.length === 0) {
      for (const child of told.values()) {
        if (child.order.parentId === filled.order.id) child.arrivals.push(at)
      }
    }
    filled?.fills.push({ at, fill: event.fill })
  }
  return told
}

/** Rules 1 and 2, fill by fill. */
function orderBreaches(told: Told, market: LookUp): readonly string[] {
  const { side, role } = told.order
  return told.fills.flatMap(({ at, fill }, index) => {
    const where = `${role} ${side} ${told.option} at ${amountOf(fill.price)}, ${timeOf(at)}`
    const offer = oppositeOf(side, market(told.option, at))
    if (fill.synthetic) return [`${where}: marked synthetic, but its quotes were recorded`]
    if (offer === null) return [`${where}: filled with no opposite side quoted`]
    const wrongAt = (when: number): readonly (string | null)[] => {
      const there = oppositeOf(side, market(told.option, when)) ?? offer
      const moment = { told, at: when, index, offer: there, market }
      return termsAt(told, when).map((terms) => wrongPrice(moment, terms, amountOf(fill.price)))
    }
    const wrong = wrongAt(at)
    const isRight = wrong.includes(null) || wrongAt(at - TOLD_MS).includes(null)
    return isRight ? [] : [`${where}: ${wrong.join(' or ')}`]
  })
}

/** What was asked for last, and what that replaces while it may still be on its way. */
function termsAt({ terms }: Told, at: number): readonly OrderTerms[] {
  const until = (place: number): number => terms[place + 1]?.from ?? Infinity
  return terms
    .filter(({ from }, place) => from <= at && until(place) + ARRIVAL_MS >= at)
    .map((each) => each.terms)
}

interface Moment {
  readonly told: Told
  readonly at: number
  /** Of the fill among those of its order. */
  readonly index: number
  /** The opposite side. */
  readonly offer: number
  readonly market: LookUp
}

/** Why these terms do not fill at this price at this moment; null when they do. */
function wrongPrice(moment: Moment, terms: OrderTerms, paid: number): string | null {
  switch (terms.type) {
    case 'LMT':
      return wrongLimit(moment, amountOf(terms.limit), paid)
    case 'STP':
      return wrongStop(moment, amountOf(terms.trigger), paid)
    case 'MKT':
      return wrongMarket(moment, paid)
    default:
      return unreachable(terms)
  }
}

/** Only at the limit or through it: arriving at the other side, resting at the limit. */
function wrongLimit({ told, at, offer }: Moment, limit: number, paid: number): string | null {
  const reached = told.order.side === 'BUY' ? offer <= limit : offer >= limit
  if (!reached) return `the limit is ${limit}, the other side ${offer}`
  const arrives = told.arrivals.some((arrival) => at >= arrival && at - arrival <= ARRIVAL_MS)
  const due = arrives ? offer : limit
  return paid === due ? null : `${due} was due, ${arrives ? 'arriving' : 'resting'}`
}

/** At the other side, once that had come to the trigger. */
function wrongStop({ told, at, offer, market }: Moment, trigger: number, paid: number) {
  const { side } = told.order
  const begun = told.arrivals[0] ?? at
  const touched = [begun, ...stepsBetween(begun, at), at].some((when) => {
    const then = oppositeOf(side, market(told.option, when))
    return then !== null && (side === 'BUY' ? then >= trigger : then <= trigger)
  })
  if (!touched) return `the trigger ${trigger} was not touched`
  return paid === offer ? null : `the other side is ${offer}`
}

/** At the other side, at the first moment that has one. */
function wrongMarket({ told, at, index, offer, market }: Moment, paid: number): string | null {
  const arrived = (told.arrivals.at(-1) ?? at) + ARRIVAL_MS
  const could = stepsBetween(arrived, at - 1).some(
    (when) => oppositeOf(told.order.side, market(told.option, when)) !== null,
  )
  if (index === 0 && could) return 'it could have filled before'
  return paid === offer ? null : `the other side is ${offer}`
}

/** What is displayed is there once: all fills of one moment together take no more of it. */
function crowded(
  fills: readonly { readonly at: number; readonly fill: Fill }[],
  market: LookUp,
): readonly string[] {
  const taken = new Map<string, number>()
  return fills.flatMap(({ at, fill }) => {
    const option = optionOf(fill.contract)
    const shown = market(option, at)
    const size = (fill.side === 'BUY' ? shown?.askSize : shown?.bidSize) ?? Infinity
    const place = `${option} ${fill.side} ${at}`
    const sum = (taken.get(place) ?? 0) + fill.quantity
    taken.set(place, sum)
    return sum <= size ? [] : [`${place}: ${sum} filled, ${size} were displayed`]
  })
}

/** Rule 4: what a decision says it saw is what had been recorded by then. */
function aheadOf(
  { at, event }: Entry,
  recorded: RecordedSession,
  market: LookUp,
): readonly string[] {
  if (event.type === 'CycleEnded') {
    const { barStart, reason } = event.outcome
    const close = recorded.closes.get(barStart)
    const said = /\bclose (\d+\.\d\d), VWAP/.exec(reason)?.[1]
    if (at < barStart + 60_000) return [`decided on the bar of ${barStart} before it ended`]
    if (close === undefined) return [`decided on a bar of ${barStart}, which was not recorded`]
    if (said === undefined || said === Number(close).toFixed(2)) return []
    return [`the bar of ${barStart} closed at ${close}, the decision says ${said}`]
  }
  if (event.type !== 'EntryApproved' && event.type !== 'EntryRefused') return []
  const { contract, quote } = event.request.candidate
  const option = optionOf(contract)
  const wrong = wrongQuote(quote, market(option, quote.receivedAt))
  const volume = recorded.volumeBy(option, quote.receivedAt)
  const interest = recorded.interestBy(option, quote.receivedAt)
  const saysInterest = recorded.knowsInterest && quote.openInterest !== null
  const wrongs = [
    wrong,
    quote.volume === null || quote.volume === volume ? null : `volume ${quote.volume}`,
    saysInterest && quote.openInterest !== interest ? `interest ${quote.openInterest}` : null,
    quote.synthetic ? 'a quote marked synthetic' : null,
  ].filter((each) => each !== null)
  return wrongs.map((each) => `${option} was decided on ${each}`)
}

function wrongQuote({ bid, ask }: Quote, shown: Shown | null): string | null {
  const [saidBid, saidAsk] = [bid, ask].map((side) => (side === null ? null : amountOf(side)))
  if (shown !== null && saidBid === shown.bid && saidAsk === shown.ask) return null
  return `${saidBid} x ${saidAsk}, recorded is ${shown?.bid} x ${shown?.ask}`
}

function oppositeOf(side: Fill['side'], shown: Shown | null): number | null {
  return (side === 'BUY' ? shown?.ask : shown?.bid) ?? null
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

function optionOf(contract: Fill['contract']): string {
  const { expiry, strike, right } = contract as OptionContract
  return optionName(expiry, amountOf(strike), right)
}
