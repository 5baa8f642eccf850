import { describe, expect, test } from 'vitest'
import type { Cancel } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import { price } from '../../domain/money.ts'
import { parseRestartWindow } from '../../domain/restart-windows.ts'
import type { TransportFacts } from '../../wire/transport.ts'
import { bracketOf, DATA_CLIENT, openOrderOf } from '../gateway.testing.ts'
import { OPTION, ORDER_CLIENT, statusOf, upRig } from '../gateway.testing.ts'
import { PACING } from '../pacing/allowance.ts'
import type { Pacing } from '../pacing/allowance.ts'
import { error, notice, World } from '../peer.testing.ts'
import {
  CANARY_CLIENT,
  QUIET,
  MINUTE,
  newRig,
  silence,
  askHistory,
  stockOf,
  knowSpy,
  emptyBars,
} from './incidents.testing.ts'
import type { Rig } from './incidents.testing.ts'

describe('a session that is silent', () => {
  test('only ours: the canary is answered, and a new connection is the remedy', async () => {
    const rig = await newRig()
    silence(rig, ORDER_CLIENT, DATA_CLIENT)
    await rig.world.run(15_000)
    expect(rig.incidents()[0]).toMatchObject({ phase: 'opened' })
    await rig.world.run(30_000)
    expect(rig.verdict()).toBe('GATEWAY_HUNG{session}')
    expect(rig.last().evidence.join()).toContain('Canary client, same request: answered')
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
    expect(rig.phases().at(-1)).toBe('ended')
    expect(rig.gates()).toEqual([])
    // The canary asked one thing, sent no order frame, and is gone.
    const asked = rig.world.peer(CANARY_CLIENT).heard.map(({ request }) => request.kind)
    expect(new Set(asked)).toEqual(new Set(['startApi', 'reqCurrentTime']))
  })

  test('all of it: the hook once, a person within 5 minutes, one incident', async () => {
    let restarts = 0
    const hook = { run: () => restarts++, everyMs: 15 * MINUTE }
    const rig = await newRig({ restartGateway: hook })
    silence(rig, ORDER_CLIENT, DATA_CLIENT)
    rig.world.script = { mute: true }
    await rig.world.run(40_000)
    expect(rig.verdict()).toBe('GATEWAY_HUNG')
    expect(restarts).toBe(1)
    await rig.world.run(4 * MINUTE + 30_000)
    expect(rig.paged()).toHaveLength(1)
    await rig.world.run(5 * MINUTE)
    expect(restarts).toBe(1)
    rig.world.script = {}
    await rig.world.run(2 * MINUTE)
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
    expect(rig.phases().at(-1)).toBe('ended')
  })

  test.each<[string, Partial<TransportFacts>, string]>([
    ['unread bytes', { rxQueue: 60 }, 'LOCAL_READER_STALLED'],
    ['a paused socket', { paused: true }, 'LOCAL_READER_STALLED'],
    ['unsent bytes', { writableLength: 80 }, 'LOCAL_WRITER_STALLED'],
    ['unacknowledged bytes', { txQueue: 80 }, 'NETWORK_BLACKHOLE'],
  ])('%s: %s', async (_, facts, verdict) => {
    const rig = await newRig()
    rig.seen.facts = { ...QUIET, ...facts }
    silence(rig, ORDER_CLIENT, DATA_CLIENT)
    await rig.world.run(16_000)
    expect(rig.verdict()).toBe(verdict)
    rig.seen.facts = QUIET
    await rig.world.run(60_000)
    expect([rig.verdict(), rig.phases().at(-1)]).toEqual([verdict, 'ended'])
  })

  test('pushes come and no answer: one direction is lost', async () => {
    const rig = await newRig()
    rig.world.answer('reqCurrentTime', () => [])
    for (let second = 0; second < 25; second++) {
      await rig.world.run(1_000)
      for (const client of [ORDER_CLIENT, DATA_CLIENT]) {
        rig.world.peer(client).send({ kind: 'positionEnd' })
      }
    }
    expect(rig.verdict()).toBe('NETWORK_BLACKHOLE')
  })

  test('RST, then a refused port: down, until it answers again', async () => {
    const rig = await newRig()
    rig.world.refuse = true
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) rig.world.peer(client).transport.close()
    await rig.world.run(2_000)
    expect(rig.verdict()).toBe('GATEWAY_DOWN')
    await rig.world.run(5 * MINUTE)
    expect(rig.paged()).toHaveLength(1)
    rig.world.refuse = false
    await rig.world.run(20_000)
    expect(rig.phases()).toContain('ended')
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
  })

  test('announced: nobody is paged before the window ends, then somebody is', async () => {
    const window = parseRestartWindow('Fri 10:00-10:20 America/New_York')
    const rig = await newRig({ restartWindows: window === null ? [] : [window] })
    rig.world.refuse = true
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) rig.world.peer(client).transport.close()
    await rig.world.run(19 * MINUTE)
    expect([rig.verdict(), rig.paged()]).toEqual(['PLANNED_RESTART', []])
    await rig.world.run(7 * MINUTE)
    expect([rig.verdict(), rig.paged().length]).toEqual(['GATEWAY_DOWN', 1])
  })

  test('326: passive, the same id, told after the third and paged at 60 s', async () => {
    const rig = await newRig()
    rig.world.script = { welcome: [notice(326, 'Unable to connect as the client id is in use.')] }
    const closes = setInUse(rig)
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) rig.world.peer(client).transport.close()
    await rig.world.run(MINUTE + 5_000)
    closes()
    expect(rig.verdict()).toBe('CLIENT_ID_IN_USE')
    const told = rig.incidents().map(({ notice: of }) => of?.message ?? '')
    expect(told.some((message) => message.includes('326 came 3 times'))).toBe(true)
    expect(rig.paged()).toHaveLength(1)
    const ids = new Set(rig.world.peers.map(({ clientId }) => clientId))
    expect([...ids].every((id) => id === null || id === ORDER_CLIENT || id === DATA_CLIENT)).toBe(
      true,
    )
  })
})

