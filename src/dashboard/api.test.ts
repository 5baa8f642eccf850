import { expect, test } from 'vitest'
import { HOSTILE, viewAt } from './samples.testing.ts'
import * as replies from './replies.ts'
import { listening, standing } from './standing.testing.ts'

interface Operation {
  readonly summary?: string
  readonly responses?: Readonly<Record<string, unknown>>
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: unknown
}

async function described() {
  const room = await standing()
  const admin = await room.signedIn('admin')
  const reply = await room.ask('GET /api/v1/openapi.json', { as: admin })
  const document = JSON.parse(reply.text) as {
    readonly openapi: string
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
  }
  return { ...room, document, text: reply.text }
}

test('every route stands in the document, and no other', async () => {
  const { doors, document } = await described()
  const stand = doors.routes.map(
    ({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
  )
  const told = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(document.openapi).toBe('3.1.0')
  expect(told.sort()).toEqual(stand.sort())
})

test('every operation has a summary, its responses, and says who may', async () => {
  const { document } = await described()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const place = `${method} ${path}`
      expect([place, (operation.summary ?? '').length > 7]).toEqual([place, true])
      expect([place, Object.keys(operation.responses ?? {}).includes('200')]).toEqual([place, true])
      const isOpen = ['/healthz', '/api/v1/stream'].includes(path) || place.endsWith('1/session')
      if (!isOpen) expect([place, operation.security?.length]).toEqual([place, 1])
      if (path.includes('/commands/')) {
        const headers = operation.parameters?.filter((one) => one.in === 'header')
        expect(headers?.map(({ name }) => name)).toEqual(['x-csrf-token', 'idempotency-key'])
        expect(operation.requestBody).toBeDefined()
      }
    }
  }
})

test('every reference of the document leads somewhere', async () => {
  const { document, text } = await described()
  const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(30)
  const known = Object.keys(document.components.schemas)
  expect(named.filter((name) => !known.includes(name))).toEqual([])
  expect(known.filter((name) => !named.includes(name))).toEqual([])
})

test('the document names the cookie of the port that is listened on', async () => {
  const { dashboard, signedIn, cookieName } = await listening()
  const { cookie } = await signedIn('viewer')
  const reply = await fetch(`${dashboard.url}/api/v1/openapi.json`, { headers: { cookie } })
  expect(await reply.text()).toContain(`"name":"${cookieName}"`)
  expect(cookie.startsWith(`${cookieName}=`)).toBe(true)
})

const READS = [
  ['/api/v1/view', replies.viewReply],
  ['/api/v1/symbols/SPY', replies.symbolReply],
  ['/api/v1/chain/SPY', replies.chainReply],
  ['/api/v1/orders?limit=5&before=1795000000000', replies.ordersReply],
  ['/api/v1/orders/b1-7', replies.orderReply],
  ['/api/v1/trades', replies.tradesReply],
  ['/api/v1/incidents', replies.incidentsReply],
  ['/api/v1/journal?text=a&types=OrderFilled,CycleEnded&symbol=SPY', replies.journalReply],
  ['/api/v1/journal/explain/b1-7', replies.linesReply],
  ['/api/v1/latency', replies.latencyReply],
  ['/api/v1/settings', replies.settingsReply],
] as const

test.each(READS)('%s answers as the document says', async (path, schema) => {
  const { ask, signedIn } = await standing()
  const reply = await ask(`GET ${path}`, { as: await signedIn('viewer') })
  expect(reply.status).toBe(200)
  // Read as it says: nothing is missing, and nothing is left out by the schema.
  expect(schema.parse(reply.json())).toEqual(reply.json())
})

test('what is asked comes to the cockpit as numbers and lists', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const as = await signedIn('viewer')
  await ask('GET /api/v1/journal?types=A,B&before=9&limit=3', { as })
  await ask('GET /api/v1/journal', { as })
  await ask('GET /api/v1/orders', { as })
  await ask('POST /api/v1/journal/replay', { as, body: { limits: { max_order_cost: '$500' } } })
  expect(cockpit.asked).toEqual([
    { text: '', types: ['A', 'B'], symbol: null, before: 9, limit: 3 },
    { text: '', types: [], symbol: null, before: null, limit: 100 },
    { limit: 100, before: null },
    { limits: { max_order_cost: '$500' } },
  ])
})

test('what is not known is 404, what the cockpit refuses is said in its words', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('viewer')
  // The last is a signal key, as it stands in what was refused: an id, blanks and all.
  const signalKey = 'journal/explain/scalp%20QQQ%201773076200000%20fall'
  const unknown = ['symbols/QQQ', 'chain/QQQ', 'orders/none', 'journal/explain/none', signalKey]
  for (const path of unknown) {
    expect([path, (await ask(`GET /api/v1/${path}`, { as })).status]).toEqual([path, 404])
  }
  const refused = await ask('POST /api/v1/journal/replay', {
    as,
    body: { limits: { unknown: '1' } },
  })
  expect([refused.status, refused.json()]).toEqual([
    400,
    { error: 'unknown: no such limit', remedy: 'see settings' },
  ])
})

test('before the bot has shown anything the view says so', async () => {
  const { ask, signedIn, cockpit } = await standing()
  cockpit.shown = null
  const reply = await ask('GET /api/v1/view', { as: await signedIn('viewer') })
  expect([reply.status, reply.json()['error']]).toEqual([503, 'the bot has not shown anything yet'])
})

test('T6: a report comes as a page whose own style alone counts, in a sandbox', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('viewer')
  const page = await ask('GET /api/v1/report?period=week&as=html', { as })
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  // sha256 of "p{color:red}", by `printf 'p{color:red}' | openssl dgst -sha256 -binary | base64`
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none';style-src 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64=';" +
      "img-src data:;base-uri 'none';form-action 'none';frame-ancestors 'none';sandbox",
  )
  const json = await ask('GET /api/v1/report?as=json', { as })
  expect([json.headers['content-type'], json.text]).toEqual([
    'application/json; charset=utf-8',
    '{"trades":[]}',
  ])
})

test('T6: a hostile text of a broker is data in every reply, and never a page', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('viewer')
  for (const path of ['view', 'incidents', 'orders/b1-7', 'symbols/SPY', 'journal']) {
    const reply = await ask(`GET /api/v1/${path}`, { as })
    expect(reply.text).toContain(JSON.stringify(HOSTILE))
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  }
})

test('a view is told as it is, amounts as texts', async () => {
  const { ask, signedIn } = await standing()
  const reply = await ask('GET /api/v1/view', { as: await signedIn('viewer') })
  expect(reply.json()).toEqual(viewAt(1))
})
