import { get, type ClientRequest, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { HOSTILE, lineAt, viewAt } from './samples.testing.ts'
import { listening, type In } from './standing.testing.ts'

type Listening = Awaited<ReturnType<typeof listening>>

/** One reader, over a real socket; `heard` is everything that came. */
class Followed {
  heard = ''
  readonly #response: IncomingMessage
  #waiting: (() => void)[] = []
  isOver = false

  constructor(response: IncomingMessage) {
    this.#response = response
    response.setEncoding('utf8')
    response.on('data', (piece: string) => {
      this.heard += piece
      this.#wake()
    })
    response.on('close', () => {
      this.isOver = true
      this.#wake()
    })
    response.on('error', () => undefined)
  }

  get status(): number {
    return this.#response.statusCode ?? 0
  }

  get headers() {
    return this.#response.headers
  }

  async until(isDone: (heard: string) => boolean): Promise<void> {
    while (!isDone(this.heard) && !this.isOver) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve))
    }
  }

  /** Ids and types of whole events. */
  get events(): readonly string[] {
    return [...this.heard.matchAll(/id: (\d+)\nevent: (\w+)\ndata: /g)].map(
      ([, id, event]) => `${event} ${id}`,
    )
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

function follow(
  { dashboard }: Listening,
  headers: Readonly<Record<string, string>>,
  query = '',
): Promise<Followed> {
  return new Promise((resolve, reject) => {
    const url = `${dashboard.url}/api/v1/stream${query}`
    const request: ClientRequest = get(url, { headers, agent: false }, (response) =>
      resolve(new Followed(response)),
    )
    request.on('error', reject)
    onTestFinished(() => void request.destroy())
  })
}

const SAME = { 'sec-fetch-site': 'same-origin' }

async function ticketOf({ dashboard }: Listening, { cookie, csrf }: In): Promise<string> {
  const reply = await fetch(`${dashboard.url}/api/v1/stream-tickets`, {
    method: 'POST',
    headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' },
    body: '{}',
  })
  return ((await reply.json()) as { ticket: string }).ticket
}

test('the newest view comes at once, then what is shown and journaled, each with its seq', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  await reader.until((heard) => heard.includes('event: view'))
  expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect(reader.headers['cache-control']).toBe('no-store')
  expect(reader.headers['content-security-policy']).toContain("default-src 'self'")
  room.cockpit.journaled(lineAt(2))
  room.cockpit.show(viewAt(3))
  await reader.until((heard) => heard.includes('id: 3'))
  expect(reader.events).toEqual(['view 1', 'line 2', 'view 3'])
})

test('T6: a hostile text begins no event of its own', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  room.cockpit.journaled(lineAt(2, HOSTILE))
  await reader.until((heard) => heard.includes('id: 2'))
  const data = reader.heard.split('\n').filter((line) => line.startsWith('data: '))
  expect(data).toHaveLength(2)
  expect(JSON.parse(data[1]?.slice(6) ?? '')).toEqual(lineAt(2, HOSTILE))
})

test('T3: a page of elsewhere hears nothing', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const { port } = room.dashboard
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { ...SAME, origin: 'https://evil.example' },
    { ...SAME, origin: 'null' },
    { ...SAME, origin: `http://localhost:${port}` },
    { origin: `http://127.0.0.1:${port + 1}` },
  ]) {
    const reader = await follow(room, { cookie, ...headers })
    await reader.until(() => false)
    expect([headers, reader.status, reader.events]).toEqual([headers, 403, []])
  }
  expect(room.dashboard.counts().open).toBe(0)
})

test('T3: an exact Origin, or same-origin, is our own page', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  for (const headers of [
    SAME,
    { origin: room.dashboard.url },
    { ...SAME, origin: room.dashboard.url },
  ]) {
    const reader = await follow(room, { cookie, ...headers })
    expect([headers, reader.status]).toEqual([headers, 200])
  }
})

test('T3: neither cookie nor ticket, or a cookie of who knows whom, is refused', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  expect((await follow(room, {})).status).toBe(401)
  expect((await follow(room, SAME)).status).toBe(401)
  expect((await follow(room, { cookie })).status).toBe(401)
})

