import { expect, test } from 'vitest'
import type { StockKey, Ticker } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import {
  DATA_CLIENT,
  detailsOf,
  openOrderOf,
  orderOf,
  ORDER_CLIENT,
  upRig,
} from '../gateway.testing.ts'
import type { Rig } from '../gateway.testing.ts'
import { ACCOUNT, error } from '../peer.testing.ts'
import type { WhatIfAnswer } from './what-if.ts'

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
