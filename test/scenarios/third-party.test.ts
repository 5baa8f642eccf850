import { IBApi, SecType } from '@stoqey/ib'
import type { Contract, Order } from '@stoqey/ib'
import { IBApi as IBApi165 } from 'stoqey-ib-165'
import { IBApi as IBApi178 } from 'stoqey-ib-178'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { ThirdPartyClient } from './third-party-client.ts'

const TODAY = '2026-03-10' as CalendarDate
const ACCOUNT = 'DU1234567'
const SPY = { symbol: 'SPY', secType: 'STK', exchange: 'SMART', currency: 'USD' } as Contract
const MARKET = generatedMarket({ seed: 11, start: TODAY, symbols: ['SPY' as Ticker] })

interface Peer {
  readonly name: string
  readonly api: unknown
  readonly maxServerVersion: number
  /** What the package gets wrong by itself, as the beginning of its complaint. */
  readonly defects?: RegExp
}

const PEERS: readonly Peer[] = [
  { name: '1.6.10', api: IBApi, maxServerVersion: 193 },
  { name: '1.3.21', api: IBApi178, maxServerVersion: 176 },
  {
    name: '1.3.21',
    api: IBApi178,
    maxServerVersion: 178,
    // It expects faProfile in these frames, which left them with version 177 (protocol.md 5).
    defects: /^Decoding error on (OPEN_ORDER|COMPLETED_ORDER): unprocessed data left/,
  },
  { name: '1.2.39', api: IBApi165, maxServerVersion: 165 },
]

for (const { name, api, maxServerVersion, defects } of PEERS) {
  test(`@stoqey/ib ${name}, unmodified, trades at version ${maxServerVersion}`, async () => {
    const start = atNewYork(TODAY, '10:30')
    const clock = new VirtualClock({ start, settled: () => true, speed: null })
    const gateway = new SimulatedGateway({
      clock,
      seed: 11,
      market: MARKET,
      debug: true,
      maxServerVersion,
    })
    const server = await gateway.listen(0)
    const options = { host: '127.0.0.1', port: server.port, clientId: 5, maxReqPerSec: 1000 }
    const client = new ThirdPartyClient(new (api as typeof IBApi)(options), clock)
    client.api.connect(5)

    await becomesReady(client, maxServerVersion)
    const option = await findsAnOption(client)
    await seesQuotes(client, option)
    await seesBars(client)
    await seesTheAccount(client)
    await tradesABracket(client, option)

    const complaints = client.complaints().filter((text) => defects?.test(text) !== true)
    expect(complaints).toEqual([
      expect.stringMatching(/^Order Canceled - reason:.* \| 202 \| \d+$/),
      expect.stringMatching(/^Order Canceled - reason:.* \| 202 \| \d+$/),
    ])
    expect(gateway.counters.violations).toBe(0)
    client.api.disconnect()
    await client.until('disconnected')
    await server.close()
  })
}

async function becomesReady(client: ThirdPartyClient, version: number): Promise<void> {
  await client.until('nextValidId')
  expect(client.all('server')).toEqual([[version, '20260310 10:30:00 US/Eastern']])
  expect(client.all('managedAccounts')).toEqual([[ACCOUNT]])
  client.api.reqCurrentTime()
  const [time] = await client.until('currentTime')
  expect(Number(time) * 1000).toBeGreaterThanOrEqual(atNewYork(TODAY, '10:30'))
}

