import { expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import type { Fault } from './ports.ts'
import { at } from './scripted-bars.testing.ts'
import { strategyAt, World } from './world.testing.ts'

const FULL: Fault = {
  code: 'storage',
  retry: 'never',
  detail: 'the disk is full',
  vendorCode: null,
}

test('F82: what was told while nothing could be written is told again by a picture, at once', async () => {
  let isFull = false
  const world = new World({
    strategies: [strategyAt('10:02')],
    wrap: ({ journal }) => ({
      journal: {
        read: () => journal.read(),
        append: (when, events) => (isFull ? fail(FULL) : journal.append(when, events)),
      },
    }),
  })
  const { engine } = world.start()
  await world.clock.runUntil(at('10:05'))
  const [held] = world.gateway.core.positions()
  if (held === undefined) throw new Error('something is held')

  isFull = true
  const alone = { parentId: 0, ocaGroup: '', ocaType: 0, orderRef: '', account: '' } as const
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  const ticket = { ...alone, ...terms, contract: held.contract, side: 'BUY', quantity: 1 } as const
  world.gateway.core.place({
    ...ticket,
    clientId: 0,
    orderId: -1,
    transmit: true,
    outsideRth: false,
  })
  await world.clock.runUntil(at('10:05:20'))
  const { conId } = held.contract
  expect(engine.state.positions.get(conId)?.quantity).toBe(held.quantity)

  isFull = false
  await world.clock.runUntil(at('10:05:40'))
  expect(engine.state.positions.get(conId)?.quantity).toBe(held.quantity + 1)
})

test('F82, F10: a connection that was lost and made anew meanwhile is taken in all the same', async () => {
  let isFull = false
  let epoch = 1
  let pictures = 0
  let tell: (up: boolean, epoch: number) => void = () => undefined
  const world = new World({
    strategies: [],
    wrap: ({ journal, broker }) => ({
      journal: {
        read: () => journal.read(),
        append: (when, events) => (isFull ? fail(FULL) : journal.append(when, events)),
      },
      broker: {
        ...broker,
        onLink: (listener) => broker.onLink((tell = listener)),
        snapshot: async (...of) => {
          pictures++
          const found = await broker.snapshot(...of)
          return found.ok ? ok({ ...found.value, epoch }) : found
        },
      },
    }),
  })
  const { engine } = world.start()
  await world.clock.runUntil(at('10:05'))
  expect(engine.state).toMatchObject({ link: 'up', epoch: 1 })

  isFull = true
  tell(false, 1)
  epoch = 2
  tell(true, 2)
  pictures = 0
  await world.clock.runUntil(at('10:05:30'))
  expect(engine.state).toMatchObject({ link: 'up', epoch: 1 }) // what cannot be written is not so
  expect(pictures).toBeLessThanOrEqual(15) // and nobody is asked for it with every beat

  isFull = false
  await world.clock.runUntil(at('10:05:45'))
  expect(engine.state).toMatchObject({ link: 'up', epoch: 2 })
})
