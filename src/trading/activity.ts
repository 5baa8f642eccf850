import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Event } from './event.ts'
import type { OrderActivity, State } from './state.ts'
import { NO_ACTIVITY } from './state.ts'

/** IBKR calls a ratio above 20 excessive. Ours: from 10 on no walks, from 15 on no entries. */
export const RATIO_MAX = 20
export const RATIO_WARNED = 10
export const RATIO_BLOCKED = 15

export function activityAfter({ activity, orders }: State, event: Event, at: EpochMs) {
  switch (event.type) {
    case 'OrderIntended':
    case 'ChildResent':
    case 'CancelIntended':
    case 'ReplaceIntended': {
      const today = of(activity, at)
      return { ...today, messages: today.messages + 1 }
    }
    case 'OrderFilled': {
      const order = orders.get(event.fill.orderId)
      if (order === undefined || order.filled > 0) return activity
      const today = of(activity, at)
      return { ...today, executed: today.executed + 1 }
    }
    default:
      return activity
  }
}

/** Messages for each executed order, and one: IBKR's order efficiency ratio. */
export function efficiencyRatio({ activity }: Pick<State, 'activity'>, now: EpochMs): number {
  const { messages, executed } = of(activity, now)
  return messages / (executed + 1)
}

/** Another date begins anew. */
function of(activity: OrderActivity, at: EpochMs): OrderActivity {
  const date = newYorkDate(at)
  return activity.date === date ? activity : { ...NO_ACTIVITY, date }
}
