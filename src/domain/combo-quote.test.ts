import { describe, expect, test } from 'vitest'
import { buyWrite, callSpread, leg, legs, made, putCredit } from './combo.testing.ts'
import { netQuote, netSides } from './combo-quote.ts'
import { price } from './money.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Quote } from './quote.ts'

function quoted(bid: number | null, ask: number | null, changes: Partial<Quote> = {}): Quote {
  return {
    bid: bid === null ? null : price(bid),
    ask: ask === null ? null : price(ask),
    last: null,
    bidSize: 10,
    askSize: 20,
    volume: 100,
    openInterest: 50,
    delta: 0.5,
    receivedAt: 1_000 as EpochMs,
    aliveAt: 1_000 as EpochMs,
    delayed: false,
    halted: false,
    synthetic: false,
    ...changes,
  }
}

describe('the price of a combo is what its legs would trade at', () => {
  test('bought: what is bought at its ask, what is sold at its bid', () => {
    const { bid, ask } = netSides(callSpread, [quoted(4, 4.1), quoted(1.5, 1.55)])
    expect([bid, ask]).toEqual([price(2.45), price(2.6)])
  })

  test('a credit is a negative price', () => {
    const { bid, ask } = netSides(putCredit, [quoted(2, 2.05), quoted(1, 1.1)])
    expect([bid, ask]).toEqual([price(-1.05), price(-0.9)])
  })

  test('a hundred shares and an option are both quoted per share', () => {
    const { bid, ask } = netSides(buyWrite, [quoted(600, 600.02), quoted(3, 3.1)])
    expect([bid, ask]).toEqual([price(596.9), price(597.02)])
  })

  test('a ratio counts as often as it says, and shares the size', () => {
    const ratio = made(legs(['BUY', leg(600, 'C')], ['SELL', leg(605, 'C'), 2]))
    const sides = netSides(ratio, [quoted(4, 4.1), quoted(1.5, 1.55, { bidSize: 7 })])
    expect(sides).toMatchObject({ ask: price(1.1), askSize: 3, bid: price(0.9), bidSize: 10 })
  })
})

describe('without every side of every leg there is no price (P33)', () => {
  test.each([
    ['no bid', quoted(null, 1.55)],
    ['no ask', quoted(1.5, null)],
    ['crossed', quoted(1.6, 1.55)],
  ])('a leg with %s', (_, broken) => {
    const { bid, ask } = netSides(callSpread, [quoted(4, 4.1), broken])
    expect([bid, ask]).toEqual([null, null])
  })

  test('it is as old as its oldest leg, and as bad as its worst', () => {
    const old = { aliveAt: 400 as EpochMs, receivedAt: 300 as EpochMs, delayed: true, halted: true }
    const net = netQuote(callSpread, [quoted(4, 4.1), quoted(1.5, 1.55, old)])
    expect(net).toMatchObject({ aliveAt: 400, receivedAt: 1_000, delayed: true, halted: true })
    expect(net).toMatchObject({ volume: 100, openInterest: 50, delta: 0 })
  })

  test('what one leg does not tell is not known of the combo', () => {
    const blind = { volume: null, openInterest: null, delta: null, bidSize: null }
    const net = netQuote(callSpread, [quoted(4, 4.1), quoted(1.5, 1.55, blind)])
    expect(net).toMatchObject({ volume: null, openInterest: null, delta: null, askSize: null })
  })
})
