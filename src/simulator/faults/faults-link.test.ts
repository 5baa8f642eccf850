import { describe, expect, test } from 'vitest'
import { bars, buy, kindsOf, line, PING, ready, story } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

describe.each(['reset-mid-frame', 'close-mid-frame'] as const)('%s', (name) => {
  const reason = name === 'reset-mid-frame' ? 'read ECONNRESET' : null

  test('a part of the next reply arrives, then the end', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject(name, { keepBytes: 7 })
    await bench.run(1_000)
    expect(client.closed).toBe(false)
    client.chunks.length = 0
    client.send(PING)
    await bench.run(5)
    expect([client.chunks, client.take(), client.closed, client.closedBecause]).toEqual([
      [7],
      [],
      true,
      reason,
    ])
  })

  test('a part of the next request arrives, then the end: it is not executed', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject(name, { direction: 'requests' })
    client.send(buy(1))
    await bench.run(5_000)
    expect([client.take(), client.closed, client.closedBecause]).toEqual([[], true, reason])
    expect([bench.gateway.counters.orderFrames, bench.gateway.core.openOrders()]).toEqual([0, []])
  })

  test.each(['replies', 'requests'])('its client id is free again, %s cut', async (direction) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject(name, { direction })
    client.send(PING)
    await bench.run(1_000)
    const again = await ready(bench)
    again.send(PING)
    await bench.run(5)
    expect(kindsOf(again)).toEqual(['currentTime'])
  })

  test('new connections work, and as many as are told are cut as well', async () => {
    const bench = new GatewayBench()
    bench.inject(name, { connections: 'all', times: 1 })
    const [first, second] = [await bench.dial(1), await bench.dial(2)]
    await bench.run(5)
    expect([first.closed, second.closed]).toEqual([true, false])
  })
})

test('half-open: all is acknowledged, nothing is answered; when it heals all of it is', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('half-open')
  client.send(PING, bars(1), buy(1))
  const late = await bench.dial(2)
  await bench.run(60_000)
  expect([client.take(), late.hello, client.closed]).toEqual([[], null, false])
  expect(client.facts).toMatchObject({ rxQueue: 0, txQueue: 0, writableLength: 0 })
  expect(bench.gateway.counters.orderFrames).toBe(0)
  heal()
  heal()
  await bench.run(5_000)
  expect(kindsOf(client)).toEqual(
    expect.arrayContaining(['currentTime', 'historicalData', 'execDetails']),
  )
  expect(kindsOf(late)).toContain('nextValidId')
})

test('blackhole: nothing is acknowledged, and what is sent fills the buffers', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('blackhole')
  client.send(PING)
  await bench.run(1)
  expect(client.facts).toMatchObject({ txQueue: 9, rxQueue: 0, writableLength: 0 })
  for (let i = 0; i < 10_000; i++) client.send(PING)
  await bench.run(1)
  expect(client.facts?.txQueue).toBe(87_040)
  expect(client.facts?.writableLength).toBe(10_001 * 9 - 87_040)
  expect(client.take()).toEqual([])
  heal()
  await bench.run(1)
  expect(client.take('currentTime').length).toBeGreaterThan(0)
  expect(client.facts).toMatchObject({ txQueue: 0, writableLength: 0 })
})

test('blackhole: a client that leaves meanwhile is still there for the Gateway', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('blackhole', { connections: 'open' })
  client.send(buy(1))
  client.close()
  await bench.run(10_000)
  expect(story(await bench.dial(1))).toEqual(['error -1 326'])
  expect(bench.gateway.counters.orderFrames).toBe(0)
  heal()
  await bench.run(5_000)
  // What had left the client arrives, and with it an order nobody waits for any more.
  expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 100 }])
  expect(story(await bench.dial(1))).toContain('nextValidId')
})

test('lose-replies: requests are executed, replies and pushes are lost for good', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('lose-replies')
  client.send(PING, buy(1))
  const late = await bench.dial(2)
  await bench.run(30_000)
  expect([client.take(), late.hello]).toEqual([[], null])
  expect(bench.gateway.core.positions()).toMatchObject([{ quantity: 100 }])
  heal()
  await bench.run(1_000)
  expect(client.take()).toEqual([])
  client.send(PING)
  await bench.run(1)
  expect(story(client)).toEqual(['currentTime'])
})

test('lose-requests: pushes arrive, what is sent is not acknowledged', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(line(1))
  await bench.run(10_000)
  client.take()
  const heal = bench.inject('lose-requests')
  client.send(PING)
  await bench.run(10_000)
  const heard = kindsOf(client)
  expect(heard).toContain('tickPrice')
  expect(heard).not.toContain('currentTime')
  expect(client.facts?.txQueue).toBe(9)
  heal()
  await bench.run(1)
  expect(kindsOf(client)).toContain('currentTime')
})

test('slow-link: latency for each way, a kilobyte a second, in order', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('slow-link', { latencyMs: [500, 500], bytesPerSecond: 1_000 })
  client.send(PING)
  await bench.run(999)
  expect(client.take()).toEqual([])
  await bench.run(30)
  expect(story(client)).toEqual(['currentTime'])
  client.send(PING)
  await bench.run(400)
  expect(client.facts?.txQueue).toBeGreaterThan(0) // what is under way is not acknowledged yet
  await bench.run(200)
  expect(client.facts?.txQueue).toBe(0)
  await bench.run(600)
  client.take()
  client.chunks.length = 0
  client.send(bars(1))
  await bench.run(1_500)
  expect(Math.max(...client.chunks)).toBeLessThanOrEqual(250)
  await bench.run(500)
  const soFar = client.chunks.reduce((sum, length) => sum + length, 0)
  expect(soFar).toBeLessThanOrEqual(1_250)
  heal()
  await bench.run(10)
  expect(kindsOf(client)).toEqual(['historicalData'])
})

test('segments: one byte at a time both ways, or gathered; every frame survives', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('segments')
  client.chunks.length = 0
  client.send(PING, bars(1), line(2))
  await bench.run(10_000)
  expect(Math.max(...client.chunks)).toBe(1)
  expect(kindsOf(client)).toEqual(
    expect.arrayContaining(['currentTime', 'historicalData', 'tickPrice']),
  )
  heal()
  bench.inject('segments', { segmentBytes: null, gatherMs: 4_000, direction: 'replies' })
  client.chunks.length = 0
  await bench.run(12_000)
  expect(client.chunks.length).toBeLessThanOrEqual(3)
  expect(kindsOf(client)).toContain('tickPrice')
})

test('faults are for the clients they name', async () => {
  const bench = new GatewayBench()
  const [one, two] = [await ready(bench, 1), await ready(bench, 2)]
  bench.inject('half-open', { clientIds: [1] })
  one.send(PING)
  two.send(PING)
  const three = await bench.dial(3)
  await bench.run(1_000)
  expect([story(one), story(two)]).toEqual([[], ['currentTime']])
  expect(three.hello).not.toBeNull()
})
