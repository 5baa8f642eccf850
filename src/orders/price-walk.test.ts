import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tickAt } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { at, call, now, order, quote } from './fixtures.testing.ts'
import type { WalkTerms } from './price-walk.ts'
import { walkBounds, walkStep } from './price-walk.ts'

const penny = { ...call, priceIncrements: [{ from: price(0), tick: price(0.01) }] }

const walk: WalkTerms = {
  start: 0.5,
  step: { kind: 'share', of: 0.25 },
  everyMs: 15_000,
  worst: 1,
  collarPct: 0.1,
  timeToLiveMs: 60_000,
}

const spread = (bid: number, ask: number, changes: Partial<Quote> = {}): Quote =>
  quote({ bid: price(bid), ask: price(ask), ...changes })

/** In dollars. */
function bounds(side: 'BUY' | 'SELL', quoted: Quote, terms: Partial<WalkTerms> = {}) {
  const found = walkBounds({ contract: penny, side, quote: quoted }, { ...walk, ...terms })
  return found === null ? null : [found.first / 1e6, found.worst / 1e6]
}

describe('where a walk begins, and what it never passes', () => {
  test.each<readonly [string, { side?: 'BUY' | 'SELL' } & Partial<WalkTerms>, readonly number[]]>([
    ['mid to the far side', {}, [2.1, 2.2]],
    ['of a sale the other way', { side: 'SELL' }, [2.1, 2]],
    ['own side', { start: 0 }, [2, 2.2]],
    ['the far side at once', { start: 1 }, [2.2, 2.2]],
    ['no further than three quarters', { worst: 0.75 }, [2.1, 2.15]],
    ['the collar: 2 % over the mid', { collarPct: 0.02 }, [2.1, 2.14]],
    ['the collar, also of the first price', { start: 1, collarPct: 0.02 }, [2.14, 2.14]],
    ['the collar of a sale', { side: 'SELL', collarPct: 0.02 }, [2.1, 2.06]],
  ])('%s', (_name, { side = 'BUY', ...terms }, expected) => {
    expect(bounds(side, spread(2, 2.2), terms)).toEqual(expected)
  })

  test('on ticks: a purchase is rounded down, a sale up', () => {
    expect(bounds('BUY', spread(2, 2.03))).toEqual([2.01, 2.03])
    expect(bounds('SELL', spread(2, 2.03))).toEqual([2.02, 2])
    const nickels = walkBounds({ contract: call, side: 'BUY', quote: spread(2, 2.05) }, walk)
    expect(nickels).toEqual({ first: price(2), worst: price(2.05) })
  })

  test('no price without both sides, crossed, or where the tick leaves none above zero', () => {
    expect(bounds('BUY', spread(2, 2.2, { bid: null }))).toBeNull()
    expect(bounds('BUY', spread(2.2, 2))).toBeNull()
    const cheap = { contract: call, side: 'BUY', quote: spread(0.01, 0.06) } as const
    expect(walkBounds(cheap, walk)).toBeNull()
  })
})

const working = (changes: Partial<TrackedOrder> = {}): TrackedOrder =>
  order({
    contract: penny,
    terms: { type: 'LMT', limit: price(2.1) },
    worst: price(2.2),
    ...changes,
  })

/** The limit after so many seconds, in dollars, at a quote that is alive; null: as it was. */
function after(
  seconds: number,
  quoted: Quote | null,
  { terms = walk, ...of }: Omit<Partial<TrackedOrder>, 'terms'> & { terms?: WalkTerms } = {},
) {
  const then = at(seconds * 1000)
  const alive = quoted && { ...quoted, aliveAt: quoted.aliveAt === now ? then : quoted.aliveAt }
  const seen = { now: then, quote: alive, quoteAgeMsMax: 2_000, allowDelayed: false }
  const change = walkStep({ order: working(of), ...seen }, terms)
  return change?.terms.type === 'LMT' ? change.terms.limit / 1e6 : null
}

