import {
  before,
  constant,
  flag,
  int,
  maybeInt,
  message,
  rest,
  since,
  text,
  valueList,
} from './fields.ts'
import { contract11 } from './contract.ts'
import { EMPTY, MAX_INT } from './numbers.ts'
import { texts } from './values.ts'

/** Session, orders (but for placeOrder), executions, positions, account: protocol.md 6. */
export const accountRequests = [
  message('startApi', 71, [constant('2'), int('clientId'), text('optionalCapabilities')]),
  message('setServerLogLevel', 14, [constant('1'), int('level')]),
  message('reqIds', 8, [constant('1'), int('count', 1)]), // the count is ignored
  message('reqCurrentTime', 49, [constant('1')]),
  since(197, message('reqCurrentTimeInMillis', 105, [])),
  since(167, message('reqUserInfo', 104, [int('reqId')])),
  message('reqManagedAccts', 17, [constant('1')]),

  message('cancelOrder', 4, [
    before(192, constant('1')),
    int('orderId'),
    since(169, text('manualCancelTime')),
    before(190, since(187, constant(EMPTY))),
    before(190, since(187, constant(EMPTY))),
    before(190, since(187, constant(MAX_INT))),
    since(192, text('extOperator')),
    since(192, maybeInt('manualOrderIndicator', MAX_INT)),
  ]),
  message('reqGlobalCancel', 58, [
    before(192, constant('1')),
    since(192, text('extOperator')),
    since(192, maybeInt('manualOrderIndicator', MAX_INT)),
  ]),
  message('reqOpenOrders', 5, [constant('1')]),
  message('reqAllOpenOrders', 16, [constant('1')]),
  message('reqAutoOpenOrders', 15, [constant('1'), flag('bind')]),
  message('reqCompletedOrders', 99, [flag('apiOnly')]),
  message('reqExecutions', 7, [
    constant('3'),
    int('reqId'),
    int('clientId', 0), // 0 is all clients
    text('account'),
    text('time'),
    text('symbol'),
    text('secType'),
    text('exchange'),
    text('side'),
    since(200, maybeInt('lastNDays', MAX_INT)),
    since(200, valueList('specificDates', texts)),
  ]),
  message('exerciseOptions', 21, [
    constant('2'),
    int('reqId'),
    contract11,
    int('action'), // 1 exercise, 2 lapse
    int('quantity'),
    text('account'),
    int('override', 0),
    since(180, text('manualOrderTime')),
    since(183, text('customerAccount')),
    since(184, flag('professionalCustomer')),
  ]),

  message('reqPositions', 61, [constant('1')]),
  message('cancelPositions', 64, [constant('1')]),
  message('reqPositionsMulti', 74, [
    constant('1'),
    int('reqId'),
    text('account'),
    text('modelCode'),
  ]),
  message('cancelPositionsMulti', 75, [constant('1'), int('reqId')]),
  message('reqAccountUpdates', 6, [constant('2'), flag('subscribe'), text('account')]),
  message('reqAccountUpdatesMulti', 76, [
    constant('1'),
    int('reqId'),
    text('account'),
    text('modelCode'),
    flag('ledgerAndNLV'),
  ]),
  message('cancelAccountUpdatesMulti', 77, [constant('1'), int('reqId')]),
  message('reqAccountSummary', 62, [constant('1'), int('reqId'), text('group'), text('tags')]),
  message('cancelAccountSummary', 63, [constant('1'), int('reqId')]),
  message('reqPnL', 92, [int('reqId'), text('account'), text('modelCode')]),
  message('cancelPnL', 93, [int('reqId')]),
  message('reqPnLSingle', 94, [int('reqId'), text('account'), text('modelCode'), int('conId')]),
  message('cancelPnLSingle', 95, [int('reqId')]),

  // Read and discarded: what a client sends that proves its licence.
  message('verifyRequest', 65, [rest('fields')]),
  message('verifyMessage', 66, [rest('fields')]),
  message('verifyAndAuthRequest', 72, [rest('fields')]),
  message('verifyAndAuthMessage', 73, [rest('fields')]),
] as const
