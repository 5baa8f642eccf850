import { describe, expect, test } from 'vitest'
import { buy, ready, story } from './faults.testing.ts'
import { ORDER_CODES } from './order-codes.ts'
import { GatewayBench } from '../session/session.testing.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }
const CODES = Object.entries(ORDER_CODES).map(([code, of]) => [Number(code), of] as const)

describe('order-error, each code of the table', () => {
  test.each(CODES)('%i on a new order', async (code, { text, onNew }) => {
    const bench = new GatewayBench()
    const client = await ready(bench)
    bench.inject('order-error', { code })
    client.send(buy(1, RESTING), buy(2, RESTING))
    await bench.run(1_000)
    const errors = client.heard.filter(({ kind }) => kind === 'error')
    expect(errors).toMatchObject([{ id: 1, code, text }])
    const open = bench.gateway.core
      .openOrders()
      .map(({ orderId, timeInForce }) => [orderId, timeInForce])
    const lives = [1, code === 10_349 ? 'DAY' : 'GTC']
    expect(open).toEqual(onNew === 'refused' ? [[2, 'GTC']] : [lives, [2, 'GTC']])
    // Its number is used up.
    client.take()
    client.send(buy(1, RESTING))
    await bench.run(1_000)
    if (onNew === 'refused') expect(bench.gateway.core.openOrders()).toHaveLength(2)
  })

  test.each(CODES)(
    '%i on an order that lives: unasked, and nothing becomes of it',
    async (code) => {
      const bench = new GatewayBench()
      const client = await ready(bench)
      client.send(buy(1, RESTING))
      await bench.run(1_000)
      const before = bench.gateway.core.openOrders()
      client.take()
      bench.inject('order-error', { code, on: 'live' })
      await bench.run(1_000)
      expect(story(client)).toEqual([`error 1 ${code}`])
      expect(bench.gateway.core.openOrders()).toEqual(before)
    },
  )

  test.each([104, 105, 110, 201])(
    '%i on a change: the order lives with its old terms',
    async (code) => {
      const bench = new GatewayBench()
      const client = await ready(bench)
      client.send(buy(1, RESTING))
      await bench.run(1_000)
      client.take()
      bench.inject('order-error', { code, on: 'change' })
      client.send(buy(1, { ...RESTING, lmtPrice: 2 }))
      await bench.run(1_000)
      expect(story(client)).toEqual([`error 1 ${code}`])
      expect(bench.gateway.core.openOrders()).toMatchObject([{ limit: 1_000_000 }])
    },
  )
})
