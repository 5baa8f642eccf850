import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ok } from '../base/result.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { BOT_VERSIONS } from '../wire/handshake.ts'
import { bracketOf, orderOf, ORDER_CLIENT, DATA_CLIENT, said, upRig } from './gateway.testing.ts'
import type { Rig } from './gateway.testing.ts'
import { TcpWorld } from './peer.testing.ts'
import { FIRST_REQUEST_ID } from './session/question.ts'

/** Hazards of a TWS client, client-library.md 1.1: our session has none of them. Over real TCP. */
const worlds: TcpWorld[] = []

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function newWorld(): Promise<TcpWorld> {
  const world = await TcpWorld.open()
  worlds.push(world)
  return world
}

async function newRig(): Promise<Rig & { readonly world: TcpWorld }> {
  const world = await newWorld()
  const rig = await upRig({}, world)
  await world.run(1_000)
  return { ...rig, world }
}

const SPY = { kind: 'stock', symbol: 'SPY', exchange: 'SMART', currency: 'USD' } as never

describe('sending', () => {
  test('H1: an order while the link is down, or not ready yet, fails now and never leaves', async () => {
    const world = await newWorld()
    world.script = { welcome: [] } // accepted, and not ready
    const rig = await upRig({}, world)
    await world.run(2_000)
    expect(rig.ibkr.broker.place(bracketOf('early'))).toMatchObject({
      error: { code: 'not-connected' },
    })
    world.script = {}
    await world.run(60_000)
    expect(rig.links.at(-1)).toMatch(/^up/)
    world.peer(ORDER_CLIENT).transport.close()
    await world.run(10)
    expect(rig.ibkr.broker.place(bracketOf('late')).ok).toBe(false)
    await world.run(60_000)
    for (const peer of world.peers) expect(peer.requests('placeOrder')).toEqual([])
  })

  test('H2: what waited for its turn dies with its connection; the next one begins clean', async () => {
    const { world, ibkr } = await newRig()
    const { signal } = new AbortController()
    for (let i = 0; i < 200; i++) {
      void ibkr.marketData.spot({ ...(SPY as object), symbol: `S${i}` } as never, signal)
    }
    world.peer(DATA_CLIENT).transport.close()
    await world.run(10_000)
    // The server reads strictly: a byte before the prelude, or a frame before startApi, would fail.
    const kinds = world.peer(DATA_CLIENT).heard.map(({ request }) => request.kind)
    expect(kinds[0]).toBe('startApi')
    expect(new Set(kinds)).toEqual(new Set(['startApi', 'reqCurrentTime']))
  })

  test('H3: a cancel leaves within 50 ms, whatever waits', async () => {
    const { world, ibkr } = await newRig()
    ibkr.broker.place(bracketOf())
    const { signal } = new AbortController()
    for (let i = 0; i < 300; i++) {
      void ibkr.marketData.spot({ ...(SPY as object), symbol: `S${i}` } as never, signal)
    }
    await world.run(10)
    const at = world.clock.monotonicMs()
    expect(ibkr.broker.cancel('run-1' as ClientOrderId)).toEqual(ok(undefined))
    await world.run(50)
    const cancel = world
      .peer(ORDER_CLIENT)
      .heard.find(({ request }) => request.kind === 'cancelOrder')
    expect((cancel?.at ?? Infinity) - at).toBeLessThanOrEqual(50)
  })

  test('H4: a shutdown lets all cancels leave', async () => {
    const { world, ibkr } = await newRig()
    for (let i = 0; i < 12; i++) ibkr.broker.place([orderOf(`o${i}`)])
    await world.run(2_000)
    for (let i = 0; i < 12; i++) ibkr.broker.cancel(`o${i}` as ClientOrderId)
    const closed = ibkr.close()
    await world.run(3_000)
    await closed
    expect(world.peer(ORDER_CLIENT).requests('cancelOrder')).toHaveLength(12)
  })

  test('H5: handed to the socket is no proof; only an answer is', async () => {
    const rig = await newRig()
    expect(rig.ibkr.broker.place(bracketOf())).toEqual(ok(undefined))
    await rig.world.run(60_000)
    expect(rig.world.peer(ORDER_CLIENT).requests('placeOrder')).toHaveLength(3)
    expect(said(rig.reports)).toEqual([]) // nothing is claimed of an order that nobody answered
  })

  test('H6: every property that matters is set, transmit above all', async () => {
    const { world, ibkr } = await newRig()
    ibkr.broker.place(bracketOf())
    await world.run(10)
    const placed = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(placed.map(({ order }) => order.transmit)).toEqual([false, false, true])
    for (const { order } of placed) {
      expect(order).toMatchObject({ origin: 0, openClose: '', whatIf: false, exemptCode: -1 })
      expect(order.account).not.toBe('')
    }
  })

  test('H7, H8: every order frame has the fields of its layout, whatever the order', async () => {
    const { world, ibkr } = await newRig()
    // The peer decodes strictly: a field more or less in any of these frames would throw.
    ibkr.broker.place(bracketOf())
    ibkr.broker.place([orderOf('m', { terms: { type: 'MKT' } })])
    await world.run(2_000)
    const placed = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(placed).toHaveLength(4)
    expect(placed.every(({ order }) => order.orderMiscOptions.length === 0)).toBe(true)
    expect(placed.every(({ order }) => order.scalePriceIncrement === null)).toBe(true)
  })

  test.each([
    ['a price that is no number', { terms: { type: 'LMT', limit: Number.NaN as never } } as const],
    ['a price off the ticks', { terms: { type: 'LMT', limit: price(2.003) } } as const],
    ['a reference with a NUL', { id: 'a\0b' as ClientOrderId }],
    ['no quantity', { quantity: 0 }],
  ])('H8: %s is refused here, and nothing leaves', async (_, terms) => {
    const { world, ibkr } = await newRig()
    expect(ibkr.broker.place([orderOf('x', terms)])).toMatchObject({ error: { code: 'refused' } })
    await world.run(1_000)
    expect(world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })

  test('H9: no second of any alignment has more than 45 messages, of all connections', async () => {
    const { world, ibkr } = await newRig()
    const { signal } = new AbortController()
    for (let i = 0; i < 400; i++) {
      void ibkr.marketData.spot({ ...(SPY as object), symbol: `S${i}` } as never, signal)
      if (i % 40 === 0) ibkr.broker.place([orderOf(`o${i}`)])
    }
    await world.run(30_000)
    const times = world.peers
      .flatMap(({ heard }) => heard.map(({ at }) => at))
      .sort((a, b) => a - b)
    expect(times.length).toBeGreaterThan(250) // of what waits longer than its lane allows, none
    const most = times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length)
    expect(Math.max(...most)).toBeLessThanOrEqual(45)
  })

  test('H10: nothing here reads the environment or a file of its own', () => {
    const folder = import.meta.dirname
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const sources = files.filter((name) => /(?<!\.test|\.testing)\.ts$/.test(name))
    const texts = sources.map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(sources.length).toBeGreaterThan(80)
    const reads = texts.filter((text) => /process\.env|dotenv|readFile/.test(text))
    // One file of the kernel's, which shows the queues of our sockets.
    expect(reads.map((text) => /\/proc\/net\/tcp/.test(text))).toEqual([true])
  })

  test('H11: the versions announced are those whose every message is known', async () => {
    expect(BOT_VERSIONS).toEqual({ min: 176, max: 193 })
    const world = await newWorld()
    world.script = { version: 194 }
    const { ibkr, links } = await upRig({}, world)
    await world.run(30_000)
    expect(links).toEqual([])
    expect(await ibkr.ready(0)).toMatchObject({
      error: { detail: 'expected server version 176 to 193, was 194' },
    })
  })

  test('no frame of an old epoch ever leaves', async () => {
    const { world, ibkr } = await newRig()
    const first = world.peer(ORDER_CLIENT)
    ibkr.broker.place(bracketOf())
    first.transport.close()
    ibkr.broker.cancel('run-1' as ClientOrderId)
    await world.run(20_000)
    const second = world.peer(ORDER_CLIENT)
    expect(second).not.toBe(first)
    expect(second.requests('placeOrder')).toEqual([])
    expect(second.requests('cancelOrder')).toEqual([])
    const ids = world.peers.flatMap(({ heard }) =>
      heard.flatMap(({ request }) => ('reqId' in request ? [request.reqId] : [])),
    )
    expect(new Set(ids).size).toBe(ids.length) // S6: never reused, in no epoch
    expect(ids.every((id) => id >= FIRST_REQUEST_ID)).toBe(true)
  })
})
