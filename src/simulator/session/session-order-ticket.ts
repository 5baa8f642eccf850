import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Tradable } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { SimOrderType, SimTicket } from '../broker/state.ts'
import type { Refusal } from '../broker/validate.ts'

type Placed = RequestOf<'placeOrder'>
type Terms = Placed['order']

const SIMULATED_TYPES: readonly string[] = ['LMT', 'MKT', 'STP', 'STP LMT'] satisfies SimOrderType[]
/** Legal at IBKR, not simulated: 387, where a type that nobody knows gets 321 (12.6). */
const OTHER_TYPES: readonly string[] = [
  'TRAIL',
  'TRAIL LIMIT',
  'MIT',
  'LIT',
  'MOC',
  'LOC',
  'MTL',
  'REL',
  'MIDPRICE',
  'PEG MID',
  'PEG MKT',
  'PEG BEST',
  'PEG BENCH',
  'SNAP MKT',
  'SNAP MID',
  'SNAP PRIM',
  'VOL',
  'STP PRT',
  'MKT PRT',
]

/** What a client may add to an order and this Gateway would have to act on, but does not. */
const UNSIMULATED: readonly { readonly name: string; readonly isSet: (order: Terms) => boolean }[] =
  [
    { name: 'conditions', isSet: (order) => order.conditions.length > 0 },
    { name: 'algo strategies', isSet: (order) => order.algoStrategy !== '' },
    { name: 'scale orders', isSet: (order) => order.scale !== null },
    { name: 'hedge orders', isSet: (order) => order.hedgeType !== '' },
    { name: 'delta-neutral orders', isSet: (order) => isNamed(order.deltaNeutralOrderType) },
    { name: 'adjusted orders', isSet: (order) => isNamed(order.adjustedOrderType) },
    { name: 'goodAfterTime', isSet: (order) => order.goodAfterTime !== '' },
    { name: 'goodTillDate', isSet: (order) => order.goodTillDate !== '' },
    { name: 'all-or-none orders', isSet: (order) => order.allOrNone },
    { name: 'minQty', isSet: (order) => (order.minQty ?? 0) > 0 },
    { name: 'hidden orders', isSet: (order) => order.hidden },
    { name: 'displaySize', isSet: (order) => order.displaySize > 0 },
    { name: 'discretionaryAmt', isSet: (order) => order.discretionaryAmt > 0 },
    { name: 'cashQty', isSet: (order) => (order.cashQty ?? 0) > 0 },
    { name: 'allocations', isSet: (order) => order.faGroup !== '' || order.modelCode !== '' },
  ]

/** Fields that are still on the wire and that IBKR refuses (protocol.md, section 13). */
const DEPRECATED: readonly {
  readonly name: string
  readonly code: number
  readonly isSet: (order: Terms) => boolean
}[] = [
  { name: 'EtradeOnly', code: 10268, isSet: (order) => order.eTradeOnly },
  { name: 'FirmQuoteOnly', code: 10269, isSet: (order) => order.firmQuoteOnly },
  { name: 'NbboPriceCap', code: 10270, isSet: (order) => (order.nbboPriceCap ?? 0) > 0 },
]

/** A placeOrder in the words of the core, or why it cannot be. */
export function ticketOf(
  { orderId, order }: Placed,
  of: { readonly clientId: number; readonly contract: Tradable },
): Result<SimTicket, Refusal> {
  const refusal = termsRefusal(order) ?? routingRefusal(order)
  if (refusal !== null) return fail(refusal)
  return ok({
    clientId: of.clientId,
    orderId,
    parentId: order.parentId,
    contract: of.contract,
    side: order.action === 'BUY' ? 'BUY' : 'SELL',
    quantity: order.totalQuantity ?? 0,
    type: order.orderType as SimOrderType, // termsRefusal let only these pass
    limit: priceOf(order.lmtPrice),
    trigger: priceOf(order.auxPrice),
    timeInForce: order.tif === '' ? 'DAY' : (order.tif as SimTicket['timeInForce']),
    // What an empty one means is not known; strict mode refuses it.
    transmit: order.transmit ?? true,
    ocaGroup: order.ocaGroup,
    ocaType: order.ocaType as SimTicket['ocaType'],
    outsideRth: order.outsideRth,
    orderRef: order.orderRef,
    account: order.account,
  })
}

function termsRefusal(order: Terms): Refusal | null {
  if (order.action !== 'BUY' && order.action !== 'SELL')
    return invalid('Invalid action was entered')
  if (!SIMULATED_TYPES.includes(order.orderType)) {
    return OTHER_TYPES.includes(order.orderType)
      ? { code: 387, text: 'Unsupported order type for this exchange and security type.' }
      : invalid('Invalid order type was entered')
  }
  if (!['', 'DAY', 'GTC', 'IOC'].includes(order.tif)) {
    return invalid(`Time in force ${order.tif} is not simulated`)
  }
  if (![0, 1, 2, 3].includes(order.ocaType)) return invalid('Invalid OCA type was entered')
  const deprecated = DEPRECATED.find((each) => each.isSet(order))
  if (deprecated !== undefined) {
    const { code, name } = deprecated
    return { code, text: `The '${name}' order attribute is not supported.` }
  }
  const unsimulated = UNSIMULATED.find((each) => each.isSet(order))
  return unsimulated === undefined ? null : invalid(`${unsimulated.name}: not simulated`)
}

/** Legs at prices of their own, or not guaranteed together, are not simulated. */
function routingRefusal({ orderComboLegs, smartComboRoutingParams }: Terms): Refusal | null {
  if (orderComboLegs.some(({ price }) => price !== null))
    return invalid('leg prices: not simulated')
  const loose = smartComboRoutingParams.some(
    ({ tag, value }) => tag === 'NonGuaranteed' && value === '1',
  )
  return loose ? invalid('non-guaranteed combos: not simulated') : null
}

/** The text live Gateways begin such an answer with (12.6). */
export function invalid(cause: string): Refusal {
  return { code: 321, text: `Error validating request.-'bP' : cause - ${cause}` }
}

/** `None` is how some clients write that there is none. */
function isNamed(orderType: string): boolean {
  return orderType !== '' && orderType !== 'None'
}

function priceOf(amount: number | null): Price | null {
  return amount === null ? null : price(amount)
}
