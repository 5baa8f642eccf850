import { describe, expect, test } from 'vitest'
import type { ConId } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import { emptyContract } from '../../wire/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Market } from '../market/market.ts'
import { at, CALL, scriptedMarket, SPY } from '../market/scripted-market.testing.ts'
import type { Scripted } from '../market/scripted-market.testing.ts'
import { GatewayBench } from './session.testing.ts'
import type { BenchOptions, TestClient } from './session.testing.ts'

const STOCK = { ...emptyContract, conId: SPY.conId, exchange: 'SMART' }
const OPTION = { ...emptyContract, conId: CALL.conId, exchange: 'SMART' }

function ask(client: TestClient, of: Partial<RequestOf<'reqMktData'>>): void {
  client.send({
    kind: 'reqMktData',
    reqId: 1,
    contract: STOCK,
    comboLegs: [],
    deltaNeutralContract: null,
    genericTicks: '',
    snapshot: false,
    regulatorySnapshot: false,
    options: [],
    ...of,
  })
}

/** Ticks of prices, sizes and the rest as `type value`. */
function ticks(client: TestClient): readonly string[] {
  return client.take().flatMap((heard): readonly string[] => {
    switch (heard.kind) {
      case 'tickPrice':
        return [`price ${heard.tickType} ${heard.price} x ${heard.size}`]
      case 'tickSize':
        return [`size ${heard.tickType} ${heard.size}`]
      case 'tickGeneric':
      case 'tickString':
        return [`${heard.kind} ${heard.tickType} ${heard.value}`]
      case 'tickOptionComputation':
        return [`computation ${heard.tickType}`]
      case 'error':
        return [`error ${heard.id} ${heard.code}`]
      default:
        return [heard.kind]
    }
  })
}

const model = {
  impliedVolatility: 0.2,
  price: 2,
  delta: 0.5,
  gamma: 0.02,
  vega: 0.4,
  theta: -0.3,
  underlyingPrice: 560,
}

/** The scripted market, with what its quotes leave out. */
function fullMarket(quotes: readonly Scripted[], synthetic = false): Market {
  const base = scriptedMarket({ quotes: { [SPY.conId]: quotes, [CALL.conId]: quotes } })
  return {
    ...base,
    quote: (id: ConId, when, adverse) => {
      const quote = base.quote(id, when, adverse)
      const isOption = id === CALL.conId
      const rest = { previousClose: price(1), open: price(1), synthetic, volume: 7, lastSize: 3 }
      return quote === null ? null : { ...quote, ...rest, model: isOption ? model : null }
    },
  }
}

async function ready(options: BenchOptions): Promise<[GatewayBench, TestClient]> {
  const bench = new GatewayBench(options)
  const client = await bench.client(7)
  client.take()
  return [bench, client]
}

const FIRST = { at: at('09:30'), bid: 2, ask: 2.1 }

