import { untouchedOrder } from '../../src/wire/defaults.ts'
import type { RequestOf } from '../../src/wire/requests.ts'
import type { Golden } from './golden.ts'

type Contract = RequestOf<'placeOrder'>['contract']
type Order = RequestOf<'placeOrder'>['order']

const max = '1.7976931348623157E308'

interface Text {
  /** Fields 0 to 1. */
  readonly id: string
  /** Fields 16 to 28, action to parentId. */
  readonly terms: string
  /** Field 46. */
  readonly ocaType: string
}

/** The frame by the map of protocol.md 7.1, whose field numbers stand behind each line. */
function at193({ id, terms, ocaType }: Text): string {
  return [
    id,
    '700001|SPY|OPT|20260320|572.5|C|100|SMART||USD||SPY', // 2 to 13: the contract
    '|', // 14, 15: secIdType, secId
    terms,
    '0|0|0|0|0|0|', // 29 blockOrder to 34 hidden, 35 empty
    '0||||||', // 36 discretionaryAmt to 42 modelCode
    `0||-1|${ocaType}|||0||`, // 43 shortSaleSlot, 45 exemptCode, 46 ocaType to 51 percentOffset
    '0|0||0||||||0', // 52 eTradeOnly to 61 overridePercentageConstraints
    '||||0|||||||||', // 62 volatility, 66 continuousUpdate to 75 activeStopTime
    '|0|||0|0|||0||0|0|0|0', // 76 hedgeType to 84 whatIf, to 89 no conditions
    `|${max}|${max}|${max}|${max}|${max}|0|`, // 90 adjustedOrderType to 97 extOperator
    `||${max}`, // 98, 99 softDollarTier, 100 cashQty
    '||||0|0|0|', // 101 to 104 mifid, 105 to 107, 108 usePriceMgmtAlgo
    '2147483647|2147483647|0', // 109 duration, 110 postToAts, 111 autoCancelParent
    '|||0|0|2147483647', // 112 to 114, 115 professionalCustomer to 117 manualOrderIndicator
  ].join('|')
}

export function goldenOrders(contract: Contract): readonly Golden[] {
  const placed = (orderId: number, order: Partial<Order>): Golden['request'] => ({
    kind: 'placeOrder',
    orderId,
    contract,
    order: { ...untouchedOrder, account: 'DU1234567', ...order },
  })
  const exit = { action: 'SELL', totalQuantity: 2, ocaGroup: 'oca-e1', ocaType: 2, tif: 'GTC' }
  const takeProfit = { ...exit, orderType: 'LMT', orderRef: 'e1-tp', parentId: 41 }
  return [
    golden('the entry of a bracket', {
      request: placed(41, {
        action: 'BUY',
        totalQuantity: 2,
        orderType: 'LMT',
        lmtPrice: 1.25,
        tif: 'DAY',
        orderRef: 'e1',
        transmit: false,
      }),
      text: { id: '3|41', terms: 'BUY|2|LMT|1.25||DAY||DU1234567||0|e1|0|0', ocaType: '0' },
    }),
    golden('its take-profit', {
      request: placed(42, { ...takeProfit, lmtPrice: 1.9, transmit: false }),
      text: {
        id: '3|42',
        terms: 'SELL|2|LMT|1.9||GTC|oca-e1|DU1234567||0|e1-tp|0|41',
        ocaType: '2',
      },
    }),
    golden('its stop, which transmits all three', {
      request: placed(43, {
        ...exit,
        orderType: 'STP',
        auxPrice: 0.8,
        orderRef: 'e1-sl',
        parentId: 41,
      }),
      text: {
        id: '3|43',
        terms: 'SELL|2|STP||0.8|GTC|oca-e1|DU1234567||0|e1-sl|1|41',
        ocaType: '2',
      },
    }),
    golden('a change of the take-profit', {
      request: placed(42, { ...takeProfit, lmtPrice: 1.75 }),
      text: {
        id: '3|42',
        terms: 'SELL|2|LMT|1.75||GTC|oca-e1|DU1234567||0|e1-tp|1|41',
        ocaType: '2',
      },
    }),
    golden('a close', {
      request: placed(44, {
        action: 'SELL',
        totalQuantity: 2,
        orderType: 'MKT',
        tif: 'DAY',
        orderRef: 'e1-x',
      }),
      text: { id: '3|44', terms: 'SELL|2|MKT|||DAY||DU1234567||0|e1-x|1|0', ocaType: '0' },
    }),
  ]
}

/** At 200 there is imbalanceOnly behind the last field. */
function golden(
  name: string,
  { request, text }: { readonly request: Golden['request']; readonly text: Text },
): Golden {
  return { name, request, at193: at193(text), at200: `${at193(text)}|0` }
}
