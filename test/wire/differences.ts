import type { Request, RequestOf } from '../../src/wire/requests.ts'
import type { Response } from '../../src/wire/responses.ts'
import type { PackageName } from './packages.ts'
import type { Heard } from './second-decoder.ts'

/**
 * The one list of what `@stoqey/ib` does otherwise than protocol.md says. What is not on it fails,
 * and so does an entry that no longer occurs.
 */
interface Explained {
  /** Messages of our tables; `*` for all. */
  readonly messages: readonly string[]
  /** Its place: `order.comboLegs.*.ratio`. At an end, `.` is for all inside; at the start, `*`. */
  readonly field: string
  readonly versions: Readonly<Partial<Record<PackageName, readonly [from: number, to: number]>>>
  readonly reason: string
  /** A hazard of client-library.md 1, or the section of protocol.md that says what is right. */
  readonly source: `H${number}` | `protocol.md ${string}`
}

export interface RequestDifference extends Explained {
  /** What the package sends where we send one field: nothing, another text, or several. */
  readonly theirs: (ours: string, request: Request) => readonly string[]
  /** The frame then says something else, or nothing that can be read. */
  readonly alters?: true
}

export interface ResponseDifference extends Explained {
  /** What the package says where the value is `ours`; undefined for nothing. */
  readonly theirs?: (ours: unknown, at: { response: Response; path: string }) => unknown
  /** Events that it tells beyond those of the message. */
  readonly also?: (response: Response) => readonly Heard[]
  /** It takes the fields for others than they are; what it says is worth nothing. */
  readonly misreads?: true
}

const NEW = { '@stoqey/ib': [157, 193] } as const
const ONLY_165 = { 'stoqey-ib-165': [157, 165] } as const
const OLDER = { 'stoqey-ib-178': [157, 178], ...ONLY_165 } as const
const ALL = { ...NEW, ...OLDER } as const

type Why = Pick<Explained, 'versions' | 'reason' | 'source'>
type Where = Pick<Explained, 'messages' | 'field'>

const at = (messages: string | readonly string[], field: string): Where => ({
  messages: typeof messages === 'string' ? [messages] : messages,
  field,
})

const MAX_INT = '2147483647'
const MAX_DOUBLE = '1.7976931348623157E308'

/** Where we write the sentinel of the official client, it writes nothing for `undefined`. */
const leavesUnset = (field: string, sentinel: string): RequestDifference => ({
  ...at('placeOrder', `order.${field}`),
  versions: ALL,
  reason: `an undefined property is sent as an empty field, not as ${sentinel} (7.1)`,
  source: 'H6',
  theirs: (ours) => [ours === sentinel ? '' : ours],
})

const headTimestamp = (
  field: string,
  theirs: (request: RequestOf<'reqHeadTimestamp'>) => readonly string[],
): RequestDifference => ({
  ...at('reqHeadTimestamp', field),
  versions: ONLY_165,
  reason: 'currency to tradingClass, then primaryExchange, a security id, whatToShow, useRTH',
  source: 'protocol.md 6 (87)',
  theirs: (_, request) => theirs(request as RequestOf<'reqHeadTimestamp'>),
  alters: true,
})

const isPegBenchWithoutSpace = (request: Request): boolean =>
  request.kind === 'placeOrder' && request.order.orderType === 'PEGBENCH'

