import { unreachable } from '../base/assert.ts'
import { newYorkDate } from '../domain/calendar.ts'
import { isCancellable, isTerminal, mayBeAlive } from '../orders/lifecycle.ts'
import { whyNotArmed, whyNotTyped } from './arm.ts'
import type { Typed } from './arm.ts'
import { decideClose } from './decide-exit.ts'
import { entriesEnded, maintainAll, strayFlattened } from './decide-time.ts'
import type { Input, OperatorCommand } from './input.ts'
import { backToLoss, levelLifted, levelSet } from './levels.ts'
import { cancelSent } from './send.ts'
import type { Turn } from './turn.ts'

type Commanded = Extract<Input, { kind: 'operator-commanded' }>
type Stopping = Extract<OperatorCommand, { kind: 'reduce' | 'halt' | 'kill' }>

const LEVELS = { reduce: 'reduce-only', halt: 'halt', kill: 'kill' } as const

/**
 * Every command is a fact with a name, also when nothing comes of it. Stopping is never refused.
 */
export function decideOperator(turn: Turn, { by, command }: Commanded): void {
  turn.record({ type: 'OperatorCommanded', by, command })
  switch (command.kind) {
    case 'reduce':
    case 'halt':
    case 'kill':
      return stopped(turn, by, command)
    case 'resume':
      return resumed(turn, by, command)
    case 'arm':
      return armed(turn, by, command)
    case 'cancel': {
      const order = turn.state.orders.get(command.orderId)
      if (order === undefined || isTerminal(order.status) || turn.state.link === 'down') {
        return turn.notify(
          'cancel-impossible',
          `cannot cancel ${command.orderId}: unknown, over, or the link is down`,
        )
      }
      if (isCancellable(order) || mayBeAlive(order)) cancelSent(turn, order)
      return
    }
    case 'close':
      return decideClose(turn, command.structureId, by)
    default:
      return unreachable(command)
  }
}

function stopped(turn: Turn, by: string, { kind, reason }: Stopping): void {
  const cause = by === 'panic' ? 'panic' : 'operator'
  const why = reason === undefined || reason === '' ? '' : `: ${reason}`
  const before = turn.state.tradingState
  levelSet(turn, { to: LEVELS[kind], cause, reason: `${kind} by ${by}${why}` })
  if (kind !== 'kill') return maintainAll(turn, new Map())
  // Cancels now; what is held is closed by a look at its quotes, at once and not in a second.
  entriesEnded(turn)
  strayFlattened(turn)
  if (before !== 'kill' && cause !== 'panic') turn.send({ kind: 'tick-after', delayMs: 0 })
}

/** The typed account id is what makes it a decision and not a slip. */
function resumed(turn: Turn, by: string, command: Typed): void {
  const objection = whyNotTyped(turn.state, by, command)
  if (objection !== null) return turn.notify('resume-refused', `resume by ${by}: ${objection}`)
  const { tradingState, levelCause, gates } = turn.state
  if (tradingState === 'reduce-only' && levelCause === 'daily-loss') {
    const until = 'the daily loss is reached, and ends with the New York date'
    return turn.notify('resume-refused', `resume by ${by}: ${until}`)
  }
  // The person has seen the difference; entries in that underlying stay refused while it lasts.
  for (const { gate, symbol } of gates) {
    if (gate !== 'reconcile' || symbol === null) continue
    turn.record({ type: 'GateCleared', gate, symbol, reason: `resumed by ${by}` })
  }
  const reason = `resumed by ${by}: ${command.reason}`
  if (turn.state.dailyLossOn === newYorkDate(turn.at)) {
    return backToLoss(turn, `${reason}; the daily loss of this New York date goes on`)
  }
  levelLifted(turn, { cause: 'operator', reason })
}

/** What comes of it is folded from the command itself: it holds for the New York date. */
function armed(turn: Turn, by: string, command: Typed): void {
  const objection = whyNotArmed(turn.state, by, command)
  if (objection !== null) return turn.notify('arm-refused', `arm by ${by}: ${objection}`)
  turn.notify(
    'live-armed',
    `live is armed by ${by} until the New York date ends: ${command.reason}`,
  )
}
