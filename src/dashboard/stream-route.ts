import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app-type.ts'
import type { Doors } from './doors.ts'
import type { Reader } from './following.ts'
import { SEEN_PATH, STREAM_PATH, sessionIn, signIn } from './guard.ts'
import { answers, done, streamAnswers, ticketReply } from './replies.ts'
import { refusal } from './refusal.ts'
import { nothing, pulse, streamQuery } from './requests.ts'
import type { Session } from './sessions.ts'

/** GET alone, and it changes nothing (T3). */
export function streamRoutes(app: App, doors: Doors): void {
  app.get(
    STREAM_PATH,
    {
      schema: {
        summary: 'Server-sent events: `view`, `line`, and `pulse`, which is answered',
        querystring: streamQuery,
        response: streamAnswers,
      },
    },
    async (request, reply) => {
      const session = readerOf(request, doors, request.query.ticket)
      const objection = doors.streams.objection(session)
      if (objection !== null) throw refusal(503, objection, 'close another page of the dashboard')
      reply.hijack()
      const { raw } = reply
      // Who has read to the end of its turn says so by closing, or by asking anew over it.
      raw.shouldKeepAlive = true
      const reader = readerOn(raw)
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      doors.streams.add(reader, session)
    },
  )
  app.post(
    SEEN_PATH,
    {
      schema: {
        summary: 'Says that everything before a `pulse` was read; else the stream soon ends',
        body: pulse,
        response: answers(done, [400, 401, 403, 404]),
      },
    },
    async (request) => {
      if (doors.streams.seen(request.body, sessionIn(request))) return { done: true }
      throw refusal(404, 'this session has no such reader of the stream', 'connect again')
    },
  )
  app.post(
    '/api/v1/stream-tickets',
    {
      schema: {
        summary:
          'A ticket that opens the stream once, within 30 s, for clients that are no browser',
        body: nothing,
        response: answers(ticketReply, [401, 403]),
      },
    },
    async (request) => {
      const { secret, expiresAt } = doors.streamTickets.issue(sessionIn(request))
      return { ticket: secret, expiresAt }
    },
  )
}

function readerOn(response: FastifyReply['raw']): Reader {
  const socket = response.socket ?? response.req.socket
  return {
    write: (bytes) => response.write(bytes),
    end: () => void response.end(),
    // Closing alone would leave to the kernel what it holds, for minutes.
    reset: () => void socket.resetAndDestroy(),
    get writableLength() {
      return response.writableLength
    },
    get heard() {
      return socket.bytesRead
    },
    get isGone() {
      return socket.destroyed
    },
    on: (event, listener) => response.on(event, listener),
  }
}

/**
 * By its ticket, or by the cookie, where the browser also says that the page is ours: a page of
 * elsewhere was refused before. Who says nothing about itself may be anything.
 */
function readerOf(
  { headers, session }: FastifyRequest,
  { streamTickets, sessions }: Doors,
  ticket: string | undefined,
): Session {
  if (ticket !== undefined) {
    const owner = streamTickets.take(ticket)
    if (owner !== null && sessions.isOpen(owner)) return owner
    throw refusal(401, 'this ticket was used, or is too old', 'POST /api/v1/stream-tickets again')
  }
  if (session === null) throw signIn()
  const saysWhereFrom = headers['sec-fetch-site'] !== undefined || headers.origin !== undefined
  if (saysWhereFrom) return session
  throw refusal(401, 'a client that is no browser needs a ticket', 'POST /api/v1/stream-tickets')
}
