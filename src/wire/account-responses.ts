import { contract11 } from './contract.ts'
import {
  before,
  constant,
  double,
  escaped,
  implied,
  int,
  long,
  maybeDouble,
  message,
  part,
  since,
  text,
  value,
} from './fields.ts'
import { MAX_DOUBLE, MAX_LONG } from './numbers.ts'
import { commaTexts } from './values.ts'

const end = [constant('1'), int('reqId')] as const

/** portfolioValue has primaryExchange and no exchange (trap 6). */
const heldContract = part('contract', [
  int('conId', 0),
  text('symbol'),
  text('secType'),
  text('lastTradeDateOrContractMonth'),
  double('strike', 0),
  text('right'),
  text('multiplier'),
  implied('exchange', ''),
  text('primaryExchange'),
  text('currency'),
  text('localSymbol'),
  text('tradingClass'),
])

/** Session, orders (but for the long layouts), positions, account: protocol.md 8. */
export const accountResponses = [
  message('managedAccounts', 15, [constant('1'), value('accounts', commaTexts)]),
  message('nextValidId', 9, [constant('1'), int('orderId')]),
  message('currentTime', 49, [constant('1'), int('time')]), // epoch seconds
  since(197, message('currentTimeInMillis', 109, [int('time')])),
  since(167, message('userInfo', 107, [int('reqId'), text('whiteBrandingId')])),
  message('error', 4, [
    before(194, constant('2')),
    int('id'), // of a request or of an order; -1 in a notice, sometimes 0
    int('code'),
    escaped('text'),
    since(166, escaped('advancedOrderRejectJson')),
    since(194, long('errorTime')),
  ]),

  message('orderStatus', 3, [
    int('orderId'),
    text('status'),
    double('filled'),
    double('remaining'),
    double('avgFillPrice', 0),
    long('permId', MAX_LONG),
    int('parentId', 0),
    double('lastFillPrice', 0),
    int('clientId', 0),
    text('whyHeld'),
    double('mktCapPrice', 0),
  ]),
  message('openOrderEnd', 53, [constant('1')]),
  message('completedOrdersEnd', 102, []),
  message('orderBound', 100, [long('permId', MAX_LONG), int('clientId'), int('orderId')]),
  message('execDetailsEnd', 55, end),
  message('commissionReport', 59, [
    constant('1'),
    text('execId'),
    maybeDouble('commission', MAX_DOUBLE), // -1 or unset until it is known
    text('currency'),
    maybeDouble('realizedPnl', MAX_DOUBLE), // unset for an opening trade
    maybeDouble('yield', MAX_DOUBLE),
    text('yieldRedemptionDate'),
  ]),

  message('position', 61, [
    constant('3'),
    text('account'),
    contract11,
    double('position'),
    double('avgCost', 0),
  ]),
  message('positionEnd', 62, [constant('1')]),
  message('positionMulti', 71, [
    constant('1'),
    int('reqId'),
    text('account'),
    contract11,
    double('position'),
    double('avgCost', 0),
    text('modelCode'),
  ]),
  message('positionMultiEnd', 72, end),

  message('accountValue', 6, [
    constant('2'),
    text('key'),
    text('value'),
    text('currency'),
    text('account'),
  ]),
  message('portfolioValue', 7, [
    constant('8'),
    heldContract,
    double('position'),
    double('marketPrice', 0),
    double('marketValue', 0),
    double('avgCost', 0),
    double('unrealizedPnl', 0),
    double('realizedPnl', 0),
    text('account'),
  ]),
  message('accountUpdateTime', 8, [constant('1'), text('time')]), // hh:mm
  message('accountDownloadEnd', 54, [constant('1'), text('account')]),
  message('accountSummary', 63, [
    constant('1'),
    int('reqId'),
    text('account'),
    text('tag'),
    text('value'),
    text('currency'),
  ]),
  message('accountSummaryEnd', 64, end),
  message('accountUpdateMulti', 73, [
    constant('1'),
    int('reqId'),
    text('account'),
    text('modelCode'),
    text('key'),
    text('value'),
    text('currency'),
  ]),
  message('accountUpdateMultiEnd', 74, end),
  message('pnl', 94, [
    int('reqId'),
    maybeDouble('dailyPnl', MAX_DOUBLE),
    maybeDouble('unrealizedPnl', MAX_DOUBLE),
    maybeDouble('realizedPnl', MAX_DOUBLE),
  ]),
  message('pnlSingle', 95, [
    int('reqId'),
    double('position', 0),
    maybeDouble('dailyPnl', MAX_DOUBLE),
    maybeDouble('unrealizedPnl', MAX_DOUBLE),
    maybeDouble('realizedPnl', MAX_DOUBLE),
    maybeDouble('value', MAX_DOUBLE),
  ]),
] as const
