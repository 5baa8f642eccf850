import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { VirtualClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { TcpDialer } from '../../src/ibkr/transport.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { emptyContract } from '../../src/wire/contract.ts'
import { clientPrelude } from '../../src/wire/handshake.ts'
import { encodeRequest } from '../../src/wire/requests.ts'
import type { Request } from '../../src/wire/requests.ts'
import type { Transport } from '../../src/wire/transport.ts'

const TODAY = '2026-03-10' as CalendarDate
const START = atNewYork(TODAY, '10:00')
const MARKET = generatedMarket({ seed: 3, start: TODAY, symbols: ['SPY' as Ticker] })
const SPY = { ...emptyContract, symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' }

const LINE: Request = {
  kind: 'reqMktData',
  reqId: 2,
  contract: SPY,
  comboLegs: [],
  deltaNeutralContract: null,
  genericTicks: '',
  snapshot: false,
  regulatorySnapshot: false,
  options: [],
}
const BARS: Request = {
  kind: 'reqHistoricalData',
  reqId: 1,
  contract: SPY,
  endDateTime: '',
  barSize: '1 min',
  duration: '1800 S',
  useRTH: true,
  whatToShow: 'TRADES',
  formatDate: 2,
  comboLegs: [],
  keepUpToDate: true,
  options: [],
}

/** Five minutes over loopback TCP; the hash of every byte the client heard, with its moment. */
async function session(speed: number | null): Promise<{ hash: string; bytes: number }> {
  const ends: { gateway: SimulatedGateway | null; dialer: TcpDialer | null } = {
    gateway: null,
    dialer: null,
  }
  const settled = (): boolean => {
    const clients = [...(ends.dialer?.transports ?? [])]
    const servers = ends.gateway?.transports ?? []
    const sum = (of: readonly Transport[], what: 'written' | 'handled'): number =>
      of.reduce((total, { count }) => total + count[what], 0)
    return (
      (ends.dialer?.pending ?? 0) === 0 &&
      clients.length === servers.length &&
      sum(clients, 'written') === sum(servers, 'handled') &&
      sum(servers, 'written') === sum(clients, 'handled')
    )
  }
  const clock = new VirtualClock({ start: START, settled, speed })
  const gateway = new SimulatedGateway({ clock, seed: 3, market: MARKET })
  const server = await gateway.listen(0)
  const dialer = new TcpDialer({ host: '127.0.0.1', port: server.port, clock })
  Object.assign(ends, { gateway, dialer })

  const connected = await dialer.connect()
  assert(connected.ok, 'a Gateway that listens can be connected to')
  const transport = connected.value
  const hash = createHash('sha256')
  let bytes = 0
  let lastHeard: number = START
  transport.listen({
    bytes: (chunk) => {
      bytes += chunk.length
      if (clock.now() !== lastHeard) hash.update(`@${clock.now()} `) // once, however TCP cut it
      lastHeard = clock.now()
      hash.update(chunk)
    },
    closed: () => undefined,
  })
  const say = (request: Request): void => {
    const frame = encodeRequest(request, 193)
    if (frame.ok) transport.write(frame.value)
  }
  transport.write(clientPrelude({ min: 176, max: 193 }))
  const later = (ms: number, run: () => void): void => void clock.after(ms, run)
  later(10, () => say({ kind: 'startApi', clientId: 1, optionalCapabilities: '' }))
  later(20, () => {
    for (const request of [LINE, BARS]) say(request)
  })
  for (let second = 1; second < 300; second++) {
    later(second * 1_000, () => say({ kind: 'reqCurrentTime' }))
  }
  await clock.runUntil((START + 300_000) as EpochMs)
  transport.close()
  await server.close()
  return { hash: hash.digest('hex'), bytes }
}

test('over real TCP a lock-step clock makes a session repeat, at any speed', async () => {
  const [one, two] = [await session(null), await session(null)]
  expect(one.bytes).toBeGreaterThan(20_000)
  expect(two).toEqual(one)
  expect(await session(1_000)).toEqual(one)
})
