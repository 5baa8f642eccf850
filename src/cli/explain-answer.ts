import { plain } from '../base/plain.ts'
import { amountOf, type Money, type Price } from '../domain/money.ts'
import { orderHistories, type OrderHistory } from '../journal/order-history.ts'
import type { Entry } from '../journal/rows.ts'
import { tradesOf, type RoleFill, type Trade } from '../journal/trades.ts'
import type { SizeBound } from '../risk/limits.ts'
import type { Event } from '../trading/event.ts'
import { contractText, timeText } from '../cockpit/describe.ts'
import { nounIn, numberText } from '../cockpit/explain-event.ts'
import { signedText } from '../cockpit/report-words.ts'

type Approved = Extract<Event, { type: 'EntryApproved' }>
type Refused = Extract<Event, { type: 'EntryRefused' }>
type Ended = Extract<Event, { type: 'CycleEnded' }>

/** What came of it and why, before anything else is said; empty: it is about no decision. */
export function answerLines(story: readonly Entry[]): readonly string[] {
  const events = story.map(({ event }) => event)
  const approved = events.find((event) => event.type === 'EntryApproved')
  if (approved !== undefined) return approvedLines(approved, story)
  const refused = story.findLast(({ event }) => event.type === 'EntryRefused')
  if (refused?.event.type === 'EntryRefused') return [refusedLine(refused.event, refused.at)]
  const order = orderHistories(story).at(0)
  if (order !== undefined) return [orderLine(order)]
  const cycle = story.findLast(({ event }) => event.type === 'CycleEnded')
  return cycle?.event.type === 'CycleEnded' ? [cycleLine(cycle.event, cycle.at)] : []
}

function approvedLines(entry: Approved, story: readonly Entry[]): readonly string[] {
  const { request, quantity, maxLoss } = entry
  const { strategy, signal, candidate } = request
  const what = `${numberText(quantity, 'units', nounIn(entry) ?? 'units')} of`
  const contract = contractText(candidate.contract)
  const trade = tradesOf(story).find(({ structureId }) => structureId === entry.structureId)
  const why = `because: ${plain(signal.reason)}`
  const order = orderHistories(story).find(({ order: { role } }) => role === 'entry')
  if (trade === undefined) {
    const became = order === undefined ? 'no order is known' : `its order is ${stateText(order)}`
    return [`NOT ENTERED: ${strategy} was allowed ${what} ${contract}, and ${became}; ${why}`]
  }
  const price = numberText(averageOf(trade), 'dollars')
  const filled = trade.quantity === quantity ? '' : `, ${trade.quantity} filled`
  const side = request.side === 'BUY' ? 'bought' : 'sold'
  return [
    `ENTERED: ${strategy} ${side} ${what} ${contract}${filled} at ${price} on ` +
      `${timeText(trade.openedAt)}, at most ${numberText(maxLoss, 'dollars')} to lose; ${why}`,
    endText(trade, story),
    ...boundsLines(entry.basis?.bounds ?? []),
  ]
}

/** Down to the cent: what a person compares. */
function cents(micros: number): number {
  return Math.floor(micros / 10_000) * 10_000
}

/** Of the fills that opened it. */
function averageOf({ fills, quantity, contract }: Trade): Price {
  const own = fills.filter(
    (fill) =>
      fill.role === 'entry' && (fill.contract.kind === 'combo') === (contract.kind === 'combo'),
  )
  const sum = own.reduce((total, fill) => total + fill.price * fill.quantity, 0)
  return cents(sum / Math.max(1, quantity)) as Price
}

function endText(trade: Trade, story: readonly Entry[]): string {
  const [reason] = story.flatMap(({ event }) =>
    event.type === 'ExitTriggered' ? [`: ${plain(event.reason)}`] : [],
  )
  const last = trade.fills.at(-1)
  if (trade.closedAt === null || last === undefined) {
    const closes = reason === undefined ? '' : `, and closes${reason}`
    return `It is held, as far as this journal goes${closes}.`
  }
  const price = numberText(last.price, 'dollars')
  const when = timeText(trade.closedAt)
  return (
    `It was closed by ${BY[last.role]} at ${price} on ${when}${reason ?? ''}; ` +
    `that is ${signedText(trade.pnl)} with commissions.`
  )
}

const BY: Readonly<Record<RoleFill['role'], string>> = {
  entry: 'its entry, corrected',
  'take-profit': 'its take-profit',
  'stop-loss': 'its stop-loss',
  close: 'the bot',
  expiry: 'its expiry',
}

/** Which limits kept it from being more. */
function boundsLines(bounds: readonly SizeBound[]): readonly string[] {
  const least = Math.min(...bounds.map(({ units }) => units))
  const rules = bounds.filter(({ units }) => units === least).map(({ rule }) => rule)
  return rules.length === 0 ? [] : [`No more than ${least}, because of ${listed(rules)}.`]
}

