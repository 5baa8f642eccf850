import { expect, test } from 'vitest'
import { encodeRequest } from '../../src/wire/requests.ts'
import type { Request } from '../../src/wire/requests.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { World } from './world.ts'

const LENGTH_BYTES = 4
/** Who cancels by hand, as in TWS. */
const SOMEBODY = 999

/** On its way a repaired stop's trigger moves off every grid: the broker refuses it (110). */
function offTheGrid(request: Request, payload: Uint8Array): readonly Uint8Array[] {
  if (request.kind !== 'placeOrder' || request.order.orderType !== 'STP') return [payload]
  if (request.order.parentId !== 0) return [payload]
  const auxPrice = (request.order.auxPrice ?? 0) + 0.001
  const moved = encodeRequest({ ...request, order: { ...request.order, auxPrice } }, 193)
  return moved.ok ? [moved.value.subarray(LENGTH_BYTES)] : [payload]
}

const written = {
  symbols: 'SPY, QQQ, AAPL',
  strike: 'otm2',
  riskMax: '1%',
  orderCostMax: '$2000',
  structureLossMax: '$2000',
}

test('exits are cancelled by hand and no stop is taken any more: it is closed within 30 s', async () => {
  const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 6, written })
  const world = new World({ plan, checkers: checkersOf('one'), alter: offTheGrid })
  const { core } = world.remains.gateway
  core.subscribe((event) => {
    if (event.kind !== 'execution' || event.execution.side !== 'BUY') return
    world.clock.after(500, () => {
      for (const { side, clientId, orderId } of core.openOrders()) {
        if (side === 'SELL') core.cancel(SOMEBODY, clientId, orderId)
      }
    })
  })
  await world.runUntil(plan.until)
  await world.rest()
  const intended = world.remains.journal.read().flatMap(({ event }) => {
    return event.type === 'OrderIntended' ? [event.order.role] : []
  })
  const count = (role: string): number => intended.filter((each) => each === role).length
  expect(count('close')).toBeGreaterThan(0)
  expect(count('stop-loss')).toBeLessThanOrEqual(5 * count('entry'))
  expect(core.positions().filter((each) => each.quantity !== 0)).toEqual([])
  const reasons = world.remains.journal.read().flatMap(({ event }) => {
    return event.type === 'ExitTriggered' ? [event.reason] : []
  })
  expect(reasons).toContainEqual(expect.stringMatching(/^\d stops came to nothing in 30 s$/))
  const said = world.violations.map(({ checker }) => checker)
  expect(said).not.toContain('never-oversold')
})
