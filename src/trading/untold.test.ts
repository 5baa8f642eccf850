import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { shares } from '../domain/combo.testing.ts'
import type { ExecId } from '../domain/fill.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, TrackedOrder } from '../domain/order.ts'
import { brokerOrder, call, entered, holding, ready, request } from './play.testing.ts'

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

  test('the rest of an entry that had filled in part: its exits are not lowered meanwhile', () => {
    const story = entered()
    const { entry, target, stop } = story.bracket
    story.filled(entry.id, 1)
    story.after(DAY_MS).begins()
    const picture = () => {
      const openOrders = [target, stop].map((each) =>
        brokerOrder(each, { kind: 'reported', as: 'held' }),
      )
      story.snapshot({ openOrders, positions: [held(2)] }).ticks(2)
    }
    picture()
    expect(story.bracket.structure.quantity).toBe(1)
    expect(story.commands).toEqual(['critical'])
    story.after(11_000)
    picture()
    expect(story.bracket.structure.quantity).toBe(2)
    expect([target, stop].map(({ id }) => story.order(id).quantity)).toEqual([2, 2])
    expect(story.state.gates).toEqual([])
  })

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

  test('shares that a person bought meanwhile are no part of it, and nothing is placed', () => {
    const story = holding()
    const { target } = story.bracket
    story.after(DAY_MS).begins()
    const positions = [{ contract: shares, quantity: 10, cost: money(5_000) }]
    const picture = () =>
      story.snapshot({ openOrders: [], completedOrders: [completed(target)], positions })
    picture().ticks(2)
    expect(story.commands.filter((command) => command.startsWith('place'))).toEqual([])
    story.after(11_000)
    picture().ticks(2)
    expect(story.told).toContain('filled SELL 2 at 2.4')
    expect(story.state.gates).toEqual([])
    story.after(400_000).ticks(2)
    expect(story.state.tradingState).toBe('active')
  })

  test('an exit that nobody had heard of, on a later date: it may have lived and filled', () => {
    const story = ready()
    story.happens({ kind: 'entry-proposed', request: request() }).handedOver()
    const { entry, target, stop } = story.bracket
    story.filled(entry.id, entry.quantity)
    expect(story.order(stop.id).status).toBe('sending')
    story.after(DAY_MS).begins()
    const picture = () => story.snapshot({ openOrders: [], positions: [] })
    picture().after(11_000)
    picture().ticks(2)
    expect(story.bracket.structure.quantity).toBe(0)
    expect(story.order(stop.id).filled + story.order(target.id).filled).toBe(entry.quantity)
    expect(story.state.gates).toEqual([])
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

  test('the execution of another close of what no structure explains takes nothing from it', () => {
    const story = ready()
    story.snapshot({ positions: [held(2)] })
    story.happens({ kind: 'operator-commanded', by: 'me', command: { kind: 'kill' } })
    const [first] = story.handedOver().accepted().orders('working')
    story.after(20_000).snapshot({ openOrders: [], positions: [] })
    story.after(11_000).snapshot({ openOrders: [], positions: [] })
    expect(story.order(first?.id ?? '').filled).toBe(2) // as the positions say
    story.after(60_000)
    const bought = {
      execId: 'f1' as ExecId,
      revision: 1,
      orderId: '' as ClientOrderId,
      contract: call,
      side: 'BUY' as const,
      quantity: 2,
      price: price(2),
      at: (story.at - 10_000) as EpochMs,
      synthetic: false,
    }
    story.snapshot({ positions: [held(2)], fills: [bought] })
    const [second] = story.handedOver().accepted().orders('working')
    story.filled(second?.id ?? '', 2)
    expect([first, second].map((of) => story.order(of?.id ?? '').filled)).toEqual([2, 2])
    expect(story.state.positions.size).toBe(0)
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

  test('closed by hand while away, with both exits resting: only a person can end it', () => {
    const story = holding()
    const { target, stop, structure } = story.bracket
    const openOrders = () =>
      [target, stop].map((each) => brokerOrder(each, { kind: 'reported', as: 'held' }))
    story.after(DAY_MS).begins().snapshot({ openOrders: openOrders(), positions: [] })
    story.after(11_000).snapshot({ openOrders: openOrders(), positions: [] }).ticks(2)
    expect(story.told).toContain('position 0 unexplained')
    expect([story.bracket.structure.quantity, story.bracket.structure.triggered]).toEqual([2, null])
    expect(story.commands).toEqual(['critical'])
    const command = { kind: 'close', structureId: structure.id } as const
    story.happens({ kind: 'operator-commanded', by: 'me', command })
    expect(story.told).toContain('position 0 foreign-trade')
    expect(story.bracket.structure.quantity).toBe(0)
    expect(story.commands).toEqual(['warning', 'cancel', 'cancel'])
  })

  test('what a person trades explains each time only what it adds (P24)', () => {
    const story = holding()
    const sold = (n: number) => ({
      execId: `f${n}` as ExecId,
      revision: 1,
      orderId: '' as ClientOrderId,
      contract: call,
      side: 'SELL' as const,
      quantity: 1,
      price: price(2),
      at: (story.at - 10_000) as EpochMs,
      synthetic: false,
    })
    const fills = [story.after(20_000) && sold(1)]
    story.snapshot({ positions: [held(1)], fills })
    expect(story.told).toContain('position 1 foreign-trade')
    story.after(60_000)
    story.snapshot({ positions: [], fills: [...fills, sold(2)] })
    expect(story.told).toContain('position 0 foreign-trade')
    expect(story.bracket.structure.quantity).toBe(0)
  })

  test('proven dead, and listed as open all the same: cancelled, and nothing beside it (P40)', () => {
    const story = entered()
    const { entry } = story.bracket
    story.reported(entry.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    const listed = [brokerOrder(entry, { kind: 'reported', as: 'working' })]
    story.after(5_000).snapshot({ openOrders: listed })
    expect(story.commands).toEqual(['cancel', 'cancel']) // its exits
    story.after(60_000).snapshot({ openOrders: listed })
    expect(story.commands).toEqual(['critical', 'cancel'])
    expect(story.state.gates.map(({ gate, symbol }) => [gate, symbol])).toEqual([['risen', 'SPY']])
    story.after(11_000).snapshot()
    expect(story.state.gates).toEqual([])
  })

  test('filled by our count, and still open at the broker: what is left there is cancelled', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.filled(target.id, 2).filled(stop.id, 2) // a group that did not hold (F46)
    expect(story.order(stop.id).status).toBe('filled')
    const openOrders = [brokerOrder(stop, { kind: 'reported', as: 'held' })]
    story.after(5_000).snapshot({ openOrders, positions: [held(-2)] })
    expect(story.commands).not.toContain('cancel')
    story.after(60_000).snapshot({ openOrders, positions: [held(-2)] })
    expect(story.commands).toContain('cancel')
    expect(story.state.gates.map(({ gate }) => gate)).toContain('risen')
  })

  test('with nothing left by our count, and more of it open at the broker: it is cancelled', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.filled(target.id, 1).filled(stop.id, 2) // the rest of the target stays (F46)
    expect(story.order(target.id)).toMatchObject({ status: 'held', quantity: 1, filled: 1 })
    const more = { ...brokerOrder(story.order(target.id)), quantity: 2 }
    story.after(5_000).snapshot({ openOrders: [more], positions: [held(-1)] })
    expect(story.commands).not.toContain('cancel')
    story.after(60_000).snapshot({ openOrders: [more], positions: [held(-1)] })
    expect(story.commands).toContain('cancel')
    expect(story.order(target.id).status).toBe('cancel-pending')
    expect(story.state.gates.map(({ gate }) => gate)).toContain('risen')
    story.after(1_000).snapshot({ openOrders: [more], positions: [held(-1)] })
    expect(story.commands).not.toContain('cancel') // it may be on its way
    expect(story.state.gates.map(({ gate }) => gate)).toContain('risen')
    story
      .after(60_000)
      .ticks(1)
      .snapshot({ openOrders: [more], positions: [held(-1)] })
    expect(story.commands).toContain('cancel') // it went astray
    expect(story.state.gates.map(({ gate }) => gate)).toContain('risen')
    story.after(11_000).snapshot({ positions: [held(-1)] })
    expect(story.state.gates.map(({ gate }) => gate)).not.toContain('risen')
  })

  test('listed as it was before the fill that left nothing of it, an exit is left alone', () => {
    const story = holding()
    const { target, stop } = story.bracket
    story.filled(target.id, 1).after(60_000).filled(stop.id, 1)
    const asBefore = { ...brokerOrder(story.order(target.id)), quantity: 2 }
    story.snapshot({ openOrders: [asBefore], positions: [] })
    expect(story.commands).not.toContain('cancel')
  })

  test('a stop that filled in part and is listed no more does not count as resting', () => {
    const story = holding()
    const { stop, target } = story.bracket
    story.filled(stop.id, 1)
    const [fill] = [...story.state.fills.values()].filter(({ orderId }) => orderId === stop.id)
    story.after(60_000)
    const openOrders = [brokerOrder(story.order(target.id))]
    story.snapshot({ openOrders, fills: fill === undefined ? [] : [fill] })
    expect(story.order(stop.id).status).toBe('quarantine-cancelled')
  })

  test('booked to one exit, and the other one filled: it counts once, and nothing is bought', () => {
    const story = holding()
    const { target } = story.bracket
    story.accepted().after(30_000).begins()
    const picture = () => story.snapshot({ openOrders: [], positions: [] }).ticks(2)
    picture().after(11_000)
    picture().after(5_000).filled(target.id, 2).ticks(2)
    expect(story.bracket.structure.quantity).toBe(0)
    expect(story.state.positions.size).toBe(0)
    expect(story.order(target.id)).toMatchObject({ filled: 2, quantity: 2 })
    expect(story.commands.filter((command) => command.startsWith('place'))).toEqual([])
  })

  test.each(['close', 'kill'] as const)('an exit that rose keeps no %s back', (kind) => {
    const story = holding()
    const { stop, structure } = story.accepted().bracket
    story.reported(stop.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    story.ticks(2).handedOver().accepted()
    const live = () => story.orders('working', 'held').map((order) => brokerOrder(order))
    const dying = brokerOrder(stop, { kind: 'reported', as: 'cancel-pending' })
    const picture = () => story.snapshot({ openOrders: [...live(), dying], positions: [held(2)] })
    story.after(60_000)
    picture()
    expect(story.state.gates.map(({ gate }) => gate)).toEqual(['risen'])
    const command = kind === 'kill' ? { kind } : { kind, structureId: structure.id }
    story.happens({ kind: 'operator-commanded', by: 'me', command }).ticks(2)
    expect(story.commands.join()).toContain('place close SELL x2')
    story.after(1_000).snapshot({ positions: [held(2)] })
    expect(story.state.gates).toEqual([])
  })

  test('exits of an entry that never filled are none of what the owner bought by hand', () => {
    const story = entered()
    const { entry, target, stop } = story.bracket
    const sold = { orderId: '' as ClientOrderId, contract: call, side: 'BUY' as const, quantity: 2 }
    const fill = { ...sold, execId: 'f' as ExecId, revision: 1, price: price(2), synthetic: false }
    const fills = [{ ...fill, at: (story.at + 1_000) as EpochMs }]
    const openOrders = () => [target, stop].map(({ id }) => brokerOrder(story.order(id)))
    story.reported(target.id, { kind: 'reported', as: 'working' })
    story.reported(stop.id, { kind: 'reported', as: 'held' })
    story.after(20_000).snapshot({ positions: [held(2)], fills, openOrders: openOrders() })
    story.reported(entry.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    expect(story.ticks(2).commands.filter((command) => command === 'cancel')).toHaveLength(2)
  })
})
