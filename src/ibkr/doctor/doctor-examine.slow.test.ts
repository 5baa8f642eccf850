import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { SystemClock } from '../../base/clock.ts'
import type { EpochMs } from '../../base/clock.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker, UnderlyingKey } from '../../domain/contract.ts'
import { money } from '../../domain/money.ts'
import type { Currency } from '../../domain/money.ts'
import type { OrderIdStore } from '../../engine/ports.ts'
import { SimulatedGateway } from '../../simulator/gateway.ts'
import type { GatewayOptions } from '../../simulator/gateway.ts'
import type { RunningBot } from './doctor-client-ids.ts'
import { examine } from './doctor-examine.ts'
import type { Wanted } from './doctor-facts.ts'
import { gatewayFindings } from './doctor-findings.ts'
import { contactFindings } from './doctor-rows.ts'
import type { DoctorRow, Finding } from './doctor-rows.ts'
import { memoryOrderIds } from '../peer.testing.ts'
import { TcpDialer } from '../transport.ts'
import { visit, visitShared } from './visit.ts'

/** Over real TCP, as a user has it: what is planted in the Gateway is what the doctor says. */

const START = atNewYork('2026-03-10' as CalendarDate, '10:00')

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function gateway(options: Partial<GatewayOptions> = {}): Promise<{
  readonly port: number
  readonly gateway: SimulatedGateway
  readonly clock: SystemClock
}> {
  const clock = new SystemClock(START)
  const served = new SimulatedGateway({ clock, seed: 1, ...options })
  const listener = await served.listen(0)
  closing.push(() => listener.close())
  return { port: listener.port, gateway: served, clock }
}

function stock(symbol: string): UnderlyingKey {
  return {
    kind: 'stock',
    symbol: symbol as Ticker,
    exchange: 'SMART',
    currency: 'USD' as Currency,
  }
}

const paper: Omit<Wanted, 'address'> = {
  mode: 'paper',
  account: 'DU1234567',
  declared: 'paper',
  clientIdBase: 30,
  symbols: [stock('SPY')],
  allowDelayed: false,
  gatewayTime: false,
  precautions: null,
}

interface Asked {
  readonly port: number
  readonly clock: SystemClock
  readonly wanted?: Partial<Wanted>
  readonly bot?: RunningBot
  readonly orderIds?: OrderIdStore
}

async function doctor(of: Asked): Promise<readonly Finding[]> {
  const { port, clock, bot = null, orderIds = memoryOrderIds() } = of
  const wanted = { ...paper, address: `127.0.0.1:${port}`, ...of.wanted }
  const dialer = new TcpDialer({ host: '127.0.0.1', port, clock })
  const examined = await examine({ clock, connect: () => dialer.connect(), wanted, bot, orderIds })
  if (examined.kind === 'seen') return gatewayFindings(examined.facts, wanted)
  return contactFindings(examined, { address: wanted.address, clientId: wanted.clientIdBase + 4 })
}

function said(findings: readonly Finding[], row: DoctorRow): readonly string[] {
  return findings
    .filter((each) => each.row === row)
    .map(({ verdict, detail }) => `${verdict}: ${detail}`)
}

const wrongRows = (findings: readonly Finding[]) =>
  findings.filter(({ verdict }) => verdict === 'wrong').map(({ row }) => row)

test('a Gateway as it should be: nothing is wrong, and nothing stays behind', async () => {
  const { port, clock, gateway: served } = await gateway()
  const findings = await doctor({ port, clock, wanted: { symbols: [stock('SPY'), stock('QQQ')] } })
  expect(wrongRows(findings)).toEqual([])
  expect(said(findings, 'read-only')).toEqual(['proven: a what-if order was accepted'])
  expect(said(findings, 'options')).toEqual([expect.stringMatching(/^proven: SPY 2026-.*: live/)])
  await expectNothingBehind(served)
})

test('without a quote it asks about an order all the same, and nothing stays behind', async () => {
  const { port, clock, gateway: served } = await gateway({ unsubscribed: ['SPY'] })
  const findings = await doctor({ port, clock })
  expect(said(findings, 'market-data')[0]).toMatch(/^wrong: 10089/)
  expect(said(findings, 'read-only')).toEqual(['proven: a what-if order was accepted'])
  await expectNothingBehind(served)
})

/** One frame that asks; no order, no broken limit, no connection and so no line. */
async function expectNothingBehind(served: SimulatedGateway): Promise<void> {
  expect(served.counters).toMatchObject({ orderFrames: 1, violations: 0 })
  expect(served.core.openOrders()).toEqual([])
  expect(served.core.completedOrders()).toEqual([])
  await expect.poll(() => served.transports.length).toBe(0)
}

