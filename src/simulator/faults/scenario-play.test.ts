import { describe, expect, test } from 'vitest'
import type { Cancel } from '../../base/clock.ts'
import { bars, kindsOf, line, PING, ready, story } from './faults.testing.ts'
import { LocalFaults } from './local-faults.ts'
import { playScenario } from './scenario-play.ts'
import { findScenario } from './scenarios.ts'
import type { Scenario } from './scenario.ts'
import { GatewayBench, TestClient } from '../session/session.testing.ts'

function named(name: string): Scenario {
  const found = findScenario(name)
  if (found === null) throw new Error(`expected a scenario ${name}`)
  return found
}

function play(bench: GatewayBench, scenario: Scenario, local?: LocalFaults): Cancel {
  const { gateway, clock } = bench
  return playScenario({ gateway, clock, ...(local && { local }) }, scenario)
}

/** A client whose own side can break. */
async function wrapped(bench: GatewayBench, local: LocalFaults): Promise<TestClient> {
  const client = new TestClient(local.wrap(bench.gateway.memorySocket()), 193)
  await bench.greet(client, 1)
  client.take()
  return client
}

describe('the client does not read', () => {
  test('S0: everything is answered, and stays in the kernel, 4 kB a request', async () => {
    const bench = new GatewayBench()
    const local = new LocalFaults()
    const client = await wrapped(bench, local)
    const stop = play(bench, named('S0'), local)
    await bench.run(120_000)
    for (let reqId = 1; reqId <= 3; reqId++) client.send(bars(reqId, { duration: '3600 S' }))
    await bench.run(60_000)
    expect(bench.gateway.counters.historicalRequests).toBe(3)
    expect(client.take()).toEqual([])
    const unread = client.facts?.rxQueue ?? 0
    expect(unread).toBeGreaterThan(3 * 2_000)
    expect(client.facts).toMatchObject({ paused: true, txQueue: 0, writableLength: 0 })
    stop()
    await bench.run(1)
    expect(kindsOf(client)).toEqual(['historicalData'])
    expect(client.facts).toMatchObject({ paused: false, rxQueue: 0 })
  })

  test('S0-detached: the bytes are read and nobody gets them', async () => {
    const bench = new GatewayBench()
    const local = new LocalFaults()
    const client = await wrapped(bench, local)
    play(bench, named('S0-detached'), local)
    await bench.run(120_000)
    const before = client.facts?.bytesRead ?? 0
    client.send(bars(1), PING)
    await bench.run(10_000)
    expect(client.take()).toEqual([])
    expect(client.facts).toMatchObject({ rxQueue: 0, paused: false })
    expect(client.facts?.bytesRead).toBeGreaterThan(before + 1_000)
    local.recycle()
    client.send(PING)
    await bench.run(1)
    expect(story(client)).toEqual(['currentTime'])
  })

  test('S0w: one frame leaves, the others stay in the process', async () => {
    const bench = new GatewayBench()
    const local = new LocalFaults()
    const client = await wrapped(bench, local)
    const stop = play(bench, named('S0w'), local)
    await bench.run(120_000)
    client.send(PING, bars(1), bars(2))
    await bench.run(60_000)
    expect(story(client)).toEqual(['currentTime'])
    expect(bench.gateway.counters.historicalRequests).toBe(0)
    expect(client.facts?.writableLength).toBeGreaterThan(100)
    stop()
    await bench.run(1_000)
    expect(story(client)).toEqual(['historicalData', 'historicalData'])
  })

  test('what holds bytes itself counts them as handled, so lock-step time goes on', async () => {
    const bench = new GatewayBench()
    const local = new LocalFaults({ holdsItself: true })
    const socket = bench.gateway.memorySocket()
    const client = new TestClient(local.wrap(socket), 193)
    await bench.greet(client, 1)
    const heal = local.stallReader()
    client.send(bars(1))
    await bench.run(1_000)
    const [server] = bench.gateway.transports
    expect(socket.count.handled).toBe(server?.count.written)
    expect(client.facts?.rxQueue).toBeGreaterThan(1_000)
    expect(socket.facts().rxQueue).toBe(0)
    heal()
    expect(kindsOf(client)).toContain('historicalData')
  })

  test('a blocked event loop stands for as long as it is told', () => {
    const since = performance.now()
    new LocalFaults().blockEventLoop(30)
    expect(performance.now() - since).toBeGreaterThan(25)
  })
})

test('founding-incident: three symbols are answered, then nothing is heard', async () => {
  const bench = new GatewayBench()
  const local = new LocalFaults()
  const client = await wrapped(bench, local)
  play(bench, named('founding-incident'), local)
  await bench.run(600_000)
  client.send(bars(1), bars(2), bars(3))
  await bench.run(5_200)
  expect(story(client)).toEqual(['historicalData', 'historicalData', 'historicalData'])
  client.send(bars(4), PING)
  await bench.run(60_000)
  expect([client.take(), client.closed]).toEqual([[], false])
  expect(bench.gateway.counters.historicalRequests).toBe(4)
})

test('founding-incident: from the side of the Gateway it looks the same', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  play(bench, named('founding-incident'))
  client.send(bars(1), bars(2), bars(3))
  await bench.run(5_200)
  client.take()
  client.send(bars(4), PING)
  await bench.run(60_000)
  expect([client.take(), client.closed, client.facts?.txQueue]).toEqual([[], false, 0])
})

describe('another client of the login', () => {
  test('S1: it spends the budget of small bars; then ours, of any size, get 162', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    play(bench, named('S1'))
    await bench.run(119_000)
    client.send(bars(1))
    await bench.run(2_000)
    expect(story(client)).toEqual(['historicalData'])
    client.send(bars(2))
    await bench.run(1_000)
    expect(client.heard).toMatchObject([{ id: 2, code: 162, text: /pacing violation/ }])
    await bench.run(540_000)
    client.take()
    client.send(bars(3))
    await bench.run(1_000)
    expect(story(client)).toContain('historicalData')
  })

  test('S1-soft: the answers are only late', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    play(bench, named('S1-soft'))
    await bench.run(130_000)
    client.send(bars(1))
    await bench.run(20_000)
    expect(story(client)).toEqual([])
    await bench.run(200)
    expect(story(client)).toEqual(['historicalData'])
  })

  test('S3: all lines are held by snapshots that never end: 101, and history is fine', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1))
    play(bench, named('S3'))
    await bench.run(130_000)
    client.take()
    client.send(line(2), bars(3))
    await bench.run(1_000)
    expect(story(client)).toEqual(expect.arrayContaining(['error 2 101', 'historicalData']))
    client.send({ kind: 'cancelMktData', reqId: 1 })
    await bench.run(2_000)
    client.send(line(4))
    await bench.run(1)
    expect(story(client)).toContain('error 4 101') // the freed line was taken at once
    await bench.run(120_000)
    client.send(line(5))
    await bench.run(1_000)
    expect(kindsOf(client)).toContain('tickPrice')
  })
})

test('S4: answers come under another number', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  play(bench, named('S4'))
  await bench.run(121_000)
  client.send(bars(1))
  await bench.run(1_000)
  expect(client.take('historicalData')).toMatchObject([{ reqId: 1_000_001 }])
})

test('S5: at once, that there is no data', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  play(bench, named('S5'))
  await bench.run(121_000)
  client.send(bars(1))
  await bench.run(1)
  expect(client.heard).toMatchObject([{ id: 1, code: 162, text: /returned no data/ }])
})
