import { nameOf } from '../domain/contract-key.ts'
import { verdictText } from '../domain/incident.ts'
import { amountText } from '../domain/money.ts'
import type { Money } from '../domain/money.ts'
import type { ClientOrderId, OrderEvidence, OrderTerms } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { Event, ObservedAccount } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { commandedText } from './describe.ts'

/** One event as a sentence: what it is about by its name, and every number in its unit. */
export function wordsOf(event: Event, state: State): string | null {
  switch (event.type) {
    case 'CycleEnded':
      return `${event.outcome.symbol} ${event.outcome.kind}: ${event.outcome.reason}`
    case 'AccountObserved':
      return accountWords(event.account)
    case 'DayOpened':
    case 'BaselineChecked':
      return dayWords(event)
    case 'EntryApproved':
      return approvedWords(event)
    case 'EntryRefused': {
      const { strategy, candidate } = event.request
      const why = event.refusals.map(({ rule, detail }) => `${rule} (${detail})`).join('; ')
      return `${strategy} ${nameOf(candidate.contract)} refused: ${why}`
    }
    case 'ForeignOrderSeen': {
      const { side, quantity, contract, permId } = event.order
      return `an order that is not ours: ${side} ${quantity} ${nameOf(contract)}, perm id ${permId}`
    }
    case 'ForeignOrderGone':
      return `the order that is not ours, perm id ${event.permId}, is gone`
    case 'PlanChanged':
    case 'StopPassed':
    case 'StopRecovered':
    case 'ExitTriggered':
      return exitWords(event, state)
    case 'IncidentUpdated':
      return `incident goes on: ${event.incident.symptom}, ${verdictText(event.incident.verdict)}`
    case 'OperatorCommanded':
      return commandedText(event)
    case 'RunStarted':
      return `run of mode ${event.mode} began, version ${event.version}`
    default:
      return orderWords(event, state)
  }
}

function orderWords(event: Event, state: State): string | null {
  const named = (id: ClientOrderId) => orderName(id, state)
  switch (event.type) {
    case 'OrderIntended': {
      const { role, side, quantity, contract, terms, timeInForce } = event.order
      const what = `${role} ${side} ${quantity} ${nameOf(contract)}`
      return `${what}, ${termsText(terms)}, ${timeInForce}`
    }
    case 'ReplaceIntended': {
      const { orderId, terms, quantity } = event.change
      const by = event.quote == null ? '' : `, by a quote of ${quoteText(event.quote)}`
      return `change of ${named(orderId)}: to ${termsText(terms)} for ${units(quantity)}${by}`
    }
    case 'ChildResent':
      return `sent once more: ${named(event.orderId)}`
    case 'CancelIntended':
      return `cancel of ${named(event.orderId)}${event.cause == null ? '' : `: ${event.cause}`}`
    case 'OrderMoved': {
      const { from, to } = event
      const moved = from === to ? `still ${to}` : `${from} → ${to}`
      return `${named(event.orderId)}: ${moved} (${evidenceText(event.evidence)})`
    }
    case 'OrderFilled': {
      const { side, quantity, contract, orderId, price } = event.fill
      const role = state.orders.get(orderId)?.role ?? 'order'
      return `${role} filled: ${side} ${quantity} ${nameOf(contract)} at ${amountText(price)}`
    }
    case 'CommissionReported': {
      const fill = state.fills.get(event.execId)
      const of = fill && `${fill.side} ${fill.quantity} ${nameOf(fill.contract)}`
      return `commission ${amountText(event.commission)} of ${of ?? event.execId}`
    }
    default:
      return null
  }
}

type Exiting = Extract<
  Event,
  { type: 'PlanChanged' | 'StopPassed' | 'StopRecovered' | 'ExitTriggered' }
>

