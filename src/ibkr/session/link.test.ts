import { describe, expect, test } from 'vitest'
import { MAX_PAYLOAD } from '../../wire/frame.ts'
import type { Response } from '../../wire/responses.ts'
import type { Connection } from './connection.ts'
import type { ConnectionCounters } from './connection-listener.ts'
import { refuseOrders } from '../orders/last-look.ts'
import { Link } from './link.ts'
import type { LinkOptions, Notice } from './link.ts'
import { Pacer } from '../pacing/pacing.ts'
import { error, notice, World, welcome } from '../peer.testing.ts'
import { ask } from './ask.ts'
import { noRequests, RequestIds } from './question.ts'
import type { Question } from './question.ts'
import { RequestLog } from '../diagnosis/request-log.ts'
import { SessionWatch } from '../diagnosis/session-watch.ts'

const CLIENT = 31

interface Rig {
  readonly world: World
  readonly link: Link
  readonly said: string[]
  readonly notices: Notice[]
  readonly counters: ConnectionCounters
  heard: (connection: Connection, response: Response) => void
}

function newRig(options: Partial<LinkOptions> = {}): Rig {
  const world = new World()
  const counters = {
    handshakes: 0,
    messagesSent: 0,
    messagesReceived: 0,
    orderFramesSent: 0,
    decodeDrift: 0,
  }
  const said: string[] = []
  const notices: Notice[] = []
  const link = new Link({
    clock: world.clock,
    prng: world.prng,
    connect: world.connect,
    clientId: CLIENT,
    versions: { min: 176, max: 193 },
    pacer: new Pacer(world.clock),
    ids: new RequestIds(),
    counters,
    name: 'data',
    requestCounters: noRequests(),
    log: new RequestLog(),
    watch: new SessionWatch('data', world.clock),
    guard: refuseOrders,
    busy: () => true,
    objection: () => null,
    listener: {
      up: (connection) => said.push(`up ${connection.epoch}`),
      down: (epoch, fault) => said.push(`down ${epoch}: ${fault.detail}`),
      said: (connection, response) => {
        said.push(response.kind)
        rig.heard(connection, response)
      },
      orderError: (_, of) => said.push(`error ${of.id} ${of.code}`),
    },
    notice: (of) => notices.push(of),
    ...options,
  })
  const rig: Rig = { world, link, said, notices, counters, heard: () => undefined }
  return rig
}

async function upRig(options: Partial<LinkOptions> = {}): Promise<Rig> {
  const rig = newRig(options)
  rig.link.start()
  await rig.world.run(10)
  expect(rig.link.connection).not.toBeNull()
  rig.said.length = 0
  return rig
}

const clocks: Question<number> = {
  kind: 'contractDetails',
  lane: 4,
  request: (reqId) => ({ kind: 'reqMarketRule', ruleId: reqId }),
  answer: () => null,
}