describe('planted in the Gateway', () => {
  test('Read-Only API', async () => {
    const { port, clock } = await gateway({ readOnly: true })
    const findings = await doctor({ port, clock })
    expect(said(findings, 'read-only')[0]).toMatch(/^wrong: .*321: .*Read-Only/)
    expect(wrongRows(findings)).toEqual(['read-only'])
  })

  test('no subscription: 10089 on the symbol and on its options', async () => {
    const { port, clock } = await gateway({ unsubscribed: ['SPY'] })
    const findings = await doctor({
      port,
      clock,
      wanted: { symbols: [stock('SPY'), stock('QQQ')] },
    })
    expect(said(findings, 'market-data')[0]).toMatch(/^wrong: 10089/)
    expect(said(findings, 'market-data')[1]).toBe('proven: live')
    expect(said(findings, 'options')[0]).toMatch(/^wrong: .*10089/)
  })

  test('a cash account with nothing settled', async () => {
    const account = { id: 'DU1234567', kind: 'cash', type: 'CASH', cash: money(0) } as const
    const { port, clock } = await gateway({ account })
    const findings = await doctor({ port, clock })
    expect(said(findings, 'account-type')).toEqual(['proven: CASH'])
    expect(said(findings, 'settled-cash')[0]).toMatch(/^wrong: 0\.00 USD are settled/)
  })

  test('another account, and one that is live', async () => {
    const account = { id: 'U7654321', kind: 'margin', cash: money(1_000) } as const
    const { port, clock } = await gateway({ account })
    const findings = await doctor({ port, clock })
    expect(said(findings, 'account')[0]).toMatch(/^wrong: expected DU1234567 .* came U7654321/)
    expect(said(findings, 'port')[0]).toMatch(/^wrong: expected a paper account/)
  })

  test('a clock that is at another time', async () => {
    const { port } = await gateway({ clock: new SystemClock((START - 20_000) as EpochMs) })
    const findings = await doctor({ port, clock: new SystemClock(START) })
    expect(said(findings, 'clock')[0]).toMatch(/^wrong: .*(19|20)\.\d s: nothing would be entered/)
  })

  test('a symbol that does not exist', async () => {
    const { port, clock } = await gateway()
    const findings = await doctor({
      port,
      clock,
      wanted: { symbols: [stock('SPY'), stock('NOPE')] },
    })
    expect(said(findings, 'market-data')[1]).toBe('wrong: expected one contract for NOPE: 200')
  })

  test('a client id that another program holds, and our own', async () => {
    const { port, clock } = await gateway()
    const dialer = new TcpDialer({ host: '127.0.0.1', port, clock })
    const shared = visitShared(clock)
    const connect = () => dialer.connect()
    for (const clientId of [33, 34]) {
      const other = await visit({ clock, connect, clientId, shared })
      if (other.kind === 'failed') throw new Error(other.detail)
      const findings = await doctor({ port, clock })
      expect(wrongRows(findings)).toEqual(['client-ids'])
      expect(findings.find(({ verdict }) => verdict === 'wrong')?.detail).toContain('326')
      if (clientId === 34) other.visit.close()
    }
  })
})

describe('no Gateway behind the port', () => {
  async function listener(greet: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      greet(socket)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    closing.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    return (server.address() as AddressInfo).port
  }

  test('nobody listens', async () => {
    const port = await listener(() => undefined)
    for (const close of closing.splice(0)) await close()
    const findings = await doctor({ port, clock: new SystemClock(START) })
    expect(said(findings, 'socket')[0]).toMatch(/^wrong: .*ECONNREFUSED/)
  })

  const clock = new SystemClock(START)

  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /no Gateway: .*HTTP\/1\.1/],
    ['a frame that is no greeting', '\0\0\0\x06hello\0', /no Gateway: expected a version/],
    ['an old Gateway', '\0\0\0\x1c76\x0020260310 10:00:00 US/Eas\0', /expected server version 176/],
  ])('%s', async (_name, text, says) => {
    const port = await listener((socket) => socket.write(Buffer.from(text, 'latin1')))
    const findings = await doctor({ port, clock })
    expect(said(findings, 'handshake')).toEqual([expect.stringMatching(says)])
    expect(wrongRows(findings)).toEqual(['handshake'])
  })

  test('it closes at once: an address that is not trusted', async () => {
    const port = await listener((socket) => socket.end())
    const [, found] = await doctor({ port, clock })
    expect(found).toMatchObject({ row: 'handshake', verdict: 'wrong' })
    expect(found?.detail).toContain('closed it')
    expect(found?.remedy).toContain('Trusted IPs')
  })
})

describe('order frames', () => {
  test.each([
    ['a dry run', { mode: 'dry-run' } as const],
    ['live', { mode: 'live', declared: 'live', account: 'U7654321' } as const],
    ['an account that is not named', { mode: 'dry-run', account: null } as const],
  ])('none leaves in %s', async (_name, wanted) => {
    const { port, clock, gateway: served } = await gateway()
    const findings = await doctor({ port, clock, wanted })
    expect(said(findings, 'read-only')[0]).toMatch(/^not checked: .*no order frame/)
    expect(served.counters.orderFrames).toBe(0)
  })

  test('the bot that runs is asked on its own connection', async () => {
    const { port, clock, gateway: served } = await gateway()
    let asked = 0
    const whatIf = () => {
      asked++
      return Promise.resolve({ kind: 'accepted' } as const)
    }
    const findings = await doctor({ port, clock, bot: { whatIf } })
    expect(said(findings, 'read-only')).toEqual(['proven: a what-if order was accepted'])
    expect([asked, served.counters.orderFrames]).toEqual([1, 0])
    const dry = await doctor({ port, clock, bot: { whatIf: null } })
    expect(said(dry, 'read-only')[0]).toMatch(/^not checked: the running bot is a dry run/)
  })

  test('the id that was asked with is durable, and never used again', async () => {
    const { port, clock } = await gateway()
    const orderIds = memoryOrderIds()
    await doctor({ port, clock, orderIds })
    expect(orderIds.load(30)).toBeGreaterThan(0)
  })
})