const calculations = ['calcImpliedVolatility', 'calcOptionPrice']

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
  {
    ...at('placeOrder', 'order.scalePriceIncrement'),
    versions: ALL,
    reason: 'an increment of 0 or below brings the seven scale fields with it, here undefined',
    source: 'H8',
    theirs: (ours) =>
      ours === '' || Number(ours) > 0 ? [ours] : [ours, '', '', '', '', '', '', ''],
    alters: true,
  },
  {
    ...at('placeOrder', 'order.faProfile'),
    versions: { '@stoqey/ib': [157, 176], 'stoqey-ib-178': [157, 176] },
    reason: 'it knows no faProfile any more and sends the field of older versions empty',
    source: 'protocol.md 5 (177)',
    theirs: () => [''],
    alters: true,
  },
  {
    ...at('placeOrder', 'order.pegBenchmark.'),
    versions: ONLY_165,
    reason: 'it knows PEG BENCH only with the space: the five fields of PEGBENCH are missing',
    source: 'protocol.md 7.2 (F)',
    theirs: (ours, request) => (isPegBenchWithoutSpace(request) ? [] : [ours]),
    alters: true,
  },
  {
    ...at(calculations, '='),
    versions: ALL,
    reason: 'an older message version, which nobody checks',
    source: 'H11',
    theirs: () => ['2'],
  },
  {
    ...at(calculations, '#options'),
    versions: ALL,
    reason: 'the older message version has no option count',
    source: 'H11',
    theirs: () => [],
  },
  {
    ...at(['reqAccountUpdatesMulti', 'cancelAccountUpdatesMulti'], '='),
    versions: ALL,
    reason: 'message version 2 instead of 1, which nobody checks',
    source: 'protocol.md 6 (76, 77)',
    theirs: () => ['2'],
  },
  {
    ...at('reqMktData', 'options'),
    versions: ALL,
    reason: 'it cannot send market data options',
    source: 'protocol.md 6 (1)',
    theirs: () => [''],
    alters: true,
  },
  {
    ...at('cancelPositionsMulti', 'id'),
    versions: OLDER,
    reason: 'it cancels with the id of the request, 74',
    source: 'protocol.md 6 (74, 75)',
    theirs: () => ['74'],
    alters: true,
  },
  headTimestamp('contract.primaryExchange', () => []),
  headTimestamp('contract.includeExpired', ({ contract }) => [contract.primaryExchange, '', '']),
  headTimestamp('useRTH', ({ whatToShow }) => [whatToShow]),
  headTimestamp('whatToShow', ({ useRTH }) => [useRTH ? '1' : '0']),
  {
    ...at('*', '*'),
    versions: ALL,
    reason: 'a tiny number is written in exponent form',
    source: 'H8',
    theirs: (ours) => [/^-?0\.000000\d+$/.test(ours) ? String(Number(ours)) : ours],
  },
]

const takes = (
  where: Where,
  theirs: NonNullable<ResponseDifference['theirs']>,
  why: Omit<Why, 'versions'> & Partial<Why>,
): ResponseDifference => ({ ...where, versions: ALL, theirs, ...why })

const unsetAs = (
  where: Where,
  number: number,
  versions: Explained['versions'],
): ResponseDifference =>
  takes(where, (ours) => ours ?? number, {
    versions,
    reason: `an unset value is read as ${number}`,
    source: 'protocol.md 3',
  })

const whole = (ours: unknown): unknown => (typeof ours === 'number' ? Math.trunc(ours) : ours)

const wholeSize = (message: string, field: string): ResponseDifference =>
  takes(at(message, field), whole, {
    versions: ONLY_165,
    reason: 'it reads sizes as integers',
    source: 'protocol.md 5 (163)',
  })

const misreads = (message: string, why: Why): ResponseDifference => ({
  ...at(message, '*'),
  ...why,
  misreads: true,
})

/** Where the derived size of a price goes. The bid has none. */
const SIZE_OF: Readonly<Record<number, number>> = { 2: 3, 4: 5, 66: 69, 67: 70, 68: 71 }

const POSITIONS = ['position', 'positionMulti']
const ORDERS = ['openOrder', 'completedOrder']

/** As it stands on the wire. */
const escapedText = (ours: unknown): unknown =>
  typeof ours === 'string'
    ? ours.replaceAll(/[\u0080-\uffff]/g, (unit) => {
        const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
        return `\\u${hex}`
      })
    : ours

