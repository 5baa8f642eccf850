import { describe, expect, test } from 'vitest'
import { price } from '../../domain/money.ts'
import { elects, tradesAt } from './matching.ts'
import type { Matchable } from './matching.ts'
import type { MarketQuote } from '../market/market.ts'

const QUOTE: MarketQuote = {
  bid: price(2),
  ask: price(2.1),
  last: null,
  bidSize: 10,
  askSize: 20,
  lastSize: null,
  volume: null,
  openInterest: null,
  open: null,
  high: null,
  low: null,
  previousClose: null,
  model: null,
  halted: false,
  synthetic: false,
  changedAt: 0 as MarketQuote['changedAt'],
}

function order(of: Partial<Matchable>): Matchable {
  return { side: 'BUY', type: 'LMT', limit: null, trigger: null, triggered: false, ...of }
}

function limit(side: 'BUY' | 'SELL', at: number): Matchable {
  return order({ side, limit: price(at) })
}

function stop(side: 'BUY' | 'SELL', at: number, triggered = false): Matchable {
  return order({ side, type: 'STP', trigger: price(at), triggered })
}

describe('replay rule 1: a limit order trades when the opposite side is at its limit or through', () => {
  test.each([
    ['buy below the ask', limit('BUY', 2.09), null, null],
    ['buy at the ask', limit('BUY', 2.1), 2.1, 2.1],
    ['buy above the ask: on arrival at the quote, resting at its limit', limit('BUY', 3), 2.1, 3],
    ['sell above the bid', limit('SELL', 2.01), null, null],
    ['sell at the bid', limit('SELL', 2), 2, 2],
    ['sell below the bid: on arrival at the quote, resting at its limit', limit('SELL', 1), 2, 1],
  ])('%s', (...row) => {
    const [, terms, arriving, resting] = row
    const trades = [true, false].map((each) => tradesAt(terms, QUOTE, each)?.price ?? null)
    const expected = [arriving, resting].map((each) => (each === null ? null : price(each)))
    expect(trades).toEqual(expected)
  })
})

describe('replay rule 2: market orders and elected stops take the opposite side', () => {
  test.each([
    ['market buy', order({ type: 'MKT' }), 2.1],
    ['market sell', order({ type: 'MKT', side: 'SELL' }), 2],
    ['stop that is not elected', stop('SELL', 1.5), null],
    ['elected stop', stop('SELL', 1.5, true), 2],
    [
      'elected stop limit that is not at its limit',
      order({
        type: 'STP LMT',
        side: 'SELL',
        trigger: price(3),
        limit: price(2.5),
        triggered: true,
      }),
      null,
    ],
  ])('%s', (_name, terms, at) => {
    expect(tradesAt(terms, QUOTE, false)?.price ?? null).toBe(at === null ? null : price(at))
  })
})

describe('a stop is elected by the side it would trade against', () => {
  test.each([
    ['sell, bid above', stop('SELL', 1.99), false],
    ['sell, bid at it', stop('SELL', 2), true],
    ['sell, bid below', stop('SELL', 2.05), true],
    ['buy, ask below', stop('BUY', 2.11), false],
    ['buy, ask at it', stop('BUY', 2.1), true],
    ['buy, ask above', stop('BUY', 2.05), true],
  ])('%s', (_name, terms, elected) => {
    expect(elects(terms, QUOTE)).toBe(elected)
  })
})

describe('a quote that nobody could trade on trades nothing and elects nothing', () => {
  test.each([
    ['not quoted', { bid: null }],
    ['of size 0', { bidSize: 0 }],
    ['halted', { halted: true }],
    ['crossed', { bid: price(2.2) }],
    ['of price 0', { bid: price(0) }],
  ])('%s', (_name, change) => {
    const quote = { ...QUOTE, ...change }
    expect(tradesAt(order({ type: 'MKT', side: 'SELL' }), quote, true)).toBeNull()
    expect(elects(stop('SELL', 9), quote)).toBe(false)
  })
})
