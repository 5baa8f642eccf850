import type { FastifyRequest } from 'fastify'
import { LIFTING, ROLE_OF_VERB, commandPath, isAtLeast } from './access.ts'
import type { App } from './app-type.ts'
import type { Doors } from './doors.ts'
import { sessionIn, tooLow } from './guard.ts'
import type { Answer, Keys, Said, Seen } from './keys.ts'
import { digest } from './once.ts'
import { answers, commandReply, confirmationReply } from './replies.ts'
import { Refusal, refusal } from './refusal.ts'
import { COMMANDS, IDEMPOTENCY_KEY, confirmation } from './requests.ts'
import type { Session } from './sessions.ts'
import { VERBS, type CommandBody, type Verb } from './view.ts'

const SUMMARIES: Readonly<Record<Verb, string>> = {
  kill: 'Cancel, flatten and latch: whoever is signed in may',
  halt: 'No entries until a person resumes',
  reduce: 'No entries, resting ones are cancelled',
  flatten: 'Close everything that is held',
  cancel: 'Cancel one order',
  close: 'Close one structure',
  resume: 'Back to active: a confirmation, the account id and a reason',
  arm: 'Allow live for one day: a confirmation, the account id and a reason',
}

/** What changes something at the broker: the same commands as on the control socket. */
export function commandRoutes(app: App, doors: Doors): void {
  for (const verb of VERBS) {
    app.post(
      commandPath(verb),
      {
        // Nothing stands in the way of a kill: no count of requests either (T5).
        ...(verb === 'kill' ? { config: { rateLimit: false } } : {}),
        schema: {
          summary: SUMMARIES[verb],
          body: COMMANDS[verb],
          response: answers(commandReply, [400, 401, 403, 409, 429, 503]),
        },
      },
      async (request, reply) => {
        const { status, body } = await once(doors, request, { verb, body: request.body })
        return reply.code(status).send(body)
      },
    )
  }
  app.post(
    '/api/v1/confirmations',
    {
      schema: {
        summary: 'The first of two steps: what a command would do as things are now',
        body: confirmation,
        response: answers(confirmationReply, [400, 401, 403, 503]),
      },
    },
    async (request) => {
      const { verb } = request.body
      const session = sessionIn(request)
      if (!isAtLeast(session.role, ROLE_OF_VERB[verb])) throw tooLow(ROLE_OF_VERB[verb])
      refuseUnproven(doors, session, verb)
      const effect = await doors.asks.read(() => doors.options.cockpit.effect(verb))
      const { secret, expiresAt } = doors.confirmations.issue({ session, verb })
      return { confirmation: secret, effect, expiresAt }
    },
  )
}

interface Asked {
  readonly verb: Verb
  readonly body: CommandBody
}

/**
 * From the look at its key to the promise of its answer nothing awaits: of a hundred that come at
 * once, one acts and the others wait for what it is told.
 */
async function once(doors: Doors, request: FastifyRequest, asked: Asked): Promise<Answer> {
  const { asks } = doors
  const session = sessionIn(request)
  const key = keyIn(request)
  const print = digest(JSON.stringify([session.user, asked.verb, asked.body]))
  const seen = seenBy(doors, { ...asked, key, print })
  if (seen.kind === 'other') {
    throw refusal(409, 'this Idempotency-Key was used for something else', 'use a new one')
  }
  if (seen.kind === 'lost') {
    const error = 'the bot ended while it carried this out; whether it did is in the journal'
    throw refusal(409, error, 'look there, and use a new Idempotency-Key if it has to be done')
  }
  const answer =
    seen.kind === 'same' ? seen.answer : begun(doors, session, { ...asked, key, print })
  return asks.within(answer, () =>
    refusal(503, 'no answer within 5 s; it may still act', 'ask again with the same key'),
  )
}

interface Keyed extends Asked {
  readonly key: string
  readonly print: string
}

