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
import type { State } from './state.ts'
import type { Turn } from './turn.ts'

type Commanded = Extract<Input, { kind: 'operator-commanded' }>
type Stopping = Extract<OperatorCommand, { kind: 'reduce' | 'halt' | 'kill' }>

const LEVELS = { reduce: 'reduce-only', halt: 'halt', kill: 'kill' } as const

/**
 * Every command is a fact with a name, also when nothing comes of it. Stopping is never refused.
 */
export function decideOperator(turn: Turn, { by, command }: Commanded): void {
  const refused = whyRefused(turn.state, by, command)
  const why = refused === null ? {} : { refused }
  turn.record({ type: 'OperatorCommanded', by, command, ...why })
  if (refused !== null) return refusalTold(turn, { by, command }, refused)
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
      if (order && (isCancellable(order) || mayBeAlive(order))) cancelSent(turn, order)
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

/** Why nothing comes of it, for the journal and for whoever said it; null: it is taken. */
function whyRefused(state: State, by: string, command: OperatorCommand): string | null {
  switch (command.kind) {
    case 'resume':
      return whyNotTyped(state, by, command) ?? whyStays(state)
    case 'arm':
      return whyNotArmed(state, by, command)
    case 'cancel': {
      const order = state.orders.get(command.orderId)
      if (order === undefined) return 'no such order is known'
      if (isTerminal(order.status)) return `it is ${order.status}`
      return state.link === 'down' ? 'the link is down' : null
    }
    case 'close':
      return state.structures.has(command.structureId) ? null : 'no such structure is known'
    default:
      return null // stopping is never refused
  }
}

function whyStays({ tradingState, levelCause }: State): string | null {
  if (tradingState !== 'reduce-only' || levelCause !== 'daily-loss') return null
  return 'the daily loss is reached, and ends with the New York date'
}

function refusalTold(
  turn: Turn,
  { by, command }: Pick<Commanded, 'by' | 'command'>,
  why: string,
): void {
  const { kind } = command
  if (kind === 'resume') turn.notify('resume-refused', `resume by ${by}: ${why}`)
  if (kind === 'arm') turn.notify('arm-refused', `arm by ${by}: ${why}`)
  if (kind === 'cancel')
    turn.notify('cancel-impossible', `cannot cancel ${command.orderId}: ${why}`)
  if (kind === 'close')
    turn.notify('close-impossible', `cannot close ${command.structureId}: ${why}`)
}

/** The typed account id is what makes it a decision and not a slip. */
function resumed(turn: Turn, by: string, command: Typed): void {
  // The person has seen the difference; entries in that underlying stay refused while it lasts.
  for (const { gate, symbol } of turn.state.gates) {
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
  turn.notify(
    'live-armed',
    `live is armed by ${by} until the New York date ends: ${command.reason}`,
  )
}
