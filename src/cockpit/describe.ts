import pc from 'picocolors'
import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import type { Contract, Tradable } from '../domain/contract.ts'
import { verdictText } from '../domain/incident.ts'
import { amountOf, type Money, type Price } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'

/** `SPY 2026-03-13 575 C`. */
export function contractText(contract: Contract | Tradable): string {
  switch (contract.kind) {
    case 'option':
      return `${contract.symbol} ${contract.expiry} ${amountOf(contract.strike)} ${contract.right}`
    case 'combo':
      return `${contract.symbol} combo of ${contract.legs.length}`
    default:
      return contract.symbol
  }
}

export function priceText(price: Price | null): string {
  return price === null ? 'unknown' : amountOf(price).toFixed(2)
}

/** `+$12.30`, coloured by its sign. */
export function pnlText(amount: Money): string {
  const text = `${amount < 0 ? '-' : '+'}$${Math.abs(amountOf(amount)).toFixed(2)}`
  return amount < 0 ? pc.red(text) : pc.green(text)
}

interface Marked {
  readonly synthetic: boolean
  readonly delayed?: boolean
}

/** Behind a price that nobody quoted, derived or from a model, or that was quoted long ago. */
export function quoteMark({ synthetic, delayed = false }: Marked): string {
  if (delayed) return pc.yellow(' (delayed quote)')
  return synthetic ? pc.yellow(' (synthetic quote)') : ''
}

function termsText(order: Order): string {
  switch (order.terms.type) {
    case 'LMT':
      return `LMT ${priceText(order.terms.limit)}`
    case 'STP':
      return `STP ${priceText(order.terms.trigger)}`
    default:
      return 'MKT'
  }
}

/** One line for a person, or null for what the status block shows anyway. */
export function eventText(event: Event, state: State): string | null {
  switch (event.type) {
    case 'EntryApproved': {
      const { candidate, strategy, signal } = event.request
      return (
        pc.bold(`${strategy} ${signal.outlook}: ${contractText(candidate.contract)}`) +
        ` x${event.quantity} at ${priceText(candidate.quote.bid)}/` +
        `${priceText(candidate.quote.ask)}${quoteMark(candidate.quote)}` +
        `, at most ${pnlText((0 - event.maxLoss) as Money)}  ${pc.dim(event.structureId)}`
      )
    }
    case 'EntryRefused':
      return pc.dim(
        `${event.request.strategy} ${contractText(event.request.candidate.contract)} refused: ` +
          event.refusals.map((r) => `${r.rule} (${r.detail})`).join('; '),
      )
    case 'OrderIntended': {
      const { order } = event
      const place = `${order.role} ${order.side} ${order.quantity} ${contractText(order.contract)}`
      return `  ${place} ${termsText(order)} ${order.timeInForce}`
    }
    case 'OrderFilled': {
      const { fill } = event
      const role = state.orders.get(fill.orderId)?.role ?? 'order'
      return pc.cyan(
        `  ${role} filled: ${fill.side} ${fill.quantity} ${contractText(fill.contract)} ` +
          `at ${priceText(fill.price)}${quoteMark(fill)}`,
      )
    }
    case 'ExitTriggered':
      return pc.yellow(`  ${event.exit} triggered: ${event.reason}`)
    case 'PositionAdjusted':
      return pc.yellow(
        `  position ${contractText(event.position.contract)} is ${event.position.quantity}: ` +
          `${event.cause}, ${event.detail}`,
      )
    case 'IncidentOpened':
    case 'IncidentEnded': {
      const { symptom, verdict } = event.incident
      const over = event.type === 'IncidentEnded' ? 'over: ' : ''
      return pc.red(`incident ${over}${symptom}, ${verdictText(verdict)}`)
    }
    case 'GateSet':
      return pc.yellow(`gate ${event.set.gate} set: ${event.set.reason}`)
    case 'GateCleared':
      return pc.dim(`gate ${event.gate} cleared: ${event.reason}`)
    case 'FlattenDeferred':
      return pc.red(`killed, and not flat: ${event.reason}`)
    case 'TradingStateChanged':
      return pc.red(`level ${event.to} by ${event.cause}: ${event.reason}`)
    case 'ClockSetBack':
      return pc.yellow(`the clock was set back by ${(event.byMs / 1_000).toFixed(1)} s`)
    case 'LinkChanged':
      return pc.dim(`link ${event.link}, epoch ${event.epoch}`)
    case 'OrderMoved':
      return event.to === 'unknown' || event.to === 'rejected' || event.to === 'denied'
        ? pc.red(`  order ${event.orderId}: ${event.from} -> ${event.to}`)
        : null
    default:
      return null
  }
}

type Commanded = Extract<Event, { type: 'OperatorCommanded' }>

/** `ada: cancel of x-1: too far`; of what was refused that it was, and why. */
export function commandedText({ by, command, refused }: Commanded): string {
  const { kind, reason = '' } = command
  const of =
    kind === 'cancel' ? ` ${command.orderId}` : kind === 'close' ? ` ${command.structureId}` : ''
  const asked = `${kind}${of}${reason === '' ? '' : `: ${reason}`}`
  return refused === undefined ? `${by}: ${asked}` : `REFUSED, ${refused}; ${by}: ${asked}`
}

/** `2026-03-10 10:31:05 ET`. */
export function timeText(at: EpochMs): string {
  return `${newYorkDate(at)} ${newYorkTimeText(at)} ET`
}
