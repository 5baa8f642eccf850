import { expect, test } from 'vitest'
import { HOST, newKey, standing, type Said } from './standing.testing.ts'

/** Every way in which a page of elsewhere can send something, by router reflection (T1). */
async function mutating() {
  const room = await standing()
  const routes = room.doors.routes
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`)
  expect(routes.length).toBeGreaterThan(10)
  return { ...room, routes }
}

const ATTACKS: readonly (readonly [string, number, Said])[] = [
  ['an evil Origin', 403, { headers: { origin: 'https://evil.example' } }],
  ['an Origin of another port', 403, { headers: { origin: 'http://127.0.0.1:3000' } }],
  ['an Origin of another of our names', 403, { headers: { origin: 'http://localhost:8080' } }],
  ['an Origin over https', 403, { headers: { origin: `https://${HOST}` } }],
  ['the Origin null', 403, { headers: { origin: 'null' } }],
  ['a page of another site', 403, { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['a page of another port', 403, { headers: { 'sec-fetch-site': 'same-site' } }],
  ['a typed address', 403, { headers: { 'sec-fetch-site': 'none' } }],
  ['text/plain', 415, { headers: { 'content-type': 'text/plain' }, raw: '{}' }],
  [
    'text/plain that mentions JSON',
    415,
    { headers: { 'content-type': 'text/plain; a=application/json' }, raw: '{}' },
  ],
  [
    'a form',
    415,
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, raw: 'verb=kill' },
  ],
  [
    'a form with parts',
    415,
    { headers: { 'content-type': 'multipart/form-data; boundary=x' }, raw: '--x--' },
  ],
  ['neither content type nor body', 415, { headers: { 'content-type': undefined }, raw: '' }],
  ['no content type', 415, { headers: { 'content-type': undefined }, raw: '{}' }],
]

test.each(ATTACKS)('T1: %s changes nothing on any route', async (_, status, attack) => {
  const { ask, signedIn, routes, cockpit, doors } = await mutating()
  const admin = await signedIn('admin')
  for (const route of routes) {
    const reply = await ask(route, { as: admin, ...attack })
    expect([route, reply.status]).toEqual([route, status])
    expect(Object.keys(reply.json()).sort()).toEqual(['error', 'remedy'])
  }
  expect(cockpit.done).toEqual([])
  expect(doors.sessions.count).toBe(1)
})

test('T1: without the token of the session, or with that of another, nothing changes', async () => {
  const { ask, signedIn, routes, cockpit } = await mutating()
  const admin = await signedIn('admin')
  const other = await signedIn('admin')
  const ofSession = routes.filter((route) => route !== 'POST /api/v1/session')
  expect(ofSession.length).toBe(routes.length - 1)
  for (const route of ofSession) {
    for (const csrf of [undefined, '', 'x', other.csrf, `${admin.csrf}x`]) {
      const reply = await ask(route, { as: admin, headers: { 'x-csrf-token': csrf } })
      expect([route, csrf, reply.status]).toEqual([route, csrf, 403])
    }
  }
  expect(cockpit.done).toEqual([])
})

test('T1: the page itself may', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const viewer = await signedIn('viewer')
  const headers = { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }
  expect((await ask('POST /api/v1/commands/kill', { as: viewer, headers })).status).toBe(200)
  expect(cockpit.done).toEqual([{ by: 'viewer', verb: 'kill', body: {} }])
})

test('T1: a page of elsewhere signs nobody in', async () => {
  const { ask, doors } = await standing()
  const body = { ticket: doors.tickets.issue({ name: 'eve', role: 'admin' }).secret }
  const headers = { origin: 'https://evil.example' }
  expect((await ask('POST /api/v1/session', { body, headers })).status).toBe(403)
  expect((await ask('POST /api/v1/session', { body })).status).toBe(200)
})

test('T1: a page of elsewhere reads nothing either, and no reply has headers of CORS', async () => {
  const { ask, signedIn, doors } = await standing()
  const as = await signedIn('admin')
  const reads = doors.routes.filter(({ method, url }) => method === 'GET' && url.startsWith('/api'))
  for (const { url } of reads) {
    const path = url.replace(':symbol', 'SPY').replace(':id', 'b1-7')
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const reply = await ask(`GET ${path}`, { as, headers })
      expect([url, reply.status]).toEqual([url, 403])
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-'))).toEqual([])
    }
  }
})

test('T1: what a browser asks before it sends is not granted', async () => {
  const { ask } = await standing()
  const headers = {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-csrf-token,content-type',
    'idempotency-key': newKey(),
  }
  const reply = await ask('OPTIONS /api/v1/commands/kill', { headers })
  expect(reply.status).toBe(403)
  expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-'))).toEqual([])
})