describe('readiness', () => {
  test('up means order id, accounts, farm notices and an answered heartbeat (H12)', async () => {
    const rig = newRig()
    rig.world.script = { welcome: [] }
    rig.link.start()
    await rig.world.run(100)
    const peer = rig.world.peer(CLIENT)
    expect(peer.heard.map(({ request }) => request.kind)).toEqual(['startApi'])
    peer.send({ kind: 'nextValidId', orderId: 5 })
    await rig.world.run(10)
    expect(rig.link.connection).toBeNull()
    peer.send({ kind: 'managedAccounts', accounts: ['DU1', 'DU2'] })
    await rig.world.run(10)
    expect(peer.requests('reqCurrentTime')).toHaveLength(1)
    expect(rig.link.connection).toBeNull()
    for (const code of [2104, 2107, 2158]) peer.send(notice(code, 'farm:x'))
    await rig.world.run(10)
    expect(rig.link.connection?.nextOrderId).toBe(5)
    expect(rig.link.connection?.accounts).toEqual(['DU1', 'DU2'])
  })

  test('without farm notices it goes up 10 s after ready', async () => {
    const rig = newRig()
    rig.world.script = {
      welcome: [
        { kind: 'nextValidId', orderId: 1 },
        { kind: 'managedAccounts', accounts: ['DU1'] },
      ],
    }
    rig.link.start()
    await rig.world.run(9_900)
    expect(rig.link.connection).toBeNull()
    await rig.world.run(200)
    expect(rig.link.connection).not.toBeNull()
  })

  test('another link is answered during an attempt that hangs: the next one follows at once', async () => {
    const rig = newRig()
    rig.world.script = { mute: true }
    rig.link.start()
    const attempts = () => rig.world.peers.length
    while (rig.link.waitMs < 32_000) await rig.world.run(1_000)
    const before = attempts()
    while (attempts() === before) await rig.world.run(500)
    rig.world.script = {}
    rig.link.retryNow()
    await rig.world.run(9_000)
    expect([attempts(), rig.link.connection !== null]).toEqual([before + 2, true])
  })

  test('a mute peer is given up after 8 s and tried again (H13)', async () => {
    const rig = newRig()
    rig.world.script = { mute: true }
    rig.link.start()
    await rig.world.run(7_990)
    expect(rig.world.dialled).toBe(1)
    await rig.world.run(2_000)
    expect(rig.world.dialled).toBe(2)
  })

  test('a version outside the range stops for good, and names both', async () => {
    const rig = newRig()
    rig.world.script = { version: 175 }
    rig.link.start()
    const ready = rig.link.whenUp(5_000)
    await rig.world.run(120_000)
    expect(rig.world.dialled).toBe(1)
    expect(await ready).toMatchObject({
      error: { detail: 'expected server version 176 to 193, was 175' },
    })
  })

  test('an account that does not fit is never up', async () => {
    const rig = newRig({ objection: (accounts) => `not ${accounts.join()}` })
    rig.link.start()
    await rig.world.run(60_000)
    expect(rig.said.filter((each) => each.startsWith('up'))).toEqual([])
    expect(rig.notices.at(-1)).toMatchObject({
      kind: 'refused',
      fault: { detail: 'not DU1234567' },
    })
    expect(rig.world.dialled).toBe(1)
  })

  test('client id in use keeps the id and backs off (H14, S9)', async () => {
    const rig = newRig()
    rig.world.script = { welcome: [notice(326, 'Unable to connect as the client id is in use')] }
    rig.link.start()
    const dialledAt: number[] = []
    for (let second = 0; second < 90; second++) {
      await rig.world.run(1_000)
      const peer = rig.world.peers.at(-1)
      peer?.transport.close()
      if (dialledAt.length < rig.world.dialled) dialledAt.push(second)
    }
    expect(rig.world.dialled).toBeLessThan(9)
    expect(new Set(rig.world.peers.map((peer) => peer.clientId))).toEqual(new Set([CLIENT]))
    const failed = rig.notices.filter((each) => each.kind === 'attempt-failed')
    expect(failed[0]).toMatchObject({ fault: { detail: 'client id in use', vendorCode: 326 } })
    rig.world.script = {}
    await rig.world.run(61_000)
    expect(rig.link.connection).not.toBeNull()
  })

  test('a refused port is probed every 1 to 2 s, and up within 2 s of its return', async () => {
    const rig = newRig()
    rig.world.refuse = true
    rig.link.start()
    await rig.world.run(2 * 3_600_000)
    expect(rig.world.dialled).toBeGreaterThan(3_500)
    expect(rig.world.dialled).toBeLessThanOrEqual(7_201)
    expect(rig.counters.handshakes).toBe(0)
    rig.world.refuse = false
    await rig.world.run(2_100)
    expect(rig.link.connection).not.toBeNull()
  })
})

describe('why it is not up, for whoever starts it', () => {
  test('a port with nothing behind it', async () => {
    const rig = newRig()
    rig.world.refuse = true
    rig.link.start()
    const ready = rig.link.whenUp(5_000)
    await rig.world.run(5_000)
    expect(await ready).toMatchObject({
      error: { code: 'timeout', detail: 'connect ECONNREFUSED' },
    })
  })

  test('a port that answers garbage', async () => {
    const rig = newRig()
    rig.world.script = { mute: true }
    rig.link.start()
    const ready = rig.link.whenUp(5_000)
    await rig.world.run(10)
    rig.world.peers[0]?.sendRaw(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))
    await rig.world.run(5_000)
    expect(JSON.stringify(await ready)).toMatch(/length|frame/)
  })

  test('the first connection, once it is there', async () => {
    const rig = newRig()
    rig.world.refuse = true
    rig.link.start()
    const ready = rig.link.whenUp(30_000)
    await rig.world.run(5_000)
    rig.world.refuse = false
    await rig.world.run(5_000)
    expect(await ready).toEqual({ ok: true, value: undefined })
  })
})