/** In its own store; in the other one it can only be of something else. */
function seenBy(doors: Doors, asked: Keyed): Seen {
  const { keys, killKeys } = doors
  const [own, other] = asked.verb === 'kill' ? [killKeys, keys] : [keys, killKeys]
  const seen = own.seen(asked.key, asked.print)
  return seen.kind === 'new' ? other.seen(asked.key, asked.print) : seen
}

function storeOf({ keys, killKeys }: Doors, verb: Verb): Keys {
  return verb === 'kill' ? killKeys : keys
}

function begun(doors: Doors, session: Session, asked: Keyed): Promise<Answer> {
  const { verb, key, print, body } = asked
  refuseUnproven(doors, session, verb)
  if (LIFTING.has(verb)) takeConfirmation(doors, session, asked)
  const said = { print, by: session.user }
  const isKept = keep(doors, { ...asked, said })
  const answer = effect(doors, session, { verb, body })
  if (isKept) storeOf(doors, verb).answered(key, said, answer)
  return answer
}

/** What stops, and is no different when it is said twice. */
const IN_ANY_CASE: ReadonlySet<Verb> = new Set<Verb>(['kill', 'halt', 'reduce', 'flatten'])

/** On the disk first. A disk that refuses stops nothing that stops. */
function keep(doors: Doors, { verb, key, said }: Keyed & { readonly said: Said }): boolean {
  const keys = storeOf(doors, verb)
  let [objection, remedy] = FULL
  try {
    if (keys.begin(key, said)) return true
  } catch (error) {
    objection = `the disk does not take the key of a command: ${String(error)}`
    remedy = 'free the disk of the bot, or use its commands in a terminal'
  }
  doors.options.log(`dashboard: ${objection}`)
  if (IN_ANY_CASE.has(verb)) return false
  throw refusal(503, objection, remedy)
}

const FULL: readonly [string, string] = [
  'too many commands wait for their answers',
  'ask again in a moment, or use the commands in a terminal',
]

async function effect(doors: Doors, session: Session, { verb, body }: Asked): Promise<Answer> {
  const { cockpit, log } = doors.options
  const { confirmation: _used, ...said } = body
  try {
    const result = await cockpit.command(session.user, verb, said)
    log(`dashboard: ${session.user}: ${verb}: ${result.ok ? 'done' : 'refused'}`)
    return result.ok ? { status: 200, body: result.value } : { status: 409, body: result.error }
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.problem }
    log(`dashboard: ${session.user}: ${verb} failed: ${String(error)}`)
    const problem = { error: 'the command failed', remedy: 'what came of it is in the journal' }
    return { status: 500, body: problem }
  }
}

function keyIn({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  throw refusal(400, 'expected a header Idempotency-Key of 8 to 128 letters', 'make up a new one')
}

function refuseUnproven({ sessions, options }: Doors, session: Session, verb: Verb): void {
  if (!LIFTING.has(verb)) return
  const mode = options.cockpit.view()?.mode ?? 'live' // unknown is the strictest
  if (mode === 'live' && !session.isByPerson) {
    const error = 'this session came by a link that no person asked for at a terminal'
    throw refusal(403, `${error}: live is not armed by a script`, BY_PERSON)
  }
  if (sessions.isProven(session)) return
  const remedy = 'POST /api/v1/session/proof with the password or a new link'
  throw refusal(403, 'the last proof of who you are is over five minutes old', remedy)
}

const BY_PERSON =
  'prove it by your password, or by a link of the command dashboard at a terminal, not in a pipe'

/** Good once, and gone whatever comes of it. */
function takeConfirmation(doors: Doors, session: Session, { verb, body }: Asked): void {
  const taken = doors.confirmations.take(body.confirmation ?? '')
  if (taken?.session === session && taken.verb === verb) return
  const remedy = 'POST /api/v1/confirmations, read what it would do, and confirm within 60 s'
  throw refusal(403, 'this confirmation was used, is too old, or is for something else', remedy)
}
