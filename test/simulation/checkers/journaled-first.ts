import { amountOf } from '../../../src/domain/money.ts'
import type { ClientOrderId, Order, OrderChange, OrderTerms } from '../../../src/domain/order.ts'
import { orderKey } from '../../../src/simulator/broker/state.ts'
import type { RequestOf } from '../../../src/wire/requests.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

type Placing = RequestOf<'placeOrder'>

/** I1: a frame leaves only after the journal holds the intent, and it says what the intent says. */
export function journaledFirst(): Checker {
  const refs = new Map<string, ClientOrderId>()
  const changed = new Map<ClientOrderId, number>()
  const cancelled = new Map<ClientOrderId, number>()

  function refOf(key: string, { gateway }: Sight): ClientOrderId | null {
    const known = gateway.core.state.orders.get(key)?.orderRef as ClientOrderId | undefined
    return refs.get(key) ?? known ?? null
  }

  function placing(key: string, request: Placing, sight: Sight): Complaint {
    const ref = request.order.orderRef as ClientOrderId
    const intent = sight.record.orders.get(ref)
    if (intent === undefined) return `${ref} was sent, and no intent of it is journaled`
    const isNew = refOf(key, sight) === null
    refs.set(key, ref)
    if (isNew) return differs(request, intent)
    if ((sight.record.resends.get(ref) ?? 0) > 0) return differs(request, intent)
    const times = count(changed, ref)
    const change = sight.record.changesOf(ref).at(-1)
    const journaled = sight.record.changesOf(ref).length
    if (change === undefined || times > journaled) {
      return `${ref} was changed ${times} times on the wire, ${journaled} times in the journal`
    }
    return differs(request, { ...intent, ...change })
  }

  return {
    name: 'journaled-first',
    sent({ clientId, request }, sight) {
      if (request.kind === 'placeOrder' && request.order.whatIf) return null // a question
      if (request.kind === 'reqGlobalCancel') return 'the engine never cancels what is not its own'
      const key = orderKey(clientId, request.orderId)
      if (request.kind === 'placeOrder') return placing(key, request, sight)
      const ref = refOf(key, sight)
      if (ref === null) return `a cancel of ${key}, which nobody placed`
      const times = count(cancelled, ref)
      const journaled = sight.record.cancels.get(ref) ?? 0
      return unless(times <= journaled, `cancel ${times} of ${ref}, ${journaled} are journaled`)
    },
  }
}

function count(of: Map<ClientOrderId, number>, ref: ClientOrderId): number {
  const times = (of.get(ref) ?? 0) + 1
  of.set(ref, times)
  return times
}

function differs({ contract, order }: Placing, intent: Order & Partial<OrderChange>): Complaint {
  const says: readonly (readonly [string, unknown, unknown])[] = [
    ['conId', contract.conId, intent.contract.kind === 'combo' ? 0 : intent.contract.conId],
    ['legs', legsSent(order), legsMeant(intent)],
    ['side', order.action, intent.side],
    ['quantity', order.totalQuantity, intent.quantity],
    ['type', order.orderType, intent.terms.type],
    ['price', order.lmtPrice ?? order.auxPrice, priceOf(intent.terms)],
    ['time in force', order.tif, intent.timeInForce],
    ['OCA group', order.ocaGroup, intent.oca?.name ?? ''],
    ['has a parent', order.parentId !== 0, intent.parentId !== null],
  ]
  const wrong = says.filter(([, sent, meant]) => sent !== meant)
  if (wrong.length === 0) return null
  const list = wrong.map(([what, sent, meant]) => `${what} ${String(sent)}, not ${String(meant)}`)
  return `${intent.id} was sent with ${list.join('; ')}`
}

function legsSent({ comboLegs }: Placing['order']): string {
  return comboLegs.map(({ conId, ratio, action }) => `${conId} ${ratio} ${action}`).join()
}

function legsMeant({ contract }: Order): string {
  if (contract.kind !== 'combo') return ''
  return contract.legs.map((leg) => `${leg.contract.conId} ${leg.ratio} ${leg.side}`).join()
}

function priceOf(terms: OrderTerms): number | null {
  if (terms.type === 'MKT') return null
  return amountOf(terms.type === 'LMT' ? terms.limit : terms.trigger)
}
