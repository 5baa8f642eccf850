import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import type { Quote } from '../../domain/quote.ts'
import { price } from '../../domain/money.ts'
import type { Response } from '../../wire/responses.ts'
import { OPTION } from '../gateway.testing.ts'
import { QuoteBuilder } from './quotes.ts'

const reqId = 1_000_000
const at = (ms: number): EpochMs => ms as EpochMs

function tickPrice(tickType: number, value: number, size: number | null = 1): Response {
  return { kind: 'tickPrice', reqId, tickType, price: value, size, mask: 0 }
}

function tickSize(tickType: number, size: number | null): Response {
  return { kind: 'tickSize', reqId, tickType, size }
}

function quoteFrom(...responses: readonly Response[]): Quote {
  const builder = new QuoteBuilder(OPTION)
  for (const [index, response] of responses.entries()) builder.take(response, at(index))
  const quote = builder.quote()
  if (quote === null) throw new Error('expected a quote')
  return quote
}

test('before the first tick there is no quote', () => {
  const builder = new QuoteBuilder(OPTION)
  builder.take({ kind: 'marketDataType', reqId, type: 1 }, at(1))
  builder.take(
    { kind: 'tickReqParams', reqId, minTick: 0.01, bboExchange: '', snapshotPermissions: 3 },
    at(2),
  )
  expect(builder.quote()).toBeNull()
})

test.each([-1, 0, -0.5])('a price of %d is no price, and its size none', (value) => {
  const quote = quoteFrom(tickPrice(1, value, 5), tickPrice(2, 2.1))
  expect(quote).toMatchObject({ bid: null, bidSize: null, ask: price(2.1), askSize: 1 })
})

test('the bid size of its own frame counts (H25)', () => {
  expect(quoteFrom(tickPrice(1, 2, null), tickSize(0, 44)).bidSize).toBe(44)
  expect(quoteFrom(tickPrice(1, 2, 3), tickSize(0, 44)).bidSize).toBe(44)
})

test('an unset size is unknown, zero volume is real', () => {
  const quote = quoteFrom(tickPrice(1, 2, null), tickSize(8, 0), tickSize(27, null))
  expect(quote).toMatchObject({ bidSize: null, volume: 0, openInterest: null })
})

test('the open interest of a call is that of calls', () => {
  expect(quoteFrom(tickSize(27, 5), tickSize(28, 9)).openInterest).toBe(5)
  const put = new QuoteBuilder({ ...OPTION, right: 'P' })
  put.take(tickSize(27, 5), at(1))
  put.take(tickSize(28, 9), at(1))
  expect(put.quote()?.openInterest).toBe(9)
})

test('delayed data is marked, by its type or by its ticks', () => {
  expect(quoteFrom(tickPrice(66, 2), tickPrice(67, 2.1))).toMatchObject({
    bid: price(2),
    ask: price(2.1),
    delayed: true,
  })
  const typed = quoteFrom({ kind: 'marketDataType', reqId, type: 3 }, tickPrice(1, 2))
  expect(typed.delayed).toBe(true)
})

test.each([
  [49, 0, false],
  [49, 1, true],
  [49, 2, true],
  [90, 1, true],
  [49, -1, false],
])('tick %i with %i means halted: %s', (tickType, value, halted) => {
  const quote = quoteFrom(tickPrice(1, 2), { kind: 'tickGeneric', reqId, tickType, value })
  expect(quote.halted).toBe(halted)
})

test('a derived quote says so by its exchange', () => {
  const exchange = (value: string): Response => ({ kind: 'tickString', reqId, tickType: 32, value })
  expect(quoteFrom(exchange('SYNTHETIC'), tickPrice(1, 2)).synthetic).toBe(true)
  expect(quoteFrom(exchange('PQZ'), tickPrice(1, 2)).synthetic).toBe(false)
})

test('it is as old as its last tick', () => {
  expect(quoteFrom(tickPrice(1, 2), tickPrice(2, 2.1), tickSize(0, 4))).toMatchObject({
    receivedAt: 2,
    aliveAt: 2,
  })
})

test('no sequence of ticks makes a price of 0 or below, or a negative size', () => {
  const number = fc.oneof(
    fc.constantFrom(-1, 0, -2),
    fc.double({ min: -10, max: 5_000, noNaN: true }),
  )
  const tick = fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 90 }), number).map(([type, of]) => tickPrice(type, of, of)),
    fc.tuple(fc.integer({ min: 0, max: 90 }), number).map(([type, of]) => tickSize(type, of)),
  )
  fc.assert(
    fc.property(fc.array(tick, { minLength: 1 }), (responses) => {
      const { bid, ask, last, bidSize, askSize, volume, openInterest } = quoteFrom(...responses)
      for (const of of [bid, ask, last]) expect(of === null || of >= 0).toBe(true)
      for (const of of [bidSize, askSize, volume, openInterest]) {
        expect(of === null || of >= 0).toBe(true)
      }
    }),
  )
})

test('a model that goes on computing, and a volume, make a quote no newer', () => {
  const builder = new QuoteBuilder(OPTION)
  builder.take(tickPrice(1, 2), at(1))
  builder.take(tickSize(8, 900), at(5))
  expect(builder.quote()).toMatchObject({ volume: 900, receivedAt: 1, aliveAt: 1 })
  builder.take(tickSize(0, 3), at(9))
  expect(builder.quote()).toMatchObject({ bidSize: 3, receivedAt: 9, aliveAt: 9 })
})
