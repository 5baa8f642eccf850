import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'
import { money, price } from '../domain/money.ts'
import { held, option, spread, stock } from './fixtures.testing.ts'
import type { Opening } from './limits.ts'
import { coveredUnits, maxLoss } from './max-loss.ts'

const c600 = option(600, 'C')
const c610 = option(610, 'C')
const p590 = option(590, 'P')
const p580 = option(580, 'P')
const later = '2026-03-20' as CalendarDate

describe('the worst loss of one unit', () => {
  const table: readonly (readonly [string, Opening, Money | null])[] = [
    [
      'a long call loses its premium',
      { contract: c600, side: 'BUY', price: price(2.5) },
      money(250),
    ],
    ['a long put likewise', { contract: p590, side: 'BUY', price: price(1.2) }, money(120)],
    ['long stock can go to zero', { contract: stock, side: 'BUY', price: price(600) }, money(600)],
    [
      'a debit vertical loses the net price',
      { contract: spread(['BUY', c600], ['SELL', c610]), side: 'BUY', price: price(4) },
      money(400),
    ],
    [
      'a credit vertical loses the width less the credit',
      { contract: spread(['SELL', p590], ['BUY', p580]), side: 'BUY', price: price(-3) },
      money(700),
    ],
    [
      'the same vertical, sold as it is quoted the other way',
      { contract: spread(['BUY', p590], ['SELL', p580]), side: 'SELL', price: price(3) },
      money(700),
    ],
    [
      'an iron condor loses the wider wing less the credit',
      {
        contract: spread(['BUY', p580], ['SELL', p590], ['SELL', c600], ['BUY', option(615, 'C')]),
        side: 'BUY',
        price: price(-4),
      },
      money(1100),
    ],
    [
      'a cash-secured put loses the strike less the premium',
      { contract: p590, side: 'SELL', price: price(5) },
      money(58_500),
    ],
    [
      'a buy-write loses the net price',
      { contract: spread(['BUY', stock, 100], ['SELL', c610]), side: 'BUY', price: price(597) },
      money(59_700),
    ],
    ['a naked call has no bound', { contract: c600, side: 'SELL', price: price(2) }, null],
    [
      'a ratio spread with a call too many has no bound',
      { contract: spread(['BUY', c600], ['SELL', c610, 2]), side: 'BUY', price: price(1) },
      null,
    ],
    [
      'what is sold may not outlive what covers it',
      {
        contract: spread(['BUY', c600], ['SELL', option(610, 'C', later)]),
        side: 'BUY',
        price: price(1),
      },
      null,
    ],
    ['stock sold short has no bound', { contract: stock, side: 'SELL', price: price(600) }, null],
  ]
  test.each(table)('%s', (_name, opening, loss) => {
    expect(maxLoss(opening, [])).toBe(loss)
  })

  test('stock that is held covers a call, and only once', () => {
    const call: Opening = { contract: c610, side: 'SELL', price: price(2) }
    expect(maxLoss(call, [held(stock, 100)])).toBe(0)
    expect(maxLoss(call, [held(stock, 99)])).toBeNull()
    expect(maxLoss(call, [held(stock, 100), held(c600, -1)])).toBeNull()
    expect(coveredUnits(call, [held(stock, 350), held(c600, -1)])).toBe(2)
    expect(coveredUnits({ ...call, side: 'BUY' }, [])).toBeNull()
  })
})

test('law: bought options never lose more than was paid, and never less than all of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.constantFrom(c600, p590),
      (cents, contract) => {
        const opening = { contract, side: 'BUY', price: price(cents / 100) } as const
        expect(maxLoss(opening, [])).toBe(money(cents))
      },
    ),
  )
})
