import { describe, expect, test } from 'vitest'
import { callSpread } from '../../domain/combo.testing.ts'
import type { StockKey, Ticker } from '../../domain/contract.ts'
import type { Margin, MarginAsked } from '../../domain/margin.ts'
import { money, price } from '../../domain/money.ts'
import type { Currency } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import {
  DATA_CLIENT,
  detailsOf,
  openOrderOf,
  OPTION,
  orderOf,
  ORDER_CLIENT,
  upRig,
} from '../gateway.testing.ts'
import type { Rig } from '../gateway.testing.ts'
import { ACCOUNT, error } from '../peer.testing.ts'
import type { WhatIfAnswer } from './what-if.ts'

type OrderState = ResponseOf<'openOrder'>['orderState']

const SPY: StockKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}

/** Both connections up on a Gateway that knows SPY. */
async function rig(): Promise<Rig> {
  const made = await upRig()
  made.world.answer('reqContractDetails', ({ reqId }) => [
    detailsOf(reqId, { symbol: 'SPY', secType: 'STK', conId: 1_000 }),
    { kind: 'contractDetailsEnd', reqId },
  ])
  return made
}

async function answered({ world, ibkr }: Rig, ms: number): Promise<WhatIfAnswer | null> {
  let answer: WhatIfAnswer | null = null
  void ibkr.whatIf(SPY).then((came) => {
    answer = came
  })
  await world.run(ms)
  return answer
}

test('one share is asked about, on the order connection, in one frame', async () => {
  const made = await rig()
  made.world.answer('placeOrder', (asked) => {
    const echo = openOrderOf(asked, { status: 'PreSubmitted' })
    return [{ ...echo, order: { ...echo.order, whatIf: true } }]
  })
  expect(await answered(made, 100)).toEqual({ kind: 'accepted' })
  const [asked, ...more] = made.world.peer(ORDER_CLIENT).requests('placeOrder')
  expect(asked).toMatchObject({
    contract: { conId: 1_000, symbol: 'SPY' },
    order: { action: 'BUY', totalQuantity: 1, orderType: 'MKT', whatIf: true, account: ACCOUNT },
  })
  expect(more).toEqual([])
  expect(made.world.peer(DATA_CLIENT).requests('placeOrder')).toEqual([])
  // Nobody trades on it: to the engine it never was.
  expect(made.reports).toEqual([])
})

test('where nothing is quoted no price is made up, and no quote is asked for (X14)', async () => {
  const made = await rig()
  made.world.answer('reqMktData', ({ reqId }) => [
    error(reqId, 10089, 'Requested market data requires additional subscription'),
  ])
  made.world.answer('placeOrder', (asked) => {
    const echo = openOrderOf(asked, { status: 'PreSubmitted' })
    return [{ ...echo, order: { ...echo.order, whatIf: true } }]
  })
  expect(await answered(made, 100)).toEqual({ kind: 'accepted' })
  const asked = made.world.peer(ORDER_CLIENT).requests('placeOrder')
  expect(asked.map(({ order }) => [order.orderType, order.lmtPrice, order.auxPrice])).toEqual([
    ['MKT', null, null],
  ])
  expect(made.world.peer(DATA_CLIENT).requests('reqMktData')).toEqual([])
})

test('the next order takes another id', async () => {
  const made = await rig()
  await answered(made, 100)
  made.ibkr.broker.place([orderOf('a')])
  await made.world.run(10)
  const ids = made.world
    .peer(ORDER_CLIENT)
    .requests('placeOrder')
    .map(({ orderId }) => orderId)
  expect(new Set(ids).size).toBe(2)
  const flags = made.world.peer(ORDER_CLIENT).requests('placeOrder')
  expect(flags.map(({ order }) => order.whatIf)).toEqual([true, false])
})

test('a refusal is an answer, a warning is none, and silence ends after 8 s', async () => {
  const made = await rig()
  const readOnly = 'Error validating request.- The API interface is currently in Read-Only mode.'
  made.world.answer('placeOrder', ({ orderId }) => [error(orderId, 321, readOnly)])
  expect(await answered(made, 100)).toEqual({ kind: 'refused', code: 321, text: readOnly })
  made.world.answer('placeOrder', ({ orderId }) => [error(orderId, 399, 'Order Message: held')])
  expect(await answered(made, 7_900)).toBeNull()
  await made.world.run(200)
  expect(await answered(made, 8_100)).toMatchObject({ kind: 'unanswered', detail: /within 8 s/ })
  expect(made.reports).toEqual([])
})

test('without a connection nothing is asked', async () => {
  const made = await rig()
  await made.ibkr.close()
  expect(await answered(made, 100)).toMatchObject({ kind: 'unanswered', detail: /not up/ })
})

test('an echo as if it were alive is no answer and no order of ours (F54)', async () => {
  const made = await rig()
  made.world.answer('placeOrder', (asked) => [openOrderOf(asked, { status: 'PreSubmitted' })])
  expect(await answered(made, 100)).toMatchObject({ kind: 'unanswered', detail: /echoed/ })
  expect(made.reports).toEqual([])
})

