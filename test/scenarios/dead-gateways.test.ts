import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { SystemClock } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { verdictText } from '../../src/domain/incident.ts'
import type { Incident } from '../../src/domain/incident.ts'
import { openIbkr } from '../../src/ibkr/open.ts'
import { systemProbes } from '../../src/ibkr/diagnosis/probes.ts'
import { TcpDialer } from '../../src/ibkr/transport.ts'
import { MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { Cli, endAll } from './cli-process.ts'

/** Real sockets and processes that die in four ways: each is noticed, named and got over. */

/** P10: two heartbeats of 5 s each, and the 5 s between them. */
const NOTICED_MS_MAX = 15_000
/** P11, with connections that were accepted and then failed. */
const READY_MS_MAX = 30_000
const LOOK_MS = 50

const START = atNewYork('2026-03-10' as CalendarDate, '10:00')
const closes: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const close of closes) await close()
  await endAll()
})

/** The session layer of a bot in real time. */
async function session(port: number) {
  const clock = new SystemClock(START)
  const dialer = new TcpDialer({ host: '127.0.0.1', port, clock })
  const probes = systemProbes(clock)
  const told: { phase: string; incident: Incident; isPage: boolean }[] = []
  const ibkr = openIbkr({
    look: null,
    clock,
    prng: new Prng(1),
    connect: () => dialer.connect(),
    probes,
    mode: 'simulation',
    declared: null,
    account: 'DU1234567',
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
    notice: () => undefined,
  })
  closes.push(
    () => ibkr.close(),
    () => probes.close(),
  )
  ibkr.onInput((input) => {
    if (input.kind !== 'incident-observed') return
    const { phase, incident, notice } = input
    told.push({ phase, incident, isPage: notice?.level === 'critical' })
  })
  expect((await ibkr.ready(20_000)).ok).toBe(true)
  // Two processes that were started apart have clocks that differ.
  const isReady = (): boolean => ibkr.gates().every(({ gate }) => gate === 'skew')
  await until(isReady, READY_MS_MAX)
  return {
    told,
    isReady,
    verdict: () => verdictText(told.at(-1)?.incident.verdict ?? NONE),
    steps: () => told.at(-1)?.incident.tried.map(({ step }) => step) ?? [],
    isOpen: () => told.some(({ phase }) => phase === 'opened'),
  }
}

const NONE = {
  name: 'UNDETERMINED',
  scope: null,
  excluded: [],
  candidates: [],
  missing: [],
} as const

/** How long it took, milliseconds. */
async function until(holds: () => boolean, msMax: number): Promise<number> {
  const since = performance.now()
  while (!holds()) {
    const ms = performance.now() - since
    if (ms > msMax) throw new Error(`expected it within ${msMax} ms`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return performance.now() - since
}

async function simulated(): Promise<{ readonly gateway: SimulatedGateway; readonly port: number }> {
  const gateway = new SimulatedGateway({ clock: new SystemClock(START), seed: 1 })
  const listener = await gateway.listen(0)
  closes.push(() => listener.close())
  return { gateway, port: listener.port }
}

/** Between a bot and its Gateway; what it is told to do, it does to all that is open. */
class Middleman {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #isHeld = false
  #mayCut = false

  constructor(upstream: number) {
    this.#server = createServer((client) => this.#accept(client, upstream))
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  /** The kernel acknowledges and nobody is there. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    for (const pair of this.#pairs) for (const socket of pair) this.#apply(socket)
  }

  /** The next frame to the bot passes in part, then RST: on every connection that is open. */
  cut(): void {
    this.#mayCut = true
  }

  close(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
    this.#server.close()
  }

  #accept(client: Socket, port: number): void {
    const gateway = connect(port, '127.0.0.1')
    const pair = [client, gateway] as const
    this.#pairs.add(pair)
    client.on('data', (chunk) => gateway.write(chunk))
    gateway.on('data', (chunk) => {
      if (this.#mayCut) this.#sever(pair, chunk)
      else client.write(chunk)
    })
    for (const socket of pair) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#pairs.delete(pair)
        for (const each of pair) each.destroy()
      })
      this.#apply(socket)
    }
  }

  #sever([client, gateway]: readonly [Socket, Socket], frame: Uint8Array): void {
    client.write(frame.subarray(0, Math.ceil(frame.length / 2)), () => {
      this.#mayCut = false
      client.resetAndDestroy()
      gateway.resetAndDestroy()
    })
  }

  #apply(socket: Socket): void {
    if (this.#isHeld) socket.pause()
    else socket.resume()
  }
}

async function through(port: number) {
  const middleman = new Middleman(port)
  closes.push(() => middleman.close())
  return { middleman, rig: await session(await middleman.listen()) }
}

describe.concurrent('a Gateway that is dead, over real TCP', () => {
  test('half-open: acknowledged and never answered', async () => {
    const { middleman, rig } = await through((await simulated()).port)
    middleman.hold(true)
    expect(await until(rig.isOpen, NOTICED_MS_MAX)).toBeLessThanOrEqual(NOTICED_MS_MAX)
    await until(() => rig.verdict() === 'GATEWAY_HUNG', READY_MS_MAX)
    expect([rig.steps(), rig.isReady()]).toEqual([expect.arrayContaining(['canary']), false])
    middleman.hold(false)
    await until(rig.isReady, READY_MS_MAX)
  })

  test('a process that was stopped, and goes on', async () => {
    const simulator = new Cli(['simulate', '--port', '0', '--symbols', 'SPY'])
    await simulator.says('Ctrl-C stops it')
    const rig = await session(Number(/127\.0\.0\.1:(\d+)/.exec(simulator.stdout)?.[1]))
    void simulator.end('SIGSTOP')
    await until(rig.isOpen, NOTICED_MS_MAX)
    await until(() => rig.verdict() === 'GATEWAY_HUNG', READY_MS_MAX)
    expect(rig.steps()).toContain('canary')
    void simulator.end('SIGCONT')
    await until(rig.isReady, READY_MS_MAX)
  })

  test('reset in the middle of a frame', async () => {
    const { middleman, rig } = await through((await simulated()).port)
    middleman.cut()
    await until(() => rig.verdict() === 'GATEWAY_DOWN', NOTICED_MS_MAX)
    await until(rig.isReady, READY_MS_MAX)
  })

  test.each([-4, 0, 2_147_483_647])('a length of %i: a person is told at once', async (length) => {
    const { gateway, port } = await simulated()
    const rig = await session(port)
    const heal = gateway.inject({ name: 'corrupt-length', length, times: null })
    await until(rig.isOpen, NOTICED_MS_MAX)
    await until(() => rig.verdict() === 'PROTOCOL_ERROR', NOTICED_MS_MAX)
    await until(() => rig.told.some(({ isPage }) => isPage), NOTICED_MS_MAX)
    expect(rig.isReady()).toBe(false)
    heal()
    await until(rig.isReady, READY_MS_MAX)
  })
})
