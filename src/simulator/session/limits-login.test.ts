import { expect, test } from 'vitest'
import type { Request } from '../../wire/requests.ts'
import { bars, buy, line, ready, story } from '../faults/faults.testing.ts'
import { GatewayBench } from './session.testing.ts'
import type { BenchOptions, TestClient } from './session.testing.ts'

/** Two clients of one login, each sends one; what the second was told. */
async function both(limits: BenchOptions['limits'], [first, second]: readonly Request[]) {
  const bench = new GatewayBench(limits === undefined ? {} : { limits })
  const [one, two] = [await ready(bench, 1), await ready(bench, 2)]
  const send = (client: TestClient, request: Request | undefined): void => {
    if (request !== undefined) client.send(request)
  }
  send(one, first)
  await bench.run(1_000)
  two.take()
  send(two, second)
  await bench.run(1_000)
  return { heard: story(two), one, two, bench }
}

const small = (reqId: number, more = {}): Request => bars(reqId, { barSize: '30 secs', ...more })
const other = { duration: '900 S' }

test.each([
  ['P2 open requests', { historyOpen: 1 }, [bars(1, { keepUpToDate: true }), bars(1)], 162],
  ['P3 identical small bars', {}, [small(1), small(1)], 162],
  ['P4 a burst on one tape', { historyBurst: 1 }, [small(1), small(1, other)], 162],
  ['P5 the ten-minute total', { historyTotal: 1 }, [small(1), small(1, other)], 162],
  ['P8 market-data lines', { lines: 1 }, [line(1), line(1)], 101],
] as const)('%s count over all clients of a login', async (...of) => {
  const [, limits, requests, code] = of
  // The burst of P4 spans two seconds; the second client comes after one.
  expect((await both(limits, requests)).heard).toEqual([`error 1 ${code}`])
})

test('what a client has open is free again when its connection ends', async () => {
  const { one, two, bench } = await both({ lines: 1, historyOpen: 1 }, [line(1)])
  one.send(bars(2, { keepUpToDate: true }))
  await bench.run(1_000)
  one.close()
  await bench.run(1)
  two.send(line(1), bars(2))
  await bench.run(1_000)
  expect(story(two)).not.toContain('error 1 101')
})

test('P13 working orders of one side count over all clients of the account', async () => {
  const resting = { orderType: 'LMT', lmtPrice: 1, tif: 'GTC', totalQuantity: 1 }
  const of = [buy(1, resting), buy(1, resting)]
  expect((await both({ activeOrders: 1 }, of)).heard).toEqual(['error 1 201'])
})

test('P12 the Gateway takes so many clients and no more', async () => {
  const bench = new GatewayBench({ limits: { clients: 1 } })
  await ready(bench, 1)
  expect((await bench.dial(2)).closed).toBe(true)
})
