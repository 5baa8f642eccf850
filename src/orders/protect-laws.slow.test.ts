import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderStatus, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import {
  at,
  intended,
  now,
  order,
  quote,
  stopLoss,
  structure,
  takeProfit,
  terms,
  view,
} from './fixtures.testing.ts'
import { isTerminal, mayStillFill } from './lifecycle.ts'
import type { Protection, ProtectionView } from './protect.ts'
import { protect } from './protect.ts'

/** What the view is once all that protect asked for was journaled. */
function applied(before: ProtectionView, asked: Protection): ProtectionView {
  const changed = (each: TrackedOrder): TrackedOrder => {
    const change = asked.replace.find(({ orderId }) => orderId === each.id)
    if (change) return { ...each, status: 'replace-pending', pendingChange: change }
    if (asked.cancel.includes(each.id)) return { ...each, status: 'cancel-pending' }
    if (asked.resend.some(({ id }) => id === each.id)) {
      return { ...each, resentAt: before.now, parentMissedAt: null }
    }
    return each
  }
  const { triggered } = asked
  const fresh = triggered !== null && before.structure.triggered === null
  return {
    ...before,
    structure: { ...before.structure, triggered, ...(fresh ? { triggeredAt: before.now } : {}) },
    exits: [...before.exits.map(changed), ...asked.place.map((each) => intended(each, before.now))],
  }
}

const status = fc.constantFrom<OrderStatus>(
  'intent',
  'sending',
  'unknown',
  'staged',
  'acked',
  'held',
  'working',
  'cancel-pending',
  'replace-pending',
  'quarantine-cancelled',
)

const anyExit = fc
  .record({
    status,
    stop: fc.boolean(),
    child: fc.boolean(),
    group: fc.constantFrom('oca-e', 'oca-x', null),
    quantity: fc.integer({ min: 1, max: 6 }),
    missed: fc.boolean(),
    age: fc.integer({ min: 0, max: 20_000 }),
    close: fc.boolean(),
  })
  .map(({ group, stop, close, child, missed, age, ...rest }) => {
    const of = stop ? stopLoss : takeProfit
    return of({
      ...rest,
      ...(close ? { role: 'close' } : {}),
      parentId: child ? ('e' as ClientOrderId) : null,
      oca: group === null ? null : { name: group, type: 'reduce-with-block' },
      parentMissedAt: missed ? now : null,
      statusSince: at(-age),
    })
  })

const anyView: fc.Arbitrary<ProtectionView> = fc
  .record({
    exits: fc.array(anyExit, { maxLength: 4 }),
    quantity: fc.integer({ min: 0, max: 6 }),
    opening: fc.integer({ min: 0, max: 4 }),
    triggered: fc.constantFrom<Structure['triggered']>(null, 'close', 'stop-loss', 'take-profit'),
    bid: fc.constantFrom(null, 1.8, 2, 2.5),
    passed: fc.boolean(),
    over: fc.boolean(),
    local: fc.boolean(),
  })
  .map(({ exits, quantity, opening, triggered, bid, passed, over, local }) => {
    const { plan } = structure()
    const stopLoss = { price: price(1.9), watchedBy: local ? 'local' : 'broker' } as const
    return view({
      now: at(1_000),
      exits: exits.map((each, i) => ({ ...each, id: `x${i}` as ClientOrderId })),
      opening,
      closeFrom: over ? now : null,
      quote: bid === null ? null : quote({ bid: price(bid), ask: price(3), aliveAt: now }),
      structure: structure({
        quantity,
        triggered,
        triggeredAt: triggered === null ? null : at(-60_000),
        stopPassedAt: passed ? at(-60_000) : null,
        plan: { ...plan, stopLoss },
      }),
    })
  })

test('law: protect on its own result changes nothing', () => {
  fc.assert(
    fc.property(anyView, (before) => {
      const after = applied(before, protect(before, terms()))
      expect(protect(after, terms())).toEqual({
        place: [],
        resend: [],
        replace: [],
        cancel: [],
        triggered: after.structure.triggered,
      })
    }),
    { numRuns: 2_000 },
  )
})

