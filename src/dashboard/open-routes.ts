import fastifyStatic from '@fastify/static'
import type { App } from './app-type.ts'
import type { Doors } from './doors.ts'
import { refusal } from './refusal.ts'
import { healthAnswers, metricsAnswers } from './replies.ts'
import { nothing } from './requests.ts'
import { isSameSecret } from './sessions.ts'

/** What needs no session: whether it lives, its metrics by a token of their own, and the page. */
export async function openRoutes(app: App, doors: Doors): Promise<void> {
  const { options, limits, streams, asks } = doors
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'Whether the bot still shows something, how old that is, and its mode',
        querystring: nothing,
        response: healthAnswers,
      },
    },
    async (_, reply) => {
      const { viewAgeMs } = streams
      const ok = viewAgeMs !== null && viewAgeMs <= limits.viewAgeMsMax
      const age = viewAgeMs === null ? null : Math.round(viewAgeMs)
      return reply
        .code(ok ? 200 : 503)
        .send({ ok, viewAgeMs: age, mode: options.cockpit.view()?.mode ?? null })
    },
  )
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'In the text format of Prometheus, for whoever sends the token',
        querystring: nothing,
        response: metricsAnswers,
      },
    },
    async ({ headers: { authorization = '' } }, reply) => {
      const token = options.metricsToken?.reveal()
      if (token === undefined) throw refusal(404, 'metrics are off', 'configure their token')
      if (!isSameSecret(authorization, `Bearer ${token}`)) {
        throw refusal(401, 'a wrong token', 'send authorization: Bearer and the token')
      }
      // What a bot that hangs said last is not how things are: nothing is scraped, alerts see it.
      const { viewAgeMs } = streams
      if (viewAgeMs === null || viewAgeMs > limits.viewAgeMsMax) {
        throw refusal(503, 'the bot has shown nothing new for a while', 'see whether it is stalled')
      }
      const text = await asks.read(() => options.cockpit.metrics())
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text)
    },
  )
  if (options.pages !== null) await pages(app, options.pages)
}

/** Vite names what stands in this folder after its content. */
const NAMED_BY_CONTENT = /[\\/]assets[\\/]/

async function pages(app: App, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    dotfiles: 'deny',
    cacheControl: false,
    schemaHide: true,
    setHeaders: (reply, path) => {
      const lasting = 'public, max-age=31536000, immutable'
      void reply.setHeader('cache-control', NAMED_BY_CONTENT.test(path) ? lasting : 'no-cache')
    },
  })
}
