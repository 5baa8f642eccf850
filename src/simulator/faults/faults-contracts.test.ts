import { describe, expect, test } from 'vitest'
import { bars, line, PING, ready, SPY, story } from './faults.testing.ts'
import { optionOf } from './options.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

async function chains(bench: GatewayBench) {
  const client = await ready(bench)
  const conId = bench.gateway.market.underlyings[0]?.contract.conId ?? 0
  client.send({
    kind: 'reqSecDefOptParams',
    reqId: 1,
    symbol: 'SPY',
    futFopExchange: '',
    secType: 'STK',
    conId,
  })
  await bench.run(1_000)
  return client.take('secDefOptParam').filter(({ exchange }) => exchange === 'SMART')
}

function details(contract: ReturnType<typeof optionOf>) {
  return {
    kind: 'reqContractDetails',
    reqId: 2,
    contract,
    secIdType: '',
    secId: '',
    issuerId: '',
  } as const
}

describe('corporate-action', () => {
  test('adjusted classes are listed beside the standard one, first', async () => {
    const bench = new GatewayBench()
    bench.inject('corporate-action', { what: 'adjusted-class' })
    const rows = (await chains(bench)).map(({ tradingClass, multiplier }) => [
      tradingClass,
      multiplier,
    ])
    expect(rows.slice(0, 3)).toEqual([
      ['SPY1', '100'],
      ['SPY', '150'],
      ['SPY', '100'],
    ])
  })

  test.each([
    ['adjusted-class', { tradingClass: 'SPY1', multiplier: '100' }],
    ['adjusted-multiplier', { tradingClass: 'SPY', multiplier: '150' }],
  ])('%s: it comes in the place of the one that was asked for', async (what, contract) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('corporate-action', { what })
    client.send(details(optionOf(bench)))
    await bench.run(1_000)
    expect(client.take('contractDetails')).toMatchObject([{ contract }])
  })

  test.each([
    ['split', true],
    ['dividend', false],
  ] as const)('%s: prices are halved; past ones are restated: %s', async (what, restated) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    const closes = async (reqId: number) => {
      client.send(bars(reqId, { endDateTime: '20260310-14:00:00' }))
      await bench.run(16_000)
      return client.take('historicalData')[0]?.bars.map(({ close }) => close) ?? []
    }
    const [before = 0] = await closes(1)
    const spot =
      bench.gateway.core.quote(bench.gateway.market.underlyings[0]?.contract.conId ?? (0 as never))
        ?.bid ?? 0
    bench.inject('corporate-action', { what, factor: 0.5 })
    const [after = 0] = await closes(2)
    expect(after / before).toBeCloseTo(restated ? 0.5 : 1, 3)
    const now =
      bench.gateway.core.quote(bench.gateway.market.underlyings[0]?.contract.conId ?? (0 as never))
        ?.bid ?? 0
    expect(now / spot).toBeCloseTo(0.5, 2)
  })

  test('renamed: the old name does not exist, and its lines fall silent', async () => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    client.send(line(1))
    await bench.run(1_000)
    client.take()
    bench.inject('corporate-action', { what: 'renamed' })
    client.send(bars(2), line(3), PING)
    await bench.run(30_000)
    expect(story(client)).toEqual(['error 2 200', 'error 3 200', 'currentTime'])
  })
})

test('phantom-strikes: listed, and not there', async () => {
  const bench = new GatewayBench()
  const [right] = await chains(bench)
  const broken = new GatewayBench()
  broken.inject('phantom-strikes')
  const [row] = await chains(broken)
  const phantoms = row?.strikes.filter((strike) => right?.strikes.includes(strike) !== true) ?? []
  expect(phantoms.length).toBe((right?.strikes.length ?? 0) - 1)
  const client = await ready(broken, 2)
  client.send(details({ ...optionOf(broken), conId: 0, localSymbol: '', strike: phantoms[0] ?? 0 }))
  await broken.run(1_000)
  expect(story(client)).toEqual(['error 2 200'])
})

test('gateway-clock: currentTime is off, and nothing else', async () => {
  const bench = new GatewayBench()
  const client = await ready(bench)
  const heal = bench.inject('gateway-clock', { offsetMs: -7_000 })
  client.send(PING, details({ ...SPY, includeExpired: false }))
  await bench.run(0)
  const [told] = client.take('currentTime')
  expect(told?.time).toBe(Math.floor(bench.clock.now() / 1000) - 7)
  heal()
  client.send(PING)
  await bench.run(0)
  expect(client.take('currentTime')[0]?.time).toBe(Math.floor(bench.clock.now() / 1000))
})
