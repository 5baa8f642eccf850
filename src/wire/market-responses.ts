import {
  before,
  choice,
  constant,
  double,
  int,
  list,
  maybeDouble,
  message,
  since,
  text,
  value,
  valueList,
  variant,
} from './fields.ts'
import { doubles, lastTexts, markedDoubles, texts } from './values.ts'

const reqId = int('reqId')
const end = [constant('1'), reqId] as const

const tradeTick = [
  int('time'),
  double('price'),
  double('size'),
  int('mask'),
  text('exchange'),
  text('conditions'),
] as const

/** Contracts, quotes, bars, history: protocol.md 8. A time that is a number is epoch seconds. */
export const marketResponses = [
  message('contractDetailsEnd', 52, end),
  message('symbolSamples', 79, [
    reqId,
    list('samples', [
      int('conId', 0),
      text('symbol'),
      text('secType'),
      text('primaryExchange'),
      text('currency'),
      valueList('derivativeSecTypes', texts),
      since(176, text('description')),
      since(176, text('issuerId')),
    ]),
  ]),
  message('secDefOptParam', 75, [
    reqId,
    text('exchange'),
    int('underConId'),
    text('tradingClass'),
    text('multiplier'),
    valueList('expirations', texts), // yyyymmdd
    valueList('strikes', doubles()),
  ]),
  message('secDefOptParamEnd', 76, [reqId]),
  message('marketRule', 93, [
    int('ruleId'),
    list('increments', [double('lowEdge'), double('increment')]),
  ]),

  message('tickPrice', 1, [
    constant('6'),
    reqId,
    int('tickType'),
    double('price', -1), // no quote; so is an empty one
    maybeDouble('size'),
    int('mask', 0), // 1 canAutoExecute, 2 pastLimit, 4 preOpen
  ]),
  message('tickSize', 2, [constant('6'), reqId, int('tickType'), maybeDouble('size')]),
  message('tickOptionComputation', 21, [
    reqId,
    int('tickType'),
    int('tickAttrib', 0),
    value('impliedVol', markedDoubles(-1)),
    value('delta', markedDoubles(-2)),
    value('optPrice', markedDoubles(-1)),
    value('pvDividend', markedDoubles(-1)),
    value('gamma', markedDoubles(-2)),
    value('vega', markedDoubles(-2)),
    value('theta', markedDoubles(-2)),
    value('undPrice', markedDoubles(-1)),
  ]),
  message('tickGeneric', 45, [constant('6'), reqId, int('tickType'), double('value')]),
  message('tickString', 46, [constant('6'), reqId, int('tickType'), text('value')]),
  message('tickSnapshotEnd', 57, end),
  message('marketDataType', 58, [constant('1'), reqId, int('type')]),
  message('tickReqParams', 81, [
    reqId,
    maybeDouble('minTick'),
    text('bboExchange'),
    int('snapshotPermissions', 0),
  ]),
  message('rerouteMktData', 91, [reqId, int('conId'), text('exchange')]),
  message('tickByTick', 99, [
    reqId,
    choice('type', [
      variant(1, tradeTick),
      variant(2, tradeTick),
      variant(3, [
        int('time'),
        double('bid'),
        double('ask'),
        double('bidSize'),
        double('askSize'),
        int('mask'),
      ]),
      variant(4, [int('time'), double('midpoint')]),
    ]),
  ]),

  message('historicalData', 17, [
    reqId,
    before(196, text('start')),
    before(196, text('end')),
    list('bars', [
      text('date'),
      double('open'),
      double('high'),
      double('low'),
      double('close'),
      double('volume'), // -1 where it is not known
      double('wap'),
      int('count'),
    ]),
  ]),
  since(196, message('historicalDataEnd', 108, [reqId, text('start'), value('end', lastTexts)])),
  message('historicalDataUpdate', 90, [
    reqId,
    int('count'),
    text('date'),
    double('open'),
    double('close'), // the close before the high and the low (trap 3)
    double('high'),
    double('low'),
    double('wap'),
    double('volume'),
  ]),
  since(
    165,
    message('historicalSchedule', 106, [
      reqId,
      text('start'),
      text('end'),
      text('timeZone'),
      list('sessions', [text('start'), text('end'), text('refDate')]),
    ]),
  ),
  message('headTimestamp', 88, [reqId, text('timestamp')]),
  message('historicalTicks', 96, [
    reqId,
    list('ticks', [int('time'), constant('0'), double('price'), double('size')]),
    int('done'),
  ]),
  message('historicalTicksBidAsk', 97, [
    reqId,
    list('ticks', [
      int('time'),
      int('mask'),
      double('bid'),
      double('ask'),
      double('bidSize'),
      double('askSize'),
    ]),
    int('done'),
  ]),
  message('historicalTicksLast', 98, [
    reqId,
    list('ticks', [
      int('time'),
      int('mask'),
      double('price'),
      double('size'),
      text('exchange'),
      text('conditions'),
    ]),
    int('done'),
  ]),
  message('realTimeBar', 50, [
    constant('3'),
    reqId,
    int('time'),
    double('open'),
    double('high'),
    double('low'),
    double('close'),
    double('volume'),
    double('wap'),
    int('count'),
  ]),
] as const
