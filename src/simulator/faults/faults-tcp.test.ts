import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { SystemClock } from '../../base/clock.ts'
import { clientPrelude } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { PING } from './faults.testing.ts'
import type { FaultName } from './faults.ts'
import { SimulatedGateway } from '../gateway.ts'
import { at, scriptedMarket } from '../market/scripted-market.testing.ts'
import type { TcpListener } from '../tcp.ts'

/** Real sockets in real time: a Gateway on a free port, and clients that understand nothing. */
class Wire {
  readonly gateway = new SimulatedGateway({
    clock: new SystemClock(at('10:00')),
    seed: 1,
    market: scriptedMarket({ quotes: {} }),
  })
  readonly sockets: Socket[] = []
  listener: TcpListener | null = null

  async open(): Promise<this> {
    this.listener = await this.gateway.listen(0)
    return this
  }

  inject(name: FaultName, parameters: Readonly<Record<string, unknown>> = {}) {
    return this.gateway.inject({ name, ...parameters })
  }

  /** Connected, its prelude sent; errors end up in `failed`. */
  async dial(): Promise<Client> {
    const socket = connect(this.listener?.port ?? 0, '127.0.0.1')
    this.sockets.push(socket)
    const client = new Client(socket)
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined)
    client.write(clientPrelude({ min: 193, max: 193 }))
    return client
  }

  /** Past the handshake. */
  async ready(clientId = 1): Promise<Client> {
    const client = await this.dial()
    await client.hears(1)
    client.send({ kind: 'startApi', clientId, optionalCapabilities: '' })
    await client.hears(100)
    return client
  }

  /** Lets whatever is under way on loopback arrive: a connection to another Gateway comes and goes. */
  async settle(): Promise<void> {
    const other = await new Wire().open()
    const client = await other.ready()
    client.socket.end()
    await client.ended
    await other.close()
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await this.listener?.close()
  }
}

class Client {
  readonly socket: Socket
  bytes = Buffer.alloc(0)
  chunks = 0
  failed: string | null = null
  readonly ended: Promise<unknown>

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    this.ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.failed = error.code ?? error.message
    })
    socket.on('data', (chunk) => {
      this.chunks++
      this.bytes = Buffer.concat([this.bytes, chunk])
      socket.emit('more')
    })
  }

  write(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  send(...requests: readonly Request[]): void {
    for (const request of requests) {
      const frame = encodeRequest(request, 193)
      if (frame.ok) this.write(frame.value)
    }
  }

  /** Waits until so many bytes have come since the last time, and forgets them. */
  async hears(count: number): Promise<Buffer> {
    while (this.bytes.length < count) await once(this.socket, 'more')
    const heard = this.bytes
    this.bytes = Buffer.alloc(0)
    return heard
  }
}

let wire = new Wire()
afterEach(() => wire.close())
const opened = async (): Promise<Wire> => {
  wire = new Wire()
  return wire.open()
}

test.each([
  ['reset-mid-frame', 'ECONNRESET'],
  ['close-mid-frame', null],
] as const)('%s: part of the frame, then the end', async (name, failed) => {
  await opened()
  const client = await wire.ready()
  wire.inject(name, { keepBytes: 6 })
  client.send(PING)
  await client.ended
  expect([client.bytes.length, client.failed]).toEqual([6, failed])
})

test('reset-mid-frame of a request: the client is reset, nothing was executed', async () => {
  await opened()
  const client = await wire.ready()
  wire.inject('reset-mid-frame', { direction: 'requests' })
  const before = wire.gateway.counters.requests
  client.send(PING)
  await client.ended
  expect([client.failed, wire.gateway.counters.requests]).toEqual(['ECONNRESET', before])
})

test('half-open: connected, acknowledged and mute; healed, the answer comes', async () => {
  await opened()
  const client = await wire.ready()
  const heal = wire.inject('half-open')
  client.send(PING)
  const late = await wire.dial()
  await wire.settle()
  expect([client.bytes.length, late.bytes.length]).toEqual([0, 0])
  heal()
  await Promise.all([client.hears(10), late.hears(10)])
})

test('blackhole: what the client writes stays in its process once the kernel is full', async () => {
  await opened()
  const client = await wire.ready()
  const heal = wire.inject('blackhole')
  const flood = Buffer.alloc(24 * 1024 * 1024)
  flood.writeUInt32BE(0xffffff)
  client.write(flood)
  await wire.settle()
  expect(client.socket.writableLength).toBeGreaterThan(1024 * 1024)
  expect([client.bytes.length, client.socket.destroyed]).toEqual([0, false])
  heal()
  await client.ended // what arrives now is no protocol
})

test('refuse: the port is closed and open again at the same number', async () => {
  await opened()
  const client = await wire.ready()
  const heal = wire.inject('refuse')
  await client.ended
  const refused = await wire.dial()
  await refused.ended
  expect(refused.failed).toBe('ECONNREFUSED')
  heal()
  expect((await wire.dial()).failed).toBeNull()
  await wire.ready(2)
})

test('accept-then-close and garbage', async () => {
  await opened()
  const closing = wire.inject('accept-then-close')
  const closed = await wire.dial()
  await closed.ended
  expect(closed.bytes.length).toBe(0)
  closing()
  wire.inject('garbage')
  const client = await wire.dial()
  expect((await client.hears(75)).subarray(0, 3)).toEqual(Buffer.from([0x16, 3, 3]))
})

test('lose-replies and zombie: nothing comes, requests do or do not arrive', async () => {
  await opened()
  const client = await wire.ready()
  const lost = wire.inject('lose-replies')
  const before = wire.gateway.counters.requests
  client.send(PING)
  await wire.settle()
  expect([client.bytes.length, wire.gateway.counters.requests]).toEqual([0, before + 1])
  lost()
  const zombie = wire.inject('zombie')
  client.send(PING)
  await wire.settle()
  expect(client.bytes.length).toBe(0)
  zombie()
  client.send(PING)
  expect((await client.hears(10)).length).toBe(20)
})

test('segments and slow-link: the same bytes, in pieces and later', async () => {
  await opened()
  wire.inject('segments')
  const client = await wire.ready()
  client.chunks = 0
  wire.inject('slow-link', { latencyMs: [20, 30], bytesPerSecond: 200 })
  client.send(PING)
  const answer = await client.hears(20)
  expect([answer.length, answer.readUInt32BE(0)]).toEqual([20, 16])
})
