import type { EpochMs } from '../base/clock.ts'
import { legWeight } from '../domain/combo-quote.ts'
import { legsOf } from '../domain/contract.ts'
import type { ConId } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import type { Price } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import { isTerminal } from './lifecycle.ts'

/** A record that an order has filled may be in the picture before the one that differs. */
const RECORD_MS = 60_000

/** What a picture shows beyond our books, and the orders that may be the reason. */
export interface Untold {
  readonly orders: Iterable<TrackedOrder>
  /** What the broker holds of a contract beyond what our books say, signed. */
  readonly change: (id: ConId) => number
  /** What fills of the order have moved of a contract; of a leg maybe less than of the order. */
  readonly moved: (order: TrackedOrder, id: ConId) => number
  /** Orders that the picture lists as open: what they filled is told. */
  readonly open: ReadonlySet<ClientOrderId>
  /** When the difference was seen first: what had ended by proof before explains nothing. */
  readonly since: EpochMs
  /** What a unit of the structure cost to open; for orders at the market. */
  readonly openPrice: (order: TrackedOrder) => Price
  readonly at: EpochMs
}

/**
 * IBKR tells executions of the current day only, and after a reset may tell them late or never.
 * When what is held differs by just what one order of ours could have filled, it has filled it:
 * these are those fills, of the order and of its legs, at the price that the order asked for, which
 * is an estimate. None: no order of ours explains it.
 */
export function untoldFills(id: ConId, of: Untold): readonly Fill[] {
  const found = [...of.orders].flatMap((order) => {
    const units = unitsOf(order, id, of)
    const isWhole = units !== null && mayExplain(order, units, of)
    return isWhole ? [{ order, units, rank: rankOf(order) }] : []
  })
  const [best] = found.sort((a, b) => a.rank - b.rank)
  return best === undefined ? [] : fillsOf(best.order, best.units, of)
}

/** What was told of a combo itself needs no other reason for what its legs lack. */
function mayExplain(order: TrackedOrder, units: number, { open, since }: Untold): boolean {
  const { id, status, statusSince, filled, quantity, contract } = order
  if (units < filled || units > quantity) return false
  if (units === filled) return contract.kind === 'combo'
  if (status === 'rejected' || status === 'denied' || open.has(id)) return false
  return !isTerminal(status) || statusSince >= since - (status === 'filled' ? RECORD_MS : 0)
}

/** What the order has filled, if that accounts for every contract of it; null: it does not. */
function unitsOf(order: TrackedOrder, id: ConId, { change, moved }: Untold): number | null {
  const legs = legsOf(order.contract)
  if (!legs.some((leg) => leg.contract.conId === id)) return null
  const units = legs.map(({ contract: { conId }, ratio, side }) => {
    const more = change(conId) * signOf(order.side, side)
    return more < 0 ? null : (moved(order, conId) + more) / ratio
  })
  const [first = null] = units
  return Number.isInteger(first) && units.every((each) => each === first) ? first : null
}

/** A record that says so first; then what opens, and what ends at any price before what may not. */
function rankOf({ status, role }: TrackedOrder): number {
  if (status === 'filled') return 0
  return 1 + ['entry', 'close', 'stop-loss', 'take-profit'].indexOf(role)
}

/** Those that nobody told: of the order itself, and of each of its legs. */
function fillsOf(order: TrackedOrder, units: number, of: Untold): readonly Fill[] {
  const { contract, side, terms } = order
  const price =
    terms.type === 'LMT' ? terms.limit : terms.type === 'STP' ? terms.trigger : of.openPrice(order)
  const base = {
    revision: 0,
    orderId: order.id,
    at: of.at,
    synthetic: false,
    estimated: true,
  } as const
  const fill = (
    name: string,
    rest: Pick<Fill, 'contract' | 'side' | 'quantity' | 'price'>,
  ): readonly Fill[] => {
    const execId = `untold ${order.id} ${order.filled} ${name}` as ExecId
    return rest.quantity > 0 ? [{ ...base, ...rest, execId }] : []
  }
  const own = fill('whole', { contract, side, quantity: units - order.filled, price })
  if (contract.kind !== 'combo') return own
  // Nobody knows what each leg went for; one has the net, so that they add up to it.
  const bearer = contract.legs.find((leg) => legWeight(contract, leg) > 0 === price >= 0)
  const legs = contract.legs.flatMap((leg) =>
    fill(String(leg.contract.conId), {
      contract: leg.contract,
      side: signOf(side, leg.side) > 0 ? 'BUY' : 'SELL',
      quantity: units * leg.ratio - of.moved(order, leg.contract.conId),
      price: (leg === bearer ? Math.round(price / legWeight(contract, leg)) : 0) as Price,
    }),
  )
  return [...own, ...legs]
}

function signOf(side: Fill['side'], legSide: Fill['side']): 1 | -1 {
  return side === legSide ? 1 : -1
}
