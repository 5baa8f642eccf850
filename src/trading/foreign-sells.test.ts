import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Side } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId, StructureId } from '../domain/order.ts'
import type { BrokerOrder, BrokerSnapshot } from '../domain/report.ts'
import { spared } from './foreign-sells.ts'
import { call, heldOf, holding } from './play.testing.ts'
import type { Story } from './play.testing.ts'

const theirs = (quantity: number, permId = 9): BrokerOrder => ({
  orderId: null,
  permId,
  contract: call,
  side: 'SELL',
  quantity,
  evidence: { kind: 'reported', as: 'working' },
})

/** A picture with orders of others beside ours, and with what they have traded. */
function shown(story: Story, ...others: readonly BrokerOrder[]): Story {
  return pictured(story, { others })
}

function pictured(
  story: Story,
  of: { readonly others?: readonly BrokerOrder[] } & Partial<BrokerSnapshot>,
): Story {
  const { others = [], ...more } = of
  const ours = [...story.state.orders.values()].flatMap((order): readonly BrokerOrder[] => {
    const { id: orderId, contract, side, quantity, status } = order
    const as = status === 'cancel-pending' ? status : 'working'
    const isOpen = status === 'working' || status === 'held' || status === 'cancel-pending'
    const evidence = { kind: 'reported', as } as const
    return isOpen ? [{ orderId, permId: 1, contract, side, quantity, evidence }] : []
  })
  return story.snapshot({ openOrders: [...ours, ...others], ...more })
}

const traded = (story: Story, side: Side, quantity: number): Fill => ({
  execId: `theirs ${side}` as ExecId,
  revision: 1,
  orderId: '' as ClientOrderId,
  contract: call,
  side,
  quantity,
  price: price(2),
  at: story.at,
  synthetic: false,
})

/** Beside the two of ours a person has bought so many. */
function beside(units: number): Story {
  const story = holding()
  const fill = traded(story, 'BUY', units)
  story.after(20_000).snapshot({ positions: [heldOf(call, 2 + units)], fills: [fill] })
  expect(story.state.positions.get(call.conId)?.quantity).toBe(2 + units)
  story.sent.splice(0)
  return story
}

const placed = (story: Story): readonly string[] =>
  story.commands.filter((each) => each.startsWith('place'))

