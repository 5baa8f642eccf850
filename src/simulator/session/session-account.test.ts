import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { at, CALL, scriptedMarket, ticket } from '../market/scripted-market.testing.ts'
import { GatewayBench } from './session.testing.ts'
import type { BenchOptions, TestClient } from './session.testing.ts'

const ACCOUNT = 'DU1234567'

/** A call quoted 2.00 to 2.10, later 3.00 to 3.10. */
async function ready(options: BenchOptions = {}): Promise<[GatewayBench, TestClient]> {
  const quotes = [
    { at: at('09:30'), bid: 2, ask: 2.1 },
    { at: at('10:30'), bid: 3, ask: 3.1 },
  ]
  const spy = { at: at('09:30'), bid: 560, ask: 560.02 }
  const market = scriptedMarket({ quotes: { 1: [spy], [CALL.conId]: quotes } })
  const bench = new GatewayBench({ market, ...options })
  const client = await bench.client(7)
  client.take()
  return [bench, client]
}

/** Of another client: whoever trades, the account changes for all. */
async function trade(bench: GatewayBench, side: 'BUY' | 'SELL', orderId: number): Promise<void> {
  const terms = { clientId: 99, orderId, contract: CALL, side, quantity: 2, type: 'MKT' } as const
  bench.gateway.core.place(ticket(terms))
  await bench.run(1_000)
}

const rows = (client: TestClient, ...keys: readonly string[]): readonly string[] =>
  client
    .take('accountValue')
    .filter(({ key }) => keys.includes(key))
    .map(({ key, value, currency }) => `${key} ${value} ${currency}`)

test('account updates: all, then what changed, then all again every three minutes', async () => {
  const [bench, client] = await ready()
  client.send({ kind: 'reqAccountUpdates', subscribe: true, account: ACCOUNT })
  await bench.run(0)
  const kinds = client.heard.map(({ kind }) => kind)
  expect(kinds.slice(-2)).toEqual(['accountUpdateTime', 'accountDownloadEnd'])
  const all = client.take('accountValue')
  const keys = all.map(({ key }) => key)
  expect(keys).toEqual(keys.toSorted())
  expect(all).toContainEqual({
    kind: 'accountValue',
    key: 'NetLiquidation',
    value: '100000.00',
    currency: 'USD',
    account: ACCOUNT,
  })
  await trade(bench, 'BUY', 1)
  const changed = client.take('portfolioValue', 'accountValue')
  expect(changed.filter(({ kind }) => kind === 'portfolioValue')).toMatchObject([
    { position: 2, marketPrice: 2.05, marketValue: 410, avgCost: 210.65, unrealizedPnl: -11.3 },
  ])
  expect(changed.length).toBeLessThan(all.length)
  await bench.run(178_998)
  expect(client.take()).toEqual([])
  await bench.run(10)
  const refreshed = client.take()
  expect(refreshed.filter(({ kind }) => kind === 'accountValue').length).toBe(all.length)
  expect(refreshed.at(-1)?.kind).toBe('accountUpdateTime')
})

test('a position that is closed is said once more, as nothing', async () => {
  const [bench, client] = await ready()
  await trade(bench, 'BUY', 1)
  client.send({ kind: 'reqAccountUpdates', subscribe: true, account: '' }, { kind: 'reqPositions' })
  await bench.run(0)
  expect(client.take('position')).toMatchObject([{ position: 2, avgCost: 210.65 }])
  await bench.clock.runUntil(at('10:31'))
  client.take()
  await trade(bench, 'SELL', 2)
  const heard = client.take('position', 'portfolioValue')
  expect(heard.map(({ kind, position }) => [kind, position])).toEqual([
    ['position', 0],
    ['portfolioValue', 0],
  ])
  await trade(bench, 'BUY', 3)
  expect(client.take('position')).toMatchObject([{ position: 2 }])
})

