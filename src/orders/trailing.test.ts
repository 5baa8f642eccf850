import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import type { Structure } from '../domain/position.ts'
import { at, now, quote, structure, terms, view } from './fixtures.testing.ts'
import { trailed } from './trailing.ts'

const bidding = (bid: number, more: Parameters<typeof quote>[0] = {}) =>
  quote({ bid: price(bid), ask: price(bid + 0.05), ...more })

const after = (bid: number, changes: Partial<Structure> = {}) =>
  trailed(view({ structure: structure(changes), quote: bidding(bid) }), 0.2, terms())

describe('a stop that trails', () => {
  test('follows the bid, down to a tick', () => {
    const moved = after(2.6)
    expect(moved?.plan.stopLoss).toEqual({
      price: price(2.05), // 2.08, on nickels
      watchedBy: 'broker',
      best: price(2.6),
    })
    expect(moved?.reason).toBe('trails 20% behind $2.60: stop $1.90 -> $2.05')
  })

  test('moves in steps of a quarter of its distance', () => {
    expect(after(2.45)).toBeNull() // 1.95: a tick above 1.90, the step is 0.12
    expect(after(2.55)).toBeNull() // 2.00
    const { plan } = structure()
    const best = { price: price(2.05), watchedBy: 'broker', best: price(2.6) } as const
    expect(after(2.7, { plan: { ...plan, stopLoss: best } })).toBeNull()
    expect(after(2.8, { plan: { ...plan, stopLoss: best } })?.plan.stopLoss?.price).toBe(price(2.2))
  })

  test('what the broker refused is not asked for again at the same price', () => {
    const { plan } = structure()
    const refused = { price: price(1.9), watchedBy: 'broker', best: price(2.6) } as const
    expect(after(2.6, { plan: { ...plan, stopLoss: refused } })).toBeNull()
  })

  test('of what is short follows the ask, upwards to a tick', () => {
    const { plan } = structure()
    const stopLoss = { price: price(2.5), watchedBy: 'broker' } as const
    const short = structure({ quantity: -2, plan: { ...plan, stopLoss } })
    const moved = trailed(view({ structure: short, quote: bidding(1.55) }), 0.2, terms())
    expect(moved?.plan.stopLoss?.price).toBe(price(1.95)) // 1.60 x 1.2 = 1.92
  })

  test.each([
    ['nothing is held', { structure: structure({ quantity: 0 }) }],
    ['the entry may still fill', { opening: 1 }],
    ['it is ending', { structure: structure({ triggered: 'close', triggeredAt: now }) }],
    ['no quote', { quote: null }],
    ['one side', { quote: bidding(2.6, { ask: null }) }],
    ['crossed', { quote: bidding(2.6, { ask: price(2) }) }],
    ['halted', { quote: bidding(2.6, { halted: true }) }],
    ['delayed', { quote: bidding(2.6, { delayed: true }) }],
    ['stale', { quote: bidding(2.6, { aliveAt: at(-2_001) }) }],
    ['from the future', { quote: bidding(2.6, { aliveAt: at(1) }) }],
  ])('stays: %s (P33)', (_name, changes) => {
    expect(trailed(view({ quote: bidding(2.6), ...changes }), 0.2, terms())).toBeNull()
  })

  test('never loosens, stays below the bid, and moves few times for any path', () => {
    const path = fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 1, maxLength: 200 })
    const distance = fc.integer({ min: 5, max: 60 })
    fc.assert(
      fc.property(path, distance, (ticks, percent) => {
        let held = structure()
        let moves = 0
        for (const [second, tick] of ticks.entries()) {
          const when = (now + 1_000 * second) as EpochMs
          const seen = bidding(tick * 0.05, { aliveAt: when })
          const of = view({ structure: held, quote: seen, now: when })
          const moved = trailed(of, percent / 100, terms())
          if (moved === null) continue
          const before = held.plan.stopLoss?.price ?? 0
          const next = moved.plan.stopLoss?.price ?? 0
          expect(next).toBeGreaterThan(before)
          expect(next).toBeLessThan(seen.bid ?? 0)
          held = { ...held, plan: moved.plan }
          moves++
        }
        // Each is at least a quarter of the distance: from 1.90 to at most 12.00.
        expect(moves).toBeLessThanOrEqual(1 + Math.log(12 / 1.9) / Math.log(1 + percent / 400))
      }),
    )
  })
})
