import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { lookup as systemLookup } from 'node:dns'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SystemClock, VirtualClock, type EpochMs } from '../base/clock.ts'
import { Secret } from '../base/secret.ts'
import { exchange, send, targetObjection, type Target } from './http.ts'

/** A real receiver on loopback, that answers what it is told to. */
const seen: { method: string; url: string; body: string }[] = []
let answers: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('end', () => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', body })
    answers(request, response)
  })
})
let port = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const clock = new SystemClock()

function target(url: string, of: Partial<Target> = {}): Target {
  return { url: new Secret(url), hosts: ['127.0.0.1'], allowPrivate: true, ...of }
}

const post = { clock, method: 'POST', body: '{"a":1}' } as const

test('a message arrives as it was sent', async () => {
  answers = (_, response) => response.end('thank you')
  seen.length = 0
  expect(await send(target(`http://127.0.0.1:${port}/hook/CANARY?x=1`), post)).toMatchObject({
    ok: true,
  })
  expect(seen).toEqual([{ method: 'POST', url: '/hook/CANARY?x=1', body: '{"a":1}' }])
})

test('a redirect is a failure: nothing is sent to where it leads', async () => {
  answers = (_, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
  }
  seen.length = 0
  const sent = await send(target(`http://127.0.0.1:${port}/CANARY`), post)
  expect(sent).toMatchObject({ ok: false, error: expect.stringContaining('307: a redirect') })
  expect(seen).toHaveLength(1)
})

test.each([
  ['an error', 500, 'expected 2xx'],
  ['too many', 429, 'expected 2xx'],
])('%s is a failure that names host and status, never the URL', async (_, status, says) => {
  answers = (_request, response) => response.writeHead(status).end()
  const sent = await send(target(`http://127.0.0.1:${port}/CANARY`), post)
  expect(sent).toMatchObject({
    ok: false,
    error: `127.0.0.1:${port} answered ${status}: ${says}`,
  })
})

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 1970 01:00:00 GMT', 3_600_000],
  ['Wed, 31 Dec 1969 23:00:00 GMT', 0],
  ['soon', null],
])('Retry-After in its two forms: %s', async (header, retryAfterMs) => {
  answers = (_, response) => response.writeHead(503, { 'retry-after': header }).end()
  const virtual = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const of = { ...post, clock: virtual }
  const answer = await exchange(target(`http://127.0.0.1:${port}/x`), of)
  expect(answer).toMatchObject({ ok: true, value: { retryAfterMs } })
})

test('nobody listens', async () => {
  const sent = await send(target('http://127.0.0.1:1/CANARY'), post)
  expect(sent).toEqual({ ok: false, error: '127.0.0.1:1: ECONNREFUSED' })
})

test.each(['a\nb', 'a\u201cb'])('a header that cannot be sent is a failure (%j)', async (token) => {
  const headers = { authorization: `Bearer ${token}` }
  const sent = await send(target(`http://127.0.0.1:${port}/x`), { ...post, headers })
  expect(sent).toEqual({ ok: false, error: `127.0.0.1:${port}: ERR_INVALID_CHAR` })
})

test('a receiver that never answers is given up after ten seconds', async () => {
  answers = () => undefined
  const virtual = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const sent = send(target(`http://127.0.0.1:${port}/CANARY`), { ...post, clock: virtual })
  await virtual.runUntil(10_000 as EpochMs)
  expect(await sent).toMatchObject({ error: expect.stringContaining('not answer within 10 s') })
})

describe('T10: where messages may not go, none goes', () => {
  test.each<[string, string, Partial<Target>, string]>([
    ['a host that is not listed', 'https://evil.com/x', {}, 'not in notify.hosts'],
    ['loopback', 'https://127.0.0.1/x', { allowPrivate: false }, 'is private'],
    ['an address in disguise', 'https://2130706433/x', { allowPrivate: false }, 'is private'],
    [
      'the metadata address',
      'https://169.254.169.254/latest',
      { hosts: ['169.254.169.254'] },
      'link-local',
    ],
    [
      'an address of version 6',
      'https://[::1]/x',
      { hosts: ['[::1]'], allowPrivate: false },
      'is private',
    ],
    [
      'plain text',
      'http://hooks.example.com/x',
      { hosts: ['hooks.example.com'] },
      'expected https',
    ],
    ['another protocol', 'file:///etc/passwd', { hosts: [''] }, 'expected https'],
    ['no URL', 'hooks', {}, 'expected a URL'],
  ])('%s', async (...[, url, of, says]) => {
    expect(targetObjection(target(url, of))).toContain(says)
    expect(await send(target(url, of), post)).toMatchObject({ ok: false })
  })

  test('a name that resolves to where none may go: the address is judged, not the name', async () => {
    const asked: string[] = []
    const lookup = ((host: string, _options: unknown, told: (...of: unknown[]) => void) => {
      asked.push(host)
      told(null, [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])
    }) as unknown as typeof systemLookup
    const rebound = target(`https://hooks.example.com:${port}/x`, {
      hosts: ['hooks.example.com'],
      allowPrivate: false,
    })
    seen.length = 0
    expect(await send(rebound, { ...post, lookup })).toMatchObject({
      ok: false,
      error: expect.stringContaining('127.0.0.1 is private'),
    })
    expect(asked).toEqual(['hooks.example.com'])
    expect(seen).toEqual([])
  })
})
