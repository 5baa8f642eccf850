import { expect, test } from 'vitest'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

/** Who cancels by hand, as in TWS. */
const SOMEBODY = 999

const written = {
  strategies: 'scalp',
  strike: 'otm2',
  riskMax: '5%',
  orderCostMax: '$4000',
  structureLossMax: '$4000',
  takeProfit: '900%',
  stopLoss: '90%',
}

test('no change of exits for too much is taken: others rest for what is held (P32, P35, L19)', async () => {
  const plan = fixedPlan({ date: '2026-03-10', time: '10:29', minutes: 6, written })
  const world = new World({ plan, checkers: checkersOf('one') })
  const { gateway, journal } = world.remains
  const { core } = gateway
  gateway.inject({ name: 'fills-in-lots' })
  gateway.inject({ name: 'order-error', code: 201, on: 'change', side: 'SELL', count: null })
  let cancelled = false
  core.subscribe((event) => {
    if (event.kind !== 'execution' || cancelled) return
    cancelled = true
    const { clientId, orderId } = event.execution
    core.cancel(SOMEBODY, clientId, orderId)
  })
  await world.runUntil(plan.until)
  const events = journal.read().map(({ event }) => event)
  const held = core.positions().reduce((units, { quantity }) => units + quantity, 0)
  expect(held).toBeGreaterThan(0)
  const intended = events.flatMap((event) => (event.type === 'OrderIntended' ? event.order : []))
  expect(intended.find(({ role }) => role === 'entry')?.quantity).toBeGreaterThan(held)
  // One refused change of each exit, its cancel, and one that takes over.
  const sent = (type: string) => events.filter((event) => event.type === type).length
  expect([sent('ReplaceIntended'), sent('CancelIntended'), intended.length]).toEqual([2, 2, 5])
  const exits = core.openOrders().filter(({ status }) => status !== 'PendingCancel')
  expect(exits.map(({ side, type, quantity }) => `${side} ${type} ${quantity}`).sort()).toEqual([
    `SELL LMT ${held}`,
    `SELL STP ${held}`,
  ])
  expect(world.violations).toEqual([])
})
