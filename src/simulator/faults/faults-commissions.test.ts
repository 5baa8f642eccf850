import { expect, test } from 'vitest'
import { buy, ready } from './faults.testing.ts'
import { GatewayBench } from '../session/session.testing.ts'

type Heard = readonly [afterMs: number, kind: string, commission?: number | null]

/** What is heard of a fill, in the order and at the times it comes. */
async function heardOf(how: string): Promise<readonly Heard[]> {
  const bench = new GatewayBench()
  const client = await ready(bench)
  bench.inject('commissions-odd', { how, afterMs: 30_000 })
  client.send(buy(1))
  const heard: Heard[] = []
  for (let ms = 0; ms < 31_000; ms += 1_000) {
    await bench.run(1_000)
    for (const each of client.take('execDetails', 'commissionReport')) {
      heard.push(each.kind === 'execDetails' ? [ms, each.kind] : [ms, each.kind, each.commission])
    }
  }
  return heard
}

test.each<readonly [string, readonly Heard[]]>([
  [
    'early',
    [
      [0, 'commissionReport', 1],
      [0, 'execDetails'],
    ],
  ],
  [
    'late',
    [
      [0, 'execDetails'],
      [30_000, 'commissionReport', 1],
    ],
  ],
  [
    'minus-one',
    [
      [0, 'execDetails'],
      [0, 'commissionReport', -1],
      [30_000, 'commissionReport', 1],
    ],
  ],
  [
    'unset',
    [
      [0, 'execDetails'],
      [0, 'commissionReport', null],
      [30_000, 'commissionReport', 1],
    ],
  ],
  ['missing', [[0, 'execDetails']]],
])('commissions-odd: %s', async (how, expected) => {
  expect(await heardOf(how)).toEqual(expected)
})