/** The answer to a what-if, with these figures. */
function answerOf(asked: RequestOf<'placeOrder'>, figures: Partial<OrderState>): Response {
  const echo = openOrderOf(asked, { status: 'PreSubmitted', permId: 0 })
  const order = { ...echo.order, whatIf: true }
  return { ...echo, order, orderState: { ...echo.orderState, ...figures } }
}

const FIGURES = { initMarginAfter: 1_234.5, equityWithLoanAfter: 50_000, commission: 1.1 }

async function margin({ world, ibkr }: Rig, ms: number, of: Partial<MarginAsked> = {}) {
  let answer: Margin | null = null
  const asked = { contract: OPTION, side: 'BUY', quantity: 2, limit: price(2), ...of } as const
  void ibkr.broker.margin(asked).then((came) => {
    answer = came
  })
  await world.run(ms)
  return answer as Margin | null
}

describe('an entry is asked about', () => {
  test('as what it would be, and nothing of it is told to the engine', async () => {
    const made = await rig()
    const warningText = 'your order will be held'
    made.world.answer('placeOrder', (asked) => [answerOf(asked, { ...FIGURES, warningText })])
    expect(await margin(made, 100)).toMatchObject({
      kind: 'answered',
      quantity: 2,
      limit: price(2),
      initialMarginAfter: money(1_234.5),
      equityAfter: money(50_000),
      commission: money(1.1),
      warning: warningText,
    })
    const [frame, ...more] = made.world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(frame?.order).toMatchObject({
      whatIf: true,
      orderType: 'LMT',
      lmtPrice: 2,
      tif: 'DAY',
      parentId: 0,
      transmit: true,
    })
    expect(more).toEqual([])
    expect(made.world.peer(DATA_CLIENT).requests('placeOrder')).toEqual([])
    expect(made.reports).toEqual([])
  })

  test('a combo with its legs, also at a credit', async () => {
    const made = await rig()
    made.world.answer('placeOrder', (asked) => [answerOf(asked, FIGURES)])
    const of = { contract: callSpread, limit: price(-1.05) }
    expect(await margin(made, 100, of)).toMatchObject({ kind: 'answered', limit: price(-1.05) })
    const [frame] = made.world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(frame).toMatchObject({
      contract: { secType: 'BAG' },
      order: { whatIf: true, lmtPrice: -1.05, comboLegs: [{ action: 'BUY' }, { action: 'SELL' }] },
    })
  })

  test.each([
    [201, 'Order rejected - reason:YOUR ORDER IS NOT ACCEPTED.'],
    [360, 'No whatif check support for smart combo order.'],
  ])('a refusal %i is told as it came', async (code, text) => {
    const made = await rig()
    made.world.answer('placeOrder', ({ orderId }) => [error(orderId, code, text)])
    expect(await margin(made, 100)).toMatchObject({ kind: 'refused', code, text })
    expect(made.reports).toEqual([])
  })

  test('margins that are unset are waited for, and null when they do not come', async () => {
    const made = await rig()
    made.world.answer('placeOrder', (asked) => [answerOf(asked, {}), answerOf(asked, FIGURES)])
    expect(await margin(made, 100)).toMatchObject({ equityAfter: money(50_000) })
    made.world.answer('placeOrder', (asked) => [answerOf(asked, {})])
    expect(await margin(made, 900)).toBeNull()
    expect(await margin(made, 1_100)).toMatchObject({ kind: 'answered', equityAfter: null })
  })

  test('without an answer it ends with its deadline, or with the connection', async () => {
    const made = await rig()
    expect(await margin(made, 7_900)).toBeNull()
    expect(await margin(made, 8_100)).toMatchObject({ kind: 'unanswered', detail: /within 8 s/ })
    const asked = margin(made, 200)
    void made.ibkr.close()
    expect(await asked).toMatchObject({ kind: 'unanswered', detail: /ended before/ })
  })

  test('it waits its turn for a second, and is never sent late', async () => {
    const made = await rig()
    const frames = (): number => made.world.peer(ORDER_CLIENT).requests('placeOrder').length
    await made.world.run(2_000)
    for (let i = 0; i < 60; i++) void margin(made, 0)
    await made.world.run(900)
    const atOnce = frames()
    expect(atOnce).toBeGreaterThan(30)
    expect(atOnce).toBeLessThan(45)
    await made.world.run(9_000)
    expect(frames()).toBeGreaterThanOrEqual(atOnce)
  })

  test('its answer within a list of open orders is none of them', async () => {
    const made = await upRig()
    let question: RequestOf<'placeOrder'> | null = null
    made.world.answer('placeOrder', (asked) => {
      question = asked
      return []
    })
    await margin(made, 10)
    made.world.answer('reqAllOpenOrders', () => [
      ...(question === null ? [] : [answerOf(question, FIGURES)]),
      { kind: 'openOrderEnd' },
    ])
    const picture = made.ibkr.broker.snapshot(new AbortController().signal)
    await made.world.run(15_000)
    const taken = await picture
    expect(taken.ok && taken.value.openOrders).toEqual([])
    expect(made.reports).toEqual([])
  })

  test('off the grid of its contract it is not sent', async () => {
    const made = await rig()
    const of = { limit: price(3.01) }
    expect(await margin(made, 10, of)).toMatchObject({ kind: 'unanswered', detail: /grid/ })
    expect(made.world.peer(ORDER_CLIENT).requests('placeOrder')).toEqual([])
  })
})