function refusedLine({ request, refusals, basis }: Refused, at: Entry['at']): string {
  const { strategy, side, signal, candidate } = request
  const why = refusals.map(({ rule, detail }) => `${rule} (${plain(detail)})`).join('; ')
  const verb = side === 'BUY' ? 'buy' : 'sell'
  const none = basis.bounds.some(({ units }) => units === 0) ? boundsLines(basis.bounds) : []
  return (
    `REFUSED: nothing was sent. ${strategy} wanted to ${verb} ` +
    `${contractText(candidate.contract)} on ${timeText(at)} ` +
    `(${plain(signal.reason)}); against it: ${why}` +
    (none.length === 0 ? '' : `. ${none.join(' ')}`)
  )
}

const OUTCOMES: Readonly<Record<Ended['outcome']['kind'], string>> = {
  proposed: 'PROPOSED',
  hold: 'HOLD, nothing to do',
  'none-picked': 'NO CONTRACT was picked',
  skipped: 'SKIPPED, not decided',
}

function cycleLine({ outcome }: Ended, at: Entry['at']): string {
  const { symbol, kind, reason, barStart } = outcome
  const bar = timeText(barStart).slice(11, 16)
  return `${OUTCOMES[kind]}: ${symbol} on ${timeText(at)}, the bar of ${bar}: ${plain(reason)}`
}

function orderLine(history: OrderHistory): string {
  const { role, side, quantity, contract } = history.order
  const units = numberText(quantity, 'units', nounIn(contract) ?? 'units')
  const what = `${role} to ${side === 'BUY' ? 'buy' : 'sell'} ${units} of ${contractText(contract)}`
  return `ORDER: the ${what} is ${stateText(history)}`
}

function stateText({ status, steps, filled, order }: OrderHistory): string {
  const last = steps.at(-1)
  const part =
    filled > 0 && filled < order.quantity ? `, ${filled} of ${order.quantity} filled` : ''
  return `${status}${part}${last === undefined ? '' : `: ${plain(last.text)}`}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Name, what it was, what it may be: the limits of an entry whose numbers the journal holds. */
export function limitRows(event: Approved | Refused): readonly (readonly string[])[] {
  const { request, basis } = event
  if (basis === undefined) return []
  const { limits, unitCost, unitLoss, netLiquidation } = basis
  const { quote } = request.candidate
  const least = Math.min(...basis.bounds.map(({ units }) => units))
  const quantity = event.type === 'EntryApproved' ? event.quantity : Math.max(1, least)
  if (!Number.isFinite(quantity)) return []
  const noun = nounIn(event) ?? 'units'
  const money = (of: number | null) => (of === null ? 'unknown' : numberText(of, 'dollars'))
  const units = (of: number | null) => (of === null ? 'unknown' : numberText(of, 'units', noun))
  const all = (each: Money | null) => (each === null ? null : each * quantity)
  const premium = netLiquidation === null ? null : cents(netLiquidation * limits.premiumPctMax)
  const taken = request.side === 'BUY' ? quote.askSize : quote.bidSize
  return [
    ['quantity', units(quantity), `at most ${units(limits.quantityMax)}`],
    ['order cost', money(all(unitCost)), `at most ${money(limits.orderCostMax)}`],
    ['loss of it at worst', money(all(unitLoss)), `at most ${money(limits.structureLossMax)}`],
    ['premium', money(all(unitCost)), `at most ${money(premium)}`],
    [
      'spread of mid',
      spreadText(quote.bid, quote.ask),
      `at most ${numberText(limits.spreadPctMax, 'percent')}`,
    ],
    [
      'age of the quote',
      numberText(basis.quoteAgeMs, 'ms'),
      `at most ${numberText(limits.quoteAgeMsMax, 'ms')}`,
    ],
    ['size on the side taken', units(taken), `at least ${units(limits.quoteSizeMin)}`],
    ['volume', units(quote.volume), `at least ${units(limits.volumeMin)}`],
    ['open interest', units(quote.openInterest), `at least ${units(limits.openInterestMin)}`],
    [
      'open structures',
      numberText(basis.openStructures, 'structures'),
      `fewer than ${numberText(limits.openStructuresMax, 'structures')}`,
    ],
  ]
}

function spreadText(bid: Price | null, ask: Price | null): string {
  if (bid === null || ask === null) return 'unknown'
  const mid = (amountOf(bid) + amountOf(ask)) / 2
  return mid === 0
    ? 'unknown'
    : numberText((amountOf(ask) - amountOf(bid)) / Math.abs(mid), 'percent')
}

/** `order-cost 3, structure-loss 3, premium-cap 11`: the smallest counts. */
export function boundsText(bounds: readonly SizeBound[]): string {
  const sorted = bounds.toSorted((a, b) => a.units - b.units)
  return sorted.map(({ rule, units }) => `${rule} ${units}`).join(', ')
}