test('law: what is placed is tied to all that may fill, and is no more than what is held', () => {
  fc.assert(
    fc.property(anyView, (before) => {
      const { place } = protect(before, terms())
      const groups = new Set(place.map((each) => each.oca?.name))
      for (const each of place) {
        expect(each.quantity).toBe(before.structure.quantity)
        expect(each.side).toBe('SELL')
        expect(each.role).not.toBe('entry')
      }
      if (place.length === 0) return
      expect(groups.size).toBe(1)
      for (const exit of before.exits) {
        if (mayStillFill(exit) > 0) expect(groups).toContain(exit.oca?.name)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('law: exits are limited or stops; at the market goes only a close (D25)', () => {
  fc.assert(
    fc.property(anyView, (before) => {
      const { place, replace, triggered } = protect(before, terms())
      for (const each of [...place, ...replace]) {
        if (each.terms.type === 'MKT') expect(triggered).not.toBeNull()
      }
    }),
  )
})

/** A Gateway that acknowledges, fills, cancels, refuses and is slow, by chance. */
class World {
  readonly #prng: Prng
  readonly #terms = terms()
  now: EpochMs = now
  structure = structure({ quantity: 0 })
  entry = order({ quantity: 5 })
  exits: readonly TrackedOrder[] = [takeProfit({ status: 'held' }), stopLoss({ status: 'held' })]
  quote: Quote | null = null

  constructor(seed: number) {
    this.#prng = new Prng(seed)
  }

  step(): void {
    const { exits } = this
    const one = exits[this.#prng.int(0, Math.max(0, exits.length - 1))]
    switch (this.#prng.int(0, 9)) {
      case 0:
      case 1:
        return this.#fillEntry()
      case 2:
      case 3:
        return this.#fillExit(one)
      case 4:
        return this.#change(one, this.#acknowledged(one))
      case 5:
        return this.#change(one, this.#ended(one))
      case 6:
        return this.#cancelEntry()
      case 7:
        if (this.#prng.chance(0.1)) this.structure = { ...this.structure, triggered: 'close' }
        return
      default: {
        this.now = (this.now + this.#prng.int(1, 12_000)) as EpochMs
        const bid = this.#prng.int(36, 50) * 50_000
        const priced = quote({ bid: bid as Quote['bid'], ask: price(3), aliveAt: this.now })
        this.quote = this.#prng.chance(0.3) ? null : priced
      }
    }
  }

  protect(): void {
    const before: ProtectionView = {
      now: this.now,
      structure: this.structure,
      exits: this.exits.filter((each) => !isTerminal(each.status)),
      opening: mayStillFill(this.entry),
      closeFrom: null,
      quote: this.quote,
    }
    const after = applied(before, protect(before, this.#terms))
    this.structure = after.structure
    const ended = this.exits.filter((each) => isTerminal(each.status))
    this.exits = [...ended, ...after.exits]
  }

  #fillEntry(): void {
    const left = mayStillFill(this.entry)
    if (left === 0) return
    const units = this.#prng.int(1, left)
    this.entry = { ...this.entry, filled: this.entry.filled + units }
    if (left === units) this.entry = { ...this.entry, status: 'filled' }
    this.structure = { ...this.structure, quantity: this.structure.quantity + units }
  }

  /** In any status but a proven end; a child fills no more than its parent has. */
  #fillExit(exit: TrackedOrder | undefined): void {
    if (exit === undefined || isTerminal(exit.status) || exit.status === 'intent') return
    const most = exit.pendingChange === null ? exit.quantity : mayStillFill(exit) + exit.filled
    const waits = exit.parentId !== null && mayStillFill(this.entry) > 0
    const left = Math.min(most - exit.filled, waits ? this.structure.quantity : Infinity)
    if (left <= 0) return
    const units = this.#prng.int(1, left)
    this.structure = { ...this.structure, quantity: this.structure.quantity - units }
    this.exits = this.exits.map((each) => {
      if (each.id === exit.id) {
        const filled = each.filled + units
        return { ...each, filled, status: filled >= each.quantity ? 'filled' : each.status }
      }
      const tied = each.oca !== null && each.oca.name === exit.oca?.name
      return tied ? reduced(each, units) : each
    })
  }

  #acknowledged(exit: TrackedOrder | undefined): Partial<TrackedOrder> {
    if (exit === undefined) return {}
    const { pendingChange: change, status: is } = exit
    const acked =
      is === 'intent' || is === 'sending' || is === 'unknown' || is === 'replace-pending'
    if (!acked) return {}
    const applies = is === 'replace-pending' && change !== null
    const next = applies ? { quantity: change.quantity, terms: change.terms } : {}
    return { ...next, pendingChange: null, status: 'working', statusSince: this.now }
  }

  #ended(exit: TrackedOrder | undefined): Partial<TrackedOrder> {
    if (exit === undefined || isTerminal(exit.status)) return {}
    if (exit.status === 'quarantine-cancelled') return { status: 'cancelled' }
    if (exit.status === 'intent') return { status: 'unknown' }
    return { status: 'quarantine-cancelled', statusSince: this.now, pendingChange: null }
  }

  /** With the parent go its children, as the Gateway has it. */
  #cancelEntry(): void {
    if (isTerminal(this.entry.status) || !this.#prng.chance(0.3)) return
    this.entry = { ...this.entry, status: 'cancelled' }
    this.exits = this.exits.map((each) =>
      each.parentId !== null && !isTerminal(each.status) ? { ...each, status: 'cancelled' } : each,
    )
  }

  #change(exit: TrackedOrder | undefined, to: Partial<TrackedOrder>): void {
    if (exit === undefined) return
    this.exits = this.exits.map((each) => (each.id === exit.id ? { ...each, ...to } : each))
  }
}

/** Reduce with block. A change that is on its way is taken to have arrived before the fill. */
function reduced(order: TrackedOrder, units: number): TrackedOrder {
  const { pendingChange: change } = order
  const left = (quantity: number) => Math.max(order.filled, quantity - units)
  const pendingChange = change && { ...change, quantity: left(change.quantity) }
  return { ...order, quantity: left(order.quantity), pendingChange }
}

const text = (of: Order) => `${of.role} ${of.id}`

test('law: whatever the Gateway does, no more is sold than is held', () => {
  let closed = 0
  for (let seed = 0; seed < 1_000; seed++) {
    const world = new World(seed)
    for (let step = 0; step < 60; step++) {
      world.step()
      if (world.structure.quantity < 0) {
        throw new Error(
          `seed ${seed}: ${world.structure.quantity} after ${world.exits.map(text).join()}`,
        )
      }
      world.protect()
    }
    if (world.entry.filled > 0 && world.structure.quantity === 0) closed += 1
  }
  expect(closed).toBeGreaterThan(300)
})
