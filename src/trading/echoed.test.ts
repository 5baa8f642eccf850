import { describe, expect, test } from 'vitest'
import { price } from '../domain/money.ts'
import type { OrderTerms } from '../domain/order.ts'
import { brokerOrder, holding } from './play.testing.ts'

const stopAt = (trigger: number): OrderTerms => ({ type: 'STP', trigger: price(trigger) })
const asDay = { kind: 'echoed', terms: stopAt(1.9), timeInForce: 'DAY' } as const

describe('a preset makes a GTC exit a DAY order (10349, P30)', () => {
  test('it is recorded, and another one takes its place in its group', () => {
    const story = holding()
    const { stop } = story.bracket
    story.reported(stop.id, asDay)
    expect(story.order(stop.id).timeInForce).toBe('DAY')
    expect(story.told).toEqual([
      'held -> held',
      'CancelIntended',
      'held -> cancel-pending',
      'intended stop-loss SELL x2 STP 1.9',
    ])
    expect(story.commands).toEqual(['warning', 'cancel', 'place stop-loss SELL x2 STP 1.9'])
    const [fresh] = story.orders('intent')
    expect([fresh?.timeInForce, fresh?.oca]).toEqual(['GTC', stop.oca])
  })

  test('again and again: the plan follows, a person is told, and nothing is sent without end', () => {
    const story = holding()
    story.reported(story.bracket.stop.id, asDay)
    for (let i = 0; i < 2; i++) {
      const [fresh] = story.orders('intent')
      if (fresh === undefined) break
      story.handedOver().accepted().reported(fresh.id, asDay)
    }
    expect(story.commands.filter((each) => each === 'critical')).toHaveLength(1)
    const stops = [...story.state.orders.values()].filter(({ role }) => role === 'stop-loss')
    expect(stops).toHaveLength(3)
    expect(story.bracket.structure.plan.timeInForce).toBe('DAY')
    expect(story.orders('held').map(({ role }) => role)).toEqual(['stop-loss'])
    // Of one plan: the take-profit becomes a DAY order too, once.
    expect(story.orders('intent').map(({ role, timeInForce }) => `${role} ${timeInForce}`)).toEqual(
      ['take-profit DAY'],
    )
  })

  test('before anything is filled nothing is sent for it', () => {
    const story = holding()
    expect(story.bracket.entry.status).toBe('filled')
    const { target } = story.bracket
    story.reported(target.id, { kind: 'echoed', terms: target.terms, timeInForce: 'GTC' })
    expect(story.told).toEqual([])
  })

  test('after a restart the picture of the broker says so', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.after(20_000).snapshot({
      openOrders: [
        brokerOrder(target),
        { ...brokerOrder(stop), held: { terms: stop.terms, timeInForce: 'DAY' } },
      ],
    })
    expect(story.commands).toContain('place stop-loss SELL x2 STP 1.9')
  })
})

describe('the price at the broker is another one', () => {
  test('it is changed back', () => {
    const story = holding()
    const { stop } = story.bracket
    story.reported(stop.id, { kind: 'echoed', terms: stopAt(1.5), timeInForce: 'GTC' })
    expect(story.commands).toEqual(['warning', 'replace x2 STP 1.9'])
  })

  test('and when that does not last it is the plan, and a person is told', () => {
    const story = holding()
    const { stop } = story.bracket
    for (let i = 0; i < 3; i++) {
      story.reported(stop.id, { kind: 'echoed', terms: stopAt(1.5), timeInForce: 'GTC' }).accepted()
    }
    expect(story.bracket.structure.plan.stopLoss?.price).toBe(price(1.5))
    expect(story.commands.filter((each) => each === 'critical')).toHaveLength(1)
    story.after(60_000).ticks(2)
    expect(story.commands).toEqual([])
  })

  test('while a change is under way an old price says nothing', () => {
    const story = holding({ trailingStopPct: 0.2 })
    story.after(1_000).ticks(2.6)
    story.journal.splice(0)
    story.reported(story.bracket.stop.id, {
      kind: 'echoed',
      terms: stopAt(1.9),
      timeInForce: 'GTC',
    })
    expect(story.told).toEqual([])
  })
})
