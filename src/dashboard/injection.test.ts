import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyIn } from './body.ts'
import { standing, type In } from './standing.testing.ts'

type Standing = Awaited<ReturnType<typeof standing>>

/** security.md, section 3, wants 100,000 in a release: `T20_BODIES=100000`. */
const BODIES = Number(process.env['T20_BODIES'] ?? 2_000)

const INJECTIONS = [
  "' OR '1'='1",
  '1; DROP TABLE journal;--',
  "' UNION SELECT sql FROM sqlite_master--",
  "1' AND SLEEP(5)--",
  '1 AND 1=1',
  "admin'/*",
  '%27%20OR%201=1--',
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '/etc/passwd%00',
  'file:///etc/passwd',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '$(id)',
  '`id`',
  '|id',
  '\u0000',
  '\r\nset-cookie: a=b',
  '\u202Eevil',
  '__proto__',
  'constructor',
  '9'.repeat(400),
  '-1',
  '1e400',
  'nan',
  '<script>alert(1)</script>',
]

/** Where a text of a client goes, written `@`. */
const PLACES: readonly string[] = [
  '/api/v1/symbols/@',
  '/api/v1/chain/@',
  '/api/v1/orders/@',
  '/api/v1/orders?limit=@',
  '/api/v1/orders?before=@',
  '/api/v1/orders?@=1',
  '/api/v1/journal?text=@',
  '/api/v1/journal?types=@',
  '/api/v1/journal?symbol=@',
  '/api/v1/journal?limit=@',
  '/api/v1/journal/explain/@',
  '/api/v1/report?period=@',
  '/api/v1/report?as=@',
  '/api/v1/stream?ticket=@',
  '/api/v1/view?@=1',
]

test.each(PLACES)('T14: %s takes nothing from a corpus of injections', async (place) => {
  const { ask, signedIn, cockpit, lines } = await standing({ limits: { longPerWindow: 1e9 } })
  const as = await signedIn('admin')
  for (const injection of INJECTIONS) {
    const reply = await ask(`GET ${place.replace('@', encodeURIComponent(injection))}`, { as })
    const isText = place === '/api/v1/journal?text=@' && injection.length <= 200
    const allowed = isText ? [200] : [400, 401, 404]
    expect([injection, reply.status, allowed.includes(reply.status)]).toEqual([
      injection,
      reply.status,
      true,
    ])
    expect(reply.headers['set-cookie']).toBeUndefined()
  }
  expect(lines.filter((line) => line.includes('failed'))).toEqual([])
  // What came through is the text itself, whole, in its own field, for a prepared statement.
  for (const asked of cockpit.asked) {
    const text = typeof asked === 'string' ? asked : (asked as { text: string }).text
    expect(INJECTIONS).toContain(text)
  }
})

test('T14: what is no symbol, number or word comes to no cockpit', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const as = await signedIn('admin')
  const handed = PLACES.filter((place) => !/text=|\/orders\/|\/explain\//.test(place))
  for (const place of handed) {
    for (const injection of INJECTIONS) {
      await ask(`GET ${place.replace('@', encodeURIComponent(injection))}`, { as })
    }
  }
  expect(cockpit.asked).toEqual([])
})

test('T14: a value that comes twice, or a key that is not known, is refused', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('admin')
  for (const query of ['limit=1&limit=2', 'limit[]=1', 'limit=1&debug=1', 'Limit=1']) {
    expect([query, (await ask(`GET /api/v1/orders?${query}`, { as })).status]).toEqual([query, 400])
  }
})

const ROUTES = [
  'POST /api/v1/session',
  'POST /api/v1/session/proof',
  'POST /api/v1/stream-tickets',
  'POST /api/v1/journal/replay',
  'POST /api/v1/confirmations',
  'POST /api/v1/commands/halt',
  'POST /api/v1/commands/cancel',
  'POST /api/v1/commands/close',
  'POST /api/v1/commands/resume',
]

