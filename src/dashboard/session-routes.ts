import type { FastifyReply, FastifyRequest } from 'fastify'
import { isAtLeast } from './access.ts'
import type { App } from './app-type.ts'
import { cookieName, type Doors } from './doors.ts'
import { sessionIn } from './guard.ts'
import { answers, done, sessionReply } from './replies.ts'
import { refusal } from './refusal.ts'
import { login, nothing, proof } from './requests.ts'
import type { Person, Session } from './sessions.ts'

/** In, out, and once more who it is. */
export function sessionRoutes(app: App, doors: Doors): void {
  const { sessions, streams, bound } = doors
  app.post(
    '/api/v1/session',
    {
      schema: {
        summary: 'Sign in, by name and password or by the ticket of a link',
        body: login,
        response: answers(sessionReply, [400, 401, 403, 429]),
      },
    },
    async (request, reply) => {
      const { body } = request
      const person =
        'ticket' in body ? byTicket(doors, body.ticket) : await byPassword(doors, request, body)
      if (request.session !== null) sessions.end(request.session)
      const { token, session } = sessions.start({
        ...person,
        hasPassword: doors.passwords.has(person.name),
        isByPerson: 'password' in body || person.isAtTerminal === true,
      })
      doors.options.log(`dashboard: ${person.name} signed in as ${person.role}`)
      setCookie(reply, bound.port, token)
      return sessions.viewOf(session)
    },
  )
  app.get(
    '/api/v1/session',
    {
      schema: {
        summary: 'Who is signed in, and the token that everything needs that changes something',
        querystring: nothing,
        response: answers(sessionReply, [401]),
      },
    },
    async (request) => sessions.viewOf(sessionIn(request)),
  )
  app.delete(
    '/api/v1/session',
    {
      schema: { summary: 'Sign out', body: nothing, response: answers(done, [401, 403]) },
    },
    async (request, reply) => {
      sessions.end(sessionIn(request))
      streams.sweep()
      reply.clearCookie(cookieName(bound.port), { path: '/' })
      return { done: true }
    },
  )
  app.post(
    '/api/v1/session/proof',
    {
      schema: {
        summary: 'Prove once more who it is: resume and arm want that of the last five minutes',
        body: proof,
        response: answers(sessionReply, [400, 401, 403, 429]),
      },
    },
    async (request) => {
      const session = sessionIn(request)
      sessions.prove(session, await prove(doors, request, session))
      return sessions.viewOf(session)
    },
  )
}

function setCookie(reply: FastifyReply, port: number, token: string): void {
  // Without `secure`: loopback speaks plain http. Without an age: it ends with the browser.
  reply.setCookie(cookieName(port), token, { path: '/', httpOnly: true, sameSite: 'strict' })
}

function byTicket({ tickets }: Doors, ticket: string): Person {
  const person = tickets.take(ticket)
  if (person !== null) return person
  throw refusal(401, 'this link was used, or is too old', 'have the bot print a new one')
}

interface Claim {
  readonly name: string
  readonly password: string
}

/** The same answer and the same time for an unknown name and a wrong password. */
async function byPassword(doors: Doors, { ip }: FastifyRequest, claim: Claim): Promise<Person> {
  const attempt = doors.attempts.enter(ip)
  if ('waitMs' in attempt) {
    doors.options.log('dashboard: too many wrong passwords; signing in is locked for a while')
    const seconds = Math.ceil(attempt.waitMs / 1_000)
    throw refusal(429, 'too many attempts', `wait ${seconds} s; a link of the bot works at once`)
  }
  const person = await doors.passwords.check(claim.name, claim.password)
  if (person === null) {
    doors.options.log('dashboard: a wrong name or password')
    throw refusal(401, 'a wrong name or password', 'try again, or open a link of the bot')
  }
  attempt.forgive()
  return person
}

/** Whether it was a person for certain. */
async function prove(
  doors: Doors,
  request: FastifyRequest<{ Body: { password: string } | { ticket: string } }>,
  session: Session,
): Promise<boolean> {
  const { body } = request
  if ('ticket' in body) {
    const { name, role, isAtTerminal = false } = byTicket(doors, body.ticket)
    if (name === session.user && isAtLeast(role, session.role)) return isAtTerminal
    throw refusal(403, 'this link is for somebody else', 'have the bot print one for you')
  }
  if (!session.hasPassword) {
    throw refusal(403, 'this session has no password', 'have the bot print a new link')
  }
  const claim = { name: session.user, password: body.password }
  await byPassword(doors, request, claim).catch((error: unknown) => {
    throw notSignedOut(error)
  })
  return true
}

/** 401 means "sign in"; who fails to prove it again is signed in still. */
function notSignedOut(error: unknown): unknown {
  const isWrong = error instanceof Error && 'status' in error && error.status === 401
  return isWrong ? refusal(403, 'a wrong password', 'try again') : error
}
