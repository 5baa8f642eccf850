import { describe, expect, test } from 'vitest'
import { emptyContract } from './contract.ts'
import { liveOrder, liveOrderState, untouchedOrder } from './defaults.ts'
import { decodeRequest, encodeRequest, type RequestOf } from './requests.ts'
import { decodeResponse, encodeResponse } from './responses.ts'

type Order = RequestOf<'placeOrder'>['order']
type Placed = RequestOf<'placeOrder'>

function placing(order: Partial<Order>, contract: Partial<Placed['contract']> = {}): Placed {
  return {
    kind: 'placeOrder',
    orderId: 1,
    contract: { ...emptyContract, ...contract },
    order: { ...untouchedOrder, ...order },
  }
}

function fields(request: Placed, version = 193): readonly string[] {
  const result = encodeRequest(request, version)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return new TextDecoder().decode(result.value.subarray(4)).split('\0').slice(0, -1)
}

const scale = {
  priceAdjustValue: null,
  priceAdjustInterval: null,
  profitOffset: null,
  autoReset: false,
  initPosition: null,
  initFillQty: null,
  randomPercent: false,
}

const leg = {
  conId: 5,
  ratio: 1,
  action: 'BUY',
  exchange: 'SMART',
  openClose: 0,
  shortSaleSlot: 0,
  designatedLocation: '',
  exemptCode: -1,
}

describe('optional blocks of placeOrder add as many fields as they have (protocol.md 7.2)', () => {
  const deltaNeutral = {
    conId: 0,
    settlingFirm: '',
    clearingAccount: '',
    clearingIntent: '',
    openClose: '',
    shortSale: false,
    shortSaleSlot: 0,
    designatedLocation: '',
  }
  const pegBenchmark = {
    referenceContractId: 5,
    isPeggedChangeAmountDecrease: false,
    peggedChangeAmount: 0.1,
    referenceChangeAmount: 0.1,
    referenceExchangeId: 'CBOE',
  }
  const tags = [{ tag: 'maxPctVol', value: '0.1' }]
  const time = { type: 3, conjunction: 'a', isMore: true, time: '20260320-15:00:00' } as const

  test.each<readonly [string, Partial<Order>, Partial<Placed['contract']>, number]>([
    ['BAG without legs', {}, { secType: 'BAG' }, 3],
    [
      'BAG with two legs, prices and a routing parameter',
      {
        comboLegs: [leg, leg],
        orderComboLegs: [{ price: 1 }, { price: null }],
        smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: '1' }],
      },
      { secType: 'BAG' },
      3 + 16 + 2 + 2,
    ],
    ['A', { deltaNeutralOrderType: 'MKT', deltaNeutral }, {}, 8],
    ['B', { scalePriceIncrement: 0.05, scale }, {}, 7],
    ['B is absent at an increment of 0', { scalePriceIncrement: 0 }, {}, 0],
    ['C', { hedgeType: 'D', hedgeParam: '' }, {}, 1],
    ['D', { deltaNeutralContract: { conId: 5, delta: 0.5, price: 10 } }, {}, 3],
    ['E', { algoStrategy: 'Vwap', algoParams: tags }, {}, 3],
    ['F', { orderType: 'PEG BENCH', pegBenchmark }, {}, 5],
    ['G', { conditions: [time] }, {}, 6],
    ['H at IBKRATS', { minTradeQty: 1 }, { exchange: 'IBKRATS' }, 1],
    ['H of PEG BEST', { orderType: 'PEG BEST', competeAgainstBestOffset: 0.02 }, {}, 2],
    [
      'H of PEG BEST up to the midpoint',
      { orderType: 'PEG BEST', competeAgainstBestOffset: Infinity, midOffsetAtWhole: 0.01 },
      {},
      4,
    ],
    ['H of PEG MID', { orderType: 'PEG MID', midOffsetAtWhole: 0.01 }, {}, 2],
    ['a tag list of options is one field', { orderMiscOptions: tags }, {}, 0],
  ])('%s', (...[, order, contract, more]) => {
    const request = placing(order, contract)
    expect(fields(request).length).toBe(118 + more)
    const frame = encodeRequest(request, 193)
    const { includeExpired: _expired, ...contract12 } = { ...emptyContract, ...contract }
    expect(frame.ok && decodeRequest(frame.value.subarray(4), 193)).toMatchObject({
      ok: true,
      value: { ...request, contract: contract12 },
    })
  })

  test.each<readonly [string, Partial<Order>, string]>([
    ['legs of what is no BAG', { comboLegs: [leg] }, 'order.comboLegs'],
    ['a scale without an increment', { scale }, 'order.scale'],
    ['an increment without its scale', { scalePriceIncrement: 0.05 }, 'order.scale'],
    ['algorithm parameters without a strategy', { algoParams: tags }, 'order.algoParams'],
    ['offsets of what is not pegged', { midOffsetAtHalf: 0.01 }, 'order.midOffsetAtHalf'],
  ])('%s would be lost or shift the frame, and are refused', (_, order, field) => {
    expect(encodeRequest(placing(order), 193)).toMatchObject({
      ok: false,
      error: { kind: 'unencodable', message: 'placeOrder', field },
    })
  })
})

test('empty fields, as @stoqey/ib sends for what was left undefined, mean the defaults', () => {
  const sent = fields(placing({}))
  const emptied = sent.map((field, i) => (i < 2 || i === 27 ? field : ''))
  const payload = new TextEncoder().encode(emptied.map((field) => `${field}\0`).join(''))
  const { includeExpired: _, ...contract12 } = emptyContract
  expect(decodeRequest(payload, 193)).toEqual({
    ok: true,
    value: {
      ...placing({}),
      contract: contract12,
    },
  })
})

test('an empty transmit is neither yes nor no', () => {
  const sent = fields(placing({})).map((field, i) => (i === 27 ? '' : field))
  const payload = new TextEncoder().encode(sent.map((field) => `${field}\0`).join(''))
  const result = decodeRequest(payload, 193)
  expect(result.ok && result.value.kind === 'placeOrder' && result.value.order.transmit).toBe(null)
})

test('a live openOrder writes what a Gateway writes for an untouched order (protocol.md 9)', () => {
  const frame = encodeResponse(
    {
      kind: 'openOrder',
      orderId: 1,
      contract: emptyContract,
      order: { ...liveOrder, permId: 7 },
      orderState: { ...liveOrderState, status: 'Submitted' },
    },
    200,
  )
  const text = new TextDecoder().decode(frame.ok ? frame.value.subarray(4) : undefined)
  const max = '1.7976931348623157E308'
  expect(text.split('\0').slice(58, 74).join('|')).toBe('0||0|None||0||||?|0|0||0|0|')
  expect(text.split('\0').slice(78, 121).join('|')).toBe(
    `0|0|0|2147483647|2147483647|||0||IB|0|0||0|0|Submitted|${`${max}|`.repeat(9)}|||||` +
      `${`${max}|`.repeat(9)}-9223372036854775808||0|`,
  )
  expect(text.split('\0').slice(121, 156).join('|')).toBe(
    `0|0|0|None|${`${max}|`.repeat(6)}0||||0|1|0|0|0|||0|||||||0||0||2147483647||0`,
  )
  expect(frame.ok && decodeResponse(frame.value.subarray(4), 200).ok).toBe(true)
})
