import type { Prng } from '../../src/base/prng.ts'
import {
  commissionOf,
  completedOf,
  detailsOf,
  executionOf,
  openOrderOf,
  WIRE_OPTION,
} from '../../src/ibkr/gateway.testing.ts'
import { ACCOUNT, START } from '../../src/ibkr/peer.testing.ts'
import type { World } from '../../src/ibkr/peer.testing.ts'
import { frame } from '../../src/wire/frame.ts'
import type { Request } from '../../src/wire/requests.ts'
import { encodeResponse } from '../../src/wire/responses.ts'
import type { Response } from '../../src/wire/responses.ts'
import { latin1, oneElse, unlatin1 } from './drawn.ts'

/** Frames with which a Gateway answers one kind of request; the id stands as `REQ_ID` in them. */
export type Answers = Readonly<Record<string, readonly string[]>>

/** No other field holds it. */
const REQ_ID = 987_654_321

const STOCK = { ...WIRE_OPTION, conId: 1, secType: 'STK', strike: 0, right: '', multiplier: '' }
const TERMS = {
  action: 'BUY',
  totalQuantity: 2,
  orderType: 'LMT',
  lmtPrice: 2,
  auxPrice: null,
  tif: 'DAY',
  account: ACCOUNT,
  orderRef: 'run-1',
  parentId: 0,
  ocaGroup: '',
  ocaType: 0,
}

/** What a Gateway says to what a bot asks, all of it sound. */
function sound(version: number): Readonly<Record<string, readonly Response[]>> {
  const reqId = REQ_ID
  const first = START / 1_000 - 3_600
  const bars = Array.from({ length: 3 }, (_, i) => {
    const prices = { open: 700, high: 701, low: 699, close: 700.5 }
    return { date: String(first + 60 * i), ...prices, volume: 900, wap: 700, count: 9 }
  })
  const tick = (tickType: number, price: number): Response => {
    return { kind: 'tickPrice', reqId, tickType, price, size: 5, mask: 0 }
  }
  const echo = openOrderOf({ orderId: 1, order: TERMS as never }, { status: 'Submitted' })
  const position = { kind: 'position', account: ACCOUNT, contract: WIRE_OPTION } as const
  const stock = detailsOf(reqId, STOCK)
  return {
    reqPositions: [{ ...position, position: 2, avgCost: 200 }, { kind: 'positionEnd' }],
    reqAllOpenOrders: [echo, { kind: 'openOrderEnd' }],
    reqCompletedOrders: [
      completedOf('run-2', { status: 'Filled', completedStatus: 'Filled Size: 2', filled: 2 }),
      { kind: 'completedOrdersEnd' },
    ],
    reqExecutions: [
      executionOf(1, { reqId }),
      commissionOf('0000e0d5.1.1.01', 1.3),
      { kind: 'execDetailsEnd', reqId },
    ],
    reqContractDetails: [stock, { kind: 'contractDetailsEnd', reqId }],
    reqMarketRule: [
      { kind: 'marketRule', ruleId: 109, increments: [{ lowEdge: 0, increment: 0.01 }] },
    ],
    reqMktData: [tick(1, 700), tick(2, 700.02), tick(4, 700.01), tick(9, 699)],
    reqHistoricalData: [
      { kind: 'historicalData', reqId, start: '', end: '', bars },
      ...(version < 196 ? [] : [{ kind: 'historicalDataEnd', reqId, start: '', end: '' } as const]),
    ],
    reqSecDefOptParams: [
      {
        kind: 'secDefOptParam',
        reqId,
        exchange: 'SMART',
        underConId: 1,
        tradingClass: 'SPY',
        multiplier: '100',
        expirations: ['20260109', '20260116'],
        strikes: [695, 700, 705],
      },
      { kind: 'secDefOptParamEnd', reqId },
    ],
    reqAccountSummary: [
      ...['NetLiquidation', 'AvailableFunds', 'SettledCash'].map((tag): Response => {
        return { kind: 'accountSummary', reqId, account: ACCOUNT, tag, value: '1e5', currency: '' }
      }),
      { kind: 'accountSummaryEnd', reqId },
    ],
    reqPnL: [{ kind: 'pnl', reqId, dailyPnl: -12.5, unrealizedPnl: null, realizedPnl: null }],
  }
}

const ABSURD = [
  '',
  '0',
  '-1',
  '-5',
  '0.5',
  '1e15',
  '9007199254.75',
  '9007199254740993',
  '-9e18',
  '1e300',
  'NaN',
  'Infinity',
  '1.7976931348623157E308',
  '00000000',
  '20261399',
  'x',
  '1e-9',
  ';,',
  '99999999999',
]

/** A few of their fields replaced by what no Gateway says. */
export function oddAnswers(prng: Prng, version: number): Answers {
  const answers: Record<string, readonly string[]> = {}
  for (const [kind, responses] of Object.entries(sound(version))) {
    if (prng.chance(0.3)) continue
    answers[kind] = responses.map((response) => {
      const encoded = encodeResponse(response, version)
      if (!encoded.ok) throw new Error(`${response.kind}: ${encoded.error.detail}`)
      const fields = latin1(encoded.value.subarray(4)).split('\0').slice(0, -1)
      for (let times = prng.chance(0.5) ? 0 : prng.int(1, 2); times > 0; times--) {
        const at = prng.int(1, Math.max(1, fields.length - 1))
        if (fields[at] !== String(REQ_ID)) fields[at] = oneElse(prng, ABSURD, '')
      }
      return fields.join('\0')
    })
  }
  return answers
}

/** The world answers so from now on. */
export function answerOddly(world: World, answers: Answers): void {
  for (const [kind, payloads] of Object.entries(answers)) {
    world.answer(kind as Request['kind'], (request) => {
      const peer = world.peers.findLast((each) => each.heard.at(-1)?.request === request)
      const reqId = 'reqId' in request ? String(request.reqId) : '0'
      for (const payload of payloads) {
        const text = `${payload.replaceAll(String(REQ_ID), reqId)}\0`
        peer?.sendRaw(frame(unlatin1(text)))
      }
      return []
    })
  }
}