test('the account of the multi request, for another account an error', async () => {
  const [bench, client] = await ready()
  const asked = { kind: 'reqAccountUpdatesMulti', modelCode: '', ledgerAndNLV: false } as const
  client.send({ ...asked, reqId: 1, account: ACCOUNT }, { ...asked, reqId: 2, account: 'DU9' })
  await bench.run(0)
  expect(client.take('accountUpdateMultiEnd', 'error')).toMatchObject([
    { kind: 'accountUpdateMultiEnd', reqId: 1 },
    { id: 2, code: 321 },
  ])
  await trade(bench, 'BUY', 1)
  expect(client.take('accountUpdateMulti').length).toBeGreaterThan(0)
  client.send({ kind: 'cancelAccountUpdatesMulti', reqId: 1 })
  await bench.clock.runUntil(at('10:31'))
  await trade(bench, 'SELL', 2)
  expect(client.take('accountUpdateMulti')).toEqual([])
})

test('summaries: the tags that are known, two at a time', async () => {
  const [bench, client] = await ready()
  const asked = { kind: 'reqAccountSummary', group: 'All' } as const
  const tags = 'AccountType,NetLiquidation,Unknown,SettledCash,$LEDGER:ALL'
  client.send(
    { ...asked, reqId: 1, tags },
    { ...asked, reqId: 2, tags: 'Cushion' },
    { ...asked, reqId: 3, tags: 'Cushion' },
    { ...asked, reqId: 2, tags: 'Cushion' },
  )
  await bench.run(0)
  const heard = client.take('accountSummary', 'error')
  const said = heard.flatMap((row) => (row.kind === 'error' ? [[row.id, row.code]] : []))
  expect(said).toEqual([
    [3, 322],
    [2, 322],
  ])
  expect(heard.slice(0, 3)).toMatchObject([
    { tag: 'AccountType', value: 'INDIVIDUAL' },
    { tag: 'NetLiquidation', value: '100000.00', currency: 'USD' },
    { tag: 'SettledCash', value: '100000.00' },
  ])
  expect(heard).toContainEqual(expect.objectContaining({ tag: 'ExchangeRate', currency: 'USD' }))
  client.send({ kind: 'cancelAccountSummary', reqId: 1 }, { ...asked, reqId: 4, tags: 'Leverage' })
  await bench.run(0)
  expect(client.kinds()).toEqual(['accountSummaryEnd'])
})

test('profit and loss: at once, then every second in which it changed', async () => {
  const [bench, client] = await ready()
  await trade(bench, 'BUY', 1)
  client.send(
    { kind: 'reqPnL', reqId: 1, account: ACCOUNT, modelCode: '' },
    { kind: 'reqPnLSingle', reqId: 2, account: ACCOUNT, modelCode: '', conId: CALL.conId },
    { kind: 'reqPnL', reqId: 3, account: 'DU9', modelCode: '' },
  )
  await bench.run(0)
  expect(client.take()).toMatchObject([
    { kind: 'pnl', reqId: 1, dailyPnl: -11.3, unrealizedPnl: -11.3, realizedPnl: 0 },
    { kind: 'pnlSingle', reqId: 2, position: 2, unrealizedPnl: -11.3, value: 410 },
    { kind: 'error', id: 3, code: 321 },
  ])
  await bench.clock.runUntil((at('10:30') - 1) as EpochMs)
  expect(client.take()).toEqual([])
  await bench.run(1_000)
  expect(client.take('pnl')).toMatchObject([{ dailyPnl: 188.7 }])
  client.send({ kind: 'cancelPnL', reqId: 1 }, { kind: 'cancelPnLSingle', reqId: 2 })
  await trade(bench, 'SELL', 2)
  expect(client.take('pnl', 'pnlSingle')).toEqual([])
})

test('an account says of its kind what it is told to', async () => {
  const cash = 5_000_000_000 as never
  const account = { id: 'DU7654321', kind: 'cash', cash, type: 'CASH' } as const
  const [bench, client] = await ready({ account })
  client.send({ kind: 'reqAccountUpdates', subscribe: true, account: '' })
  await bench.run(0)
  expect(rows(client, 'AccountType', 'BuyingPower', 'AccountCode')).toEqual([
    'AccountCode DU7654321 ',
    'AccountType CASH ',
    'BuyingPower 5000.00 USD',
  ])
})
