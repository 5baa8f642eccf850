import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L1, L2, L11: at rest the link is up and reconciled, and no gate outlives its cause. */
export function gatesClear(): Checker {
  return {
    name: 'gates-clear',
    rested({ record }) {
      if (record.upSince === null) return 'the link is not up at rest'
      const left = record.gates.filter(({ gate }) => gate !== 'window')
      const list = left.map(({ gate, reason }) => `${gate} (${reason})`)
      return unless(left.length === 0, `still set at rest: ${list.join()}`)
    },
  }
}
