import { createServer, type AddressInfo, type Socket } from 'node:net'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SystemClock } from '../../base/clock.ts'
import { queuesIn } from './kernel-queues.ts'
import { TcpDialer } from '../transport.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FA2 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100
   1: 0100007F:C350 0100007F:0FA2 01 0000001B:000030B7 01:00000014 00000000     0        0 2 2 0 20
`

test('the row of our pair of ports is read, in hexadecimal', () => {
  // 12,471 bytes: what one cycle of the founding incident left unread.
  const ports = { localPort: 0xc350, remotePort: 4002 }
  expect(queuesIn(TABLE, ports)).toEqual({ txQueue: 27, rxQueue: 12_471 })
  expect(queuesIn(TABLE, { ...ports, localPort: 1 })).toBeNull()
  expect(queuesIn('', ports)).toBeNull()
})

test.runIf(existsSync('/proc/net/tcp'))(
  'bytes that nobody reads show in the facts of a real socket',
  async () => {
    let accepted: (socket: Socket) => void = () => undefined
    const accepting = new Promise<Socket>((resolve) => {
      accepted = resolve
    })
    const server = createServer((socket) => accepted(socket))
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const dialled = await new TcpDialer({
      host: '127.0.0.1',
      port,
      clock: new SystemClock(),
    }).connect()
    if (!dialled.ok) throw new Error(dialled.error.detail)
    const peer = await accepting
    // Nobody listens yet, so the socket is paused: Node's form of a reader that has stalled.
    await new Promise((resolve) => peer.write(Buffer.alloc(300_000), resolve))
    const facts = dialled.value.facts?.()
    expect(facts).toMatchObject({ remotePort: port, writableLength: 0, paused: true })
    expect(facts?.rxQueue).toBeGreaterThan(1_000)
    dialled.value.close()
    peer.destroy()
    server.close()
  },
)