test('T3: a ticket opens the stream once, within thirty seconds', async () => {
  const room = await listening()
  const as = await room.signedIn('viewer')
  const ticket = await ticketOf(room, as)
  expect((await follow(room, {}, `?ticket=${ticket}`)).status).toBe(200)
  expect((await follow(room, {}, `?ticket=${ticket}`)).status).toBe(401)
  const late = await ticketOf(room, as)
  await room.clock.runUntil((room.clock.now() + 30_000) as EpochMs)
  expect((await follow(room, {}, `?ticket=${late}`)).status).toBe(401)
  const foreign = await ticketOf(room, as)
  expect(
    (await follow(room, { 'sec-fetch-site': 'cross-site' }, `?ticket=${foreign}`)).status,
  ).toBe(403)
})

test('T3: it is read and never written to', async () => {
  const room = await listening()
  const { cookie, csrf } = await room.signedIn('admin')
  const headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const url = `${room.dashboard.url}/api/v1/stream`
    expect((await fetch(url, { method, headers, body: '{}' })).status).toBe(404)
  }
})

test('it beats every fifteen seconds, and ends with its session', async () => {
  const room = await listening()
  const { cookie, csrf } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  await room.clock.runUntil((room.clock.now() + 15_000) as EpochMs)
  await reader.until((heard) => heard.includes(': beat'))
  expect(reader.isOver).toBe(false)
  const headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
  const out = { method: 'DELETE', headers, body: '{}' }
  expect((await fetch(`${room.dashboard.url}/api/v1/session`, out)).status).toBe(200)
  await reader.until(() => false)
  expect(reader.isOver).toBe(true)
})

test('it ends when its session was silent for too long, before another event', async () => {
  const room = await listening({ limits: { idleMs: 20_000, heartbeatMs: 1e9 } })
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  await reader.until((heard) => heard.includes('event: view'))
  await room.clock.runUntil((room.clock.now() + 20_000) as EpochMs)
  room.cockpit.journaled(lineAt(2))
  await reader.until(() => false)
  expect(reader.events).toEqual(['view 1'])
})

test('T11: who is one too many is told so', async () => {
  const room = await listening({ limits: { streamsMax: 3, streamsPerSession: 2 } })
  const one = await room.signedIn('viewer')
  const two = await room.signedIn('viewer')
  const statusOf = async ({ cookie }: In) => (await follow(room, { cookie, ...SAME })).status
  expect([await statusOf(one), await statusOf(one), await statusOf(one)]).toEqual([200, 200, 503])
  expect([await statusOf(two), await statusOf(two)]).toEqual([200, 503])
  expect(room.dashboard.counts()).toEqual({ open: 3, dropped: 0, refused: 2, sessions: 2 })
})

test('T11: a socket whose reader takes nothing is dropped, and others go on', async () => {
  const room = await listening({ limits: { streamBytesMax: 64 * 1024 } })
  const { cookie } = await room.signedIn('viewer')
  const slow = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `${room.dashboard.url}/api/v1/stream`
    const request = get(url, { headers: { cookie, ...SAME }, agent: false }, resolve)
    request.on('error', reject)
    onTestFinished(() => void request.destroy())
  })
  slow.pause()
  slow.on('error', () => undefined)
  const quick = await follow(room, { cookie, ...SAME })
  const text = 'x'.repeat(100_000)
  let seq = 2
  for (; room.dashboard.counts().dropped === 0 && seq < 400; seq++) {
    room.cockpit.journaled(lineAt(seq, text))
    const id = `id: ${seq}\n`
    await quick.until((heard) => heard.includes(id))
    await quick.until((heard) => heard.endsWith('\n\n'))
  }
  // The kernel takes some megabytes for the one who does not read; then it is over.
  expect(room.dashboard.counts()).toMatchObject({ open: 1, dropped: 1 })
  expect(quick.isOver).toBe(false)
})

test('closing ends every stream and lets go of the cockpit', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  await room.close()
  await reader.until(() => false)
  expect([reader.isOver, room.cockpit.listeners]).toEqual([true, 0])
})
