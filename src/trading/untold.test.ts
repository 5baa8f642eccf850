import { describe, expect, test } from 'vitest'
import { money } from '../domain/money.ts'
import type { TrackedOrder } from '../domain/order.ts'
import { brokerOrder, call, entered, holding } from './play.testing.ts'

/** F53, F80: executions of an earlier day are told no more, and of this one perhaps late. */
describe('what filled while nobody was told', () => {
  const DAY_MS = 86_400_000
  const held = (quantity: number) => ({ contract: call, quantity, cost: money(200 * quantity) })
  const completed = (order: TrackedOrder) =>
    brokerOrder(order, { kind: 'proven', status: 'filled', by: 'completed-order' })

  test.each(['no record', 'a record'])(
    'an entry, by %s: its exits stay, and it is held',
    (record) => {
      const story = entered()
      const { entry, target, stop } = story.bracket
      story.after(DAY_MS).begins()
      const picture = () => {
        const openOrders = [target, stop].map((each) =>
          brokerOrder(each, { kind: 'reported', as: 'held' }),
        )
        const completedOrders = record === 'a record' ? [completed(entry)] : []
        story.snapshot({ openOrders, completedOrders, positions: [held(2)] }).ticks(2)
      }
      picture()
      expect(story.commands.filter((command) => command.startsWith('cancel'))).toEqual([])
      story.after(11_000)
      picture()
      expect(story.told).toContain('filled BUY 2 at 2')
      expect(story.bracket.structure.quantity).toBe(2)
      expect(story.order(entry.id).status).toBe('filled')
      expect(story.commands.filter((command) => !command.startsWith('critical'))).toEqual([])
      expect(story.state.gates).toEqual([])
    },
  )

  test('an exit: the structure ends, and the underlying may be entered again', () => {
    const story = holding()
    const { target } = story.bracket
    story.after(DAY_MS).begins()
    const picture = () =>
      story.snapshot({ openOrders: [], completedOrders: [completed(target)], positions: [] })
    picture().after(11_000)
    picture().ticks(2)
    expect(story.told).toContain('filled SELL 2 at 2.4')
    expect(story.bracket.structure.quantity).toBe(0)
    expect(story.state.gates).toEqual([])
    story.after(400_000).ticks(2)
    expect(story.state.tradingState).toBe('active')
  })

  test('the execution comes after all: it counts once', () => {
    const story = entered()
    const { entry, target, stop } = story.bracket
    const openOrders = () => [
      brokerOrder(story.order(target.id)),
      brokerOrder(story.order(stop.id)),
    ]
    story.after(20_000).snapshot({ openOrders: openOrders(), positions: [held(2)] })
    story.after(11_000).snapshot({ openOrders: openOrders(), positions: [held(2)] })
    expect(story.bracket.structure.quantity).toBe(2)
    story.filled(entry.id, 2)
    expect(story.bracket.structure.quantity).toBe(2)
    expect(story.order(entry.id).filled).toBe(2)
    expect([...story.state.positions.values()].map(({ quantity }) => quantity)).toEqual([2])
  })

  test('what an order had not yet filled by proof explains nothing', () => {
    const story = entered()
    const { entry } = story.bracket
    story.reported(entry.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    story.after(60_000).snapshot()
    story.after(60_000).snapshot({ positions: [held(2)] })
    story.after(11_000).snapshot({ positions: [held(2)] })
    expect(story.told).toContain('position 2 unexplained')
    expect(story.bracket.structure.quantity).toBe(0)
  })
})
