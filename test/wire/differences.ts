import type { Request, RequestOf } from '../../src/wire/requests.ts'
import type { Response } from '../../src/wire/responses.ts'
import type { Heard } from './second-decoder.ts'
import type { PackageName } from './packages.ts'

/** Where the package does not do as protocol.md says, and why that is no fault of ours. */
interface Explained {
  /** Messages of our tables; `*` for all. */
  readonly messages: readonly string[]
  /** Its place: `order.comboLegs.*.ratio`, `order.pegBenchmark.` for all inside, `*` for all. */
  readonly field: string
  readonly versions: Readonly<Partial<Record<PackageName, readonly [from: number, to: number]>>>
  readonly reason: string
  /** A hazard of client-library.md 1, or the section of protocol.md that says what is right. */
  readonly source: `H${number}` | `protocol.md ${string}`
}

export interface RequestDifference extends Explained {
  /** What the package sends where we send one field: nothing, another text, or several. */
  readonly theirs: (ours: string, request: Request) => readonly string[]
}

const ALL = {
  '@stoqey/ib': [157, 193],
  'stoqey-ib-178': [157, 178],
  'stoqey-ib-165': [157, 165],
} as const

const MAX_INT = '2147483647'
const MAX_DOUBLE = '1.7976931348623157E308'

/** Where we write the sentinel of the official client, it writes nothing for `undefined`. */
const leavesUnset = (field: string, sentinel: string): RequestDifference => ({
  messages: ['placeOrder'],
  field: `order.${field}`,
  versions: ALL,
  reason: `an undefined property is sent as an empty field, not as ${sentinel} (7.1)`,
  source: 'H6',
  theirs: (ours) => [ours === sentinel ? '' : ours],
})

/** Of a single field that it writes in its own way. */
const writes = (
  [messages, field]: readonly [messages: readonly string[], field: string],
  theirs: RequestDifference['theirs'],
  why: Pick<Explained, 'reason' | 'source'> & Partial<Pick<Explained, 'versions'>>,
): RequestDifference => ({ messages, field, versions: ALL, theirs, ...why })

const calculations = ['calcImpliedVolatility', 'calcOptionPrice']
const accountUpdatesMulti = ['reqAccountUpdatesMulti', 'cancelAccountUpdatesMulti']
const ONLY_165 = { 'stoqey-ib-165': [157, 165] } as const
const isPegBenchWithoutSpace = (request: Request): boolean =>
  request.kind === 'placeOrder' && request.order.orderType === 'PEGBENCH'
const headTimestamp = (
  field: string,
  theirs: (request: RequestOf<'reqHeadTimestamp'>) => readonly string[],
): RequestDifference => ({
  messages: ['reqHeadTimestamp'],
  field,
  versions: ONLY_165,
  theirs: (_, request) => theirs(request as RequestOf<'reqHeadTimestamp'>),
  reason: 'it sends currency to tradingClass, primaryExchange, a security id, whatToShow, useRTH',
  source: 'protocol.md 6 (87)',
})
const fromNumber = (text: string): string => String(Number(text))