function exitWords(event: Exiting, state: State): string {
  const structure = state.structures.get(event.structureId)
  const of = structure === undefined ? event.structureId : nameOf(structure.contract)
  switch (event.type) {
    case 'PlanChanged': {
      const { takeProfit, stopLoss } = event.plan
      const profit = takeProfit === null ? 'no take-profit' : amountText(takeProfit.price)
      const stop = stopLoss === null ? 'no stop' : amountText(stopLoss.price)
      return `exits of ${of} changed: ${event.reason}; profit at ${profit}, stop at ${stop}`
    }
    case 'StopPassed':
      return `the stop of ${of} was passed by a quote of ${quoteText(event.quote)}`
    case 'StopRecovered':
      return `the quote of ${of} came back before its stop was late`
    case 'ExitTriggered':
    default:
      return `${event.exit} of ${of} triggered: ${event.reason}`
  }
}

function accountWords(of: ObservedAccount): string {
  const [worth, free, settled] = [of.netLiquidation, of.availableFunds, of.settledCash].map(
    amountText,
  )
  const day = of.dailyPnl === null ? 'unknown' : gainText(of.dailyPnl)
  return `net liquidation ${worth}, available ${free}, settled ${settled}, the day ${day}`
}

function dayWords(event: Extract<Event, { type: 'DayOpened' | 'BaselineChecked' }>): string {
  if (event.type === 'DayOpened') {
    const { date, amount, netLiquidation, dailyPnl } = event.baseline
    const from = `net liquidation ${amountText(netLiquidation)} less ${gainText(dailyPnl)}`
    return `${date} is measured from ${amountText(amount)}: ${from} of the day`
  }
  const { date, amount } = event.observed
  const differs = event.difference === 0 ? 'as stored' : `${gainText(event.difference)} off`
  return `${date} is measured from ${amountText(amount)} by the broker: ${differs}`
}

function approvedWords(event: Extract<Event, { type: 'EntryApproved' }>): string {
  const { candidate, strategy, signal } = event.request
  const { quote } = candidate
  const of = `${strategy} ${signal.outlook}: ${nameOf(candidate.contract)}`
  const risk = `at most ${amountText(event.maxLoss)} lost`
  return `${of}, ${units(event.quantity)} at ${quoteText(quote)}, ${risk}`
}

function orderName(id: ClientOrderId, { orders }: State): string {
  const order = orders.get(id)
  return order === undefined ? `order ${id}` : `${order.role} of ${nameOf(order.contract)}`
}

function termsText(terms: OrderTerms): string {
  if (terms.type === 'MKT') return 'at the market'
  return terms.type === 'LMT'
    ? `limit ${amountText(terms.limit)}`
    : `stop ${amountText(terms.trigger)}`
}

function quoteText({ bid, ask, synthetic, delayed }: Quote): string {
  const [low, high] = [bid, ask].map((side) => (side === null ? 'unknown' : amountText(side)))
  const mark = delayed ? ' (delayed)' : synthetic ? ' (synthetic)' : ''
  return `${low} × ${high}${mark}`
}

function evidenceText(evidence: OrderEvidence): string {
  switch (evidence.kind) {
    case 'denied':
    case 'outcome-lost':
      return evidence.reason
    case 'reported':
      return `reported as ${evidence.as}`
    case 'fills-changed':
      return `${units(evidence.filled)} filled`
    case 'reject-reported':
      return `rejected with ${evidence.vendorCode}: ${evidence.reason}`
    case 'warned':
      return `${evidence.vendorCode}: ${evidence.message}`
    case 'proven':
      return `proven by ${evidence.by.replaceAll('-', ' ')}`
    case 'echoed':
      return `held as ${termsText(evidence.terms)} ${evidence.timeInForce}`
    default:
      return evidence.kind.replaceAll('-', ' ')
  }
}

function gainText(of: Money): string {
  return `${of > 0 ? '+' : ''}${amountText(of)}`
}

function units(quantity: number): string {
  return `${quantity} ${Math.abs(quantity) === 1 ? 'unit' : 'units'}`
}