test('326 after a silence is our own last connection: the network had cut it', async () => {
  const rig = await newRig()
  rig.seen.facts = { ...QUIET, txQueue: 80 }
  silence(rig, ORDER_CLIENT, DATA_CLIENT)
  rig.world.script = { welcome: [notice(326, 'Unable to connect as the client id is in use.')] }
  const closes = setInUse(rig)
  await rig.world.run(30_000)
  closes()
  expect(rig.verdict()).toBe('NETWORK_BLACKHOLE')
  expect(rig.last().timeline.map(({ text }) => text)).toContain('client id in use')
})

/** As a Gateway does: it says 326 and closes. */
function setInUse({ world }: Rig): Cancel {
  let stopped = false
  const look = (): void => {
    for (const peer of world.peers.slice(2)) if (peer.clientId !== null) peer.transport.close()
    if (!stopped) world.clock.after(100, look)
  }
  look()
  return () => {
    stopped = true
  }
}

describe('a session that answers, but not everything', () => {
  const SPY = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never

  /** Prices are out of reach, and are asked for as a proof that they are back. */
  async function withoutQuotes(lines: Partial<Pacing>) {
    const rig = await newRig({ pacing: { ...PACING, ...lines } })
    rig.world.answer('reqContractDetails', stockOf)
    void rig.ibkr.marketData.spot(SPY, new AbortController().signal)
    await rig.world.run(1_000)
    const broken = 'Market data farm connection is broken:usfarm'
    rig.world.peer(DATA_CLIENT).send(notice(2103, broken))
    const used = (): number =>
      rig.ibkr.budgets().find(({ rule }) => rule === 'P8 market-data lines')?.used ?? -1
    const asked = (): number =>
      rig.world.peer(DATA_CLIENT).heard.filter(({ request }) => request.kind === 'reqMktData')
        .length
    return { rig, used, asked }
  }

  test('a price that is asked for as a proof takes a market-data line', async () => {
    const { rig, used, asked } = await withoutQuotes({})
    expect([asked(), used()]).toEqual([1, 1])
    await rig.world.run(6_000)
    expect([asked(), used()]).toEqual([2, 2])
    await rig.world.run(30_000)
    expect(used()).toBeLessThanOrEqual(2)
  })

  test('it is not asked for when no line is free, and the incident says so', async () => {
    const { rig, used, asked } = await withoutQuotes({ lines: 5, reservedLines: 4 })
    await rig.world.run(6_000)
    expect([asked(), used()]).toEqual([1, 1])
    const said = rig.last().timeline.filter(({ text }) => text.includes('no market-data line'))
    expect(said).toHaveLength(1)
    await rig.world.run(15_000) // the price of the strategy has given its line back
    expect(asked()).toBe(2)
  })

  test('1100, 1102: one incident, the socket stays, and silent feeds are asked for again', async () => {
    const rig = await newRig()
    const peer = rig.world.peer(DATA_CLIENT)
    rig.world.answer('reqContractDetails', stockOf)
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) {
      rig.world.peer(client).send(notice(1100, 'Connectivity between IBKR and TWS has been lost.'))
    }
    await rig.world.run(40_000)
    expect(rig.verdict()).toBe('IBKR_LINK_DOWN')
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) {
      rig.world.peer(client).send(notice(1102, 'Connectivity restored - data maintained.'))
    }
    await rig.world.run(40_000)
    expect(rig.phases()).toEqual(['opened', 'ended'])
    expect(rig.world.peer(DATA_CLIENT)).toBe(peer)
  })

  test('1102 after the close: of bars that say nothing, those of all hours are asked for again', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', ({ reqId }) => [emptyBars(reqId)])
    await rig.world.run(6.5 * 60 * MINUTE) // half past four
    const ended: string[] = []
    for (const hours of ['regular', 'all'] as const) {
      const wanted = { underlying: SPY, size: '1m', source: 'keep-up-to-date', hours } as const
      const listener = { bar: () => undefined, ended: () => ended.push(hours) }
      expect(rig.ibkr.marketData.stream(wanted, listener).ok).toBe(true)
    }
    await rig.world.run(1_000)
    rig.world.peer(DATA_CLIENT).send(notice(1100, 'Connectivity has been lost.'))
    await rig.world.run(5_000)
    rig.world.peer(DATA_CLIENT).send(notice(1102, 'Connectivity restored - data maintained.'))
    await rig.world.run(29_000)
    expect(ended).toEqual([])
    await rig.world.run(2_000)
    expect(ended).toEqual(['all'])
  })

  test.each([
    [2103, 'Market data farm connection is broken:usfarm', 'IBKR_LINK_DOWN{usfarm}'],
    [2105, 'HMDS data farm connection is broken:ushmds', 'HMDS_DOWN'],
    [2157, 'Sec-def data farm connection is broken:secdefnj', 'IBKR_LINK_DOWN{secdefnj}'],
  ] as const)('%i of a farm', async (code, text, verdict) => {
    const rig = await newRig()
    rig.world.peer(DATA_CLIENT).send(notice(code, text))
    await rig.world.run(2_000)
    expect(rig.verdict()).toBe(verdict)
    expect(rig.gates()).toContain('farm')
    rig.world.peer(DATA_CLIENT).send(notice(code + 1, text.replace('broken', 'OK')))
    await rig.world.run(15_000)
    expect([rig.phases().at(-1), rig.gates()]).toEqual(['ended', []])
  })

  test.each([
    ['180 S', 'SESSION_HIST_WEDGED', ['retry', 'canary', 'reconnect']],
    ['none', 'GATEWAY_HIST_WEDGED', ['retry', 'canary']],
  ] as const)('bars for %s, which the canary asks for: %s', async (answered, verdict, steps) => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', ({ reqId, duration }) =>
      duration === answered ? [error(reqId, 162, 'query returned no data')] : [],
    )
    askHistory(rig)
    await rig.world.run(20_000 + 30_000) // its deadline, and the time a verdict may take
    expect(rig.verdict()).toBe(verdict)
    expect(rig.steps().slice(0, steps.length)).toEqual(expect.arrayContaining([...steps]))
    expect(rig.last().verdict.excluded).toContainEqual({
      verdict: 'PACING',
      because: expect.stringMatching(/history in 10 min: \d\/60/) as string,
    })
  })

  test('one lost answer is no outage: asked once more, the service answers', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', ({ reqId, duration }) =>
      duration === '120 S' ? [error(reqId, 162, 'query returned no data')] : [],
    )
    askHistory(rig)
    await rig.world.run(2 * MINUTE)
    expect(rig.incidents()).toEqual([])
  })

  test('162 pacing, in the words of the Gateway', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', ({ reqId }) => [
      error(reqId, 162, 'Historical Market Data Service error message: pacing violation'),
    ])
    askHistory(rig)
    await rig.world.run(5_000)
    expect(rig.verdict()).toBe('PACING')
    expect(rig.steps()).not.toContain('reconnect')
  })

  test('an order that nobody answers, while queries are answered: that order alone', async () => {
    const rig = await newRig()
    expect(rig.ibkr.broker.place(bracketOf())).toEqual(ok(undefined))
    await rig.world.run(45_000)
    expect(rig.verdict()).toBe('ORDERS_DEAD{one order}')
    expect(rig.steps()).toEqual(['page', 'query-orders'])
    expect(rig.world.peer(ORDER_CLIENT).requests('placeOrder')).toHaveLength(3)
    for (const placed of rig.world.peer(ORDER_CLIENT).requests('placeOrder')) {
      rig.world.peer(ORDER_CLIENT).send(openOrderOf(placed, { status: 'Submitted' }))
    }
    await rig.world.run(15_000)
    expect(rig.phases().at(-1)).toBe('ended')
  })

  /** As `cancel-pace.ts` repeats them, milliseconds after the first. */
  const CANCELS_AT = [0, 5_000, 35_000, 155_000, 455_000, 755_000] as const

  /** A bracket that rests, and whose entry cannot be cancelled; order queries are answered. */
  async function cancelling() {
    const rig = await newRig()
    const { world, ibkr } = rig
    expect(ibkr.broker.place(bracketOf())).toEqual(ok(undefined))
    await world.run(100)
    const orders = world.peer(ORDER_CLIENT).requests('placeOrder')
    const rows = orders.map((each) => openOrderOf(each, { status: 'Submitted' }))
    world.peer(ORDER_CLIENT).send(...rows)
    world.answer('reqAllOpenOrders', () => [...rows, { kind: 'openOrderEnd' }])
    const [entry] = orders
    const [ofEntry] = bracketOf()
    if (entry === undefined || ofEntry === undefined) throw new Error('expected an entry')
    const begun = world.clock.now()
    let index = 0
    /** To so long after the first cancel, with the cancels that fall due on the way. */
    const runTo = async (ms: number): Promise<void> => {
      for (; (CANCELS_AT[index] ?? Infinity) < ms; index++) {
        await world.run(begun + (CANCELS_AT[index] ?? 0) - world.clock.now())
        expect(ibkr.broker.cancel(ofEntry.id)).toEqual(ok(undefined))
      }
      await world.run(begun + ms - world.clock.now())
    }
    const opened = (): number => rig.phases().filter((phase) => phase === 'opened').length
    return { ...rig, orderId: entry.orderId, runTo, opened }
  }

  test('a cancel that nobody answers: one incident, no new connection, over with an answer', async () => {
    const rig = await cancelling()
    await rig.runTo(10 * MINUTE)
    expect(rig.world.peer(ORDER_CLIENT).requests('cancelOrder')).toHaveLength(5)
    expect([rig.verdict(), rig.opened(), rig.paged().length]).toEqual([
      'ORDERS_DEAD{one order}',
      1,
      1,
    ])
    expect([rig.steps(), rig.phases().at(-1)]).toEqual([['page', 'query-orders'], 'updated'])
    expect(rig.gates()).toEqual(['breaker'])
    rig.world.peer(ORDER_CLIENT).send(statusOf(rig.orderId, 'Cancelled'))
    await rig.world.run(15_000)
    expect([rig.phases().at(-1), rig.gates()]).toEqual(['ended', []])
    const timeline = rig.last().timeline.map(({ text }) => text)
    expect(timeline.slice(-2)).toEqual([
      `cancel ${rig.orderId} answered after 600 s: Cancelled`,
      'no sign of it any more',
    ])
  })

  test('a connection that ends meanwhile proves nothing: the same incident goes on', async () => {
    const rig = await cancelling()
    await rig.runTo(70_000)
    rig.world.peer(ORDER_CLIENT).transport.close()
    await rig.runTo(150_000)
    expect([rig.phases().at(-1), rig.gates()]).toEqual(['updated', []])
    await rig.runTo(3 * MINUTE + 20_000)
    expect([rig.opened(), rig.phases().at(-1), rig.gates()]).toEqual([1, 'updated', ['breaker']])
    rig.world.peer(ORDER_CLIENT).send(statusOf(rig.orderId, 'Cancelled'))
    await rig.world.run(15_000)
    expect([rig.opened(), rig.phases().at(-1)]).toEqual([1, 'ended'])
  })

  test('what-ifs that nobody answers: one incident, no new connection, over with an answer', async () => {
    const rig = await newRig()
    const { world, ibkr } = rig
    await knowSpy(rig)
    const asked = { contract: OPTION, side: 'BUY', quantity: 2, limit: price(2) } as const
    const answer = ibkr.broker.margin(asked)
    await world.run(8_100)
    expect(await answer).toMatchObject({ kind: 'unanswered' })
    expect([rig.incidents(), rig.gates()]).toEqual([[], []])
    await world.run(23_000)
    expect([rig.verdict(), rig.gates()]).toEqual(['ORDERS_DEAD{one order}', ['breaker']])
    await world.run(5 * MINUTE)
    expect([rig.verdict(), rig.paged().length]).toEqual(['ORDERS_DEAD{one order}', 1])
    expect(rig.steps()).toEqual(['page', 'query-orders'])
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
    const frames = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(frames.every(({ order }) => order.whatIf)).toBe(true)
    expect(frames.length).toBeLessThan(20)
    // The next that is asked, and all is well.
    world.answer('placeOrder', ({ orderId }) => [error(orderId, 201, 'Order rejected')])
    await world.run(30_000)
    expect([rig.phases().at(-1), rig.gates()]).toEqual(['ended', []])
  })

  test('one lost answer to a what-if is no outage: asked once more, it is answered', async () => {
    const rig = await newRig()
    const { world, ibkr } = rig
    await knowSpy(rig)
    void ibkr.broker.margin({ contract: OPTION, side: 'BUY', quantity: 2, limit: price(2) })
    await world.run(8_500)
    world.answer('placeOrder', ({ orderId }) => [error(orderId, 201, 'Order rejected')])
    await world.run(5 * MINUTE)
    expect(rig.incidents()).toEqual([])
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toHaveLength(2)
  })

  test('321 on an order: the remedy is a setting of the Gateway', async () => {
    const rig = await newRig()
    rig.world.answer('placeOrder', ({ orderId }) => [
      error(orderId, 321, 'Error validating request: The API interface is in Read-Only mode.'),
    ])
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(2_000)
    expect([rig.verdict(), rig.paged().length]).toEqual(['READ_ONLY', 1])
    expect(rig.gates()).toContain('breaker')
  })

  test('READ_ONLY ends when the question whether orders are taken is refused on its merits', async () => {
    const rig = await newRig()
    const { world, ibkr } = rig
    const frames = () => world.peer(ORDER_CLIENT).requests('placeOrder').length
    world.answer('reqContractDetails', stockOf)
    const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
    void ibkr.marketData.spot(underlying, new AbortController().signal)
    await world.run(2_000)
    const readOnly = 'Error validating request: The API interface is in Read-Only mode.'
    world.answer('placeOrder', ({ orderId }) => [error(orderId, 321, readOnly)])
    ibkr.broker.place(bracketOf())
    await world.run(10_000)
    expect([rig.verdict(), frames()]).toEqual(['READ_ONLY', 4])
    const poor = 'Order rejected - reason:insufficient margin'
    world.answer('placeOrder', ({ orderId }) => [error(orderId, 201, poor)])
    await world.run(45_000)
    expect([rig.phases().at(-1), frames()]).toEqual(['ended', 5])
    await world.run(15 * MINUTE)
    expect(frames()).toBe(5) // no more order ids are taken once there is no doubt
  })

  test('no rights to the data of a contract, unless a dry run allows delayed data', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqMktData', ({ reqId }) => [
      error(reqId, 10089, 'Requested market data requires additional subscription for API.'),
    ])
    const underlying = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never
    void rig.ibkr.marketData.spot(underlying, new AbortController().signal)
    await rig.world.run(2_000)
    expect([rig.verdict(), rig.paged().length]).toEqual(['DATA_RIGHTS', 1])
  })

  test('a second drift on order messages within 10 minutes halts (S14)', async () => {
    const rig = await newRig()
    const peer = rig.world.peer(ORDER_CLIENT)
    const drifted = surplus(peer.encoded(statusOf(1, 'Submitted')))
    peer.sendRaw(drifted)
    await rig.world.run(1_000)
    expect(rig.inputs.some(({ kind }) => kind === 'halt-required')).toBe(false)
    expect(rig.verdict()).toBe('PROTOCOL_ERROR')
    peer.sendRaw(drifted)
    await rig.world.run(1_000)
    expect(rig.inputs).toContainEqual(
      expect.objectContaining({ kind: 'halt-required', cause: 'decode-drift' }),
    )
  })

  test('1300: every connection goes to the port that the Gateway named', async () => {
    const world = new World()
    const ports: (number | null | undefined)[] = []
    const { ibkr } = await upRig(
      {
        connect: (port) => {
          ports.push(port)
          return world.connect()
        },
      },
      world,
    )
    await world.run(1_000)
    const text = 'TWS socket port has been reset and this connection is being dropped. 4003'
    world.peer(DATA_CLIENT).send(notice(1300, text))
    await world.run(5_000)
    expect(ports).toEqual([null, null, 4003, 4003])
    expect((await ibkr.ready(100)).ok).toBe(true)
  })
})

/** The same frame with one field more at its end. */
function surplus(frame: Uint8Array): Uint8Array {
  const longer = Buffer.concat([frame, Buffer.from('7\0')])
  longer.writeUInt32BE(longer.length - 4, 0)
  return longer
}
