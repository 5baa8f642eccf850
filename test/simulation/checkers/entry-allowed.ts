import { sessionAt } from '../../../src/domain/calendar.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ClientOrderId, Order } from '../../../src/domain/order.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** An entry older than this is not sent (I9). */
const VALID_MS = 5_000

/** I8, I9, I13, I19: an entry leaves only when everything allows it, at that very moment. */
export function entryAllowed(): Checker {
  return {
    name: 'entry-allowed',
    sent({ request }, sight) {
      if (request.kind !== 'placeOrder') return null
      const order = sight.record.orders.get(request.order.orderRef as ClientOrderId)
      if (order === undefined || order.role !== 'entry') return null
      return firstOf(outside(order, sight), stopped(order, sight), staleAt(order, sight))
    },
  }
}

function outside({ id, contract }: Order, { now }: Sight): Complaint {
  const over = legsOf(contract).some(
    ({ contract: leg }) => leg.kind === 'option' && now >= leg.lastTradingAt,
  )
  return firstOf(
    unless(sessionAt(now) !== null, `entry ${id} was sent outside the session`),
    unless(!over, `entry ${id} was sent after its option had ended`),
  )
}

function stopped({ id, contract, structureId }: Order, { record, latched }: Sight): Complaint {
  const { symbol } = contract
  const gate = record.gates.find((each) => each.symbol === null || each.symbol === symbol)
  const unknown = [...record.waiting].flatMap(([other, { as }]) => {
    const order = as === 'unknown' ? record.orders.get(other) : undefined
    const isOther = order?.contract.symbol === symbol && order.structureId !== structureId
    return isOther ? [other] : []
  })[0]
  return firstOf(
    unless(record.level === 'active', `entry ${id} was sent at level ${record.level}`),
    unless(latched === null, `entry ${id} was sent while the latch was set`),
    gate === undefined ? null : `entry ${id} was sent behind the gate ${gate.gate}: ${gate.reason}`,
    unless(unknown === undefined, `entry ${id} was sent while ${unknown} is unknown`),
  )
}

/** By the quote of its approval, or, of a step of its walk, by that of the step. */
function staleAt({ id, structureId }: Order, { now, record, plan }: Sight): Complaint {
  const approval = structureId === null ? undefined : record.approvals.get(structureId)
  if (approval === undefined) return `entry ${id} was sent and never approved`
  const step = record.steps.get(id)
  const decided = step ?? approval
  const { contract } = approval.request.candidate
  const quote = step === undefined ? approval.request.candidate.quote : (step.quote ?? null)
  if (quote === null) return `entry ${id} was changed by no quote`
  const { bid, ask, aliveAt, delayed, halted } = quote
  const age = decided.botAt - aliveAt
  const usable = bid !== null && ask !== null && bid <= ask && !delayed && !halted
  const isPriced = contract.kind === 'combo' || (bid ?? 0) > 0 // a credit is a negative price
  return firstOf(
    unless(now - decided.at <= VALID_MS, `entry ${id} was sent ${now - decided.at} ms late`),
    unless(usable && isPriced, `entry ${id} rests on a quote that is none: ${bid} ${ask}`),
    unless(
      age <= plan.settings.rules.limits.quoteAgeMsMax,
      `entry ${id}: its quote is ${age} ms old`,
    ),
  )
}
