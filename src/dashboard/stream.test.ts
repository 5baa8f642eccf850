import { get, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
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

/** A socket that takes the head of the stream, and nothing after it. */
async function asleep({ dashboard }: Listening, cookie: string) {
  const { port, host, hostname } = new URL(dashboard.url)
  const socket = connect({ host: hostname, port: Number(port) })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  const over = new Promise((resolve) => void socket.on('close', resolve))
  const head = new Promise((resolve) => void socket.once('data', resolve))
  const lines = ['GET /api/v1/stream HTTP/1.1', `host: ${host}`, `cookie: ${cookie}`]
  socket.write(`${[...lines, 'sec-fetch-site: same-origin'].join('\r\n')}\r\n\r\n`)
  await head
  socket.pause()
  return { socket, over }
}

/** As the page does: each pulse is sent back. */
async function seenBy({ dashboard }: Listening, { cookie, csrf }: In, pulse: string) {
  const headers = { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json' }
  const url = `${dashboard.url}/api/v1/stream/seen`
  return (await fetch(url, { method: 'POST', headers, body: pulse })).status
}

test('T11: who takes nothing is dropped after a megabyte, and who says it reads goes on', async () => {
  const room = await listening()
  const as = await room.signedIn('viewer')
  const slow = await asleep(room, as.cookie)
  const quick = await follow(room, { cookie: as.cookie, ...SAME })
  let answered = 0
  let bytes = 0
  for (let seq = 2; room.dashboard.counts().dropped === 0 && seq < 400; seq++) {
    await room.clock.runUntil((room.clock.now() + 1_000) as EpochMs)
    room.cockpit.show({ ...viewAt(seq), version: 'x'.repeat(50_000) })
    await quick.until((heard) => heard.includes(`id: ${seq}\n`) && heard.endsWith('\n\n'))
    bytes += quick.heard.length
    for (const [, pulse = ''] of quick.heard.matchAll(/event: pulse\ndata: (.*)/g)) {
      expect(await seenBy(room, as, pulse)).toBe(200)
      answered++
    }
    quick.heard = ''
  }
  expect(room.dashboard.counts()).toMatchObject({ open: 1, dropped: 1 })
  expect(quick.isOver).toBe(false)
  expect(answered).toBeGreaterThan(8)
  expect(bytes).toBeLessThan(2.5 * 1024 * 1024) // 16 s more, of 50 kB each, than the megabyte
  slow.socket.resume()
  await slow.over
  // What the kernel still held for it is given up: over a megabyte was sent.
  expect(slow.socket.bytesRead).toBeLessThan(0.8 * 1024 * 1024)
})

test('T11: who reads, and never says so, has its turn ended and is not dropped', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  for (let seq = 2; !reader.isOver && seq < 100; seq++) {
    await room.clock.runUntil((room.clock.now() + 1_000) as EpochMs)
    room.cockpit.show({ ...viewAt(seq), version: 'x'.repeat(50_000) })
    if (room.dashboard.counts().open === 0) await reader.until(() => false)
  }
  await fetch(`${room.dashboard.url}/healthz`) // by now the server has heard that it closed
  await room.clock.runUntil((room.clock.now() + 10_000) as EpochMs)
  expect(reader.heard.endsWith('\n\n')).toBe(true)
  expect(room.dashboard.counts()).toMatchObject({ open: 0, dropped: 0 })
})

test('T8: what a page says of its stream is no sign of life of a person', async () => {
  const room = await listening({ limits: { pulseBytes: 1_000, idleMs: 60_000 } })
  const as = await room.signedIn('viewer')
  const reader = await follow(room, { cookie: as.cookie, ...SAME })
  await reader.until((heard) => heard.includes('event: pulse'))
  const [, pulse = ''] = /event: pulse\ndata: (.*)/.exec(reader.heard) ?? []
  await room.clock.runUntil((room.clock.now() + 59_000) as EpochMs)
  expect(await seenBy(room, as, pulse)).toBe(200)
  expect(await seenBy(room, await room.signedIn('viewer'), pulse)).toBe(404)
  await room.clock.runUntil((room.clock.now() + 1_000) as EpochMs)
  expect(await seenBy(room, as, pulse)).toBe(401)
})

test('closing ends every stream and lets go of the cockpit', async () => {
  const room = await listening()
  const { cookie } = await room.signedIn('viewer')
  const reader = await follow(room, { cookie, ...SAME })
  await room.close()
  await reader.until(() => false)
  expect([reader.isOver, room.cockpit.listeners]).toEqual([true, 0])
})
