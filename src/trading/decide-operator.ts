import { unreachable } from '../base/assert.ts'
import { decideExit } from './decide-exit.ts'
import { maintainAll } from './decide-time.ts'
import type { Input, OperatorCommand } from './input.ts'
import { levelLifted, levelSet } from './levels.ts'
import { cancelled } from './send.ts'
import type { Turn } from './turn.ts'

type Commanded = Extract<Input, { kind: 'operator-commanded' }>

const LEVELS = { reduce: 'reduce-only', halt: 'halt', kill: 'kill' } as const

/**
 * Every command is a fact with a name, also when nothing comes of it. Stopping is never refused.
 */
export function decideOperator(turn: Turn, { by, command }: Commanded): void {
  turn.record({ type: 'OperatorCommanded', by, command })
  switch (command.kind) {
    case 'reduce':
    case 'halt':
    case 'kill': {
      const cause = by === 'panic' ? 'panic' : 'operator'
      levelSet(turn, { to: LEVELS[command.kind], cause, reason: `${command.kind} by ${by}` })
      return maintainAll(turn, new Map())
    }
    case 'resume':
      return resumed(turn, by, command)
    case 'arm':
      if (!isOurAccount(turn, command)) turn.notify('warning', `arm by ${by}: wrong account id`)
      return
    case 'cancel': {
      const order = turn.state.orders.get(command.orderId)
      if (order === undefined || turn.state.link !== 'up') {
        return turn.notify(
          'warning',
          `cannot cancel ${command.orderId}: unknown, or the link is down`,
        )
      }
      return cancelled(turn, order)
    }
    case 'close':
      return decideExit(turn, command.structureId, `close by ${by}`)
    default:
      return unreachable(command)
  }
}

/** The typed account id is what makes it a decision and not a slip. */
function resumed(
  turn: Turn,
  by: string,
  command: Extract<OperatorCommand, { kind: 'resume' | 'arm' }>,
): void {
  if (!isOurAccount(turn, command)) {
    return turn.notify('warning', `resume by ${by}: ${command.accountId} is not our account id`)
  }
  // The person has seen the difference; entries in that underlying stay refused while it lasts.
  for (const { gate, symbol } of turn.state.gates) {
    if (gate !== 'reconcile' || symbol === null) continue
    turn.record({ type: 'GateCleared', gate, symbol, reason: `resumed by ${by}` })
  }
  levelLifted(turn, { cause: 'operator', reason: `resumed by ${by}: ${command.reason}` })
}

function isOurAccount(turn: Turn, { accountId }: { readonly accountId: string }): boolean {
  return accountId === turn.state.accountId
}
