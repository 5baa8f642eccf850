import { expect, test } from 'vitest'
import type { Event } from '../../src/trading/event.ts'
import type { FaultSpec } from '../../src/simulator/faults/faults.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

type Of<T extends Event['type']> = Extract<Event, { readonly type: T }>

async function ran(fault: FaultSpec, minutes: number) {
  const written = { strategies: 'scalp', strike: 'otm2' }
  const plan = fixedPlan({ date: '2026-03-10', time: '10:29', minutes, written })
  const world = new World({ plan, checkers: checkersOf('one') })
  world.remains.gateway.inject(fault)
  await world.runUntil(plan.until)
  const all = <T extends Event['type']>(type: T): readonly Of<T>[] =>
    world.remains.journal
      .read()
      .flatMap(({ event }) => (event.type === type ? [event as Of<T>] : []))
  return { world, all }
}

const preset = { code: 10349, on: 'new', which: 'child', side: 'SELL' } as const

test('10349: exits that a preset made DAY orders are recorded and rest as GTC again (P30)', async () => {
  const { world, all } = await ran({ name: 'order-error', ...preset, count: 2 }, 5)
  expect(all('OrderFilled').length).toBeGreaterThan(0)
  const echoes = all('OrderMoved').filter(({ evidence }) => evidence.kind === 'echoed')
  expect(echoes.length).toBeGreaterThan(0)
  const resting = world.remains.gateway.core
    .openOrders()
    .filter(({ side, status }) => side === 'SELL' && status !== 'PendingCancel')
  expect(resting.map(({ type, timeInForce }) => `${type} ${timeInForce}`).sort()).toEqual([
    'LMT GTC',
    'STP GTC',
  ])
  expect(world.violations).toEqual([])
})
