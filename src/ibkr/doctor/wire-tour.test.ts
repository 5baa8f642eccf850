import { expect, test } from 'vitest'
import { SystemClock } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker, UnderlyingKey } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import { SimulatedGateway } from '../../simulator/gateway.ts'
import { frame, FrameReader } from '../../wire/frame.ts'
import type { Transport } from '../../wire/transport.ts'
import { TcpDialer } from '../transport.ts'
import { visit, visitShared } from './visit.ts'
import { WireTally } from './wire-tally.ts'
import { wireTour } from './wire-tour.ts'

const SPY: UnderlyingKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}

/** A Gateway newer than our layouts: every message of this id has one field more. */
function newer(transport: Transport, id: number): Transport {
  const reader = new FrameReader()
  return {
    get count() {
      return transport.count
    },
    write: (bytes) => transport.write(bytes),
    close: () => transport.close(),
    listen: (listener) =>
      transport.listen({
        closed: (reason) => listener.closed(reason),
        bytes(chunk) {
          const read = reader.push(chunk)
          for (const payload of read.ok ? read.value : []) {
            const more = Buffer.from(payload).toString('latin1').startsWith(`${id}\0`)
            const end = Buffer.from(more ? 'new\0' : '')
            listener.bytes(frame(Buffer.concat([payload, end])))
          }
        },
      }),
  }
}

test('the drift of a Gateway is found over TCP, and the tour is answered all the same', async () => {
  const clock = new SystemClock(atNewYork('2026-03-10' as CalendarDate, '10:00'))
  const gateway = new SimulatedGateway({ clock, seed: 1 })
  const listener = await gateway.listen(0)
  const dialer = new TcpDialer({ host: '127.0.0.1', port: listener.port, clock })
  const tally = new WireTally()
  const CONTRACT_DETAILS = 10
  const visited = await visit({
    clock,
    connect: async () => {
      const dialled = await dialer.connect()
      return dialled.ok ? ok(newer(dialled.value, CONTRACT_DETAILS)) : dialled
    },
    clientId: 34,
    tap: tally,
    shared: visitShared(clock),
  })
  if (visited.kind === 'failed') throw new Error(visited.detail)
  const { signal } = new AbortController()
  const silent = await wireTour(visited.visit, { clock, symbols: [SPY], account: null, signal })
  visited.visit.close()
  await listener.close()
  expect(silent).toEqual([])
  expect([...tally.drifts.values()]).toMatchObject([
    { side: 'response', kind: 'surplus', message: 'contractDetails', id: 10 },
  ])
  expect(JSON.stringify([...tally.drifts.values()])).not.toContain('DU1234567')
  const drifted = [...tally.messages.values()].filter((each) => each.surplus + each.missing > 0)
  expect(drifted.map(({ id, frames, surplus }) => [id, frames === surplus])).toEqual([[10, true]])
  expect(gateway.counters).toMatchObject({ orderFrames: 0, violations: 0 })
})
