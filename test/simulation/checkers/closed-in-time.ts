import { sessionAt } from '../../../src/domain/calendar.ts'
import type { ConId } from '../../../src/domain/contract.ts'
import { holds } from '../../../src/simulator/broker/conditions.ts'
import type { SimPosition } from '../../../src/simulator/broker/state.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'
import { heldByOthers } from './others.ts'

/** What a close takes: a limit for ten seconds, then the market, a few units with each quote. */
const CLOSE_MS_MAX = 60_000

/**
 * L7, P34: no option of ours is held later than the plan says before its last trading time, as long
 * as the link is up and its market trades.
 */
export function closedInTime(): Checker {
  const lateSince = new Map<ConId, number>()

  function look(sight: Sight): Complaint {
    const { gateway, now } = sight
    if (gateway.core.state.positions.size === 0 && lateSince.size === 0) return null
    const due = canBeClosed(sight) ? gateway.core.positions().filter((of) => isDue(of, sight)) : []
    for (const id of lateSince.keys()) {
      if (!due.some(({ contract }) => contract.conId === id)) lateSince.delete(id)
    }
    return firstOf(
      ...due.map(({ contract: { conId }, quantity }) => {
        const since = lateSince.get(conId) ?? now
        lateSince.set(conId, since)
        const says = `${quantity} of conId ${conId} held ${now - since} ms past its time to close`
        return unless(now - since <= CLOSE_MS_MAX, says)
      }),
    )
  }

  return { name: 'closed-in-time', passed: look, rested: look }
}

/** What others bought is not ours to close (P25). */
function isDue({ contract, quantity }: SimPosition, sight: Sight): boolean {
  const { now, plan, record } = sight
  if (contract.kind !== 'option' || quantity === 0 || now >= contract.lastTradingAt) return false
  if (now < contract.lastTradingAt - plan.settings.rules.closeBeforeExpiryMs) return false
  if (!record.ordered.has(contract.conId)) return false
  return quantity !== heldByOthers(sight, ({ conId }) => (conId === contract.conId ? 1 : 0))
}

const STOPS_TRADING: ReadonlySet<string> = new Set(['halted', 'illiquid'])

function canBeClosed({ record, now, gateway }: Sight): boolean {
  if (record.upSince === null || sessionAt(now) === null) return false
  return !gateway.core.state.conditions.some(
    (imposed) => STOPS_TRADING.has(imposed.condition.kind) && holds(imposed, now),
  )
}
