import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { buyWrite, leg, legs, made, shares } from '../domain/combo.testing.ts'
import type { ComboContract, Side } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { ledgerOf } from '../domain/ledger.ts'
import { netSides } from '../domain/combo-quote.ts'
import type { Price } from '../domain/money.ts'
import { notional, price } from '../domain/money.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { maxLoss, outlayOf } from './max-loss.ts'

const side = fc.constantFrom<Side>('BUY', 'SELL')
const strike = fc.integer({ min: 100, max: 120 })

/** Two to four options, in any ratio up to 3, some with a hundred shares. */
const anyCombo: fc.Arbitrary<ComboContract> = fc
  .record({
    options: fc.uniqueArray(
      fc.record({ strike, right: fc.constantFrom('C' as const, 'P' as const) }),
      { minLength: 2, maxLength: 4, selector: (each) => `${each.strike}${each.right}` },
    ),
    sides: fc.array(side, { minLength: 5, maxLength: 5 }),
    ratios: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
    stock: fc.boolean(),
  })
  .map(({ options, sides, ratios, stock }) =>
    made([
      ...legs(
        ...options.map(
          (each, i) =>
            [
              sides[i] ?? 'BUY',
              leg(each.strike, each.right),
              i === 0 ? 1 : (ratios[i - 1] ?? 1),
            ] as const,
        ),
      ),
      ...(stock ? legs([sides[4] ?? 'BUY', shares, 100]) : []),
    ]),
  )

/** Cents, as the legs of one fill of the combo are priced. */
const legPrices = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 5, maxLength: 5 })

function fillsOf(
  combo: ComboContract,
  of: { prices: readonly number[]; units: number; side: Side },
) {
  return combo.legs.map((each, index): Fill => {
    const sold = (each.side === 'SELL') === (of.side === 'BUY')
    return {
      execId: `${of.side}${index}` as ExecId,
      revision: 1,
      orderId: 'o' as ClientOrderId,
      contract: each.contract,
      side: sold ? 'SELL' : 'BUY',
      quantity: of.units * each.ratio,
      price: price((of.prices[index] ?? 1) / 100),
      at: (of.side === 'BUY' ? 1 : 2) as EpochMs,
      synthetic: false,
    }
  })
}

/** The price of the combo at which its legs were done: both of its sides, when they have no spread. */
function netOf(combo: ComboContract, prices: readonly number[]): Price {
  const sides = combo.legs.map((_, index) => {
    const at = price((prices[index] ?? 1) / 100)
    return { bid: at, ask: at, bidSize: 1, askSize: 1 }
  })
  return netSides(combo, sides).ask ?? (0 as Price)
}

const units = fc.integer({ min: 1, max: 20 })

describe('the ledger of a combo', () => {
  test('what its legs cost is what the combo cost', () => {
    fc.assert(
      fc.property(anyCombo, legPrices, units, (combo, prices, bought) => {
        const { holdings } = ledgerOf(
          fillsOf(combo, { prices, units: bought, side: 'BUY' }),
          new Map(),
        )
        const cost = [...holdings.values()].reduce((sum, each) => sum + each.cost, 0)
        expect(cost).toBe(notional(netOf(combo, prices), bought, combo.multiplier))
      }),
    )
  })

  test('what was earned is what it was sold for less what it was bought for', () => {
    fc.assert(
      fc.property(anyCombo, legPrices, legPrices, units, (...drawn) => {
        const [combo, paid, got, bought] = drawn
        const fills = [
          ...fillsOf(combo, { prices: paid, units: bought, side: 'BUY' }),
          ...fillsOf(combo, { prices: got, units: bought, side: 'SELL' }),
        ]
        const { realized, holdings } = ledgerOf(fills, new Map())
        const net = netOf(combo, got) - netOf(combo, paid)
        expect(realized).toBe(notional(net as Price, bought, combo.multiplier))
        expect([...holdings.values()].every((each) => each.quantity === 0)).toBe(true)
      }),
    )
  })
})

/** What one unit is worth once its options have ended: cash, and what the shares are worth. */
function outcome({ legs: of }: ComboContract, spot: number): number {
  return of.reduce((sum, { contract, ratio, side: way }) => {
    const each =
      contract.kind === 'stock'
        ? spot
        : Math.max(0, contract.right === 'C' ? spot - contract.strike : contract.strike - spot)
    return sum + (way === 'BUY' ? 1 : -1) * ratio * contract.multiplier * each
  }, 0)
}

describe('the worst loss of a combo', () => {
  const spots = fc.integer({ min: 0, max: 40_000 }).map((cents) => cents * 10_000)
  const paid = fc.integer({ min: -3_000, max: 3_000 }).map((cents) => price(cents / 100))

  test('is never exceeded by what comes of it', () => {
    fc.assert(
      fc.property(anyCombo, side, paid, spots, (...drawn) => {
        const [contract, way, at, spot] = drawn
        const worst = maxLoss({ contract, side: way, price: at }, [])
        if (worst === null) return
        const gained = outcome(contract, spot) - notional(at, 1, contract.multiplier)
        expect((way === 'BUY' ? -1 : 1) * gained).toBeLessThanOrEqual(worst)
        expect(outlayOf({ contract, side: way, price: at })).toBeGreaterThanOrEqual(worst)
      }),
      { numRuns: 500 },
    )
  })

  test('is unbounded where more calls are sold than calls and shares cover', () => {
    fc.assert(
      fc.property(anyCombo, paid, (contract, at) => {
        const high = outcome(contract, 2e9) - outcome(contract, 1e9)
        const worst = maxLoss({ contract, side: 'BUY', price: at }, [])
        expect(worst === null).toBe(high < 0)
      }),
    )
  })

  test('of a buy-write is what it cost', () => {
    expect(maxLoss({ contract: buyWrite, side: 'BUY', price: price(597) }, [])).toBe(59_700e6)
  })
})