/** Details of the stock, its chain, then a call a little out of the money, with its grid. */
async function findsAnOption(client: ThirdPartyClient): Promise<Contract> {
  client.api.reqContractDetails(1, SPY)
  await client.until('contractDetailsEnd', ([id]) => id === 1)
  const [, stock] = client.all('contractDetails')[0] as [number, Details]
  expect(stock).toMatchObject({ longName: 'SPDR S&P 500 ETF TRUST', timeZoneId: 'US/Eastern' })
  expect(stock.liquidHours).toMatch(/^20260310:0930-20260310:1600;/)

  client.api.reqSecDefOptParams(2, 'SPY', '', SecType.STK, stock.contract.conId)
  await client.until('securityDefinitionOptionParameterEnd', ([id]) => id === 2)
  const rows = client.all('securityDefinitionOptionParameter')
  const smart = rows.find((row) => row[1] === 'SMART')
  const [, , underConId, tradingClass, multiplier, expirations, strikes] = smart as Chain
  expect([underConId, tradingClass, Number(multiplier)]).toEqual([stock.contract.conId, 'SPY', 100])
  expect(strikes.length).toBeGreaterThan(50)

  client.api.reqMktData(3, SPY, '', true, false)
  await client.until('tickSnapshotEnd', ([id]) => id === 3)
  const last = client.all('tickPrice').find(([id, type]) => id === 3 && type === 4)
  const strike = strikes.find((each) => each >= Number(last?.[2])) ?? 0
  const asked = {
    ...SPY,
    secType: 'OPT',
    lastTradeDateOrContractMonth: expirations[3],
    strike,
    right: 'C',
  } as Contract
  client.api.reqContractDetails(4, asked)
  await client.until('contractDetailsEnd', ([id]) => id === 4)
  const found = client.all('contractDetails').filter(([id]) => id === 4)
  expect(found.length).toBe(1)
  const [, details] = found[0] as [number, Details]
  expect(details).toMatchObject({ underConId: stock.contract.conId, underSymbol: 'SPY' })
  expect(details.contract).toMatchObject({ strike, right: 'C', tradingClass: 'SPY' })

  client.api.reqMarketRule(Number(details.marketRuleIds.split(',')[0]))
  const [, increments] = await client.until('marketRule')
  expect(increments).toEqual([{ lowEdge: 0, increment: 0.01 }])
  return { ...asked, conId: details.contract.conId }
}

async function seesQuotes(client: ThirdPartyClient, option: Contract): Promise<void> {
  client.api.reqMktData(10, option, '', true, false)
  await client.until('tickSnapshotEnd', ([id]) => id === 10)
  const model = client.all('tickOptionComputation').find(([id, type]) => id === 10 && type === 13)
  const [, , , volatility, delta] = model ?? []
  expect(Number(volatility)).toBeGreaterThan(0.03)
  expect(Number(delta)).toBeGreaterThan(0.2)
  expect(Number(delta)).toBeLessThan(0.7)

  client.api.reqMktData(11, SPY, '233', false, false)
  await client.pass(20_000)
  const of = (event: 'tickPrice' | 'tickSize' | 'tickString', type: number): number =>
    client.all(event).filter((args) => args[0] === 11 && args[1] === type).length
  for (const type of [1, 2, 4]) expect(of('tickPrice', type)).toBeGreaterThan(3)
  for (const type of [0, 3, 5, 8]) expect(of('tickSize', type)).toBeGreaterThan(3)
  expect(of('tickString', 48)).toBeGreaterThan(3)
  client.api.cancelMktData(11)
  await client.pass(1_000)
  const before = client.all('tickPrice').length
  await client.pass(5_000)
  expect(client.all('tickPrice').length).toBe(before)
}

async function seesBars(client: ThirdPartyClient): Promise<void> {
  const shape = ['3600 S', '1 min' as never, 'TRADES' as never] as const
  client.api.reqHistoricalData(20, SPY, '', ...shape, 1, 2, true)
  await client.until('historicalData', ([, date]) => String(date).startsWith('finished'))
  const bars = client.all('historicalData').filter(([, date]) => /^\d+$/.test(String(date)))
  expect(bars.length).toBeGreaterThanOrEqual(59)
  const times = bars.map(([, date]) => Number(date))
  expect(times.slice(1).every((time, i) => time - (times[i] ?? 0) === 60)).toBe(true)

  await client.pass(130_000)
  const updates = client.all('historicalDataUpdate')
  expect(updates.length).toBeGreaterThan(20)
  for (const [, , open, high, low, close] of updates as readonly Bar[]) {
    expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
    expect(low).toBeLessThanOrEqual(Math.min(open, close))
  }
  const started = new Set(updates.map(([, date]) => Number(date)))
  expect(started.size).toBeGreaterThanOrEqual(3)
  client.api.cancelHistoricalData(20)
  // The package tells the answer to a cancel as an error, like any other.
  await client.until('error', ([, code, id]) => code === 162 && id === 20)
  const index = client.heard.findIndex(({ event, args }) => event === 'error' && args[1] === 162)
  client.heard.splice(index, 1)
}

