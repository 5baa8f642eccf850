import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { SystemClock } from '../base/clock.ts'
import type { Transport } from '../wire/transport.ts'
import { TcpDialer } from './transport.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(accept: (socket: Socket) => void): Promise<number> {
  const server = createServer(accept)
  servers.push(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function dialled(port: number): Promise<{ dialer: TcpDialer; transport: Transport }> {
  const dialer = new TcpDialer({ host: '127.0.0.1', port, clock: new SystemClock() })
  const result = await dialer.connect()
  if (!result.ok) throw new Error(result.error.detail)
  return { dialer, transport: result.value }
}

test('bytes go both ways, are counted, and the end is told once', async () => {
  const port = await listening((socket) => {
    socket.on('data', (chunk) => socket.end(chunk))
    socket.on('error', () => undefined)
  })
  const { dialer, transport } = await dialled(port)
  expect([dialer.pending, dialer.transports.size]).toEqual([0, 1])
  const heard: string[] = []
  const closed = new Promise<string | null>((resolve) => {
    transport.listen({
      bytes: (chunk) => heard.push(Buffer.from(chunk).toString()),
      closed: resolve,
    })
  })
  expect(transport.write(Buffer.from('hello'))).toBe(true)
  expect(await closed).toBeNull()
  expect(heard.join('')).toBe('hello')
  expect(transport.count).toEqual({ written: 5, handled: 5 })
  expect(transport.write(Buffer.from('more'))).toBe(false)
  expect(dialer.transports.size).toBe(0)
})

test('what was written leaves although it is closed at once (H4)', async () => {
  const received: number[] = []
  let done: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    done = resolve
  })
  const port = await listening((socket) => {
    socket.on('data', (chunk) => received.push(chunk.length))
    socket.on('close', () => done())
    socket.on('error', () => undefined)
  })
  const { transport } = await dialled(port)
  for (let i = 0; i < 20; i++) transport.write(Buffer.alloc(50))
  transport.close()
  await ended
  expect(received.reduce((sum, each) => sum + each, 0)).toBe(1_000)
})

test('a port where nobody listens is a fault that names it', async () => {
  const port = await listening(() => undefined)
  await new Promise((resolve) => servers.pop()?.close(resolve))
  const dialer = new TcpDialer({ host: '127.0.0.1', port, clock: new SystemClock() })
  const result = await dialer.connect()
  expect(result).toMatchObject({ ok: false, error: { code: 'not-connected' } })
  expect(JSON.stringify(result)).toContain(String(port))
  expect(dialer.pending).toBe(0)
})

test('what comes while it is paused stays in the kernel, and is read afterwards', async () => {
  let accept: (socket: Socket) => void = () => undefined
  const accepted = new Promise<Socket>((resolve) => {
    accept = resolve
  })
  const port = await listening((socket) => accept(socket))
  const { transport } = await dialled(port)
  const heard: string[] = []
  const more = new Promise<void>((resolve) =>
    transport.listen({
      bytes: (chunk) => {
        heard.push(Buffer.from(chunk).toString())
        resolve()
      },
      closed: () => undefined,
    }),
  )
  const resume = transport.pause?.()
  const peer = await accepted
  await new Promise((resolve) => peer.write('news', resolve))
  await dialled(port) // a round trip later it would have been read
  expect(heard).toEqual([])
  resume?.()
  await more
  expect(heard).toEqual(['news'])
})
