import { unreachable } from '../base/assert.ts'
import type { Decision, Rules } from './command.ts'
import { decideClockSetBack } from './decide-clock.ts'
import { decideDay } from './decide-day.ts'
import { decideEntry } from './decide-entry.ts'
import { decideExit } from './decide-exit.ts'
import { decideGates } from './decide-gates.ts'
import { decideIncident } from './decide-incident.ts'
import { decideLink, decideRun } from './decide-link.ts'
import { decideOperator } from './decide-operator.ts'
import { decideReport } from './decide-report.ts'
import { decideSnapshot } from './decide-snapshot.ts'
import { decideTime } from './decide-time.ts'
import { heldBackTold } from './foreign-sells.ts'
import type { Input } from './input.ts'
import { levelSet } from './levels.ts'
import type { State } from './state.ts'
import type { Turn } from './turn.ts'
import { openTurn } from './turn.ts'

/** Pure, synchronous, total: what one input means, as facts to journal and commands to send. */
export function decide(state: State, input: Input, rules: Rules): Decision {
  const turn = openTurn(state, input.at, rules)
  decideOn(turn, input)
  heldBackTold(turn, state)
  return turn.decision
}

function decideOn(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'run-started':
      return decideRun(turn, input)
    case 'link-changed':
      return decideLink(turn, input)
    case 'snapshot-taken':
      return decideSnapshot(turn, input.snapshot)
    case 'day-observed':
      return decideDay(turn, input.baseline)
    case 'gates-changed':
      return decideGates(turn, input.gates)
    case 'cycle-ended':
      return turn.record({ type: 'CycleEnded', outcome: input.outcome })
    case 'entry-proposed':
      return decideEntry(turn, input.request)
    case 'exit-proposed':
      return decideExit(turn, input.structureId, input.reason)
    case 'order-reported':
      return decideReport(turn, input.report, input.quote ?? null)
    case 'time-passed':
      return decideTime(turn, input.quotes)
    case 'incident-observed':
      return decideIncident(turn, input)
    case 'clock-set-back':
      return decideClockSetBack(turn, input.byMs)
    case 'halt-required':
      return levelSet(turn, { to: 'halt', cause: input.cause, reason: input.reason })
    case 'operator-commanded':
      return decideOperator(turn, input)
    default:
      return unreachable(input)
  }
}
