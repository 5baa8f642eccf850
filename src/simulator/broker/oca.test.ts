import { describe, expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import { at, Bench, CALL, ticket } from '../market/scripted-market.testing.ts'

/** Six calls are held; then the bid rises for three of them, and later falls for all. */
async function holdingSix(ocaType: 1 | 2 | 3, sizes: readonly [number, number] = [6, 6]) {
  const bench = new Bench({
    quotes: {
      [CALL.conId]: [
        { at: at('09:30'), bid: 2, ask: 2.1 },
        { at: at('10:00'), bid: 3, ask: 3.1, bidSize: 3 },
        { at: at('10:10'), bid: 1, ask: 1.1 },
      ],
    },
  })
  bench.core.place(ticket({ orderId: 1, quantity: 6, type: 'MKT' }))
  await bench.until('09:50')
  const exit = { side: 'SELL', ocaGroup: 'exits', ocaType } as const
  const [takeProfit, stopLoss] = sizes
  bench.core.place(ticket({ ...exit, orderId: 2, quantity: takeProfit, limit: price(3) }))
  bench.core.place(
    ticket({ ...exit, orderId: 3, quantity: stopLoss, type: 'STP', trigger: price(1.5) }),
  )
  await bench.until('09:55')
  return bench
}

describe('OCA groups', () => {
  test('type 1: any fill of one cancels the others', async () => {
    const bench = await holdingSix(1)
    await bench.until('10:05')
    expect([bench.status(2), bench.status(3)]).toEqual(['Submitted 3/6', 'Cancelled 0/6'])
  })

  test.each([2, 3] as const)('type %i: a fill reduces the others by as much', async (ocaType) => {
    const bench = await holdingSix(ocaType)
    await bench.until('10:05')
    expect([bench.status(2), bench.status(3)]).toEqual(['Submitted 3/6', 'PreSubmitted 0/3'])
    await bench.until('10:15')
    expect([bench.status(2), bench.status(3)]).toEqual(['Filled 3/3', 'Filled 3/3'])
    expect(bench.held(CALL.conId)).toBe(0)
  })

  test('members of different size are reduced by the same share, rounded down', async () => {
    const bench = await holdingSix(2, [6, 5])
    await bench.until('10:05')
    expect(bench.status(3)).toBe('PreSubmitted 0/2')
  })

  test('a member that completes cancels the rest, whatever its size', async () => {
    const bench = await holdingSix(2, [3, 6])
    await bench.until('10:05')
    expect([bench.status(2), bench.status(3)]).toEqual(['Filled 3/3', 'Cancelled 0/6'])
  })

  /** Two limits in one group, both marketable on the same quote: what block is about. */
  test.each([
    [1, 6, 'Cancelled 0/6'],
    [2, 6, 'Cancelled 0/6'],
    [3, 12, 'Filled 6/6'],
  ] as const)('type %i: two members that could fill at one moment sell %i', async (...row) => {
    const [ocaType, sold, other] = row
    const bench = new Bench({
      quotes: {
        [CALL.conId]: [
          { at: at('09:30'), bid: 2, ask: 2.1 },
          { at: at('10:00'), bid: 3, ask: 3.1 },
        ],
      },
    })
    bench.core.place(ticket({ orderId: 1, quantity: 20, type: 'MKT' }))
    await bench.until('09:50')
    const exit = { side: 'SELL', ocaGroup: 'exits', ocaType, quantity: 6 } as const
    bench.core.place(ticket({ ...exit, orderId: 2, limit: price(2.5) }))
    bench.core.place(ticket({ ...exit, orderId: 3, limit: price(2.6) }))
    await bench.until('10:05')
    expect([bench.held(CALL.conId), bench.status(3)]).toEqual([20 - sold, other])
  })

  test('a cancel of one member leaves the others', async () => {
    const bench = await holdingSix(2)
    bench.core.cancel(7, 7, 2)
    await bench.until('09:56')
    expect([bench.status(2), bench.status(3)]).toEqual(['Cancelled 0/6', 'PreSubmitted 0/6'])
  })
})