describe('the step that is due', () => {
  const still = spread(2, 2.2)

  test('one each interval, to the far side, and level-triggered: a missed one is not lost', () => {
    expect([0, 14, 15, 29, 30, 59].map((seconds) => after(seconds, still))).toEqual([
      null,
      null,
      2.15,
      2.15,
      2.2,
      2.2,
    ])
  })

  test('in ticks, from where it begins in the spread of this moment', () => {
    const ticks: WalkTerms = { ...walk, step: { kind: 'ticks', count: 3 } }
    expect([15, 30, 45, 60].map((s) => after(s, still, { terms: ticks }))).toEqual([
      2.13, 2.16, 2.19, 2.2,
    ])
  })

  test('of a sale, downwards', () => {
    const sale = { side: 'SELL', worst: price(2) } as const
    expect([15, 30].map((seconds) => after(seconds, still, sale))).toEqual([2.05, 2])
  })

  test('by the fresh quote, and no further than its far side', () => {
    expect(after(30, spread(2.05, 2.12))).toBe(2.12)
    expect(after(15, spread(2.02, 2.14))).toBe(2.11)
  })

  test('never back: a market that came closer is left to fill it', () => {
    expect(after(30, spread(1.9, 2))).toBeNull()
    expect(after(15, spread(1.9, 2.1))).toBeNull()
  })

  test('never beyond the worst price; a market that has left is not followed', () => {
    expect(after(30, spread(2.15, 2.4))).toBe(2.2)
    expect(after(30, spread(2.2, 2.4))).toBe(2.2) // joins the bid
    expect(after(30, spread(2.21, 2.4))).toBeNull()
  })

  test.each([
    ['unknown', null],
    ['one-sided', spread(2, 2.2, { ask: null })],
    ['crossed', spread(2.2, 2)],
    ['halted', spread(2, 2.2, { halted: true })],
    ['delayed', spread(2, 2.2, { delayed: true })],
    ['stale', spread(2, 2.2, { aliveAt: at(27_999) })],
    ['of the future', spread(2, 2.2, { aliveAt: at(30_001) })],
  ])('no step by a quote that is %s', (_name, quoted) => {
    expect(after(30, quoted)).toBeNull()
  })

  test('no step of what has no worst price, as rows of earlier versions have none', () => {
    const { worst: _, ...old } = working()
    const seen = { now: at(30_000), quoteAgeMsMax: 60_000, allowDelayed: false }
    expect(walkStep({ order: old, quote: still, ...seen }, walk)).toBeNull()
  })

  test('the quantity is the whole of the order, what has filled included', () => {
    const seen = { now: at(15_000), quoteAgeMsMax: 60_000, allowDelayed: false }
    const change = walkStep({ order: working({ filled: 2 }), quote: still, ...seen }, walk)
    expect(change).toMatchObject({ orderId: 'e', quantity: 5 })
  })
})

test('laws: on the grid, towards the far side only, within worst price, collar and fresh quote', () => {
  const cents = fc.integer({ min: 1, max: 2_000 })
  const quotes = fc.record({ bid: cents, spread: fc.integer({ min: 0, max: 200 }) })
  const share = fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20)
  const terms = fc.record({
    start: share,
    worst: share,
    step: fc.oneof(
      fc.record({ kind: fc.constant('share' as const), of: share }),
      fc.record({ kind: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 9 }) }),
    ),
    collarPct: fc.constantFrom(0.01, 0.05, 0.2),
  })
  const side = fc.constantFrom('BUY' as const, 'SELL' as const)
  const path = fc.array(quotes, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.constantFrom(penny, call),
      side,
      terms,
      path,
      (contract, ...[way, some, steps]) => {
        const chosen: WalkTerms = { ...walk, ...some, start: Math.min(some.start, some.worst) }
        const [first = { bid: 1, spread: 0 }] = steps
        const decided = spread(first.bid / 100, (first.bid + first.spread) / 100)
        const found = walkBounds({ contract, side: way, quote: decided }, chosen)
        if (found === null) return
        const sign = way === 'BUY' ? 1 : -1
        const mid = ((decided.bid ?? 0) + (decided.ask ?? 0)) / 2
        expect(sign * (found.worst - found.first)).toBeGreaterThanOrEqual(0)
        expect(sign * (found.worst - mid)).toBeLessThanOrEqual(
          Math.round(mid * chosen.collarPct) + 1,
        )
        let limit = found.first
        for (const [index, { bid, spread: wide }] of steps.entries()) {
          const then = at(index * 15_000)
          const quoted = spread(bid / 100, (bid + wide) / 100, { aliveAt: then })
          const tracked = working({
            contract,
            side: way,
            terms: { type: 'LMT', limit },
            worst: found.worst,
          })
          const seen = { now: then, quote: quoted, quoteAgeMsMax: 2_000, allowDelayed: false }
          const change = walkStep({ order: tracked, ...seen }, chosen)
          if (change?.terms.type !== 'LMT') continue
          const next = change.terms.limit
          const far = (way === 'BUY' ? quoted.ask : quoted.bid) ?? 0
          expect(sign * (next - limit)).toBeGreaterThan(0)
          expect(sign * (found.worst - next)).toBeGreaterThanOrEqual(0)
          expect(sign * (far - next)).toBeGreaterThanOrEqual(0)
          expect(next % tickAt(contract, next)).toBe(0)
          limit = next
        }
      },
    ),
  )
})
