import type { EpochMs } from '../base/clock.ts'
import type { SetGate } from '../domain/account.ts'
import { keyOf } from '../domain/contract-key.ts'
import type { TrackedOrder } from '../domain/order.ts'
import { efficiencyRatio, RATIO_BLOCKED, RATIO_MAX, RATIO_WARNED } from '../trading/activity.ts'
import { liveOrders } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import { budget } from './budget.ts'
import type { Budget } from './budget.ts'

/** P13: working orders of one contract and side; an entry adds one on its side and two exits. */
const ACTIVE_MAX = { other: 20, option: 15 } as const
const OF_AN_ENTRY = 2

/** Worth a word to a person, once it is so. */
export function isRatioHigh(state: State, now: EpochMs): boolean {
  return efficiencyRatio(state, now) >= RATIO_WARNED
}

/**
 * Entries, and the steps of those that walk, stop while IBKR's limits on orders are near. Every
 * other change that this bot makes reduces risk and is not held back.
 */
export function orderGates(state: State, now: EpochMs): readonly SetGate[] {
  const gates: SetGate[] = []
  const ratio = efficiencyRatio(state, now)
  if (ratio >= RATIO_BLOCKED) {
    const reason = `order efficiency ratio ${ratio.toFixed(1)}, at most ${RATIO_BLOCKED}`
    gates.push({ gate: 'pacing', symbol: null, since: now, reason })
  }
  for (const { order, count, limit } of activeOf(state)) {
    if (count <= limit - OF_AN_ENTRY) continue
    const reason = `${count} working orders of one contract and side, IBKR takes ${limit}`
    gates.push({ gate: 'pacing', symbol: order.contract.symbol, since: now, reason })
  }
  return gates
}

export function orderBudgets(state: State, now: EpochMs): readonly Budget[] {
  const most = activeOf(state).reduce((max, { count }) => Math.max(max, count), 0)
  const ratio = Number(efficiencyRatio(state, now).toFixed(2))
  return [
    budget('P13 active orders of a contract and side', { used: most, limit: ACTIVE_MAX.option }),
    budget('order efficiency ratio', { used: ratio, limit: RATIO_MAX }),
  ]
}

interface Active {
  readonly order: TrackedOrder
  readonly limit: number
  count: number
}

function activeOf(state: State): readonly Active[] {
  const byKey = new Map<string, Active>()
  for (const order of liveOrders(state)) {
    const { contract, side } = order
    const key = `${side} ${keyOf(contract)}`
    const active = byKey.get(key)
    const limit = ACTIVE_MAX[contract.kind === 'option' ? 'option' : 'other']
    if (active === undefined) byKey.set(key, { order, limit, count: 1 })
    else active.count++
  }
  return [...byKey.values()]
}