describe('what an order of others may sell is not sold by our exits as well (P32 before P30)', () => {
  test('all of it: they are cancelled, a person is told once; when it is gone they rest again', () => {
    const story = shown(holding(), theirs(2))
    expect(story.commands).toEqual(['warning', 'cancel', 'cancel', 'critical'])
    for (const { id } of story.orders('cancel-pending')) {
      story.reported(id, { kind: 'cancel-reported' })
    }
    shown(story.after(2_000).ticks(2).after(8_000), theirs(2)).ticks(2)
    expect(story.commands).toEqual([])
    shown(story.after(10_000))
    expect(placed(story)).toEqual(['place take-profit SELL x2 LMT 2.4, stop-loss SELL x2 STP 1.9'])
  })

  test('some of it: they are changed to what is left; and again as that order fills', () => {
    const story = shown(holding(), theirs(1))
    expect(story.commands).toEqual([
      'warning',
      'replace x1 LMT 2.4',
      'replace x1 STP 1.9',
      'critical',
    ])
    shown(story.accepted().after(10_000))
    expect(story.commands).toEqual(['replace x2 LMT 2.4', 'replace x2 STP 1.9'])
  })

  test('units of their own go first, and what they buy is no matter', () => {
    const story = beside(2)
    shown(story, theirs(2), { ...theirs(5, 10), side: 'BUY' })
    expect(story.commands).toEqual(['warning', 'warning'])
  })

  test('what is left of it counts: as it fills, our exits are for what is held beside it', () => {
    const story = shown(beside(1), theirs(2))
    expect(story.commands.slice(0, 3)).toEqual([
      'warning',
      'replace x1 LMT 2.4',
      'replace x1 STP 1.9',
    ])
    story.accepted().after(10_000)
    const fills = [traded(story, 'SELL', 1)]
    const positions = [heldOf(call, 2)]
    // The fill is in flight: what is held is judged by the next picture, and so is their order.
    pictured(story, { others: [theirs(1)], positions: [heldOf(call, 3)], fills })
    expect(story.commands).toEqual([])
    pictured(story.after(6_000), { others: [theirs(1)], positions, fills })
    expect(story.state.foreignOrders.get(9)?.quantity).toBe(1)
    expect(story.commands).toEqual(['warning', 'warning'])
  })

  test('filled and gone: until what it sold is taken over it counts, and nothing is sold twice', () => {
    const story = shown(holding(), theirs(1))
    story.accepted().after(10_000).sent.splice(0)
    const fills = [traded(story, 'SELL', 1)]
    pictured(story, { positions: [heldOf(call, 2)], fills })
    pictured(story.after(1_000), { positions: [heldOf(call, 1)], fills })
    expect(story.state.foreignOrders.size).toBe(1)
    pictured(story.after(5_000), { positions: [heldOf(call, 1)], fills })
    expect(story.state.foreignOrders.size).toBe(0)
    expect(story.bracket.structure.quantity).toBe(1)
    expect(story.commands).toEqual(['warning']) // one is held, and one has its exits
  })

  test('gone without an execution, and less is held: likewise, until a second picture says so', () => {
    const story = shown(holding(), theirs(1))
    story.accepted().after(10_000).sent.splice(0)
    pictured(story, { positions: [heldOf(call, 1)] })
    expect(story.commands).toEqual(['critical'])
    pictured(story.after(10_000), { positions: [heldOf(call, 1)] })
    expect(story.state.foreignOrders.size).toBe(0)
    expect(story.state.positions.get(call.conId)?.quantity).toBe(1)
    expect(story.commands.join()).not.toContain('x2')
  })

  test('a kill sells all the same, and a close by a person does not take it for gone', () => {
    const story = shown(holding(), theirs(2))
    const { id: structureId } = story.bracket.structure
    story.happens({
      kind: 'operator-commanded',
      by: 'ada',
      command: { kind: 'close', structureId },
    })
    expect(story.bracket.structure).toMatchObject({ quantity: 2, triggered: 'close' })
    for (const { id } of story.orders('cancel-pending')) {
      story.reported(id, { kind: 'cancel-reported' })
    }
    story.after(10_000).ticks(2)
    expect(placed(story)).toEqual([])
    story.happens({ kind: 'operator-commanded', by: 'ada', command: { kind: 'kill' } })
    story.ticks(2)
    expect(placed(story)).toEqual(['place close SELL x2 LMT 2'])
  })
})

test('law: with an order of others what may be sold is held, and nothing is spared in vain', () => {
  const units = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  const others = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(units, others, fc.integer({ min: 0, max: 4 }), (ours, sells, more) => {
      const { state, bracket } = holding()
      const structures = new Map(
        ours.map((quantity, i) => {
          const id = `s${i}` as StructureId
          return [id, { ...bracket.structure, id, quantity }] as const
        }),
      )
      const own = ours.reduce((sum, each) => sum + each, 0)
      const books = {
        tradingState: state.tradingState,
        structures,
        positions: new Map([[call.conId, heldOf(call, own + more)]]),
        foreignOrders: new Map(sells.map((quantity, i) => [i, theirs(quantity, i)])),
      }
      const sold = sells.reduce((sum, each) => sum + each, 0)
      const left = [...structures.values()].map((each) => spared(books, each).quantity)
      const mayBeSold = left.reduce((sum, each) => sum + each, 0)
      expect(mayBeSold).toBe(Math.max(0, Math.min(own, own + more - sold)))
      // The newest gives way first.
      const firstLess = left.findIndex((each, i) => each < (ours[i] ?? 0))
      const after = firstLess < 0 ? [] : left.slice(firstLess + 1)
      expect(after.every((each) => each === 0)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
