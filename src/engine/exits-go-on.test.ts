import { describe, expect, test } from 'vitest'
import { fail } from '../base/result.ts'
import type { Signal } from '../domain/signal.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { unfailing } from '../notify/unfailing.ts'
import type { Broker } from './ports.ts'
import { holding } from '../trading/play.testing.ts'
import { at } from './scripted-bars.testing.ts'
import { World } from './world.testing.ts'

/** In at 10:02, then out; in again as soon as nothing is held. */
function eager(leave: string): Strategy {
  return {
    name: 'eager',
    needs: { size: '1m', count: 30 },
    evaluate: ({ bars, held }): Signal => {
      const last = bars.at(-1)?.start ?? 0
      if (last === at(leave)) return { kind: 'exit', reason: `it is ${leave}` }
      if (held.length > 0 || last < at('10:02')) return { kind: 'hold', reason: 'waits' }
      return { kind: 'enter', outlook: 'rise', confidence: 0.9, reason: 'flat' }
    },
  }
}

const heldIn = ({ engine }: ReturnType<World['start']>): readonly number[] =>
  [...engine.state.structures.values()].map(({ quantity }) => quantity)

describe('an account that the broker does not say (D34, R16)', () => {
  const silentFrom = (broker: Broker, isSilent: () => boolean): Broker => ({
    ...broker,
    snapshot: async (signal) => {
      const taken = await broker.snapshot(signal)
      if (!taken.ok || !isSilent()) return taken
      return { ok: true, value: { ...taken.value, account: null, whyNoAccount: 'no summary' } }
    },
  })

  test('pauses entries until it is said again; an exit that is due meanwhile is sent', async () => {
    let silent = false
    const world = new World({
      strategies: [eager('10:04')],
      wrap: ({ broker }) => ({ broker: silentFrom(broker, () => silent) }),
    })
    const bot = world.start()
    await world.clock.runUntil(at('10:03:30'))
    expect(heldIn(bot).filter((quantity) => quantity > 0)).toHaveLength(1)

    silent = true
    await world.clock.runUntil(at('10:07'))
    expect(bot.engine.state.gates.map(({ gate }) => gate)).toContain('account')
    expect(world.events('ExitTriggered').map(({ reason }) => reason)).toEqual([
      'eager: it is 10:04',
    ])
    expect(heldIn(bot)).toEqual([0])
    expect(world.events('EntryApproved')).toHaveLength(1)
    expect(world.decisions().join('\n')).toContain('the account is not known: no summary')

    silent = false
    await world.clock.runUntil(at('10:09:30'))
    expect(bot.engine.state.gates).toEqual([])
    expect(world.events('EntryApproved').length).toBeGreaterThan(1)
  })

  test('never said at all: what is held is closed and protected all the same', () => {
    const story = holding()
    const { structure, stop } = story.bracket
    story.state = { ...story.state, account: null }
    story.reported(stop.id, { kind: 'proven', status: 'cancelled', by: 'completed-order' })
    story.after(2_000).snapshot({ account: null }).ticks(2)
    expect(story.commands.join('; ')).toMatch(/place .*stop-loss SELL x2 STP 1.9/)
    story.happens({ kind: 'exit-proposed', structureId: structure.id, reason: 'trend' }).ticks(2)
    expect(story.commands.join('; ')).toMatch(/place close SELL x2/)
  })
})

test('an alert channel that throws during an exit: it is closed, and nothing is entered in that cycle (D11, R25)', async () => {
  let refused = false
  const world = new World({
    strategies: [eager('10:04')],
    wrap: ({ broker }) => ({
      notifier: unfailing({
        notify: () => {
          throw new Error('the channel is broken')
        },
      }),
      broker: {
        ...broker,
        // The first close is refused, which is what people are told of in the middle of the exit.
        place: (orders) => {
          if (refused || orders.every(({ role }) => role !== 'close')) return broker.place(orders)
          refused = true
          return fail({ code: 'stale', retry: 'later', detail: 'not now', vendorCode: null })
        },
      },
    }),
  })
  const bot = world.start()
  await world.clock.runUntil(at('10:05:40'))
  expect(refused).toBe(true)
  expect(bot.engine.vitals().noticesLost).toBeGreaterThan(0)
  expect(heldIn(bot)).toEqual([0])
  expect(world.decisions().at(-1)).toContain('eager exit: it is 10:04')
  expect(world.events('EntryApproved')).toHaveLength(1)
  await world.clock.runUntil(at('10:07'))
  expect(world.events('EntryApproved').length).toBeGreaterThan(1)
})
