import { unreachable } from '../../../src/base/assert.ts'
import type { EpochMs } from '../../../src/base/clock.ts'
import type { SetGate } from '../../../src/domain/account.ts'
import {
  coversYearsFrom,
  newYorkDate,
  newYorkTime,
  sessionAt,
} from '../../../src/domain/calendar.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ConId } from '../../../src/domain/contract.ts'
import { keyOf } from '../../../src/domain/contract-key.ts'
import { restartWindowAt } from '../../../src/domain/restart-windows.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import { isTerminal } from '../../../src/orders/lifecycle.ts'
import { liveOrders } from './checker.ts'
import type { Sight } from './checker.ts'

const MINUTE_MS = 60_000
/** At 15 the bot enters no more; working orders of one contract and side, less an entry's two. */
const RATIO_MAX = 15
const ACTIVE_MAX = 13
/** Of 100 lines some are kept for what is held. */
const LINES_MIN = 30

/**
 * Whether what sets this gate is still so, by the broker, the plan and the record: never by what the
 * bot keeps of it.
 */
export function isCaused(set: SetGate, sight: Sight): boolean {
  const { record, quietSince, now } = sight
  switch (set.gate) {
    case 'link':
      return record.link?.state !== 'up'
    case 'reconcile':
      return set.symbol === null ? record.link?.state !== 'up' : isStray(set.symbol, sight)
    case 'risen':
      return liveOrders(sight).some(({ orderRef, contract }) => {
        const status = record.statuses.get(orderRef as ClientOrderId)
        return contract.symbol === set.symbol && status !== undefined && isTerminal(status)
      })
    case 'baseline':
      return isOff(sight)
    case 'low-funds':
      return newYorkDate(now) === newYorkDate(set.since) && !haveRisen(sight)
    case 'pacing':
      return isPaced(set, sight)
    case 'window':
      return isShut(sight)
    case 'connectivity':
    case 'heartbeat':
    case 'farm':
    case 'breaker':
    case 'skew':
    case 'stale-data':
    case 'journal':
    case 'account':
    case 'unnamed':
      return quietSince === null
    default:
      return unreachable(set.gate)
  }
}

/** The broker holds something of this underlying that no structure explains, or the other way. */
function isStray(symbol: string, { gateway, state }: Sight): boolean {
  const units = new Map<ConId, number>()
  const add = (id: ConId, more: number): void => void units.set(id, (units.get(id) ?? 0) + more)
  for (const { contract, quantity } of gateway.core.state.positions.values()) {
    if (contract.symbol === symbol) add(contract.conId, quantity)
  }
  for (const { contract, quantity } of state.structures.values()) {
    if (contract.symbol !== symbol || quantity === 0) continue
    for (const leg of legsOf(contract)) {
      add(leg.contract.conId, -quantity * leg.ratio * (leg.side === 'BUY' ? 1 : -1))
    }
  }
  return [...units.values()].some((left) => left !== 0)
}

function isOff({ gateway, state, plan }: Sight): boolean {
  const { dayStart } = gateway.core.state
  if (dayStart === null || state.baseline === null) return false
  const { baselineDifferenceMax } = plan.settings.rules.limits
  return Math.abs(dayStart.netLiquidation - state.baseline.amount) > baselineDifferenceMax
}

/** By a hundredth of what the account is worth, since the refusal. */
function haveRisen({ gateway, state }: Sight): boolean {
  const { availableFunds, netLiquidation } = gateway.core.account()
  const { lowFunds } = state
  return lowFunds !== null && availableFunds - lowFunds > 0.01 * netLiquidation
}

function isPaced(set: SetGate, sight: Sight): boolean {
  const { record, now, gateway, quietSince } = sight
  if (set.symbol === null) {
    const isHigh = record.ratio(newYorkDate(now)) >= RATIO_MAX
    return isHigh || gateway.linesFree < LINES_MIN || quietSince === null
  }
  const counts = new Map<string, number>()
  for (const { contract, side } of liveOrders(sight)) {
    const key = `${side} ${keyOf(contract)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values()) >= ACTIVE_MAX
}

/** No entry at this time, by the calendar and the file. */
function isShut({ now, plan: { settings } }: Sight): boolean {
  const minuteAgo = (now - MINUTE_MS) as EpochMs
  if (!coversYearsFrom(now) || sessionAt(now) === null) return true
  if (settings.hours === 'all' && sessionAt(minuteAgo) === null) return true
  const { entryHours, noEntryWindows } = settings.rules.limits
  const { hour, minute } = newYorkTime(now)
  const at = 60 * hour + minute
  if (at < entryHours.from || at >= entryHours.to) return true
  const soon = (now + MINUTE_MS) as EpochMs
  const { restartWindows } = settings.gateway
  const isNear = restartWindowAt(restartWindows, now) ?? restartWindowAt(restartWindows, soon)
  return isNear !== null || restartWindowAt(noEntryWindows, now) !== null
}