const BOMBS: readonly (readonly [string, string])[] = [
  ['__proto__', '{"__proto__":{"isAdmin":true}}'],
  ['__proto__, escaped', '{"\\u005f_proto__":{"isAdmin":true}}'],
  ['__proto__ below', '{"limits":{"__proto__":{"isAdmin":true}}}'],
  ['constructor', '{"constructor":{"prototype":{"isAdmin":true}}}'],
  ['depth of objects', `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`],
  ['depth of lists', '['.repeat(60_000)],
  ['depth in a key', `{"limits":${'['.repeat(20)}${']'.repeat(20)}}`],
  ['1e400', '{"orderId":1e400}'],
  ['an integer over 2^53', '{"orderId":9007199254740993}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"kill"'],
  ['a number', '1'],
  ['half of it', '{"reason":"a'],
  ['two of it', '{}{}'],
  ['a comment', '{}//'],
  ['NaN', '{"reason":NaN}'],
  ['an unknown key', '{"reason":"a","force":true}'],
]

test.each(BOMBS)('T20: %s is refused everywhere', async (_, raw) => {
  const { ask, signedIn, cockpit } = await standing()
  const as = await signedIn('admin')
  for (const route of ROUTES) {
    const { status } = await ask(route, { as, raw })
    // Of who may be nobody less is read.
    const isLong = raw.length > 4_096 && route === 'POST /api/v1/session'
    expect([route, status]).toEqual([route, isLong ? 413 : 400])
  }
  expect(cockpit.done).toEqual([])
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
})

test('T20: an exact text of any length of digits is handed on as it was', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const body = { limits: { max_order_cost: '9007199254740993.000001' } }
  await ask('POST /api/v1/journal/replay', { as: await signedIn('viewer'), body })
  expect(cockpit.asked).toEqual([body])
})

/** JSON of any shape, often with the keys that the routes know and those that pollute. */
const key = fc.oneof(
  fc.constantFrom('reason', 'orderId', 'limits', 'verb', 'ticket', 'password', 'name'),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'),
  fc.string({ maxLength: 8 }),
)
const leaf = fc.oneof(
  fc.constantFrom('1e400', '-1e999', '9007199254740993', '0.1', '-0', 'null', 'true', '1E-400'),
  fc.string({ maxLength: 20, unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom(...INJECTIONS).map((text) => JSON.stringify(text)),
)
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 4 })
      .map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
    fc.array(tie('json'), { maxLength: 4 }).map((all) => `[${all.join()}]`),
  ),
}))
const cut = fc
  .tuple(json, fc.nat(400), fc.string({ maxLength: 3 }))
  .map(([text, at, more]) => text.slice(0, at) + more)
const body = fc.oneof({ weight: 4, arbitrary: json }, cut)

test(
  `T20: ${BODIES} fuzzed bodies break nothing and change no prototype`,
  async () => {
    const room = await standing({ limits: { requestsPerWindow: 1e9, longPerWindow: 1e9 } })
    const as = await room.signedIn('admin')
    const before = Object.getOwnPropertyNames(Object.prototype).sort()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ROUTES), body, (route, raw) =>
        judged(room, as, [route, raw]),
      ),
      { numRuns: BODIES },
    )
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before)
    expect(room.lines.filter((line) => line.includes('failed'))).toEqual([])
    const health = await room.ask('GET /healthz')
    expect(health.status).toBe(200)
  },
  BODIES * 30,
)

async function judged(room: Standing, as: In, [route, raw]: readonly [string, string]) {
  const { status } = await room.ask(route, { as, raw })
  expect([200, 400, 401, 403, 429]).toContain(status)
  const read = bodyIn(raw)
  // What is let through is what JSON says, digit by digit.
  if (read.ok && raw.trim() !== '') expect(read.value).toEqual(JSON.parse(raw))
}
