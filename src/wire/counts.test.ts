import { expect, test } from 'vitest'
import { emptyContract } from './contract.ts'
import { completedOrderTerms, liveOrder, liveOrderState, untouchedOrder } from './defaults.ts'
import { VERSIONS } from './messages.testing.ts'
import { encodeRequest, type Request, type RequestOf } from './requests.ts'
import { encodeResponse, type Response, type ResponseOf } from './responses.ts'

/** Field counts as protocol.md states them, message id included, without optional blocks. */

type Counts = readonly (readonly [fromVersion: number, count: number])[]

function fieldsOf(result: ReturnType<typeof encodeRequest> | ReturnType<typeof encodeResponse>) {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return new TextDecoder().decode(result.value.subarray(4)).split('\0').slice(0, -1)
}

function expected(counts: Counts, version: number): number | undefined {
  return counts.findLast(([from]) => version >= from)?.[1]
}

const contract = emptyContract
const option = { ...emptyContract, secType: 'OPT', exchange: 'SMART' }

const contractDetails: ResponseOf<'contractDetails'> = {
  kind: 'contractDetails',
  reqId: 1,
  contract: option,
  lastTradeDate: '20260320',
  marketName: 'SPY',
  minTick: 0.01,
  mdSizeMultiplier: 100,
  orderTypes: '',
  validExchanges: '',
  priceMagnifier: 1,
  underConId: 0,
  longName: '',
  contractMonth: '',
  industry: '',
  category: '',
  subcategory: '',
  timeZoneId: 'US/Eastern',
  tradingHours: '',
  liquidHours: '',
  evRule: '',
  evMultiplier: null,
  secIds: [],
  aggGroup: 1,
  underSymbol: '',
  underSecType: '',
  marketRuleIds: '',
  realExpirationDate: '',
  stockType: '',
  sizeMinTick: 1,
  minSize: 1,
  sizeIncrement: 1,
  suggestedSizeIncrement: 1,
  fund: null,
  ineligibilityReasons: [],
}

const execDetails: ResponseOf<'execDetails'> = {
  kind: 'execDetails',
  reqId: -1,
  orderId: 1,
  contract,
  execId: '0001.0001.01.01',
  time: '20260320 10:00:00 US/Eastern',
  account: 'DU1234567',
  exchange: 'CBOE',
  side: 'BOT',
  shares: 1,
  price: 1.25,
  permId: 5,
  clientId: 30,
  liquidation: 0,
  cumQty: 1,
  avgPrice: 1.25,
  orderRef: '',
  evRule: '',
  evMultiplier: null,
  modelCode: '',
  lastLiquidity: 1,
  pendingPriceRevision: false,
  submitter: '',
}

const long: readonly (readonly [string, Response | Request, Counts])[] = [
  [
    'placeOrder (7.3)',
    { kind: 'placeOrder', orderId: 1, contract, order: untouchedOrder },
    [
      [157, 110],
      [158, 111],
      [160, 112],
      [162, 113],
      [166, 114],
      [169, 115],
      [177, 114],
      [183, 115],
      [184, 116],
      [187, 118],
      [189, 119],
      [190, 117],
      [192, 118],
      [199, 119],
    ],
  ],
  [
    'openOrder (9)',
    { kind: 'openOrder', orderId: 1, contract, order: liveOrder, orderState: liveOrderState },
    [
      [157, 128],
      [158, 129],
      [160, 130],
      [162, 131],
      [170, 136],
      [177, 135],
      [183, 136],
      [184, 137],
      [185, 138],
      [189, 139],
      [193, 141],
      [195, 154],
      [198, 155],
      [199, 156],
    ],
  ],
  [
    'completedOrder (10)',
    {
      kind: 'completedOrder',
      contract,
      order: completedOrderTerms,
      orderState: { status: 'Filled', completedTime: '', completedStatus: '' },
    },
    [
      [157, 96],
      [170, 101],
      [177, 100],
      [183, 101],
      [184, 102],
      [198, 103],
    ],
  ],
  // 39 up to 162 is the sum of the layout in 11.1; the 40 of its text holds from 163 on.
  [
    'contractDetails (11.1)',
    contractDetails,
    [
      [157, 39],
      [163, 40],
      [182, 41],
      [186, 42],
    ],
  ],
  [
    'execDetails (11.2)',
    execDetails,
    [
      [157, 31],
      [178, 32],
      [198, 33],
    ],
  ],
]

const isRequest = (message: Request | Response): message is Request => message.kind === 'placeOrder'

test.each(long)(
  '%s has as many fields as protocol.md says, at every version',
  (_, message, counts) => {
    for (const version of VERSIONS) {
      const result = isRequest(message)
        ? encodeRequest(message, version)
        : encodeResponse(message, version)
      expect([version, fieldsOf(result).length]).toEqual([version, expected(counts, version)])
    }
  },
)

const c12 = emptyContract

