import { describe, expect, test } from 'vitest'
import { Prng } from '../../src/base/prng.ts'
import { isTerminal, statusAfter } from '../../src/orders/lifecycle.ts'
import { missing } from './edges.ts'
import { core, fuzzed, order } from './fuzz.ts'
import { OneOrder } from './statuses.ts'

/** `npm run fuzz` plays a million. */
const SEQUENCES = { order: 12_000, core: 1_000 } as const
const SEED = 4

describe('whatever is said of an order, in whatever sequence (P21 to P23)', () => {
  test('no exception, no undefined transition, fills once, ended by proof alone', async () => {
    const share = { subject: order, seed: SEED, from: 0, count: SEQUENCES.order }
    const { reached, broken } = await fuzzed(share)
    expect(broken).toEqual([])
    expect(missing(reached)).toEqual([])
  })

  test('the same of the whole core, with pictures of the broker, links, ticks and operators', async () => {
    const { broken } = await fuzzed({ subject: core, seed: SEED, from: 0, count: SEQUENCES.core })
    expect(broken).toEqual([])
  })
})

/** Tables that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, typeof statusAfter, string])[] = [
  [
    'an error code ends an order',
    (order, evidence) =>
      evidence.kind === 'reject-reported' && !isTerminal(order.status)
        ? 'rejected'
        : statusAfter(order, evidence),
    'ended without proof',
  ],
  [
    'a late report revives what was cancelled',
    (order, evidence) =>
      evidence.kind === 'reported' && order.status === 'cancelled'
        ? 'working'
        : statusAfter(order, evidence),
    'revived',
  ],
  [
    'a pair that nobody thought of',
    (order, evidence) =>
      order.status === 'held' && evidence.kind === 'warned'
        ? ('halted' as 'held')
        : statusAfter(order, evidence),
    'undefined',
  ],
]

test.each(WRONG)('a planted bug is noticed: %s', (_bug, table, says) => {
  const found = new Set<string>()
  for (let number = 0; number < 500; number++) {
    const broken = new OneOrder(new Prng(number), new Map(), table).run()
    if (broken !== null) found.add(broken)
  }
  expect([...found].join('\n')).toContain(says)
})
