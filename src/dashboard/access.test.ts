import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { ACCESS } from './access.ts'
import { ACCOUNT_ID, FakeCockpit } from './cockpit.testing.ts'
import { guard } from './guard.ts'
import { viewAt } from './samples.testing.ts'
import { METRICS_TOKEN, folder, standing, type In } from './standing.testing.ts'
import type { ConfirmationReply, Role, Verb } from './view.ts'

/** Who may: nobody in particular, viewer, trader, admin. 401 and 403 are refusals. */
const EXPECTED: Readonly<Record<string, readonly [number, number, number, number]>> = {
  'GET /healthz': [200, 200, 200, 200],
  'GET /metrics': [401, 401, 401, 401],
  'GET /*': [404, 404, 404, 404],
  'HEAD /*': [404, 404, 404, 404],
  'POST /api/v1/session': [401, 401, 401, 401],
  'GET /api/v1/session': [401, 200, 200, 200],
  'DELETE /api/v1/session': [401, 200, 200, 200],
  'POST /api/v1/session/proof': [401, 403, 403, 403],
  'GET /api/v1/view': [401, 200, 200, 200],
  'GET /api/v1/stream': [401, 401, 401, 401],
  'POST /api/v1/stream-tickets': [401, 200, 200, 200],
  'POST /api/v1/stream/seen': [401, 404, 404, 404],
  'GET /api/v1/symbols/:symbol': [401, 200, 200, 200],
  'GET /api/v1/chain/:symbol': [401, 200, 200, 200],
  'GET /api/v1/orders': [401, 200, 200, 200],
  'GET /api/v1/orders/:id': [401, 200, 200, 200],
  'GET /api/v1/trades': [401, 200, 200, 200],
  'GET /api/v1/incidents': [401, 200, 200, 200],
  'GET /api/v1/journal': [401, 200, 200, 200],
  'GET /api/v1/journal/explain/:id': [401, 200, 200, 200],
  'POST /api/v1/journal/replay': [401, 200, 200, 200],
  'GET /api/v1/report': [401, 200, 200, 200],
  'GET /api/v1/latency': [401, 200, 200, 200],
  'GET /api/v1/settings': [401, 200, 200, 200],
  'GET /api/v1/openapi.json': [401, 200, 200, 200],
  'POST /api/v1/confirmations': [401, 403, 403, 200],
  'POST /api/v1/commands/kill': [401, 200, 200, 200],
  'POST /api/v1/commands/halt': [401, 403, 200, 200],
  'POST /api/v1/commands/reduce': [401, 403, 200, 200],
  'POST /api/v1/commands/flatten': [401, 403, 200, 200],
  'POST /api/v1/commands/cancel': [401, 403, 200, 200],
  'POST /api/v1/commands/close': [401, 403, 200, 200],
  'POST /api/v1/commands/resume': [401, 403, 403, 200],
  'POST /api/v1/commands/arm': [401, 403, 403, 200],
}

const NOBODY_HAS = 'A'.repeat(43)
const lifting = { accountId: ACCOUNT_ID, reason: 'seen to' }
const BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/session': { ticket: NOBODY_HAS },
  'POST /api/v1/stream/seen': { reader: 1, pulse: 1 },
  'POST /api/v1/session/proof': { password: 'not the one of anybody' },
  'POST /api/v1/journal/replay': { limits: { max_order_cost: '$500' } },
  'POST /api/v1/confirmations': { verb: 'resume' },
  'POST /api/v1/commands/cancel': { orderId: 'b1-7' },
  'POST /api/v1/commands/close': { structureId: 'b1-7' },
  'POST /api/v1/commands/resume': { ...lifting, confirmation: NOBODY_HAS },
  'POST /api/v1/commands/arm': { ...lifting, confirmation: NOBODY_HAS },
}

const pathOf = (route: string) =>
  route.replace(':symbol', 'SPY').replace(':id', 'b1-7').replace('/*', '/nothing.js')
const PEOPLE: readonly (Role | null)[] = [null, 'viewer', 'trader', 'admin']

/** Pages are needed to see the route of the page. */
async function withPages() {
  return standing({ pages: folder() })
}

type Standing = Awaited<ReturnType<typeof withPages>>

