import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { clientPrelude } from '../wire/handshake.ts'
import { encodeRequest } from '../wire/requests.ts'
import type { Transport } from '../wire/transport.ts'
import { SimulatedGateway } from './gateway.ts'
import { at, scriptedMarket } from './market/scripted-market.testing.ts'
import { listenTcp } from './tcp.ts'

const LOOPBACK = { port: 0, host: '127.0.0.1' }

test('bytes go both ways, are counted, and a close lets what was written leave', async () => {
  const accepted: Transport[] = []
  const server = await listenTcp(LOOPBACK, (transport) => {
    accepted.push(transport)
    transport.listen({
      bytes(chunk) {
        transport.write(Buffer.concat([Buffer.from('echo '), chunk]))
        transport.close()
      },
      closed: () => undefined,
    })
  })
  const socket = connect(server.port, '127.0.0.1')
  socket.write('hello')
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  await once(socket, 'close')
  expect(Buffer.concat(heard).toString()).toBe('echo hello')
  expect(accepted[0]?.count).toEqual({ written: 10, handled: 5 })
  expect(accepted[0]?.write(Buffer.from('x'))).toBe(false)
  await server.close()
})

test('closing the listener ends every connection and frees the port', async () => {
  const ended: (string | null)[] = []
  const server = await listenTcp(LOOPBACK, (transport) =>
    transport.listen({ bytes: () => undefined, closed: (reason) => ended.push(reason) }),
  )
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('x')
  socket.on('error', () => undefined) // a reset is as good as an end
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await server.close()
  await closed
  expect(ended.length).toBe(1)
  const again = await listenTcp({ ...LOOPBACK, port: server.port }, () => undefined)
  await again.close()
})

test('a port that is taken rejects with its reason', async () => {
  const server = await listenTcp(LOOPBACK, () => undefined)
  await expect(listenTcp({ ...LOOPBACK, port: server.port }, () => undefined)).rejects.toThrow(
    'EADDRINUSE',
  )
  await server.close()
})

test('a client id lingers after an unclean end, for as long as it is told', async () => {
  const clock = new VirtualClock({ start: at('10:00'), settled: () => true, speed: null })
  const market = scriptedMarket({ quotes: {} })
  const gateway = new SimulatedGateway({ clock, seed: 1, market, clientIdLingerMs: 60_000 })
  const server = await gateway.listen(0)
  const pass = (ms: number): Promise<void> => clock.runUntil((clock.now() + ms) as EpochMs)
  const start = encodeRequest({ kind: 'startApi', clientId: 4, optionalCapabilities: '' }, 193)
  const greet = async (): Promise<string> => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(clientPrelude({ min: 176, max: 193 }))
    await once(socket, 'data')
    if (start.ok) socket.write(start.value)
    const [said] = (await once(socket, 'data')) as [Buffer]
    socket.resetAndDestroy()
    while (gateway.transports.length > 0) await pass(1)
    return said.includes('already in use') ? '326' : 'ready'
  }
  expect([await greet(), await greet()]).toEqual(['ready', '326'])
  await pass(60_000)
  expect(await greet()).toBe('ready')
  await server.close()
})
