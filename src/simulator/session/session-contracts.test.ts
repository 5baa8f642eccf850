import { describe, expect, test } from 'vitest'
import { emptyContract } from '../../wire/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { GatewayBench } from './session.testing.ts'
import type { TestClient } from './session.testing.ts'

type Contract = RequestOf<'reqContractDetails'>['contract']

const STOCK = { symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' }
const OPTION = { ...STOCK, secType: 'OPT' }

async function ready(): Promise<[GatewayBench, TestClient]> {
  const bench = new GatewayBench()
  const client = await bench.client(7)
  client.take()
  return [bench, client]
}

function ask(client: TestClient, contract: Partial<Contract>, reqId = 1): void {
  client.send({
    kind: 'reqContractDetails',
    reqId,
    contract: { ...emptyContract, ...contract },
    secIdType: '',
    secId: '',
    issuerId: '',
  })
}

describe('details', () => {
  test('of a stock: identity, hours a week ahead, one market rule per exchange', async () => {
    const [bench, client] = await ready()
    ask(client, STOCK)
    await bench.run(0)
    const [details, end] = client.take()
    expect(end).toEqual({ kind: 'contractDetailsEnd', reqId: 1 })
    expect(details).toMatchObject({
      kind: 'contractDetails',
      contract: { conId: 756733, symbol: 'SPY', primaryExchange: 'ARCA', localSymbol: 'SPY' },
      minTick: 0.01,
      timeZoneId: 'US/Eastern',
      longName: 'SPDR S&P 500 ETF TRUST',
      stockType: 'ETF',
    })
    if (details?.kind !== 'contractDetails') return
    const { validExchanges, marketRuleIds, liquidHours, tradingHours } = details
    expect(marketRuleIds.split(',').length).toBe(validExchanges.split(',').length)
    expect(new Set(marketRuleIds.split(','))).toEqual(new Set(['26']))
    expect(liquidHours.split(';')).toEqual([
      '20260310:0930-20260310:1600',
      '20260311:0930-20260311:1600',
      '20260312:0930-20260312:1600',
      '20260313:0930-20260313:1600',
      '20260314:CLOSED',
      '20260315:CLOSED',
      '20260316:0930-20260316:1600',
    ])
    expect(tradingHours).toMatch(/^20260310:0400-20260310:2000;/)
  })

  test('of an index: on its own exchange, without a grid', async () => {
    const [bench, client] = await ready()
    ask(client, { symbol: 'VIX', secType: 'IND', exchange: 'CBOE', currency: 'USD' })
    ask(client, { symbol: 'VIX', secType: 'IND', exchange: 'NASDAQ' }, 2)
    await bench.run(0)
    expect(client.take()).toMatchObject([
      {
        kind: 'contractDetails',
        contract: { secType: 'IND', exchange: 'CBOE' },
        marketRuleIds: '',
      },
      { kind: 'contractDetailsEnd' },
      { kind: 'error', id: 2, code: 200 },
    ])
  })

  test('of one option, by description, by conId and by its OSI symbol', async () => {
    const [bench, client] = await ready()
    ask(client, { ...OPTION, lastTradeDateOrContractMonth: '20260313', strike: 590, right: 'C' })
    await bench.run(0)
    const [found] = client.take('contractDetails')
    expect(found).toMatchObject({
      contract: { tradingClass: 'SPY', multiplier: '100', localSymbol: 'SPY   260313C00590000' },
      underConId: 756733,
      underSymbol: 'SPY',
      underSecType: 'STK',
      realExpirationDate: '20260313',
      contractMonth: '202603',
    })
    expect(found?.liquidHours).toMatch(/20260313:0930-20260313:1600;20260314:CLOSED/)
    ask(client, { conId: found?.contract.conId ?? 0 })
    ask(client, { ...OPTION, symbol: '', localSymbol: 'SPY 260313C00590000' })
    await bench.run(0)
    const again = client.take('contractDetails')
    expect(again.map(({ contract }) => contract)).toEqual([found?.contract, found?.contract])
  })

  test('of what is ambiguous: all that fits', async () => {
    const [bench, client] = await ready()
    ask(client, { ...OPTION, lastTradeDateOrContractMonth: '20260313', strike: 590 })
    ask(client, { ...OPTION, lastTradeDateOrContractMonth: '202603', strike: 590, right: 'P' }, 2)
    await bench.run(0)
    const found = client.take('contractDetails')
    const rights = found.filter(({ reqId }) => reqId === 1).map(({ contract }) => contract.right)
    expect(rights).toEqual(['C', 'P'])
    expect(found.filter(({ reqId }) => reqId === 2).length).toBeGreaterThan(3)
  })

  test.each([
    ['a symbol that is not listed', { ...STOCK, symbol: 'NONE' }, 200],
    ['another currency', { ...STOCK, currency: 'EUR' }, 200],
    ['an exchange it is not on', { ...STOCK, exchange: 'LSE' }, 200],
    ['a strike that does not exist', { ...OPTION, strike: 123.45, right: 'C' }, 200],
    ['an option that has expired', { ...OPTION, lastTradeDateOrContractMonth: '20260306' }, 200],
    ['a month that is none', { ...OPTION, lastTradeDateOrContractMonth: '2026-3' }, 10372],
    ['no security type', { ...STOCK, secType: '' }, 321],
  ])('of %s: one error and no end', async (_name, contract, code) => {
    const [bench, client] = await ready()
    ask(client, contract)
    await bench.run(0)
    expect(client.take()).toMatchObject([{ kind: 'error', id: 1, code }])
  })
})

describe('chains', () => {
  const chain = { kind: 'reqSecDefOptParams', reqId: 1, symbol: 'SPY', secType: 'STK' } as const

  test('one row per exchange and class, strikes ascending, then the end', async () => {
    const [bench, client] = await ready()
    client.send({ ...chain, futFopExchange: '', conId: 756733 })
    await bench.run(0)
    expect(client.heard.at(-1)?.kind).toBe('secDefOptParamEnd')
    const rows = client.take('secDefOptParam')
    expect(rows.map(({ exchange }) => exchange)).toContain('SMART')
    expect(new Set(rows.map(({ exchange, tradingClass }) => exchange + tradingClass)).size).toBe(
      rows.length,
    )
    const [first] = rows
    expect(first).toMatchObject({ underConId: 756733, tradingClass: 'SPY', multiplier: '100' })
    expect(first?.strikes).toEqual(first?.strikes.toSorted((a, b) => a - b))
    expect(first?.expirations[0]).toBe('20260310') // 0DTE
    const options = bench.gateway.market.options('SPY' as never, '2026-03-10' as never)
    expect(first?.strikes.length).toBe(new Set(options.map(({ strike }) => strike)).size)
  })

  test('with an exchange named, only the end; for what does not exist, an error', async () => {
    const [bench, client] = await ready()
    client.send(
      { ...chain, futFopExchange: 'SMART', conId: 756733 },
      { ...chain, reqId: 2, futFopExchange: '', conId: 4711 },
    )
    await bench.run(0)
    expect(client.take()).toMatchObject([
      { kind: 'secDefOptParamEnd', reqId: 1 },
      { kind: 'error', id: 2, code: 321 },
    ])
  })
})

test.each([
  [26, [{ lowEdge: 0, increment: 0.01 }]],
  [
    32,
    [
      { lowEdge: 0, increment: 0.01 },
      { lowEdge: 3, increment: 0.05 },
    ],
  ],
  [
    110,
    [
      { lowEdge: 0, increment: 0.05 },
      { lowEdge: 3, increment: 0.1 },
    ],
  ],
])('market rule %i', async (ruleId, increments) => {
  const [bench, client] = await ready()
  client.send({ kind: 'reqMarketRule', ruleId }, { kind: 'reqMarketRule', ruleId: 5 })
  await bench.run(0)
  expect(client.take()).toMatchObject([
    { kind: 'marketRule', ruleId, increments },
    { kind: 'error', id: -1, code: 321 },
  ])
})

test('symbols are found by beginning and by name', async () => {
  const [bench, client] = await ready()
  client.send(
    { kind: 'reqMatchingSymbols', reqId: 1, pattern: 'sp' },
    { kind: 'reqMatchingSymbols', reqId: 2, pattern: 'volatility' },
  )
  await bench.run(0)
  expect(client.take('symbolSamples').map(({ samples }) => samples)).toMatchObject([
    [{ symbol: 'SPY', secType: 'STK', derivativeSecTypes: ['OPT'] }],
    [{ symbol: 'VIX', secType: 'IND' }],
  ])
})
