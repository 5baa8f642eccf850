import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { viewAt } from './samples.testing.ts'
import { listening, newKey, standing } from './standing.testing.ts'

test('T11: a session that asks too often waits, another does not', async () => {
  const { ask, signedIn, clock } = await standing()
  const [busy, quiet] = [await signedIn('viewer'), await signedIn('viewer')]
  const statuses: number[] = []
  for (let asked = 0; asked < 501; asked++) {
    statuses.push((await ask('GET /api/v1/session', { as: busy })).status)
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(500)
  const refused = await ask('GET /api/v1/view', { as: busy })
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10'])
  expect(Object.keys(refused.json())).toEqual(['error', 'remedy'])
  expect((await ask('GET /api/v1/view', { as: quiet })).status).toBe(200)
  await clock.runUntil((clock.now() + 10_000) as EpochMs)
  expect((await ask('GET /api/v1/view', { as: busy })).status).toBe(200)
})

test('T11: what reads the whole journal has a limit of its own', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('viewer')
  const reports: number[] = []
  for (let asked = 0; asked < 21; asked++) {
    reports.push((await ask('GET /api/v1/report?as=json', { as })).status)
  }
  expect(reports.indexOf(429)).toBe(20)
  expect((await ask('GET /api/v1/view', { as })).status).toBe(200)
})

test('T11: who is nobody uses up no session', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('viewer')
  let last = 200
  for (let asked = 0; asked < 501; asked++) last = (await ask('GET /healthz')).status
  expect(last).toBe(429)
  expect((await ask('GET /api/v1/view', { as })).status).toBe(200)
})

test('T11: a body of over 64 kB is not read', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('admin')
  const of = (length: number) => ({ as, raw: JSON.stringify({ reason: 'x'.repeat(length) }) })
  expect((await ask('POST /api/v1/commands/kill', of(64 * 1024))).status).toBe(413)
  expect((await ask('POST /api/v1/commands/kill', of(60_000))).status).toBe(400)
  expect((await ask('POST /api/v1/commands/kill', of(400))).status).toBe(200)
})

test('T11: a question that is not answered within five seconds is refused', async () => {
  const { ask, signedIn, cockpit, clock } = await standing()
  const as = await signedIn('viewer')
  cockpit.gate = new Promise(() => undefined)
  const came = new Promise<void>((resolve) => {
    cockpit.trades = () => {
      resolve()
      return new Promise(() => undefined)
    }
  })
  const waiting = ask('GET /api/v1/trades', { as })
  await came
  await clock.runUntil((clock.now() + 4_999) as EpochMs)
  expect(await Promise.race([waiting, Promise.resolve('waits')])).toBe('waits')
  await clock.runUntil((clock.now() + 1) as EpochMs)
  const reply = await waiting
  expect([reply.status, reply.json()['error']]).toEqual([503, 'no answer within 5 s'])
})

test('what fails in the cockpit is said without a word of why', async () => {
  const { ask, signedIn, cockpit, lines } = await standing()
  cockpit.trades = () => Promise.reject(new Error('SELECT secret\nFROM journal'))
  const reply = await ask('GET /api/v1/trades', { as: await signedIn('viewer') })
  expect([reply.status, reply.json()]).toEqual([
    500,
    { error: 'the dashboard failed at this', remedy: 'see the log of the bot' },
  ])
  expect(lines.at(-1)).toMatch(
    /^dashboard: GET \/api\/v1\/trades failed: Error: SELECT secret FROM/,
  )
  expect(lines.at(-1)).not.toContain('\n')
})

test('T11: a client that never ends its headers is sent away', async () => {
  const { dashboard } = await listening({ limits: { headersMs: 100, requestMs: 200 } })
  const heard = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: dashboard.port }, () => {
      socket.write('GET /healthz HTTP/1.1\r\nhost: 127')
    })
    let text = ''
    socket.on('data', (piece) => void (text += piece.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
  expect(heard).toMatch(/^HTTP\/1\.1 408 /)
})

/** One that says nothing; or a first piece, and nothing more. */
function silent(port: number, piece = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      if (piece !== '') socket.write(piece)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

const HALF = [
  ['nothing', ''],
  ['half a head', 'GET /healthz HTTP/1.1\r\nhost: 127'],
  [
    'a body without its end',
    'POST /api/v1/session HTTP/1.1\r\nhost: @\r\ncontent-type: application/json\r\n' +
      'content-length: 99\r\n\r\n{',
  ],
] as const

test.each(HALF)('T11: 210 sockets that say %s leave room for a kill', async (_, piece) => {
  const limits = { connectionsMax: 200, idleMax: 70, headersMs: 60_000, requestMs: 60_000 }
  const { dashboard, signedIn, cockpit } = await listening({ limits })
  const as = await signedIn('viewer')
  const host = `127.0.0.1:${dashboard.port}`
  const sockets: Socket[] = []
  for (let made = 0; made < 210; made++) {
    sockets.push(await silent(dashboard.port, piece.replace('@', host)))
    sockets.at(-1)?.on('error', () => undefined)
  }
  expect((await fetch(`${dashboard.url}/healthz`)).status).toBe(200)
  const reply = await fetch(`${dashboard.url}/api/v1/commands/kill`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-csrf-token': as.csrf,
      'idempotency-key': newKey(),
      cookie: as.cookie,
    },
    body: '{}',
  })
  expect([reply.status, cockpit.done.length]).toEqual([200, 1])
  for (const socket of sockets) socket.destroy()
})

test('T11: a socket that never says a byte is closed', async () => {
  const { dashboard } = await listening({ limits: { headersMs: 100 } })
  const socket = await silent(dashboard.port)
  await new Promise<void>((resolve) => void socket.once('close', () => resolve()).resume())
  expect(socket.bytesWritten).toBe(0)
})

test('T11: a stream is not taken for an idle connection', async () => {
  const { dashboard, signedIn, cockpit } = await listening({
    limits: { headersMs: 100, keepAliveMs: 100, idleMax: 3 },
  })
  const { cookie } = await signedIn('viewer')
  const reply = await fetch(`${dashboard.url}/api/v1/stream`, {
    headers: { cookie, origin: dashboard.url },
  })
  const reader = reply.body?.getReader()
  await reader?.read()
  // Three that say nothing, one after the other, are gone by then: it is older than any time-out.
  for (let passed = 0; passed < 3; passed++) {
    const other = await silent(dashboard.port)
    other.on('error', () => undefined)
    await new Promise((resolve) => void other.once('close', resolve).resume())
  }
  cockpit.show(viewAt(2))
  let text = ''
  while (!text.includes('id: 2')) {
    const piece = await reader?.read()
    expect(piece?.done).toBe(false)
    text += new TextDecoder().decode(piece?.value)
  }
  await reader?.cancel()
})