describe('liveness', () => {
  test('a peer that goes mute is noticed within 15 s (P10)', async () => {
    const rig = await upRig()
    rig.world.peer(CLIENT).mute = true
    await rig.world.run(14_980)
    expect(rig.link.connection).not.toBeNull()
    expect(rig.notices.at(-1)).toEqual({ kind: 'heartbeat', late: true })
    await rig.world.run(20)
    expect(rig.link.connection).toBeNull()
    expect(rig.said).toEqual(['down 1: two heartbeats in a row were not answered'])
    await rig.world.run(1_100)
    expect(rig.link.connection?.epoch).toBe(2)
  })

  test('a connection that comes up while its second ping is late says so', async () => {
    const rig = newRig()
    const [ids, accounts] = welcome()
    rig.world.script = { welcome: [ids, accounts].filter((each) => each !== undefined) }
    rig.link.start()
    await rig.world.run(4_000)
    rig.world.peer(CLIENT).mute = true
    await rig.world.run(6_500)
    expect(rig.notices.slice(-2)).toEqual([
      { kind: 'link-up', epoch: 1 },
      { kind: 'heartbeat', late: true },
    ])
  })

  test('one missed heartbeat is asked again at once and forgiven', async () => {
    const rig = await upRig()
    const peer = rig.world.peer(CLIENT)
    await rig.world.run(4_900)
    peer.mute = true
    await rig.world.run(5_050)
    peer.mute = false
    await rig.world.run(20_000)
    expect(rig.link.connection?.epoch).toBe(1)
  })

  test('an idle bot asks every 15 s', async () => {
    const rig = await upRig({ busy: () => false })
    await rig.world.run(60_000)
    expect(rig.world.peer(CLIENT).requests('reqCurrentTime')).toHaveLength(5)
  })

  test('the clocks are compared', async () => {
    const rig = await upRig()
    rig.world.answer('reqCurrentTime', () => [
      { kind: 'currentTime', time: Math.floor(rig.world.clock.now() / 1_000) + 9 },
    ])
    await rig.world.run(5_100)
    const skew = rig.notices.findLast((each) => each.kind === 'skew')
    expect(skew?.skewMs).toBeGreaterThan(8_000)
  })
})

describe('receiving', () => {
  test('a listener that throws loses no frame, and poisons the connection (H19)', async () => {
    const rig = await upRig()
    let times = 0
    rig.heard = () => {
      times++
      if (times === 1) throw new Error('a defect of ours')
    }
    const status: Response = { kind: 'positionEnd' }
    rig.world.peer(CLIENT).send(status, status, status)
    await rig.world.run(10)
    expect(rig.said).toEqual([
      'positionEnd',
      'positionEnd',
      'positionEnd',
      'down 1: a listener threw; reconnecting to reconcile',
    ])
    const defect = rig.notices.find((each) => each.kind === 'defect')
    expect(String(defect?.error)).toContain('a defect of ours')
    await rig.world.run(1_100)
    expect(rig.link.connection?.epoch).toBe(2)
  })

  test.each([-4, -1, 0, MAX_PAYLOAD + 1, 0x48545450])(
    'a corrupt length of %i ends the connection, without a hang (H22)',
    async (length) => {
      const rig = await upRig()
      const peer = rig.world.peer(CLIENT)
      const prefix = Buffer.alloc(4)
      prefix.writeInt32BE(length)
      peer.sendRaw(Buffer.concat([peer.encoded({ kind: 'positionEnd' }), prefix]))
      await rig.world.run(10)
      expect(rig.said[0]).toBe('positionEnd')
      expect(rig.said[1]).toMatch(/^down 1/)
    },
  )

  test('an extra trailing field warns, and the message still counts (H20, S14)', async () => {
    const rig = await upRig()
    const peer = rig.world.peer(CLIENT)
    const frame = Buffer.from(peer.encoded({ kind: 'positionEnd' }))
    const longer = Buffer.concat([frame, Buffer.from('x\0')])
    longer.writeUInt32BE(longer.length - 4)
    peer.sendRaw(longer)
    await rig.world.run(10)
    expect(rig.said).toEqual(['positionEnd'])
    expect(rig.notices.at(-1)).toMatchObject({ kind: 'drift', onOrders: false })
    expect(rig.counters.decodeDrift).toBe(1)
  })

  test('a missing field fails the request it belongs to, and nothing hangs (H20)', async () => {
    const rig = await upRig()
    const peer = rig.world.peer(CLIENT)
    const connection = rig.link.connection
    if (connection === null) throw new Error('expected it to be up')
    const asked = ask(connection.requests, clocks)
    await rig.world.run(1)
    const reqId = peer.requests('reqMarketRule')[0]?.ruleId ?? 0
    const payload = Buffer.from(`10\0${reqId}\0SPY\0`)
    const frame = Buffer.concat([Buffer.alloc(4), payload])
    frame.writeUInt32BE(payload.length)
    peer.sendRaw(frame)
    await rig.world.run(1)
    expect(await asked).toMatchObject({ ok: false, error: { code: 'refused', vendorCode: 505 } })
    expect(rig.link.connection?.epoch).toBe(1)
  })

  test('a reject whose JSON is malformed is delivered like any other (H19)', async () => {
    const rig = await upRig()
    const broken = { ...error(7, 201, 'Order rejected'), advancedOrderRejectJson: '{"a":' }
    rig.world.peer(CLIENT).send(broken, { kind: 'positionEnd' })
    await rig.world.run(10)
    expect(rig.said).toEqual(['error 7 201', 'positionEnd'])
    expect(rig.link.connection?.epoch).toBe(1)
  })

  test('after a payload without its final NUL nothing is misread: the connection ends (H21)', async () => {
    const rig = await upRig()
    const peer = rig.world.peer(CLIENT)
    const broken = Buffer.from([0, 0, 0, 4, ...Buffer.from('62\x001')])
    peer.sendRaw(Buffer.concat([broken, peer.encoded({ kind: 'openOrderEnd' })]))
    await rig.world.run(10)
    expect(rig.said[0]).toMatch(/^down 1: a payload of 4 bytes does not end in NUL; it read 0000/)
    expect(rig.said).toHaveLength(1)
  })

  test('errors are routed by their id: notices, requests, orders (H15, trap 13)', async () => {
    const rig = await upRig()
    const peer = rig.world.peer(CLIENT)
    peer.send(
      notice(1100, 'Connectivity lost'),
      error(7, 202, 'Order Canceled'),
      error(0, 2110, ''),
    )
    await rig.world.run(1)
    expect(rig.said).toEqual(['error 7 202'])
    const gateway = rig.notices.filter((each) => each.kind === 'gateway').slice(-2)
    expect(gateway.map((each) => each.notice.kind)).toEqual([
      'connectivity-lost',
      'connectivity-lost',
    ])
    expect(rig.link.connection?.epoch).toBe(1) // 1100 keeps the socket (S11)
  })
})