export const requestDifferences: readonly RequestDifference[] = [
  leavesUnset('triggerPrice', MAX_DOUBLE),
  leavesUnset('lmtPriceOffset', MAX_DOUBLE),
  leavesUnset('adjustedStopPrice', MAX_DOUBLE),
  leavesUnset('adjustedStopLimitPrice', MAX_DOUBLE),
  leavesUnset('adjustedTrailingAmount', MAX_DOUBLE),
  leavesUnset('cashQty', MAX_DOUBLE),
  leavesUnset('duration', MAX_INT),
  leavesUnset('postToAts', MAX_INT),
  leavesUnset('manualOrderIndicator', MAX_INT),
  writes(
    [['placeOrder'], 'order.scalePriceIncrement'],
    // Seven properties that are undefined, as an order without a scale has them.
    (ours) => (ours !== '' && !(Number(ours) > 0) ? [ours, ...Array<string>(7).fill('')] : [ours]),
    { reason: 'an increment of 0 or below brings the seven scale fields with it', source: 'H8' },
  ),
  writes([['placeOrder'], 'order.faProfile'], () => [''], {
    versions: { '@stoqey/ib': [157, 176], 'stoqey-ib-178': [157, 176] },
    reason: 'it knows no faProfile any more and sends the field of older versions empty',
    source: 'protocol.md 5 (177)',
  }),
  writes([calculations, '='], () => ['2'], {
    reason: 'an older message version, which nobody checks',
    source: 'H11',
  }),
  writes([calculations, '#options'], () => [], {
    reason: 'the older message version has no option count',
    source: 'H11',
  }),
  writes([accountUpdatesMulti, '='], () => ['2'], {
    reason: 'message version 2 instead of 1, which nobody checks',
    source: 'protocol.md 6 (76, 77)',
  }),
  writes([['reqMktData'], 'options'], () => [''], {
    reason: 'it cannot send market data options',
    source: 'protocol.md 6 (1)',
  }),
  writes([['cancelPositionsMulti'], 'id'], () => ['74'], {
    versions: { 'stoqey-ib-178': [157, 178], 'stoqey-ib-165': [157, 165] },
    reason: 'it cancels with the id of the request, 74',
    source: 'protocol.md 6 (74, 75)',
  }),
  writes(
    [['placeOrder'], 'order.pegBenchmark.'],
    (ours, request) => (isPegBenchWithoutSpace(request) ? [] : [ours]),
    {
      versions: ONLY_165,
      reason: 'it knows PEG BENCH only with the space, so the five fields of PEGBENCH are missing',
      source: 'protocol.md 7.2 (F)',
    },
  ),
  headTimestamp('contract.primaryExchange', () => []),
  headTimestamp('contract.includeExpired', ({ contract }) => [contract.primaryExchange, '', '']),
  headTimestamp('useRTH', ({ whatToShow }) => [whatToShow]),
  headTimestamp('whatToShow', ({ useRTH }) => [useRTH ? '1' : '0']),
  writes([['*'], '*'], (ours) => [/^-?0\.000000\d+$/.test(ours) ? fromNumber(ours) : ours], {
    reason: 'a tiny number is written in exponent form',
    source: 'H8',
  }),
]

export interface ResponseDifference extends Explained {
  /** What the package says where the value is `ours`; undefined for nothing. */
  readonly theirs?: (ours: unknown, at: { response: Response; path: string }) => unknown
  /** Events that it tells beyond the one of the message. */
  readonly also?: (response: Response) => readonly Heard[]
  /** It takes the fields for others than they are; what it says is worth nothing. */
  readonly misreads?: true
}

const POSITIONS = ['position', 'positionMulti']
const ORDERS = ['openOrder', 'completedOrder']
const OLDER = { 'stoqey-ib-178': [157, 178], 'stoqey-ib-165': [157, 165] } as const

/** Of one value, or of one end of places, that it takes differently. */
const takes = (
  [messages, field]: readonly [messages: readonly string[], field: string],
  theirs: NonNullable<ResponseDifference['theirs']>,
  why: Pick<Explained, 'reason' | 'source'> & Partial<Pick<Explained, 'versions'>>,
): ResponseDifference => ({ messages, field, versions: ALL, theirs, ...why })

const misreads = (
  message: string,
  why: Pick<Explained, 'versions' | 'reason' | 'source'>,
): ResponseDifference => ({ messages: [message], field: '*', misreads: true, ...why })

/** It reads as 0 what is empty, or a sentinel of another kind as the number it is. */
const unsetAs = (
  place: readonly [messages: readonly string[], field: string],
  number: number,
  versions: Explained['versions'],
): ResponseDifference =>
  takes(place, (ours) => ours ?? number, {
    versions,
    reason: `an unset value is read as ${number}`,
    source: 'protocol.md 3',
  })

const whole = (ours: unknown): unknown => (typeof ours === 'number' ? Math.trunc(ours) + 0 : ours) // -0.4 is 0, not -0

const wholeSize = (message: string, field: string): ResponseDifference =>
  takes([[message], field], whole, {
    versions: ONLY_165,
    reason: 'it reads sizes as integers',
    source: 'protocol.md 5 (163)',
  })

const indexIn = (path: string): number => Number(/\.(\d+)\./.exec(path)?.[1])

const escapedText = (ours: unknown): unknown =>
  typeof ours === 'string'
    ? ours.replaceAll(/[\u0080-\uffff]/g, (unit) => {
        const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
        return `\\u${hex}`
      })
    : ours

