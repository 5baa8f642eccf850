import { describe, expect, test } from 'vitest'
import { buy, cancel, ready, story } from './faults.testing.ts'
import { at, GatewayBench } from '../session/session.testing.ts'

const RESTING = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC' }

async function cancelled(parameters: Readonly<Record<string, unknown>>) {
  const bench = new GatewayBench()
  const client = await ready(bench)
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  client.take()
  bench.inject('cancel-race', parameters)
  client.send(cancel(1))
  await bench.run(1_000)
  return { bench, client }
}

describe('cancel-race', () => {
  test('10148 says that it has filled, and then 10147 to every further cancel', async () => {
    const { bench, client } = await cancelled({ answer: 10148 })
    const text = 'OrderId 1 that needs to be cancelled cannot be cancelled, state: Filled.'
    expect(client.heard.at(-2)).toMatchObject({ kind: 'error', text })
    expect(story(client)).toEqual([
      'execDetails',
      'openOrder',
      'orderStatus',
      'error 1 10148',
      'commissionReport',
    ])
    client.send(cancel(1), cancel(1))
    await bench.run(1_000)
    expect(story(client)).toEqual(['error 1 10147', 'error 1 10147'])
  })

  test('161 names the order by its permId', async () => {
    const { client } = await cancelled({ answer: 161 })
    expect(story(client)).toContain('error 1 161')
  })

  test.each([202, 10147] as const)('%i, and the order lives', async (answer) => {
    const { bench, client } = await cancelled({ answer, outcome: 'lives' })
    expect(story(client)).toEqual([`error 1 ${answer}`])
    expect(bench.gateway.core.openOrders()).toMatchObject([{ status: 'Submitted' }])
  })

  test('10147 although it was cancelled: only who asks hears of it', async () => {
    const { bench, client } = await cancelled({ answer: 10147, outcome: 'cancelled' })
    expect(story(client)).toEqual(['error 1 10147'])
    client.send({ kind: 'reqCompletedOrders', apiOnly: false })
    await bench.run(1)
    expect(client.take('completedOrder')).toMatchObject([{ orderState: { status: 'Cancelled' } }])
  })
})

test('cancel-waits: after the close it is only pending, and done with the next open', async () => {
  const bench = new GatewayBench({ start: at('16:05') })
  const client = await ready(bench)
  client.send(buy(1, RESTING))
  await bench.run(1_000)
  client.take()
  bench.inject('cancel-waits')
  client.send(cancel(1))
  await bench.run(60_000)
  expect(client.take()).toMatchObject([{ kind: 'orderStatus', status: 'PendingCancel' }])
  await bench.run(17.5 * 3_600_000)
  expect(client.take('orderStatus').at(-1)).toMatchObject({ status: 'Cancelled' })
})