describe('a stream', () => {
  test('begins with type, parameters and all there is, then says what changes', async () => {
    const market = fullMarket([
      FIRST,
      { at: at('10:01'), bid: 2.05, ask: 2.1 },
      { at: at('10:02'), bid: 2.05, ask: 2.1, askSize: 80 },
      { at: at('10:03'), bid: null, ask: 2.1, askSize: 80 },
    ])
    const [bench, client] = await ready({ market })
    ask(client, {})
    await bench.run(1_000)
    expect(ticks(client)).toEqual([
      'marketDataType',
      'tickReqParams',
      'tickString 32 PQZ',
      'tickString 33 PQZ',
      'tickString 84 D',
      'price 1 2 x 100',
      'size 0 100',
      'price 2 2.1 x 100',
      'size 3 100',
      `tickString 45 ${at('09:30') / 1000}`,
      'price 4 2 x 3',
      'size 5 3',
      'size 8 7',
      'price 14 1 x 0',
      'price 9 1 x 0',
      'tickGeneric 49 0',
    ])
    await bench.run(60_000)
    const moved = ['price 1 2.05 x 100', 'size 0 100']
    const traded = [`tickString 45 ${at('10:01') / 1000}`, 'price 4 2.05 x 3', 'size 5 3']
    expect(ticks(client)).toEqual([...moved, ...traded])
    await bench.run(60_000)
    expect(ticks(client)).toEqual(['size 3 80'])
    await bench.run(60_000)
    expect(ticks(client)).toEqual(['price 1 -1 x 0', 'size 0 0'])
  })

  test('reads SYNTHETIC where a quote was derived', async () => {
    const [bench, client] = await ready({ market: fullMarket([FIRST], true) })
    ask(client, {})
    await bench.run(10)
    expect(ticks(client)).toEqual(
      expect.arrayContaining([32, 33, 84].map((type) => `tickString ${type} SYNTHETIC`)),
    )
  })

  test.each([
    ['a stock', STOCK, 250],
    ['an option', OPTION, 100],
  ])('of %s speaks at most every so many milliseconds', async (_name, contract, everyMs) => {
    const fast = Array.from({ length: 100 }, (_, i) => ({
      at: (at('10:00') + i * 20) as typeof FIRST.at,
      bid: 2 + i / 100,
      ask: 4,
    }))
    const [bench, client] = await ready({ market: fullMarket(fast) })
    ask(client, { contract })
    await bench.run(5)
    const heard: number[] = []
    for (let ms = 0; ms < 2_000; ms += 5) {
      client.take()
      await bench.run(5)
      if (client.take('tickPrice').length > 0) heard.push(bench.clock.now())
    }
    const gaps = heard.slice(1).map((time, i) => time - (heard[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(everyMs)
    expect(heard.length).toBeGreaterThan(5)
  })

  test('of an option brings four computations, and they pause', async () => {
    const quotes = Array.from({ length: 40 }, (_, i) => ({
      at: (at('10:00') + i * 250) as typeof FIRST.at,
      bid: 2 + i / 100,
      ask: 3 + i / 100,
    }))
    const [bench, client] = await ready({ market: fullMarket(quotes) })
    ask(client, { contract: OPTION, genericTicks: '100,101' })
    await bench.run(0)
    const first = client.take('tickOptionComputation')
    expect(first.map((each) => each.tickType)).toEqual([10, 11, 12, 13])
    expect(first[3]).toMatchObject({ impliedVol: 0.2, delta: 0.5, undPrice: 560, optPrice: 2 })
    await bench.run(9_000)
    const later = client.take('tickOptionComputation').map((each) => each.tickType)
    expect(later.filter((type) => type === 10).length).toBeLessThanOrEqual(5)
    expect(later.filter((type) => type === 13)).toEqual([]) // its figures did not change
  })
})

describe('a snapshot', () => {
  test.each([
    ['a stock', STOCK],
    ['an option', OPTION],
  ])('of %s ends when all has come', async (_name, contract) => {
    const [bench, client] = await ready({ market: fullMarket([FIRST]) })
    ask(client, { contract, snapshot: true })
    await bench.run(0)
    expect(client.kinds().at(-1)).toBe('tickSnapshotEnd')
  })

  test('that lacks something ends after 11 seconds', async () => {
    const market = scriptedMarket({ quotes: { [SPY.conId]: [{ ...FIRST, ask: null }] } })
    const [bench, client] = await ready({ market })
    ask(client, { snapshot: true })
    await bench.run(10_999)
    expect(client.kinds()).not.toContain('tickSnapshotEnd')
    await bench.run(1)
    expect(client.kinds()).toEqual(['tickSnapshotEnd'])
    client.send({ kind: 'cancelMktData', reqId: 1 })
    await bench.run(1)
    expect(client.errors()).toEqual([[1, 300]])
  })

  test('may not ask for generic ticks', async () => {
    const [bench, client] = await ready({ market: fullMarket([FIRST]) })
    ask(client, { snapshot: true, genericTicks: '233' })
    await bench.run(0)
    expect(client.errors()).toEqual([[1, 414]])
  })
})

describe('what is refused', () => {
  test('the 101st line, over all clients, until one is given back', async () => {
    const bench = new GatewayBench({ market: fullMarket([FIRST]) })
    const [one, two] = [await bench.client(1), await bench.client(2)]
    for (let id = 1; id <= 45; id++) for (const client of [one, two]) ask(client, { reqId: id })
    await bench.run(1_000)
    for (let id = 46; id <= 56; id++) ask(one, { reqId: id })
    await bench.run(0)
    one.take()
    ask(two, { reqId: 100 })
    await bench.run(1_000)
    expect([one.errors(), two.errors().slice(-1)]).toEqual([[], [[100, 101]]])
    one.close()
    await bench.run(0)
    ask(two, { reqId: 101 })
    await bench.run(0)
    expect(two.errors()).toEqual([])
  })

  test.each([
    ['an unknown contract', { contract: { ...STOCK, conId: 4711 } }, 200],
    [
      'several contracts',
      { contract: { ...STOCK, conId: 0, symbol: 'SPY', secType: 'OPT', currency: 'USD' } },
      200,
    ],
    ['a combination', { contract: { ...STOCK, conId: 0, symbol: 'SPY', secType: 'BAG' } }, 200],
    ['a generic tick that nobody knows', { genericTicks: '233,7777' }, 321],
  ])('%s', async (_name, of, code) => {
    const [bench, client] = await ready({ market: fullMarket([FIRST]) })
    ask(client, of)
    await bench.run(0)
    expect(client.errors()).toEqual([[1, code]])
  })

  test('a request id twice, and the cancel of one that is not there', async () => {
    const [bench, client] = await ready({ market: fullMarket([FIRST]) })
    ask(client, {})
    ask(client, {})
    client.send({ kind: 'cancelMktData', reqId: 9 })
    await bench.run(0)
    expect(client.errors()).toEqual([
      [1, 102],
      [9, 300],
    ])
  })
})

test('without a subscription 10089, or data 15 minutes old for who asked for it', async () => {
  const market = fullMarket([FIRST, { at: at('09:50'), bid: 2.5, ask: 2.6 }])
  const [bench, client] = await ready({ market, unsubscribed: ['SPY'] })
  ask(client, {})
  await bench.run(0)
  expect(client.errors()).toEqual([[1, 10089]])
  client.send({ kind: 'reqMarketDataType', type: 3 })
  ask(client, { reqId: 2 })
  await bench.run(0)
  const heard = ticks(client)
  expect(heard.slice(0, 2)).toEqual(['error 2 10167', 'marketDataType'])
  expect(heard).toEqual(expect.arrayContaining(['price 66 2 x 100', 'size 69 100']))
  await bench.run(5 * 60_000)
  expect(ticks(client)).toContain('price 66 2.5 x 100')
})

test('implied volatility and price on demand invert each other', async () => {
  const [bench, client] = await ready({ market: fullMarket([FIRST]) })
  const asked = { contract: OPTION, underPrice: 561, options: [] }
  client.send({ kind: 'calcOptionPrice', reqId: 1, volatility: 0.25, ...asked })
  await bench.run(0)
  const [priced] = client.take('tickOptionComputation')
  expect(priced).toMatchObject({ tickType: 53, undPrice: 561, impliedVol: 0.25 })
  const optionPrice = priced?.optPrice ?? 0
  client.send({ kind: 'calcImpliedVolatility', reqId: 2, optionPrice, ...asked })
  await bench.run(0)
  expect(client.take('tickOptionComputation')[0]?.impliedVol).toBeCloseTo(0.25, 9)
})

test('generic ticks of a generated stock', async () => {
  const [bench, client] = await ready({})
  const contract = { ...emptyContract, symbol: 'SPY', secType: 'STK', exchange: 'SMART' }
  ask(client, { contract, genericTicks: '100,101,104,106,221,233,236' })
  await bench.run(3_000)
  const types = new Set(client.take().map((heard) => ('tickType' in heard ? heard.tickType : -1)))
  const wanted = [23, 24, 27, 28, 29, 30, 37, 46, 48]
  expect(wanted.filter((type) => !types.has(type))).toEqual([])
})
