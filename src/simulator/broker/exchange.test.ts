import { describe, expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import { at, Bench, CALL, ticket } from '../market/scripted-market.testing.ts'
import type { Script } from '../market/scripted-market.testing.ts'

const FALLING = {
  quotes: {
    [CALL.conId]: [
      { at: at('09:30'), bid: 2, ask: 2.1 },
      { at: at('10:00'), bid: 1.5, ask: 1.6, bidSize: 3 },
      { at: at('10:01'), bid: null, ask: 1.6 },
      { at: at('10:02'), bid: 1.2, ask: 1.4 },
    ],
  },
}

async function holding(quantity: number, script: Script = FALLING) {
  const bench = new Bench(script)
  bench.core.place(ticket({ orderId: 1, quantity, type: 'MKT' }))
  await bench.until('09:50')
  bench.events.length = 0
  return bench
}

function fills(bench: Bench): readonly string[] {
  return bench.story.filter((line) => line.startsWith('execution'))
}

describe('stops', () => {
  test('a triggered stop takes what is shown, and the rest when a bid is back', async () => {
    const bench = await holding(5)
    const stop = {
      orderId: 2,
      side: 'SELL',
      type: 'STP',
      trigger: price(1.6),
      quantity: 5,
    } as const
    bench.core.place(ticket(stop))
    await bench.until('11:00')
    expect(fills(bench)).toEqual(['execution 2 SELL 3 @ 1.5', 'execution 2 SELL 2 @ 1.2'])
    expect(bench.core.completedOrders().at(-1)).toMatchObject({ triggered: true, filled: 5 })
  })

  test('a triggered stop limit waits at its limit', async () => {
    const bench = await holding(2)
    const terms = { type: 'STP LMT', trigger: price(1.6), limit: price(1.7) } as const
    bench.core.place(ticket({ orderId: 2, side: 'SELL', quantity: 2, ...terms }))
    await bench.until('11:00')
    expect(bench.status(2)).toBe('Submitted 0/2')
    expect(fills(bench)).toEqual([])
  })

  test('are elected in regular hours only, and GTC rests over the night', async () => {
    const bench = await holding(1, {
      quotes: {
        [CALL.conId]: [
          { at: at('09:30'), bid: 2, ask: 2.1 },
          { at: at('17:00'), bid: 1, ask: 1.1 },
        ],
      },
    })
    const terms = { type: 'STP', trigger: price(1.6), timeInForce: 'GTC' } as const
    bench.core.place(ticket({ orderId: 2, side: 'SELL', ...terms }))
    await bench.until('23:00')
    expect(bench.status(2)).toBe('PreSubmitted 0/1')
    await bench.until(at('09:30', 24 * 3600 + 1))
    expect(fills(bench)).toEqual(['execution 2 SELL 1 @ 1'])
  })
})

describe('size', () => {
  test('what is shown is there once, however many orders want it', async () => {
    const bench = new Bench({
      quotes: {
        [CALL.conId]: [
          { at: at('09:30'), bid: 2, ask: 2.1, askSize: 3 },
          { at: at('10:00'), bid: 2, ask: 2.1, askSize: 3 },
        ],
      },
    })
    bench.core.place(ticket({ orderId: 1, quantity: 2, limit: price(2.1) }))
    bench.core.place(ticket({ orderId: 2, quantity: 2, limit: price(2.2) }))
    await bench.until('09:50')
    expect([bench.status(1), bench.status(2)]).toEqual(['Filled 2/2', 'Submitted 1/2'])
    await bench.until('10:01')
    // Resting: at its limit, never better.
    expect(fills(bench).at(-1)).toBe('execution 2 BUY 1 @ 2.2')
  })

  test('an unknown size does not limit', async () => {
    const bench = new Bench({
      quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.1, askSize: null }] },
    })
    bench.core.place(ticket({ quantity: 200, limit: price(2.1) }))
    await bench.until('09:50')
    expect(bench.status(1)).toBe('Filled 200/200')
  })

  test('immediate or cancel takes what is shown and cancels the rest', async () => {
    const bench = new Bench({
      quotes: { [CALL.conId]: [{ at: at('09:30'), bid: 2, ask: 2.1, askSize: 2 }] },
    })
    bench.core.place(ticket({ quantity: 5, limit: price(2.1), timeInForce: 'IOC' }))
    await bench.until('09:50')
    expect(bench.status(1)).toBe('Cancelled 2/5')
  })

  test('only a generated market fills in parts of what is shown', async () => {
    const parts = async (origin: 'generated' | 'replay') => {
      const quotes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => ({
        at: at('09:50', minute * 60),
        bid: 2,
        ask: 2.1,
      }))
      const bench = new Bench({ origin, quotes: { [CALL.conId]: quotes } }, { seed: 4 })
      for (let orderId = 1; orderId <= 20; orderId++) {
        bench.core.place(ticket({ orderId, quantity: 3, limit: price(2.1) }))
      }
      await bench.until('10:00')
      return fills(bench).length
    }
    expect(await parts('replay')).toBe(20)
    expect(await parts('generated')).toBeGreaterThan(20)
  })
})

test('a cancel may lose the race: what fills before it arrives has filled', async () => {
  const bench = new Bench(FALLING)
  bench.core.place(ticket({ limit: price(1.7) }))
  await bench.until(at('09:59', 59.999))
  bench.core.cancel(7, 7, 1)
  expect(bench.status(1)).toBe('PendingCancel 0/1')
  await bench.until('10:05')
  expect(bench.status(1)).toBe('Filled 1/1')
  expect(bench.story).toContainEqual(expect.stringContaining('10148'))
})
