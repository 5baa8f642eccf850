import { describe, expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import type { Approved, ClientOrderId, OrderChange } from '../../domain/order.ts'
import type { HeldNow, Latched } from '../../engine/ports.ts'
import {
  bracketOf,
  commissionOf,
  DATA_CLIENT,
  executionOf,
  OPTION,
  openOrderOf,
  ORDER_CLIENT,
  orderOf,
  said,
  statusOf,
  upRig,
  WIRE_OPTION,
} from '../gateway.testing.ts'
import { openIbkrData } from '../open.ts'
import type { TradingOptions } from '../open.ts'
import { ACCOUNT, error, memoryOrderIds, notice, World } from '../peer.testing.ts'

const id = (name: string): ClientOrderId => name as ClientOrderId

function changeOf(change: OrderChange): Approved<OrderChange> {
  return change as unknown as Approved<OrderChange>
}

describe('a bracket', () => {
  test('is three frames in one turn: ids in a row, the last one transmits, every field set (H6)', async () => {
    const { world, ibkr } = await upRig()
    expect(ibkr.broker.place(bracketOf())).toEqual({ ok: true, value: undefined })
    await world.run(0)
    const placed = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(
      placed.map(({ orderId, order }) => [
        orderId,
        order.parentId,
        order.transmit,
        order.action,
        order.orderType,
        order.lmtPrice,
        order.auxPrice,
        order.tif,
        order.ocaGroup,
        order.ocaType,
        order.orderRef,
        order.account,
      ]),
    ).toEqual([
      [1, 0, false, 'BUY', 'LMT', 2, null, 'DAY', '', 0, 'run-1', ACCOUNT],
      [2, 1, false, 'SELL', 'LMT', 3.05, null, 'GTC', 'run-1', 2, 'run-2', ACCOUNT],
      [3, 1, true, 'SELL', 'STP', null, 1.5, 'GTC', 'run-1', 2, 'run-3', ACCOUNT],
    ])
    for (const { contract, order } of placed) {
      expect(contract).toMatchObject({
        conId: OPTION.conId,
        symbol: 'SPY',
        secType: 'OPT',
        lastTradeDateOrContractMonth: '20260109',
        strike: 700,
        right: 'C',
        multiplier: '100',
        exchange: 'SMART',
        currency: 'USD',
        tradingClass: 'SPY',
      })
      expect(order).toMatchObject({
        totalQuantity: 2,
        origin: 0,
        exemptCode: -1,
        outsideRth: false,
        whatIf: false,
        orderMiscOptions: [],
        scalePriceIncrement: null,
      })
    }
    expect(ibkr.counters.orderFramesSent).toBe(3)
    expect(world.peer(DATA_CLIENT).requests('placeOrder')).toEqual([])
  })

  test('single exits each transmit themselves', async () => {
    const { world, ibkr } = await upRig()
    const oca = { name: 'g', type: 'cancel-with-block' } as const
    const exits = [
      orderOf('x-1', { role: 'take-profit', side: 'SELL', oca }),
      orderOf('x-2', {
        role: 'stop-loss',
        side: 'SELL',
        oca,
        terms: { type: 'STP', trigger: price(1) },
      }),
    ]
    expect(ibkr.broker.place(exits).ok).toBe(true)
    await world.run(0)
    const placed = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(placed.map(({ order }) => [order.transmit, order.parentId, order.ocaType])).toEqual([
      [true, 0, 1],
      [true, 0, 1],
    ])
  })

  test.each([
    ['a price off the grid', { terms: { type: 'LMT', limit: price(3.01) } }, 'not on the grid'],
    ['half a contract', { quantity: 0.5 }, 'whole quantity'],
    ['none', { quantity: 0 }, 'whole quantity'],
    ['a price of zero', { terms: { type: 'LMT', limit: price(0) } }, 'price above 0'],
    ['an unprintable reference (H8)', { id: id('a\0b') }, 'printable'],
    ['a parent that was never sent', { parentId: id('nobody') }, 'never sent'],
  ] as const)('%s is refused before anything leaves', async (_, terms, reason) => {
    const { world, ibkr } = await upRig()
    const [parent, takeProfit] = bracketOf()
    if (parent === undefined || takeProfit === undefined) throw new Error('expected a bracket')
    const refused = ibkr.broker.place([parent, orderOf('run-2', terms)])
    expect(refused).toMatchObject({ ok: false, error: { code: 'refused' } })
    expect(JSON.stringify(refused)).toContain(reason)
    await world.run(10)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })

  test('nothing is ever sent twice', async () => {
    const { ibkr } = await upRig()
    expect(ibkr.broker.place([orderOf('a')]).ok).toBe(true)
    expect(ibkr.broker.place([orderOf('a')])).toMatchObject({
      error: { detail: 'a was sent before' },
    })
  })
})

describe('order ids (P26)', () => {
  test('begin above the Gateway floor and above what an earlier run may have used', async () => {
    const world = new World()
    world.script = { nextOrderId: 7 }
    const orderIds = memoryOrderIds(40)
    const { ibkr } = await upRig({ orderIds }, world)
    ibkr.broker.place([orderOf('a')])
    await world.run(0)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')[0]?.orderId).toBe(41)
    expect(orderIds.reserved).toBeGreaterThanOrEqual(41)
  })

  test('go on upwards when the floor of a new connection is lower', async () => {
    const world = new World()
    world.script = { nextOrderId: 500 }
    const { ibkr } = await upRig({}, world)
    ibkr.broker.place([orderOf('a')])
    await world.run(0)
    world.script = { nextOrderId: 3 }
    world.peer(ORDER_CLIENT).transport.close()
    await world.run(5_000)
    ibkr.broker.place([orderOf('b')])
    await world.run(0)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')[0]?.orderId).toBe(501)
  })

  test('a way out waits for no disk: it goes on in memory, and upwards (P7)', async () => {
    const orderIds = {
      load: () => 40,
      reserve: () => {
        throw new Error('EROFS')
      },
    }
    const { world, ibkr } = await upRig({ orderIds })
    const close = { role: 'close', side: 'SELL', terms: { type: 'MKT' } } as const
    expect(ibkr.broker.place([orderOf('a', close)])).toMatchObject({ ok: true })
    expect(ibkr.broker.place([orderOf('b', close)])).toMatchObject({ ok: true })
    expect(ibkr.broker.place([orderOf('c')])).toMatchObject({ ok: false })
    await world.run(0)
    const placed = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(placed.map(({ orderId }) => orderId)).toEqual([41, 42])
  })

  test('an order waits for no disk that does not answer: it is refused', async () => {
    const orderIds = {
      load: () => 0,
      reserve: () => {
        throw new Error('ENOSPC')
      },
    }
    const { world, ibkr } = await upRig({ orderIds })
    expect(ibkr.broker.place([orderOf('a')])).toMatchObject({ error: { code: 'storage' } })
    await world.run(10)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })
})

describe('what may not leave', () => {
  test('no order while the link is down, and none of it afterwards (H1)', async () => {
    const { world, ibkr, links } = await upRig()
    world.peer(ORDER_CLIENT).transport.close()
    await world.run(1)
    expect(ibkr.broker.place(bracketOf())).toMatchObject({ error: { code: 'not-connected' } })
    expect(ibkr.broker.cancel(id('run-1'))).toMatchObject({ error: { code: 'not-connected' } })
    await world.run(60_000)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
    expect(links).toEqual(['up 1', 'down 1', 'up 2'])
  })

  test('no order before the first connection', async () => {
    const world = new World()
    world.refuse = true
    const { ibkr } = await upRig({}, world)
    expect(ibkr.broker.place(bracketOf())).toMatchObject({ error: { code: 'not-connected' } })
    world.refuse = false
    await world.run(10_000)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })

  test('no order on a heartbeat older than 10 s; a cancel goes all the same', async () => {
    const { world, ibkr } = await upRig()
    ibkr.broker.place([orderOf('a')])
    await world.run(0)
    world.peer(ORDER_CLIENT).mute = true
    await world.run(10_500)
    expect(ibkr.broker.place([orderOf('b')])).toMatchObject({ error: { code: 'stale' } })
    expect(ibkr.broker.cancel(id('a')).ok).toBe(true)
  })

  test('no entry past a set kill latch; exits and cancels pass', async () => {
    const latched: { by: Latched | null } = { by: null }
    const { ibkr } = await upRig({ latch: { read: () => latched.by } })
    ibkr.broker.place([orderOf('a')])
    latched.by = { by: 'engine', reason: 'pulled' }
    expect(ibkr.broker.place([orderOf('b')])).toMatchObject({ error: { code: 'refused' } })
    const close = orderOf('c', { role: 'close', side: 'SELL', terms: { type: 'MKT' } })
    expect(ibkr.broker.place([close]).ok).toBe(true)
    latched.by = { by: 'panic', reason: 'pulled' } // two that flatten would oversell
    const again = orderOf('d', { role: 'close', side: 'SELL', terms: { type: 'MKT' } })
    expect(ibkr.broker.place([again])).toMatchObject({ error: { code: 'refused' } })
    expect(ibkr.broker.cancel(id('a')).ok).toBe(true)
  })

  test('mode live without an arm sends no entry; its port must be declared', async () => {
    const { world, ibkr } = await upRig({ mode: 'live' })
    expect(ibkr.broker.place([orderOf('a')])).toMatchObject({ error: { code: 'not-connected' } })
    await world.run(10)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })

  /** There is no key `read_only`: the mode is what refuses, in the adapter, whoever asks. */
  describe('a mode without orders (D38, R28)', () => {
    const placed = (world: World): number =>
      world.peers.flatMap((peer) => peer.requests('placeOrder')).length

    test.each(['dry-run', 'backtest'])(
      '%s: an order that is forced upon the adapter does not leave, nor a question about one',
      async (mode) => {
        const { world, ibkr } = await upRig({ mode: mode as TradingOptions['mode'] })
        expect(ibkr.broker.place(bracketOf())).toMatchObject({ ok: false })
        const close = orderOf('c', { role: 'close', side: 'SELL', terms: { type: 'MKT' } })
        expect(ibkr.broker.place([close])).toMatchObject({ ok: false })
        const { symbol, currency } = OPTION
        const asked = ibkr.whatIf({ kind: 'stock', symbol, exchange: 'SMART', currency })
        await world.run(10_000)
        expect(await asked).toMatchObject({ kind: 'unanswered' })
        expect(placed(world)).toBe(0)
      },
    )

    test('a dry run opens no order connection, and what it is given has no broker', async () => {
      const world = new World()
      const { clock, prng, connect } = world
      const own = {
        mode: 'dry-run',
        declared: null,
        account: ACCOUNT,
        allowDelayed: false,
      } as const
      const data = openIbkrData({ ...own, clock, prng, connect, notice: () => undefined })
      await world.run(5_000)
      expect(Object.keys(data)).not.toEqual(expect.arrayContaining(['broker']))
      expect(Object.keys(data)).not.toEqual(expect.arrayContaining(['whatIf']))
      expect(world.peers.map(({ clientId }) => clientId)).toEqual([DATA_CLIENT])
      await data.close()
    })
  })
})

describe('what the Gateway says of an order', () => {
  test('becomes evidence, and the fills are facts of their own', async () => {
    const { world, ibkr, reports } = await upRig()
    ibkr.broker.place(bracketOf())
    await world.run(0)
    const peer = world.peer(ORDER_CLIENT)
    const [entry, takeProfit, stop] = peer.requests('placeOrder')
    if (entry === undefined || takeProfit === undefined || stop === undefined) throw new Error('3')
    peer.send(
      openOrderOf(entry, { status: 'PreSubmitted', permId: 0 }),
      statusOf(1, 'PendingSubmit'),
      statusOf(1, 'Submitted'),
      executionOf(1),
      statusOf(1, 'Filled'),
      commissionOf('0000e0d5.1.1.01', 1.3),
      openOrderOf(takeProfit, { status: 'Submitted' }),
      openOrderOf(stop, { status: 'PreSubmitted' }),
      statusOf(2, 'Cancelled'),
      error(2, 202, 'Order Canceled - reason:'),
    )
    await world.run(0)
    expect(said(reports)).toEqual([
      'run-1 held',
      'run-1 acked',
      'run-1 working',
      'filled 2 of run-1',
      'commission 1.3',
      'run-2 working',
      'run-3 held',
      'run-2 cancel-reported',
      'run-2 cancel-reported',
    ])
    const [fill] = reports.flatMap((report) => (report.kind === 'filled' ? [report.fill] : []))
    expect(fill).toMatchObject({
      execId: '0000e0d5.1.1',
      revision: 1,
      side: 'BUY',
      price: price(2),
      contract: OPTION,
      synthetic: false,
    })
  })

  test('a commission may come first, late, as -1, or unset (H30)', async () => {
    const { world, ibkr, reports } = await upRig()
    ibkr.broker.place([orderOf('run-1')])
    await world.run(0)
    const peer = world.peer(ORDER_CLIENT)
    peer.send(
      commissionOf('a.b.1.01', 0.65),
      executionOf(1, { execId: 'a.b.1.01', shares: 1 }),
      executionOf(1, { execId: 'a.b.2.01', shares: 1 }),
      commissionOf('a.b.2.01', -1),
      commissionOf('a.b.2.01', null),
      commissionOf('a.b.2.01', 0.7),
    )
    await world.run(0)
    expect(said(reports)).toEqual([
      'filled 1 of run-1',
      'commission 0.65',
      'filled 1 of run-1',
      'commission 0.7',
    ])
  })

  test('orders of other clients are passed over, also under an id like ours (P25)', async () => {
    const { world, ibkr, reports } = await upRig()
    ibkr.broker.place([orderOf('run-1')])
    await world.run(0)
    const peer = world.peer(ORDER_CLIENT)
    const [mine] = peer.requests('placeOrder')
    if (mine === undefined) throw new Error('expected an order')
    peer.send(
      openOrderOf(mine, { status: 'Submitted', permId: 5, clientId: 99 }),
      statusOf(1, 'Cancelled', { permId: 5, clientId: 99 }),
      executionOf(1, { clientId: 99 }),
      openOrderOf({ ...mine, orderId: -3 }, { status: 'Submitted' }),
    )
    await world.run(0)
    expect(reports).toEqual([])
  })

  test('a cancel by another client is still ours: the perm id says so (protocol 12.3)', async () => {
    const { world, ibkr, reports } = await upRig()
    ibkr.broker.place([orderOf('run-1')])
    await world.run(0)
    const peer = world.peer(ORDER_CLIENT)
    peer.send(statusOf(1, 'Submitted'), statusOf(1, 'Cancelled', { clientId: 33 }))
    await world.run(0)
    expect(said(reports)).toEqual(['run-1 working', 'run-1 cancel-reported'])
  })

  test('synthetic fills are marked', async () => {
    const { world, ibkr, reports } = await upRig()
    ibkr.broker.place([orderOf('run-1')])
    await world.run(0)
    world.peer(ORDER_CLIENT).send(executionOf(1, { exchange: 'SYNTHETIC' }))
    await world.run(0)
    expect(reports).toMatchObject([{ kind: 'filled', fill: { synthetic: true } }])
  })
})

describe('10006, the missing parent', () => {
  test('is evidence once; the child is sent once more under its id; then it is a reject', async () => {
    const { world, ibkr, reports } = await upRig()
    const [, , stop] = bracketOf()
    if (stop === undefined) throw new Error('expected a stop')
    ibkr.broker.place(bracketOf())
    await world.run(0)
    const peer = world.peer(ORDER_CLIENT)
    peer.send(error(3, 10006, 'Missing parent order'))
    await world.run(50)
    expect(said(reports)).toEqual(['run-3 parent-missing'])
    expect(ibkr.broker.resendChild(stop).ok).toBe(true)
    expect(ibkr.broker.resendChild(stop)).toMatchObject({ error: { code: 'refused' } })
    await world.run(0)
    const resent = peer.requests('placeOrder').at(-1)
    expect(resent).toMatchObject({ orderId: 3, order: { parentId: 1, transmit: true } })
    peer.send(error(3, 10006, 'Missing parent order'))
    await world.run(0)
    expect(said(reports).at(-1)).toBe('run-3 reject-reported')
  })

  test('an entry is never sent again', async () => {
    const { world, ibkr, reports } = await upRig()
    const [entry] = bracketOf()
    if (entry === undefined) throw new Error('expected an entry')
    ibkr.broker.place(bracketOf())
    await world.run(0)
    world.peer(ORDER_CLIENT).send(error(1, 10006, 'Missing parent order'))
    await world.run(0)
    expect(said(reports)).toEqual(['run-1 reject-reported'])
    expect(ibkr.broker.resendChild(entry)).toMatchObject({ error: { code: 'refused' } })
  })
})

describe('a change', () => {
  const change = changeOf({
    orderId: id('run-3'),
    quantity: 1,
    terms: { type: 'STP', trigger: price(1.8) },
  })

  async function changing() {
    const rig = await upRig()
    rig.ibkr.broker.place(bracketOf())
    await rig.world.run(0)
    const peer = rig.world.peer(ORDER_CLIENT)
    const stop = peer.requests('placeOrder')[2]
    if (stop === undefined) throw new Error('expected a stop')
    peer.send(openOrderOf(stop, { status: 'PreSubmitted' }))
    await rig.world.run(0)
    rig.reports.length = 0
    expect(rig.ibkr.broker.replace(change).ok).toBe(true)
    await rig.world.run(0)
    return { ...rig, peer, stop }
  }

  test('is the same id with the new terms; parent and group stay', async () => {
    const { peer } = await changing()
    expect(peer.requests('placeOrder').at(-1)).toMatchObject({
      orderId: 3,
      order: {
        totalQuantity: 1,
        orderType: 'STP',
        auxPrice: 1.8,
        lmtPrice: null,
        parentId: 1,
        ocaGroup: 'run-1',
        ocaType: 2,
        transmit: true,
        orderRef: 'run-3',
      },
    })
  })

  test('the old terms being alive is no answer to it; the new ones are', async () => {
    const { world, peer, stop, reports } = await changing()
    peer.send(openOrderOf(stop, { status: 'PreSubmitted' }), statusOf(3, 'PreSubmitted'))
    await world.run(0)
    expect(reports).toEqual([])
    const changed = peer.requests('placeOrder').at(-1)
    if (changed === undefined) throw new Error('expected a change')
    peer.send(openOrderOf(changed, { status: 'PreSubmitted' }), statusOf(3, 'PreSubmitted'))
    await world.run(0)
    expect(said(reports)).toEqual(['run-3 held', 'run-3 held'])
  })

  test('a refusal leaves the order with its old terms', async () => {
    const { world, peer, reports } = await changing()
    peer.send(error(3, 110, 'The price does not conform to the minimum price variation'))
    peer.send(statusOf(3, 'PreSubmitted'))
    await world.run(0)
    expect(said(reports)).toEqual(['run-3 cancel-refused', 'run-3 held'])
  })

  test('after 5 s without an echo it is left to a query', async () => {
    const { world, peer, reports } = await changing()
    await world.run(5_000)
    peer.send(statusOf(3, 'PreSubmitted'))
    await world.run(0)
    expect(said(reports)).toEqual(['run-3 held'])
  })

  test('of an order nobody knows is refused (X18)', async () => {
    const { ibkr } = await upRig()
    expect(ibkr.broker.replace(change)).toMatchObject({ error: { code: 'refused' } })
    expect(ibkr.broker.cancel(id('run-3'))).toMatchObject({ error: { code: 'refused' } })
  })
})

describe('1100, 1101, 1102', () => {
  test('1100 keeps the socket and sets a gate; 1102 clears it and asks for a reconciliation', async () => {
    const { world, ibkr, links } = await upRig()
    const peer = world.peer(ORDER_CLIENT)
    peer.send(notice(1100, 'Connectivity between IB and TWS has been lost'))
    await world.run(1)
    expect(ibkr.gates()).toMatchObject([{ gate: 'connectivity' }])
    // A gate holds back no exit; risk asks it.
    expect(ibkr.broker.place([orderOf('a')]).ok).toBe(true)
    peer.send(notice(1102, 'Connectivity restored - data maintained'))
    await world.run(1)
    expect(ibkr.gates()).toEqual([])
    expect(links).toEqual(['up 1', 'up 1'])
  })

  test('a farm that is back clears its own gate only (P19)', async () => {
    const { world, ibkr } = await upRig()
    const peer = world.peer(DATA_CLIENT)
    peer.send(
      notice(2103, 'Market data farm connection is broken:usopt'),
      notice(2103, 'Market data farm connection is broken:usfarm'),
      notice(2104, 'Market data farm connection is OK:usfarm'),
    )
    await world.run(1)
    expect(ibkr.gates()).toMatchObject([{ gate: 'farm', reason: expect.stringContaining('usopt') }])
  })
})

test('a shutdown lets the cancels leave first (H4)', async () => {
  const { world, ibkr } = await upRig()
  for (let i = 1; i <= 60; i++) {
    const placed = ibkr.broker.place([orderOf(`o-${i}`, { role: 'close', side: 'SELL' })])
    if (!placed.ok) await world.run(6_000) // until the Gateway is heard again
    if (!placed.ok) ibkr.broker.place([orderOf(`o-${i}`, { role: 'close', side: 'SELL' })])
  }
  for (let i = 1; i <= 60; i++) ibkr.broker.cancel(id(`o-${i}`))
  void ibkr.close()
  await world.run(5_000)
  expect(world.peer(ORDER_CLIENT).requests('cancelOrder')).toHaveLength(60)
  expect(world.peer(ORDER_CLIENT).heard.at(-1)?.request.kind).toBe('cancelOrder')
})

test('what the broker says is held is told on, of this account and of what we trade', async () => {
  const { world, ibkr } = await upRig()
  const held: HeldNow[] = []
  ibkr.broker.onHeld((now) => held.push(now))
  const row = { kind: 'position', account: ACCOUNT, position: 2, avgCost: 1 } as const
  world
    .peer(ORDER_CLIENT)
    .send(
      { ...row, contract: WIRE_OPTION },
      { ...row, contract: WIRE_OPTION, position: 0 },
      { ...row, contract: WIRE_OPTION, account: 'DU9' },
      { ...row, contract: { ...WIRE_OPTION, secType: 'FUT' } },
    )
  await world.run(10)
  expect(held.map(({ quantity }) => quantity)).toEqual([2, 0])
})
