import { newYorkDate } from '../../../src/domain/calendar.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L1, L2, L11: at rest the link is up and reconciled, and no gate outlives its cause. */
export function gatesClear(): Checker {
  return {
    name: 'gates-clear',
    rested({ record, now }) {
      if (record.upSince === null) return 'the link is not up at rest'
      // The ratio of orders to executions is of the whole date: it stays while it is too high.
      const lasts = record.ratio(newYorkDate(now)) >= 15
      // What the broker refused for want of funds is refused until more come, or until tomorrow.
      const left = record.gates.filter(
        ({ gate }) => gate !== 'window' && gate !== 'low-funds' && !(lasts && gate === 'pacing'),
      )
      const list = left.map(({ gate, reason }) => `${gate} (${reason})`)
      return unless(left.length === 0, `still set at rest: ${list.join()}`)
    },
  }
}