export const responseDifferences: readonly ResponseDifference[] = [
  takes(
    at('tickPrice', 'tickPrice.canAutoExecute'),
    (_, { response }) => response.kind === 'tickPrice' && response.mask !== 0,
    { reason: 'any bit of the mask is taken for canAutoExecute', source: 'H24' },
  ),
  {
    ...at('tickPrice', 'tickSize'),
    versions: ALL,
    reason: 'the size inside a price is told as a size too, but for the bid',
    source: 'H25',
    also: (response) => {
      if (response.kind !== 'tickPrice') return []
      const { reqId, tickType, size } = response
      const type = SIZE_OF[tickType]
      return type === undefined ? [] : [{ event: 'tickSize', args: { reqId, type, size } }]
    },
  },
  takes(at('tickReqParams', 'tickReqParams.minTick'), whole, {
    reason: 'minTick is read as an integer',
    source: 'H26',
  }),
  takes(at('accountUpdateMultiEnd', 'accountUpdateMultiEnd.reqId'), String, {
    reason: 'the request id is a text',
    source: 'H27',
  }),
  takes(at('*', '*.contract.multiplier'), Number, {
    reason: 'the multiplier of a contract is a number, 0 where it is empty',
    source: 'H27',
  }),
  takes(
    at(['portfolioValue', 'contractDetails', 'execDetails', ...POSITIONS], '*.contract.multiplier'),
    whole,
    { versions: OLDER, reason: 'the multiplier is a whole number', source: 'H27' },
  ),
  takes(at('secDefOptParam', 'securityDefinitionOptionParameter.multiplier'), Number, {
    versions: NEW,
    reason: 'the multiplier of a chain is a number',
    source: 'H27',
  }),
  takes(at('*', '*.contract.right'), (ours) => (ours === 'C' || ours === 'P' ? ours : undefined), {
    reason: 'a right that is neither C nor P is undefined',
    source: 'H27',
  }),
  takes(at(ORDERS, '*.order.continuousUpdate'), Number, {
    reason: 'the flag is a number',
    source: 'H27',
  }),
  takes(
    at('openOrder', '*.order.bondAccruedInterest'),
    (ours) => (typeof ours === 'number' ? String(ours) : ''),
    { reason: 'the number is a text', source: 'H27' },
  ),
  takes(at('commissionReport', '*.yieldRedemptionDate'), Number, {
    reason: 'the date is a number',
    source: 'H27',
  }),
  takes(at('execDetails', '*.execution.lastLiquidity'), () => undefined, {
    versions: OLDER,
    reason: 'the liquidity is an object',
    source: 'H27',
  }),
  takes(
    at('execDetails', '*.execution.lastLiquidity.value'),
    (_, { response }) => (response.kind === 'execDetails' ? response.lastLiquidity : undefined),
    { versions: OLDER, reason: 'the liquidity is an object', source: 'H27' },
  ),
  takes(at('historicalTicksLast', '*.tickAttribLast.'), () => undefined, {
    versions: ONLY_165,
    reason: 'the attributes of a last tick are under the name of those of a quote',
    source: 'protocol.md 8 (98)',
  }),
  takes(
    at('historicalTicksLast', '*.tickAttribBidAsk.'),
    (_, { response, path }) => {
      const ticks = response.kind === 'historicalTicksLast' ? response.ticks : []
      const mask = ticks[Number(/\.(\d+)\./.exec(path)?.[1])]?.mask ?? 0
      return (mask & (path.endsWith('pastLimit') ? 1 : 2)) > 0
    },
    {
      versions: ONLY_165,
      reason: 'the attributes of a last tick are under the name of those of a quote',
      source: 'protocol.md 8 (98)',
    },
  ),
  {
    ...at('historicalData', 'historicalData'),
    versions: ALL,
    reason: 'the end of history is told as one more bar',
    source: 'H29',
    also: (response) => {
      if (response.kind !== 'historicalData') return []
      const { reqId, start, end } = response
      const none = { open: -1, high: -1, low: -1, close: -1, volume: -1, count: -1, wap: -1 }
      const args = { reqId, date: `finished-${start}-${end}`, ...none, hasGaps: false }
      return [{ event: 'historicalData', args }]
    },
  },
  takes(at('error', 'info.code'), () => undefined, {
    versions: ONLY_165,
    reason: 'a notice comes without its code',
    source: 'H15',
  }),
  takes(at('openOrder', '*.orderState.warningText'), escapedText, {
    reason: 'escapes are undone in error texts and long names only',
    source: 'protocol.md 3',
  }),
  takes(at('completedOrder', '*.order.parentPermId'), (ours) => ours ?? 2 ** 63, {
    reason: 'an unset long is read as the number it is, rounded',
    source: 'H30',
  }),
  unsetAs(at('completedOrder', '*.order.refFuturesConId'), 2147483647, ALL),
  unsetAs(at(ORDERS, '*.order.displaySize'), 2147483647, OLDER),
  unsetAs(at(ORDERS, '*.order.scaleInitLevelSize'), 2147483647, OLDER),
  unsetAs(at(ORDERS, '*.order.scaleSubsLevelSize'), 2147483647, OLDER),
  unsetAs(at('openOrder', '*.order.postToAts'), Number.MAX_VALUE, ONLY_165),
  unsetAs(at('openOrder', '*.order.duration'), 0, ALL),
  unsetAs(at(['execDetails', 'contractDetails'], '*.evMultiplier'), 0, ALL),
  takes(at('contractDetails', '*.lastTradeDateOrContractMonth'), (ours) => ours || undefined, {
    reason: 'an empty date is undefined',
    source: 'protocol.md 11.1',
  }),
  takes(at('contractDetails', '*.mdSizeMultiplier'), () => undefined, {
    reason: 'the field is skipped',
    source: 'protocol.md 11.1',
  }),
  takes(at('contractDetails', '*.sizeMinTick'), () => undefined, {
    reason: 'the field is skipped',
    source: 'protocol.md 11.1',
  }),
  takes(at('openOrder', '*.order.sharesAllocation'), () => undefined, {
    reason: 'the deprecated field is skipped',
    source: 'protocol.md 9 (30)',
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
