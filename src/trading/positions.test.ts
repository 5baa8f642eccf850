import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { price } from '../domain/money.ts'
import {
  brokerOrder,
  call,
  entered,
  heldOf as held,
  stock,
  holding,
  ready,
  request,
} from './play.testing.ts'

describe('positions that differ', () => {
  test('unexplained: entries wait in that underlying, nothing is traded, five minutes and it halts', () => {
    const story = holding()
    story.after(10_000).snapshot({ positions: [] })
    expect(
      story.told.filter((each) => each.startsWith('position') || each.startsWith('gate')),
    ).toEqual(['gate reconcile SPY'])
    expect(story.commands).toEqual(['critical'])
    // A list may come empty first: the next picture must say the same.
    expect(story.state.positions.get(call.conId)?.quantity).toBe(2)
    story.after(10_000).snapshot({ positions: [] })
    expect(story.told.filter((each) => each.startsWith('position'))).toEqual([
      'position 0 unexplained',
    ])
    expect(story.bracket.structure.quantity).toBe(2)
    story.after(289_999).ticks(2)
    expect(story.state.tradingState).toBe('active')
    story.after(1).ticks(2)
    expect([story.state.tradingState, story.state.levelCause]).toEqual([
      'halt',
      'position-mismatch',
    ])
  })

  test('unexplained, and its exits are gone too: none is placed for what nobody holds (P32)', () => {
    const story = holding()
    const { target, stop } = story.bracket
    const gone = { kind: 'proven', status: 'cancelled', by: 'completed-order' } as const
    const completedOrders = [brokerOrder(target, gone), brokerOrder(stop, gone)]
    story.after(10_000).snapshot({ positions: [], openOrders: [], completedOrders })
    for (let second = 0; second < 10; second++) story.after(1_000).ticks(1.5)
    story.snapshot({ positions: [], openOrders: [], completedOrders })
    for (let second = 0; second < 30; second++) story.after(1_000).ticks(1.5)
    const resting = story.orders('intent', 'sending', 'unknown', 'held', 'working')
    expect(resting.map(({ role }) => role)).toEqual([])
  })

  test('of what is partly gone the exits cover what is left', () => {
    const story = holding()
    story.after(10_000).snapshot({ positions: [held(call, 1)] })
    story.after(10_000).snapshot({ positions: [held(call, 1)] })
    for (const { change } of story.sent.filter((each) => each.kind === 'replace')) {
      expect(change.quantity).toBe(1)
    }
    expect(story.commands.filter((each) => each.startsWith('replace x1'))).toHaveLength(2)
  })

  test('a picture that was wrong is put right by the next one', () => {
    const story = holding()
    story
      .after(10_000)
      .snapshot({ positions: [] })
      .after(10_000)
      .snapshot({ positions: [held(call, 2)] })
    expect(story.state.gates).toEqual([])
  })

  test('sold by hand: the exits go, or they would sell what is not held', () => {
    const story = holding()
    const byHand = {
      execId: 'h',
      revision: 1,
      orderId: 'hand',
      contract: call,
      side: 'SELL',
    } as const
    const fill = {
      ...byHand,
      quantity: 2,
      price: price(2),
      at: story.at,
      synthetic: false,
    } as never
    story.after(10_000).snapshot({ positions: [], fills: [fill] })
    expect(story.bracket.structure.quantity).toBe(0)
    expect(story.commands).toEqual(['warning', 'cancel', 'cancel'])
  })

  test('expired: flat, and what rested is cancelled', () => {
    const story = holding()
    story.at = (call.lastTradingAt + 3_600_000) as EpochMs
    story.snapshot({ positions: [] })
    expect(story.bracket.structure.quantity).toBe(0)
  })

  test('what was there before us is shown and blocks its underlying, and halts nothing', () => {
    const story = ready().snapshot({ positions: [held(stock, 100)] })
    story
      .after(400_000)
      .ticks()
      .snapshot({ positions: [held(stock, 100)] })
    expect(story.state.tradingState).toBe('active')
    story.journal.splice(0)
    story.happens({ kind: 'entry-proposed', request: request({}, story.at) })
    expect(story.told).toEqual(['refused unattributed-position, greeks-unknown'])
  })

  test('an order that is not ours is told once and never touched', () => {
    const story = ready()
    const theirs = { ...brokerOrder(entered().bracket.entry), orderId: null }
    story.snapshot({ openOrders: [theirs] }).snapshot({ openOrders: [theirs] })
    expect(story.told.filter((each) => each === 'ForeignOrderSeen')).toHaveLength(1)
    expect(story.commands).toEqual(['warning'])
  })
})
