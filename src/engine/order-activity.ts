import type { EpochMs } from '../base/clock.ts'
import type { SetGate } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import { keyOf } from '../domain/contract-key.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import { liveOrders } from '../trading/alive.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { budget } from './budget.ts'
import type { Budget } from './budget.ts'

/** IBKR calls a ratio above 20 excessive (KB1765). Ours: told at 10, no entries from 15 on. */
const RATIO_MAX = 20
const RATIO_WARNED = 10
const RATIO_BLOCKED = 15
/** P13: working orders of one contract and side; an entry adds one on its side and two exits. */
const ACTIVE_MAX = { other: 20, option: 15 } as const
const OF_AN_ENTRY = 2

/**
 * What the orders of a New York date come to, folded from the journal, so that a restart forgets
 * nothing. Every change of an order that this bot makes reduces risk: entries alone are blocked.
 */
export class OrderActivity {
  #date: CalendarDate | null = null
  #messages = 0
  #executed = new Set<ClientOrderId>()

  fold(event: Event, at: EpochMs): void {
    const date = newYorkDate(at)
    if (date !== this.#date) {
      this.#date = date
      this.#messages = 0
      this.#executed = new Set()
    }
    switch (event.type) {
      case 'OrderIntended':
      case 'ChildResent':
      case 'CancelIntended':
      case 'ReplaceIntended':
        this.#messages++
        break
      case 'OrderFilled':
        if (event.fill.orderId !== null) this.#executed.add(event.fill.orderId)
        break
      default:
    }
  }

  /** Placed, changed and cancelled, for each order that was executed, and one. */
  ratio(now: EpochMs): number {
    if (newYorkDate(now) !== this.#date) return 0
    return this.#messages / (this.#executed.size + 1)
  }

  /** Worth a word to a person, once it is so. */
  isWarned(now: EpochMs): boolean {
    return this.ratio(now) >= RATIO_WARNED
  }

  gates(state: State, now: EpochMs): readonly SetGate[] {
    const gates: SetGate[] = []
    const ratio = this.ratio(now)
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

  budgets(state: State, now: EpochMs): readonly Budget[] {
    const most = activeOf(state).reduce((max, { count }) => Math.max(max, count), 0)
    const ratio = Number(this.ratio(now).toFixed(2))
    return [
      budget('P13 active orders of a contract and side', { used: most, limit: ACTIVE_MAX.option }),
      budget('order efficiency ratio', { used: ratio, limit: RATIO_MAX }),
    ]
  }
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
