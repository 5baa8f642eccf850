import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { listening } from './standing.testing.ts'

/** Sends bytes as they are, and gives back all that comes until the end. */
function spoken(port: number, text: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => socket.end(text))
    let heard = ''
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => void (heard += piece))
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}

const statusIn = (heard: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1])

interface Line {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
}

const request = ({ method, path, headers }: Line) =>
  [`${method} ${path} HTTP/1.1`, ...headers, 'connection: close', '', ''].join('\r\n')

const foreignHosts = (port: number): readonly (readonly string[])[] => [
  ['host: evil.com'],
  [`host: evil.com:${port}`],
  [`host: 0.0.0.0:${port}`],
  [`host: 127.0.0.1.nip.io:${port}`],
  [`host: LOCALHOST:${port}`],
  [`host: Localhost:${port}`],
  [`host: localhost.:${port}`],
  ['host: 127.0.0.1'],
  [`host: 127.0.0.1:${port + 1}`],
  [`host: 127.1:${port}`],
  [`host: 2130706433:${port}`],
  [`host: [::]:${port}`],
  [`host: [::ffff:127.0.0.1]:${port}`],
  [`host: user@127.0.0.1:${port}`],
  [`host: 127.0.0.1:${port},evil.com`],
  ['host:'],
  [],
  [`host: 127.0.0.1:${port}`, `host: 127.0.0.1:${port}`],
  [`host: 127.0.0.1:${port}`, 'host: evil.com'],
  ['host: evil.com', `Host: 127.0.0.1:${port}`],
]

test('T2: a Host that is not ours is refused on every route, the stream and health too', async () => {
  const { dashboard, signedIn, cockpit } = await listening({ pages: import.meta.dirname })
  const { port } = dashboard
  const { cookie, csrf } = await signedIn('admin')
  const paths = await routesOf(dashboard.url, cookie)
  expect(paths).toContainEqual(['GET', '/healthz'])
  expect(paths).toContainEqual(['GET', '/api/v1/stream'])
  const all = [...paths, ['GET', '/access.ts'], ['GET', '/nowhere'], ['GET', '/%zz']] as const
  for (const hosts of foreignHosts(port)) {
    for (const [method, path] of all) {
      const headers = [...hosts, `cookie: ${cookie}`, `x-csrf-token: ${csrf}`]
      const heard = await spoken(port, request({ method, path, headers }))
      expect([hosts, method, path, statusIn(heard)]).toEqual([hosts, method, path, 421])
      expect(heard.toLowerCase()).toContain('x-content-type-options: nosniff')
    }
  }
  expect(cockpit.done).toEqual([])
})

/** Of the document, which names every one of them. */
async function routesOf(url: string, cookie: string) {
  const reply = await fetch(`${url}/api/v1/openapi.json`, { headers: { cookie } })
  const { paths } = (await reply.json()) as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => [method.toUpperCase(), path.replace(/\{\w+\}/, 'SPY')] as const,
    ),
  )
}

test('T2: our own three names are answered', async () => {
  const { dashboard } = await listening()
  const { port } = dashboard
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    const line = { method: 'GET', path: '/healthz', headers: [`host: ${host}`] }
    expect([host, statusIn(await spoken(port, request(line)))]).toEqual([host, 200])
  }
})

test('T2: an address that names another host than its header is refused', async () => {
  const { dashboard } = await listening()
  const { port } = dashboard
  for (const path of ['http://evil.com/healthz', '//evil.com/healthz', `*`, 'healthz']) {
    const line = { method: 'GET', path, headers: [`host: 127.0.0.1:${port}`] }
    expect([path, statusIn(await spoken(port, request(line))) >= 400]).toEqual([path, true])
  }
})

test('T2: it listens on loopback and on no other address', async () => {
  const { dashboard } = await listening()
  const { port } = dashboard
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses)
  const line = { method: 'GET', path: '/healthz', headers: [`host: 127.0.0.1:${port}`] }
  for (const host of own.some(({ address }) => address === '::1') ? ['127.0.0.1', '::1'] : []) {
    expect([host, statusIn(await spoken(port, request(line), host))]).toEqual([host, 200])
  }
  // Another address of this host, of 127.0.0.0/8: a server on 0.0.0.0 would answer there.
  await expect(spoken(port, request(line), '127.0.0.2')).rejects.toThrow('ECONNREFUSED')
})

test('T2: a port that another program has on one of the two addresses is not taken', async () => {
  const { dashboard } = await listening()
  await expect(listening({}, dashboard.port)).rejects.toThrow(
    `port ${dashboard.port} is taken by the dashboard of the demo bot; set dashboard.port or --port`,
  )
})
