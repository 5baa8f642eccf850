import { expect, test } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { emptyContract } from '../wire/contract.ts'
import { untouchedOrder } from '../wire/defaults.ts'
import type { Request } from '../wire/requests.ts'
import { GatewayBench } from './session/session.testing.ts'
import type { TestClient } from './session/session.testing.ts'

const SPY = { ...emptyContract, symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' }

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
const LINE: Request = {
  kind: 'reqMktData',
  reqId: 2,
  contract: SPY,
  comboLegs: [],
  deltaNeutralContract: null,
  genericTicks: '233',
  snapshot: false,
  regulatorySnapshot: false,
  options: [],
}

function market(orderId: number, action: 'BUY' | 'SELL'): Request {
  const order = { ...untouchedOrder, action, orderType: 'MKT', totalQuantity: 100 }
  return { kind: 'placeOrder', orderId, contract: SPY, order }
}

/** Two minutes of two clients; everything they heard, as it came. */
async function transcript(bench: GatewayBench): Promise<string> {
  const clients: TestClient[] = [await bench.client(1), await bench.client(2, 200)]
  for (const client of clients) {
    client.send(BARS, LINE, { kind: 'reqAccountUpdates', subscribe: true, account: '' })
  }
  await bench.run(30_000)
  clients[0]?.send(market(1, 'BUY'), { kind: 'reqPositions' })
  await bench.run(30_000)
  clients[1]?.send(market(1, 'SELL'), { kind: 'reqAllOpenOrders' })
  await bench.run(60_000)
  return JSON.stringify(clients.map((client) => client.heard))
}

test('the same seed and script give the same transcript', async () => {
  const [one, two] = [await transcript(new GatewayBench()), await transcript(new GatewayBench())]
  expect(one.length).toBeGreaterThan(50_000)
  expect(two).toBe(one)
})

test('a clone goes on from the same moment, without the connections', async () => {
  const bench = new GatewayBench()
  const client = await bench.client(1)
  client.send(market(1, 'BUY'))
  await bench.run(30_000)
  const clock = new VirtualClock({ start: bench.clock.now(), settled: () => true, speed: null })
  const clone = bench.gateway.clone(clock)
  expect(clone.transports).toEqual([])
  expect(clone.counters).toEqual(bench.gateway.counters)
  expect(clone.core.positions()).toEqual(bench.gateway.core.positions())
  client.send(market(2, 'SELL'))
  await bench.run(30_000)
  await clock.runUntil((clock.now() + 30_000) as EpochMs)
  expect(bench.gateway.core.positions()).toEqual([])
  expect(clone.core.positions()).toMatchObject([{ quantity: 100 }])
})

test('a clone remembers what was counted against the limits', async () => {
  const bench = new GatewayBench({ limits: { historyTotal: 1 } })
  const small = { ...BARS, barSize: '30 secs', keepUpToDate: false } as Request
  const client = await bench.client(1)
  client.send(small)
  await bench.run(60_000)
  const gateway = bench.gateway.clone(
    new VirtualClock({ start: bench.clock.now(), settled: () => true, speed: null }),
  )
  const later = new GatewayBench()
  Object.assign(later, { gateway, clock: gateway.core.clock })
  const again = await later.client(1)
  again.take()
  again.send(small)
  await later.run(1_000)
  expect(again.errors()).toEqual([[1, 162]])
})

test('when a client goes, its streams and timers go too, and its orders stay', async () => {
  const bench = new GatewayBench()
  const client = await bench.client(1)
  const order = { ...untouchedOrder, action: 'BUY', orderType: 'LMT', totalQuantity: 1 }
  client.send(
    BARS,
    LINE,
    { kind: 'reqPnL', reqId: 3, account: 'DU1234567', modelCode: '' },
    {
      kind: 'placeOrder',
      orderId: 1,
      contract: SPY,
      order: { ...order, lmtPrice: 1, tif: 'GTC' },
    },
  )
  await bench.run(1_000)
  client.close()
  await bench.run(1_000)
  client.take()
  await bench.run(60_000)
  expect([client.take(), bench.gateway.transports]).toEqual([[], []])
  const again = await bench.client(1)
  again.take()
  again.send({ kind: 'reqOpenOrders' })
  await bench.run(1)
  expect(again.take('openOrder')).toMatchObject([
    { orderId: 1, orderState: { status: 'Submitted' } },
  ])
})

test('counters tell what was asked: order frames, history, broken limits', async () => {
  const bench = new GatewayBench()
  const client = await bench.client(1)
  client.send(BARS, market(1, 'BUY'), { kind: 'reqIds', count: 1 })
  client.send({ kind: 'reqGlobalCancel', extOperator: '', manualOrderIndicator: null })
  await bench.run(1_000)
  expect(bench.gateway.counters).toEqual({
    connections: 1,
    requests: 4,
    orderFrames: 2,
    historicalRequests: 1,
    violations: 0,
    unwritten: 0,
  })
})