/** Where the derived size of a price goes. The bid has none. */
const SIZE_OF: Readonly<Record<number, number>> = { 2: 3, 4: 5, 66: 69, 67: 70, 68: 71 }

export const responseDifferences: readonly ResponseDifference[] = [
  takes(
    [['tickPrice'], 'tickPrice.canAutoExecute'],
    (_, { response }) => response.kind === 'tickPrice' && response.mask !== 0,
    { reason: 'any bit of the mask is taken for canAutoExecute', source: 'H24' },
  ),
  {
    messages: ['tickPrice'],
    field: 'tickSize',
    versions: ALL,
    reason: 'the size inside a price is told as a size too, but for the bid',
    source: 'H25',
    also: (response) => {
      if (response.kind !== 'tickPrice') return []
      const { reqId, tickType, size } = response
      const sizeType = SIZE_OF[tickType]
      return sizeType === undefined
        ? []
        : [{ event: 'tickSize', args: { reqId, tickType: sizeType, size } }]
    },
  },
  takes([['tickReqParams'], 'tickReqParams.minTick'], whole, {
    reason: 'minTick is read as an integer',
    source: 'H26',
  }),
  takes([['accountUpdateMultiEnd'], 'accountUpdateMultiEnd.reqId'], String, {
    reason: 'the request id is a text',
    source: 'H27',
  }),
  takes([['*'], '*.contract.multiplier'], (ours) => Number(ours), {
    reason: 'the multiplier of a contract is a number, 0 where it is empty',
    source: 'H27',
  }),
  takes([['*'], '*.contract.right'], (ours) => (ours === 'C' || ours === 'P' ? ours : undefined), {
    reason: 'a right that is neither C nor P is undefined',
    source: 'H27',
  }),
  takes([['secDefOptParam'], 'securityDefinitionOptionParameter.multiplier'], Number, {
    versions: { '@stoqey/ib': [157, 193] },
    reason: 'the multiplier of a chain is a number',
    source: 'H27',
  }),
  {
    messages: ['historicalData'],
    field: 'historicalData',
    versions: ALL,
    reason: 'the end of history is told as one more bar',
    source: 'H29',
    also: (response) => {
      if (response.kind !== 'historicalData') return []
      const { reqId, start, end } = response
      const none = { open: -1, high: -1, low: -1, close: -1, volume: -1, count: -1, wap: -1 }
      const date = `finished-${start}-${end}`
      return [{ event: 'historicalData', args: { reqId, date, ...none, hasGaps: false } }]
    },
  },
  takes(
    [['portfolioValue', 'contractDetails', 'execDetails', ...POSITIONS], '*.contract.multiplier'],
    whole,
    {
      versions: OLDER,
      reason: 'the multiplier is a whole number',
      source: 'H27',
    },
  ),
  takes([ORDERS, '*.order.continuousUpdate'], Number, {
    reason: 'the flag is a number',
    source: 'H27',
  }),
  takes([['openOrder'], '*.order.bondAccruedInterest'], (ours) => String(ours ?? ''), {
    reason: 'the number is a text',
    source: 'H27',
  }),
  takes([['commissionReport'], '*.yieldRedemptionDate'], Number, {
    reason: 'the date is a number',
    source: 'H27',
  }),
  takes([['execDetails'], '*.execution.lastLiquidity'], () => undefined, {
    versions: OLDER,
    reason: 'the liquidity is an object',
    source: 'H27',
  }),
  takes(
    [['execDetails'], '*.execution.lastLiquidity.value'],
    (_, { response }) => (response.kind === 'execDetails' ? response.lastLiquidity : undefined),
    { versions: OLDER, reason: 'the liquidity is an object', source: 'H27' },
  ),
  takes([['historicalTicksLast'], '*.tickAttribLast.'], () => undefined, {
    versions: ONLY_165,
    reason: 'the attributes of a last tick are under the name of those of a quote',
    source: 'protocol.md 8 (98)',
  }),
  takes(
    [['historicalTicksLast'], '*.tickAttribBidAsk.'],
    (_, { response, path }) => {
      const tick =
        response.kind === 'historicalTicksLast' ? response.ticks[indexIn(path)] : undefined
      return ((tick?.mask ?? 0) & (path.endsWith('pastLimit') ? 1 : 2)) > 0
    },
    {
      versions: ONLY_165,
      reason: 'the attributes of a last tick are under the name of those of a quote',
      source: 'protocol.md 8 (98)',
    },
  ),
  unsetAs([['execDetails', 'contractDetails'], '*.evMultiplier'], 0, ALL),
  unsetAs([['openOrder'], '*.order.duration'], 0, ALL),
  unsetAs([['openOrder'], '*.order.postToAts'], Number.MAX_VALUE, ONLY_165),
  unsetAs([['completedOrder'], '*.order.refFuturesConId'], 2147483647, ALL),
  takes([['completedOrder'], '*.order.parentPermId'], (ours) => ours ?? 2 ** 63, {
    reason: 'an unset long is read as the number it is, rounded',
    source: 'H30',
  }),
  unsetAs([ORDERS, '*.order.displaySize'], 2147483647, OLDER),
  unsetAs([ORDERS, '*.order.scaleInitLevelSize'], 2147483647, OLDER),
  unsetAs([ORDERS, '*.order.scaleSubsLevelSize'], 2147483647, OLDER),
  takes([['openOrder'], '*.order.sharesAllocation'], () => undefined, {
    reason: 'the deprecated field is skipped',
    source: 'protocol.md 9 (30)',
  }),
  takes([['contractDetails'], '*.mdSizeMultiplier'], () => undefined, {
    reason: 'the field is skipped',
    source: 'protocol.md 11.1',
  }),
  takes([['contractDetails'], '*.sizeMinTick'], () => undefined, {
    reason: 'the field is skipped',
    source: 'protocol.md 11.1',
  }),
  takes([['contractDetails'], '*.lastTradeDateOrContractMonth'], (ours) => ours || undefined, {
    reason: 'an empty date is undefined',
    source: 'H28',
  }),
  takes([['openOrder'], '*.orderState.warningText'], escapedText, {
    reason: 'escapes are undone in error texts and long names only',
    source: 'protocol.md 3',
  }),
  takes([['error'], 'info.code'], () => undefined, {
    versions: ONLY_165,
    reason: 'a notice comes without its code',
    source: 'H15',
  }),
  wholeSize('tickPrice', 'tickSize.size'),
  wholeSize('tickSize', 'tickSize.size'),
  wholeSize('orderStatus', 'orderStatus.filled'),
  wholeSize('orderStatus', 'orderStatus.remaining'),
  wholeSize('execDetails', 'execDetails.execution.shares'),
  wholeSize('execDetails', 'execDetails.execution.cumQty'),
  wholeSize('positionMulti', 'positionMulti.position'),
  wholeSize('pnlSingle', 'pnlSingle.position'),
  wholeSize('historicalData', 'historicalData.volume'),
  wholeSize('historicalDataUpdate', 'historicalDataUpdate.volume'),
  wholeSize('realTimeBar', 'realtimeBar.volume'),
  wholeSize('historicalTicks', 'historicalTicks.ticks.*.size'),
  wholeSize('historicalTicksBidAsk', 'historicalTicksBidAsk.ticks.*.sizeBid'),
  wholeSize('historicalTicksBidAsk', 'historicalTicksBidAsk.ticks.*.sizeAsk'),
  wholeSize('historicalTicksLast', 'historicalTicksLast.ticks.*.size'),
  wholeSize('tickByTick', 'tickByTickAllLast.size'),
  wholeSize('tickByTick', 'tickByTickBidAsk.bidSize'),
  wholeSize('tickByTick', 'tickByTickBidAsk.askSize'),
  misreads('openOrder', {
    versions: { 'stoqey-ib-178': [177, 178] },
    reason: 'it reads the faProfile that 177 removed',
    source: 'protocol.md 5 (177)',
  }),
  misreads('completedOrder', {
    versions: { 'stoqey-ib-178': [177, 178] },
    reason: 'it reads the faProfile that 177 removed',
    source: 'protocol.md 5 (177)',
  }),
  misreads('completedOrder', {
    versions: { '@stoqey/ib': [157, 176] },
    reason: 'it does not read the faProfile that is there before 177',
    source: 'protocol.md 5 (177)',
  }),
  misreads('completedOrder', {
    versions: ONLY_165,
    reason: 'it reads hidden, discretionaryAmt, goodAfterTime, outsideRth in this order',
    source: 'protocol.md 10 (24 to 27)',
  }),
]
