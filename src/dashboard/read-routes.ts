import type { App } from './app-type.ts'
import type { Doors } from './doors.ts'
import { reportPolicy } from './headers.ts'
import { refusal } from './refusal.ts'
import {
  answers,
  chainReply,
  incidentsReply,
  journalReply,
  latencyReply,
  linesReply,
  orderReply,
  ordersReply,
  replayReply,
  reportAnswers,
  settingsReply,
  symbolReply,
  tradesReply,
  viewReply,
} from './replies.ts'
import {
  journalQuery,
  nothing,
  ofId,
  ofSymbol,
  pageQuery,
  replay,
  reportQuery,
} from './requests.ts'

/** Entries of one page, where nobody says how many. */
const PAGE = 100

/** What is known now, and what was. Nothing here changes anything. */
export function readRoutes(app: App, doors: Doors): void {
  currentRoutes(app, doors)
  symbolRoutes(app, doors)
  orderRoutes(app, doors)
  journalRoutes(app, doors)
  reportRoute(app, doors)
}

function currentRoutes(app: App, { options: { cockpit }, asks }: Doors): void {
  app.get(
    '/api/v1/view',
    {
      schema: {
        summary: 'All that an operator must know, as of now',
        querystring: nothing,
        response: answers(viewReply, [401, 503]),
      },
    },
    async () => {
      const view = cockpit.view()
      if (view === null) throw refusal(503, 'the bot has not shown anything yet', 'wait a second')
      return view
    },
  )
  app.get(
    '/api/v1/incidents',
    {
      schema: {
        summary: 'Outages with their verdicts, newest first; `before` is of `since`',
        querystring: pageQuery,
        response: answers(incidentsReply, [400, 401, 503]),
      },
    },
    async ({ query: { limit = PAGE, before = null } }) =>
      asks.read(() => cockpit.incidents({ limit, before })),
  )
  app.get(
    '/api/v1/latency',
    {
      schema: {
        summary: 'How long requests took, over two hours',
        querystring: nothing,
        response: answers(latencyReply, [401, 503]),
      },
    },
    async () => asks.read(() => cockpit.latency()),
  )
  app.get(
    '/api/v1/settings',
    {
      schema: {
        summary: 'The settings as they count, secrets hidden',
        querystring: nothing,
        response: answers(settingsReply, [401, 503]),
      },
    },
    async () => asks.read(() => cockpit.settings()),
  )
}

function symbolRoutes(app: App, { options: { cockpit }, asks }: Doors): void {
  app.get(
    '/api/v1/symbols/:symbol',
    {
      schema: {
        summary: 'Bars, indicators, signals and decisions of a symbol',
        params: ofSymbol,
        querystring: nothing,
        response: answers(symbolReply, [400, 401, 404, 503]),
      },
    },
    async ({ params: { symbol } }) =>
      known(await asks.read(() => cockpit.symbol(symbol)), 'this symbol is not observed'),
  )
  app.get(
    '/api/v1/chain/:symbol',
    {
      schema: {
        summary: 'How the last contract was picked',
        params: ofSymbol,
        querystring: nothing,
        response: answers(chainReply.nullable(), [400, 401, 404, 503]),
      },
    },
    async ({ params: { symbol } }, reply) => {
      const chain = await asks.read(() => cockpit.chain(symbol))
      if (chain !== null) return chain
      const isObserved = cockpit.view()?.symbols.some((each) => each.symbol === symbol) ?? false
      known(isObserved ? true : null, 'this symbol is not observed')
      return reply.send(null) // nothing was looked for yet
    },
  )
}

function orderRoutes(app: App, { options: { cockpit }, asks }: Doors): void {
  app.get(
    '/api/v1/orders',
    {
      schema: {
        summary: 'Orders, newest first; `before` is of `intendedAt`',
        querystring: pageQuery,
        response: answers(ordersReply, [400, 401, 503]),
      },
    },
    async ({ query: { limit = PAGE, before = null } }) =>
      asks.read(() => cockpit.orders({ limit, before })),
  )
  app.get(
    '/api/v1/orders/:id',
    {
      schema: {
        summary: 'One order: every status it had, and its fills',
        params: ofId,
        querystring: nothing,
        response: answers(orderReply, [400, 401, 404, 503]),
      },
    },
    async ({ params: { id } }) =>
      known(await asks.read(() => cockpit.order(id)), 'there is no such order'),
  )
  app.get(
    '/api/v1/trades',
    {
      schema: {
        summary: 'Each structure from its first fill to flat; `before` is of `openedAt`',
        querystring: pageQuery,
        response: answers(tradesReply, [400, 401, 503]),
      },
    },
    async ({ query: { limit = PAGE, before = null } }) =>
      asks.read(() => cockpit.trades({ limit, before })),
  )
}

function journalRoutes(app: App, { options: { cockpit }, asks, limits }: Doors): void {
  const long = { rateLimit: { max: limits.longPerWindow } }
  app.get(
    '/api/v1/journal',
    {
      schema: {
        summary: 'Entries of the journal, newest first',
        querystring: journalQuery,
        response: answers(journalReply, [400, 401, 503]),
      },
    },
    async ({ query }) => {
      const { text = '', types = [], symbol = null, before = null, limit = PAGE } = query
      return asks.read(() => cockpit.journal({ text, types, symbol, before, limit }))
    },
  )
  app.get(
    '/api/v1/journal/explain/:id',
    {
      config: long,
      schema: {
        summary: 'Everything the journal says about one id, oldest first',
        params: ofId,
        querystring: nothing,
        response: answers(linesReply, [400, 401, 404, 503]),
      },
    },
    async ({ params: { id } }) => {
      const lines = await asks.read(() => cockpit.explain(id))
      return known(lines.length === 0 ? null : lines, 'the journal says nothing about this id')
    },
  )
  app.post(
    '/api/v1/journal/replay',
    {
      config: long,
      schema: {
        summary: 'What recorded entries would have been with other limits; nothing is changed',
        body: replay,
        response: answers(replayReply, [400, 401, 403, 429, 503]),
      },
    },
    async ({ body: { limits: asked } }, reply) => {
      const result = await asks.read(() => cockpit.replay({ limits: asked }))
      return result.ok ? result.value : reply.code(400).send(result.error)
    },
  )
}

function reportRoute(app: App, { options: { cockpit }, asks, limits }: Doors): void {
  app.get(
    '/api/v1/report',
    {
      config: { rateLimit: { max: limits.longPerWindow } },
      schema: {
        summary: 'The report of a period, as a page or as JSON',
        querystring: reportQuery,
        response: reportAnswers,
      },
    },
    async ({ query: { period = 'day', as = 'html' } }, reply) => {
      const report = await asks.read(() => cockpit.report(period, as))
      if (as === 'json') return reply.type('application/json; charset=utf-8').send(report)
      reply.raw.setHeader('content-security-policy', reportPolicy(report))
      return reply.type('text/html; charset=utf-8').send(report)
    },
  )
}

function known<T>(found: T | null, error: string): T {
  if (found !== null) return found
  throw refusal(404, error, 'see what GET /api/v1/view and GET /api/v1/journal name')
}
