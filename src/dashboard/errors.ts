import type { FastifyError, FastifyRequest } from 'fastify'
import type { App } from './app-type.ts'
import { Refusal, refusal } from './refusal.ts'

/** Of what a client said, no more than this is said back. */
const OBJECTION_MAX = 300

/** Whatever goes wrong is answered as a ProblemReply; of what is our fault nothing is shown. */
export function answerErrors(app: App, log: (line: string) => void): void {
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const { status, problem } = error instanceof Refusal ? error : refusalOf(error, request)
    if (status === 500) {
      const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`
      log(`dashboard: ${route} failed: ${shortened(error.stack ?? error.message)}`)
    }
    return reply.code(status).type('application/json; charset=utf-8').send(problem)
  })
  app.setNotFoundHandler(() => {
    throw refusal(404, 'there is no such page', 'see GET /api/v1/openapi.json')
  })
}

function refusalOf(error: FastifyError, request: FastifyRequest): Refusal {
  const { validation, validationContext = 'request' } = error
  if (validation !== undefined) {
    const places = validation.map(({ instancePath, message }) => {
      return `${validationContext}${instancePath.replaceAll('/', '.')}: ${message ?? 'ill-formed'}`
    })
    return refusal(400, shortened(places.join('; ')), 'see GET /api/v1/openapi.json')
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const limit = request.routeOptions.bodyLimit ?? 0
    return refusal(413, `a body of over ${limit / 1_024} kB`, 'send less')
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return refusal(415, 'expected JSON', 'send content-type: application/json')
  }
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) {
    return refusal(statusCode, 'the request is ill-formed', 'see GET /api/v1/openapi.json')
  }
  return refusal(500, 'the dashboard failed at this', 'see the log of the bot')
}

/** On one line. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > OBJECTION_MAX ? `${line.slice(0, OBJECTION_MAX)}…` : line
}