async function bodyFor(route: string, { ask }: Standing, as: In | undefined) {
  const verb = /(resume|arm)$/.exec(route)?.[1]
  if (verb === undefined || as === undefined) return BODIES[route]
  const reply = await ask('POST /api/v1/confirmations', { as, body: { verb } })
  if (reply.status !== 200) return BODIES[route]
  const { confirmation } = reply.json() as unknown as ConfirmationReply
  return { ...BODIES[route], confirmation }
}

test('T8: the matrix names every route that stands, and no other', async () => {
  const { doors } = await withPages()
  const declared = doors.routes.map(({ method, url }) => `${method} ${url}`).sort()
  expect(declared).toEqual(Object.keys(EXPECTED).sort())
  expect(declared).toEqual(Object.keys(ACCESS).sort())
})

test.each(Object.entries(EXPECTED))('T8: %s, by everybody', async (route, expected) => {
  const room = await withPages()
  const statuses: number[] = []
  for (const role of PEOPLE) {
    const as = role === null ? undefined : await room.signedIn(role)
    const body = await bodyFor(route, room, as)
    statuses.push((await room.ask(pathOf(route), { as, body })).status)
  }
  expect(statuses).toEqual(expected)
})

test('T8: what was refused had no effect', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const viewer = await signedIn('viewer')
  for (const verb of ['halt', 'reduce', 'flatten'] satisfies Verb[]) {
    expect((await ask(`POST /api/v1/commands/${verb}`, { as: viewer })).status).toBe(403)
  }
  expect(cockpit.done).toEqual([])
})

test('T8: a confirmation is refused to who may not give the command', async () => {
  const { ask, signedIn } = await standing()
  const trader = await signedIn('trader')
  const statusOf = async (verb: Verb) =>
    (await ask('POST /api/v1/confirmations', { as: trader, body: { verb } })).status
  expect(await statusOf('flatten')).toBe(200)
  expect(await statusOf('arm')).toBe(403)
})

test('T8: a route without a declared role does not start', async () => {
  const { doors } = await standing()
  const bare = fastify()
  guard(bare, doors)
  expect(() => bare.get('/api/v1/backdoor', () => 'open')).toThrow(
    'GET /api/v1/backdoor has no role: declare it in dashboard/access.ts',
  )
})

test('metrics want their token, and are nowhere without one', async () => {
  const { ask, signedIn } = await standing()
  const admin = await signedIn('admin')
  const by = (authorization: string) => ask('GET /metrics', { headers: { authorization } })
  expect((await by(`Bearer ${METRICS_TOKEN}`)).text).toContain('up 1')
  expect((await by(`Bearer ${METRICS_TOKEN}x`)).status).toBe(401)
  expect((await by(METRICS_TOKEN)).status).toBe(401)
  expect((await ask('GET /metrics', { as: admin })).status).toBe(401)
  const off = await standing({ metricsToken: null })
  const authorization = 'Bearer null'
  expect((await off.ask('GET /metrics', { headers: { authorization } })).status).toBe(404)
})

test('health says ok, an age and a mode, and nothing else', async () => {
  const { ask, cockpit, clock } = await standing()
  const health = async () => {
    const { status, json } = await ask('GET /healthz')
    return [status, json()]
  }
  expect(await health()).toEqual([200, { ok: true, viewAgeMs: 0, mode: 'demo' }])
  await clock.runUntil((clock.now() + 15_001) as EpochMs)
  expect(await health()).toEqual([503, { ok: false, viewAgeMs: 15_001, mode: 'demo' }])
  cockpit.show(viewAt(2))
  expect(await health()).toEqual([200, { ok: true, viewAgeMs: 0, mode: 'demo' }])
})

test('metrics of a bot that hangs are 503, not the last good ones', async () => {
  const { ask, cockpit, clock } = await standing()
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const status = async () => (await ask('GET /metrics', { headers })).status
  const later = (ms: number) => clock.runUntil((clock.now() + ms) as never)
  await later(15_000)
  expect(await status()).toBe(200)
  await later(1)
  expect(await status()).toBe(503)
  cockpit.show(viewAt(2))
  expect(await status()).toBe(200)
  const silent = new FakeCockpit()
  silent.shown = null
  const first = await standing({ cockpit: silent })
  expect((await first.ask('GET /metrics', { headers })).status).toBe(503)
  expect(first.lines).toEqual([]) // and no defect of ours
})
