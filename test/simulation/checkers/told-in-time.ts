import type { EpochMs } from '../../../src/base/clock.ts'
import type { Event } from '../../../src/trading/event.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** P61. */
const TOLD_MS_MAX = 5_000

interface Due {
  readonly at: EpochMs
  readonly what: string
  readonly critical: boolean
  /** What the notice has to name. */
  readonly names: string
}

/** I22: what a person must know of is told, by its name, soon after it was known. */
export function toldInTime(): Checker {
  let due: readonly Due[] = []

  function look({ now, notices }: Sight): Complaint {
    if (due.length === 0) return null
    due = due.filter(({ at, critical, names }) => {
      // From the newest on: notices are in the order of their time.
      for (let i = notices.length - 1; i >= 0; i--) {
        const notice = notices[i]
        if (notice === undefined || notice.at < at - TOLD_MS_MAX) return true
        const isTold = notice.at <= at + TOLD_MS_MAX && notice.message.includes(names)
        if (isTold && (!critical || notice.level === 'critical')) return false
      }
      return true
    })
    const late = due.find(({ at }) => now - at > TOLD_MS_MAX)
    return unless(late === undefined, `nobody was told: ${late?.what} (${late?.names})`)
  }

  return {
    name: 'told-in-time',
    journaled({ at, event }) {
      // What the last process did not come to tell is over with it.
      if (event.type === 'RunStarted') due = []
      const of = tellable(event)
      if (of !== null) due = [...due, { at, ...of }]
      return null
    },
    passed: look,
    rested: look,
  }
}

function tellable(event: Event): Omit<Due, 'at'> | null {
  switch (event.type) {
    case 'TradingStateChanged': {
      const { to, cause } = event
      const critical = to !== 'active' && cause !== 'daily-loss'
      return { what: 'another level', critical, names: to === 'active' ? 'active again' : to }
    }
    case 'FlattenDeferred':
      return { what: 'a kill waits', critical: true, names: event.reason }
    case 'ForeignOrderSeen':
      return { what: 'a foreign order', critical: false, names: `perm id ${event.order.permId}` }
    case 'OrderMoved': {
      const { evidence, orderId } = event
      if (evidence.kind !== 'reject-reported') return null
      return { what: 'a refusal', critical: false, names: orderId }
    }
    case 'GateSet': {
      const { gate, symbol, reason } = event.set
      if (gate !== 'reconcile' || symbol === null || !reason.endsWith('unexplained')) return null
      return { what: 'a difference', critical: true, names: reason }
    }
    default:
      return null
  }
}