/** The column n of section 6, at 193 where it depends on the version. */
const requests: readonly (readonly [Request, number])[] = [
  [{ kind: 'cancelMktData', reqId: 1 }, 3],
  [{ kind: 'reqOpenOrders' }, 2],
  [{ kind: 'reqAccountUpdates', subscribe: true, account: '' }, 4],
  [{ kind: 'reqIds', count: 1 }, 3],
  [{ kind: 'reqCompletedOrders', apiOnly: false }, 2],
  [{ kind: 'cancelHistoricalData', reqId: 1 }, 3],
  [{ kind: 'reqCurrentTime' }, 2],
  [{ kind: 'reqMarketDataType', type: 1 }, 3],
  [{ kind: 'reqPositions' }, 2],
  [{ kind: 'reqAccountSummary', reqId: 1, group: 'All', tags: 'NetLiquidation' }, 5],
  [{ kind: 'cancelAccountSummary', reqId: 1 }, 3],
  [{ kind: 'startApi', clientId: 30, optionalCapabilities: '' }, 4],
  [{ kind: 'reqPositionsMulti', reqId: 1, account: '', modelCode: '' }, 5],
  [
    { kind: 'reqAccountUpdatesMulti', reqId: 1, account: '', modelCode: '', ledgerAndNLV: false },
    6,
  ],
  [{ kind: 'reqMarketRule', ruleId: 26 }, 2],
  [{ kind: 'reqPnL', reqId: 1, account: '', modelCode: '' }, 4],
  [{ kind: 'reqPnLSingle', reqId: 1, account: '', modelCode: '', conId: 5 }, 5],
  [{ kind: 'reqUserInfo', reqId: 1 }, 2],
  [{ kind: 'cancelHeadTimestamp', reqId: 1 }, 2],
  [
    {
      kind: 'reqSecDefOptParams',
      reqId: 1,
      symbol: 'SPY',
      futFopExchange: '',
      secType: 'STK',
      conId: 756733,
    },
    6,
  ],
  [
    {
      kind: 'reqMktData',
      reqId: 1,
      contract: c12,
      comboLegs: [],
      deltaNeutralContract: null,
      genericTicks: '',
      snapshot: false,
      regulatorySnapshot: false,
      options: [],
    },
    20,
  ],
  [
    {
      kind: 'reqHistoricalData',
      reqId: 1,
      contract: c12,
      endDateTime: '',
      barSize: '1 min',
      duration: '1 D',
      useRTH: true,
      whatToShow: 'TRADES',
      formatDate: 2,
      comboLegs: [],
      keepUpToDate: true,
      options: [],
    },
    23,
  ],
  [
    {
      kind: 'reqContractDetails',
      reqId: 1,
      contract: c12,
      secIdType: '',
      secId: '',
      issuerId: '',
    },
    19,
  ],
  [
    {
      kind: 'calcOptionPrice',
      reqId: 1,
      contract: c12,
      volatility: 0.2,
      underPrice: 500,
      options: [],
    },
    19,
  ],
  [
    {
      kind: 'reqRealTimeBars',
      reqId: 1,
      contract: c12,
      barSize: 5,
      whatToShow: 'TRADES',
      useRTH: true,
      options: [],
    },
    19,
  ],
  [
    {
      kind: 'reqHeadTimestamp',
      reqId: 1,
      contract: c12,
      useRTH: true,
      whatToShow: 'TRADES',
      formatDate: 1,
    },
    18,
  ],
  [
    {
      kind: 'exerciseOptions',
      reqId: 1,
      contract: c12,
      action: 1,
      quantity: 1,
      account: '',
      override: 0,
      manualOrderTime: '',
      customerAccount: '',
      professionalCustomer: false,
    },
    21,
  ],
]

test.each(requests.map(([request, n]) => [request.kind, n, request] as const))(
  '%s has %i fields',
  (_, n, request) => {
    expect(fieldsOf(encodeRequest(request, 193)).length).toBe(n)
  },
)

const gated: readonly (readonly [Request, Counts])[] = [
  [
    {
      kind: 'cancelOrder',
      orderId: 1,
      manualCancelTime: '',
      extOperator: '',
      manualOrderIndicator: null,
    },
    [
      [157, 3],
      [169, 4],
      [187, 7],
      [190, 4],
      [192, 5],
    ],
  ],
  [
    { kind: 'reqGlobalCancel', extOperator: '', manualOrderIndicator: null },
    [
      [157, 2],
      [192, 3],
    ],
  ],
  [
    executionsRequest(),
    [
      [157, 10],
      [200, 12],
    ],
  ],
]

function executionsRequest(): RequestOf<'reqExecutions'> {
  const filter = { clientId: 0, account: '', time: '', symbol: '', secType: '', exchange: '' }
  return {
    kind: 'reqExecutions',
    reqId: 1,
    ...filter,
    side: '',
    lastNDays: null,
    specificDates: [],
  }
}

test.each(gated.map(([request, counts]) => [request.kind, request, counts] as const))(
  '%s changes its length at its gates',
  (_, request, counts) => {
    for (const version of VERSIONS) {
      const { length } = fieldsOf(encodeRequest(request, version))
      expect([version, length]).toEqual([version, expected(counts, version)])
    }
  },
)
