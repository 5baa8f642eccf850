import { sessionAt } from '../domain/calendar.ts'
import { nameOf } from '../domain/contract-key.ts'
import { notice, type AlertName, type NoticeCommand } from '../domain/alert.ts'
import type { ExecId } from '../domain/fill.ts'
import { ledgerOf } from '../domain/ledger.ts'
import { amountOf, type Money } from '../domain/money.ts'
import type { StructureId, TrackedOrder } from '../domain/order.ts'
import type { Event } from '../trading/event.ts'
import { isOwn } from '../trading/evolve-fill.ts'
import type { State } from '../trading/state.ts'

type Filled = Extract<Event, { type: 'OrderFilled' }>
type Adjusted = Extract<Event, { type: 'PositionAdjusted' }>

/**
 * What a person wants to hear of and the core need not say: fills with their P/L, from the fills
 * themselves; what expired or was assigned; a symbol without data; the link, back again.
 */
export class EventNotices {
  readonly #told = new Set<ExecId>()
  #wasDown = false

  heard(event: Event, state: State): NoticeCommand | null {
    switch (event.type) {
      case 'OrderFilled':
        return this.#filled(event, state)
      case 'PositionAdjusted':
        return adjusted(event, state)
      case 'GateSet': {
        const { gate, symbol, since, reason } = event.set
        if (gate !== 'stale-data' || symbol === null || sessionAt(since) === null) return null
        return notice('data-unavailable', `${symbol}: ${reason}`, { key: `data ${symbol}` })
      }
      case 'LinkChanged': {
        const isBack = event.link === 'up' && this.#wasDown
        if (event.link !== 'reconciling') this.#wasDown = event.link === 'down'
        return isBack ? notice('link-up', `connected and reconciled, epoch ${event.epoch}`) : null
      }
      default:
        return null
    }
  }

  #filled({ fill }: Filled, state: State): NoticeCommand | null {
    const order = state.orders.get(fill.orderId)
    // Legs of a combo move positions only; a correction and an estimate are told by the core.
    if (order === undefined || !isOwn(order.contract, fill.contract)) return null
    if (fill.estimated === true || this.#told.has(fill.execId)) return null
    this.#told.add(fill.execId)
    const isWhole = order.filled >= order.quantity
    const what = `${order.role} ${fill.side} ${fill.quantity} ${nameOf(fill.contract)}`
    const part = isWhole ? '' : `, ${order.filled} of ${order.quantity} by now`
    const result = order.role === 'entry' ? '' : `; P/L ${resultOf(order.structureId, state)}`
    const text = `${what} @ ${amountOf(fill.price).toFixed(2)} (${order.id})${part}${result}`
    return notice(alertOf(order, isWhole), text)
  }
}

function alertOf({ role }: TrackedOrder, isWhole: boolean): AlertName {
  if (role === 'entry') return isWhole ? 'entry-filled' : 'entry-partial'
  if (!isWhole) return 'exit-partial'
  return role === 'stop-loss' ? 'stop-filled' : 'exit-filled'
}

/** `+$12.30`, of all that was closed of a structure; what has not been told yet is said. */
function resultOf(id: StructureId | null, state: State): string {
  if (id === null) return 'unknown'
  const fills = [...state.fills.values()].filter(({ orderId }) => {
    return state.orders.get(orderId)?.structureId === id
  })
  const isWhole = fills.every(({ execId }) => state.commissions.has(execId))
  const text = dollarsText(ledgerOf(fills, state.commissions).realized)
  return isWhole ? text : `${text} before commissions still to come`
}

function adjusted({ position, cause }: Adjusted, state: State): NoticeCommand | null {
  if (cause !== 'expired' && cause !== 'assigned' && cause !== 'exercised') return null
  const { contract } = position
  const fills = [...state.fills.values()].filter((fill) => {
    return fill.contract.kind !== 'combo' && fill.contract.conId === contract.conId
  })
  const held = ledgerOf(fills, state.commissions).holdings.get(contract.conId)
  if (held === undefined || held.quantity === 0) return null
  const what = `${held.quantity} ${nameOf(contract)} ${cause}`
  const cost = `they had cost ${dollarsText(held.cost)}`
  if (cause !== 'expired') return notice('structure-assigned', `${what}; ${cost}`)
  const worthless = dollarsText((0 - held.cost) as Money)
  return notice('structure-expired', `${what}; ${cost}; P/L ${worthless} if worthless`)
}

/** `+$12.30`. */
export function dollarsText(amount: Money): string {
  return `${amount < 0 ? '-' : '+'}$${Math.abs(amountOf(amount)).toFixed(2)}`
}