describe('sending', () => {
  test('nothing is sent, and nothing waits, while the link is down (H1, H2)', async () => {
    const rig = await upRig()
    const connection = rig.link.connection
    if (connection === null) throw new Error('expected it to be up')
    rig.world.peer(CLIENT).transport.close()
    await rig.world.run(10)
    expect(rig.link.connection).toBeNull()
    expect(await ask(connection.requests, clocks)).toMatchObject({
      ok: false,
      error: { code: 'not-connected' },
    })
    const written = connection.sendInTurn(0, {
      kind: 'cancelOrder',
      orderId: 1,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    })
    expect(written.ok).toBe(false)
    await rig.world.run(5_000)
    const second = rig.world.peer(CLIENT)
    const kinds = new Set(second.heard.map(({ request }) => request.kind))
    expect(kinds).toEqual(new Set(['startApi', 'reqCurrentTime']))
  })

  test('what waited for its turn dies with its connection', async () => {
    const rig = await upRig()
    const connection = rig.link.connection
    if (connection === null) throw new Error('expected it to be up')
    const results = Array.from({ length: 100 }, () => ask(connection.requests, clocks))
    await rig.world.run(0)
    rig.world.peer(CLIENT).transport.close()
    const ends = await Promise.all(results)
    expect(ends.every((each) => !each.ok && each.error.code === 'not-connected')).toBe(true)
    await rig.world.run(5_000)
    expect(rig.world.peer(CLIENT).requests('reqMarketRule')).toEqual([])
  })

  test('T16: the data connection refuses an order frame', async () => {
    const rig = await upRig()
    const sent = rig.link.connection?.sendInTurn(0, {
      kind: 'reqGlobalCancel',
      extOperator: '',
      manualOrderIndicator: null,
    })
    expect(sent).toMatchObject({ error: { code: 'refused' } })
    await rig.world.run(10)
    expect(rig.world.peer(CLIENT).requests('reqGlobalCancel')).toEqual([])
    expect(rig.counters.orderFramesSent).toBe(0)
  })
})

test('two cycles: connect, three requests, idle, three more, all answered (S3)', async () => {
  const rig = await upRig()
  const connection = rig.link.connection
  if (connection === null) throw new Error('expected it to be up')
  rig.world.answer('reqSecDefOptParams', ({ reqId }) => [{ kind: 'secDefOptParamEnd', reqId }])
  const chain: Question<string> = {
    kind: 'chain',
    lane: 5,
    request: (reqId) => ({
      kind: 'reqSecDefOptParams',
      reqId,
      symbol: 'SPY',
      futFopExchange: '',
      secType: 'STK',
      conId: 1,
    }),
    answer: () => ({ ok: true, value: 'done' }),
  }
  const cycle = () => Promise.all([1, 2, 3].map(() => ask(connection.requests, chain)))
  const first = cycle()
  await rig.world.run(10)
  expect((await first).every((each) => each.ok)).toBe(true)
  await rig.world.run(600_000)
  const second = cycle()
  await rig.world.run(10)
  expect((await second).every((each) => each.ok)).toBe(true)
  const ids = rig.world
    .peer(CLIENT)
    .requests('reqSecDefOptParams')
    .map(({ reqId }) => reqId)
  expect(new Set(ids).size).toBe(6)
})
