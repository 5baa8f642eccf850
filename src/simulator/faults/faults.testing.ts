import { emptyContract } from '../../wire/contract.ts'
import { untouchedOrder } from '../../wire/defaults.ts'
import type { Request, RequestOf } from '../../wire/requests.ts'
import type { GatewayBench, TestClient } from '../session/session.testing.ts'

export const SPY = {
  ...emptyContract,
  symbol: 'SPY',
  secType: 'STK',
  exchange: 'SMART',
  currency: 'USD',
}

export const PING: Request = { kind: 'reqCurrentTime' }

export function bars(reqId: number, more: Partial<RequestOf<'reqHistoricalData'>> = {}): Request {
  return {
    kind: 'reqHistoricalData',
    reqId,
    contract: SPY,
    endDateTime: '',
    barSize: '1 min',
    duration: '1800 S',
    useRTH: true,
    whatToShow: 'TRADES',
    formatDate: 2,
    comboLegs: [],
    keepUpToDate: false,
    options: [],
    ...more,
  }
}

export function line(reqId: number, more: Partial<RequestOf<'reqMktData'>> = {}): Request {
  return {
    kind: 'reqMktData',
    reqId,
    contract: SPY,
    comboLegs: [],
    deltaNeutralContract: null,
    genericTicks: '',
    snapshot: false,
    regulatorySnapshot: false,
    options: [],
    ...more,
  }
}

/** 100 shares at the market, which fill at once. */
export function buy(orderId: number, more: Partial<typeof untouchedOrder> = {}): Request {
  const order = {
    ...untouchedOrder,
    action: 'BUY',
    orderType: 'MKT',
    totalQuantity: 100,
    ...more,
  }
  return { kind: 'placeOrder', orderId, contract: SPY, order }
}

export function cancel(orderId: number, manualCancelTime = ''): Request {
  const none = { extOperator: '', manualOrderIndicator: null }
  return { kind: 'cancelOrder', orderId, manualCancelTime, ...none }
}

/** Past the handshake, and what it was told there is taken. */
export async function ready(bench: GatewayBench, clientId = 1): Promise<TestClient> {
  const client = await bench.client(clientId)
  client.take()
  return client
}

/** The kinds of what was heard, each named once, in the order of their first. */
export function kindsOf(client: TestClient): readonly string[] {
  return [...new Set(client.kinds())]
}

/** Everything in one line: `error -1 1100`, `currentTime`. */
export function story(client: TestClient): readonly string[] {
  return client
    .take()
    .map((each) => (each.kind === 'error' ? `error ${each.id} ${each.code}` : each.kind))
}