async function seesTheAccount(client: ThirdPartyClient): Promise<void> {
  client.api.reqAccountUpdates(true, ACCOUNT)
  await client.until('accountDownloadEnd')
  const values = client.all('updateAccountValue')
  expect(values).toContainEqual(['NetLiquidation', '100000.00', 'USD', ACCOUNT])
  expect(values).toContainEqual(['AccountReady', 'true', '', ACCOUNT])
  client.api.reqAccountSummary(30, 'All', 'NetLiquidation,AvailableFunds')
  await client.until('accountSummaryEnd')
  expect(client.all('accountSummary')).toEqual([
    [30, ACCOUNT, 'NetLiquidation', '100000.00', 'USD'],
    [30, ACCOUNT, 'AvailableFunds', '100000.00', 'USD'],
  ])
  client.api.reqPositions()
  await client.until('positionEnd')
  expect(client.all('position')).toEqual([])
  client.api.reqPnL(31, ACCOUNT, '')
  expect((await client.until('pnl')).slice(0, 2)).toEqual([31, 0])
}

/** Entry, take-profit and stop; the entry fills, the exits wake up and are cancelled one by one. */
async function tradesABracket(client: ThirdPartyClient, option: Contract): Promise<void> {
  const [nextId] = client.all('nextValidId')[0] as [number]
  const [parent, takeProfit, stop] = [nextId, nextId + 1, nextId + 2]
  const ask = client.all('tickPrice').find(([id, type]) => id === 10 && type === 2)?.[2]
  const limit = Math.round(Number(ask) * 1.1 * 20) / 20
  const common = { totalQuantity: 2, tif: 'GTC', account: ACCOUNT, openClose: 'O' }
  const exit = { ...common, action: 'SELL', parentId: parent }
  const order = (terms: object): Order => terms as Order
  client.api.placeOrder(
    parent,
    option,
    order({ ...common, action: 'BUY', orderType: 'LMT', lmtPrice: limit, transmit: false }),
  )
  client.api.placeOrder(
    takeProfit,
    option,
    order({ ...exit, orderType: 'LMT', lmtPrice: limit * 2, transmit: false }),
  )
  await client.pass(200)
  expect(client.all('openOrder')).toEqual([]) // nothing is said of what is not transmitted
  client.api.placeOrder(
    stop,
    option,
    order({ ...exit, orderType: 'STP', auxPrice: 0.5, transmit: true }),
  )
  await client.until('orderStatus', ([id, status]) => id === parent && status === 'Filled')
  await client.until('commissionReport')
  const [, contract, execution] = client.all('execDetails')[0] as [number, Contract, Execution]
  expect([contract.conId, contract.strike]).toEqual([option.conId, option.strike])
  expect(execution).toMatchObject({ orderId: parent, clientId: 5, side: 'BOT' })
  await client.until('orderStatus', ([id, status]) => id === takeProfit && status === 'Submitted')
  await client.until('orderStatus', (args) => args[0] === stop && args[9] === 'trigger')

  client.api.reqOpenOrders()
  await client.until('openOrderEnd')
  client.api.cancelOrder(takeProfit)
  await client.until('orderStatus', ([id, status]) => id === takeProfit && status === 'Cancelled')
  client.api.cancelOrder(stop)
  await client.until('orderStatus', ([id, status]) => id === stop && status === 'Cancelled')

  const own = client.all('execDetails').length
  client.api.reqExecutions(40, {})
  await client.until('execDetailsEnd', ([id]) => id === 40)
  expect(client.all('execDetails').length).toBe(2 * own)
  expect(client.all('commissionReport').length).toBe(2 * own)
  client.api.reqCompletedOrders(true)
  await client.until('completedOrdersEnd')
  expect(client.all('completedOrder').length).toBe(3)

  client.api.placeOrder(
    stop + 1,
    option,
    order({ ...common, action: 'SELL', orderType: 'MKT', openClose: 'C', transmit: true }),
  )
  await client.until('orderStatus', ([id, status]) => id === stop + 1 && status === 'Filled')
  await client.until('position', ([, , held]) => held === 0)
}

interface Details {
  readonly contract: { readonly conId: number; readonly strike?: number }
  readonly liquidHours: string
  readonly marketRuleIds: string
}
interface Execution {
  readonly execId: string
}
type Chain = readonly [number, string, number, string, string, readonly string[], readonly number[]]
type Bar = readonly [number, string, number, number, number, number]
