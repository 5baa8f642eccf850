import { unreachable } from '../base/assert.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { CommandReply, ProblemReply, Verb } from '../dashboard/view.ts'
import { answered, type Answering } from './answering.ts'
import { requestIn } from './control-request.ts'
import type { Commanded, SaidStops } from './said-stops.ts'

/**
 * A person's word from the dashboard: the same request, by the same rules, as on the control
 * socket, so that neither may do what the other may not.
 */
export function commanded(
  of: Pick<Answering, 'view' | 'whyNoResume'> & { readonly said: SaidStops },
  asked: Commanded,
): Result<CommandReply, ProblemReply> {
  const request = requestIn(JSON.stringify(requestOf(asked)))
  if (!request.ok) return refused(asked.verb, request.error)
  const { value } = request
  if (value.kind === 'what-if' || value.kind === 'dashboard') {
    return refused(asked.verb, 'expected a command')
  }
  const known = of.view.state()
  if (!of.said.isNews(asked, known)) {
    return ok({ seq: known.seq, tradingState: known.tradingState })
  }
  const reply = answered(value, of)
  if (reply.kind === 'refused') return refused(asked.verb, reply.reason)
  if (reply.kind === 'status') return refused(asked.verb, 'expected a command')
  of.said.add(asked)
  return ok({ seq: reply.seq, tradingState: reply.tradingState })
}

function requestOf({ by, verb, body, until }: Commanded): object {
  const { reason, accountId, orderId, structureId } = body
  switch (verb) {
    case 'flatten':
      return { kind: 'flatten', by, reason }
    case 'halt':
    case 'reduce':
    case 'kill':
      return { kind: 'command', by, command: { kind: verb, reason }, until }
    case 'resume':
    case 'arm':
      return { kind: 'command', by, command: { kind: verb, accountId, reason }, until }
    case 'cancel':
      return { kind: 'command', by, command: { kind: verb, orderId, reason }, until }
    case 'close':
      return { kind: 'command', by, command: { kind: verb, structureId, reason }, until }
    default:
      return unreachable(verb)
  }
}

function refused(verb: Verb, error: string): Result<never, ProblemReply> {
  return fail({ error, remedy: REMEDIES[verb] })
}

const STOP = 'If the bot does not obey, use the command kill at a terminal; without the bot, panic.'
const REMEDIES: Readonly<Record<Verb, string>> = {
  halt: STOP,
  reduce: STOP,
  flatten: STOP,
  kill: STOP,
  resume: 'Type the account id of this bot and a reason; see the level and its cause.',
  arm: 'Type the account id of this bot and a reason; only mode live is armed, and never killed.',
  cancel: 'See the order: it may be over already, or the link is down.',
  close: 'See the structure: it may be over already, or is being closed.',
}
