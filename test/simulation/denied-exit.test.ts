import { expect, test } from 'vitest'
import { fail } from '../../src/base/result.ts'
import { fixedPlan } from './plan.ts'
import { at, brokerWith } from './planted/bug.ts'
import { World } from './world.ts'

const written = { takeProfit: '50%', stopLoss: '50%' }
const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 4, written })
const MISCOUNTED = {
  code: 'refused',
  retry: 'later',
  vendorCode: null,
  detail: 'it closes 2, and 1 were seen to be held and on no other way out',
} as const

test('an exit that is not let out has the broker asked what is held, at once', async () => {
  const denied: number[] = []
  const asked: number[] = []
  const world = new World({
    plan,
    checkers: [],
    ...brokerWith((port, { clock }) => ({
      place(orders) {
        if (denied.length > 0 || orders.some(({ role }) => role === 'entry')) {
          return port.place(orders)
        }
        denied.push(clock.now())
        return fail(MISCOUNTED)
      },
      snapshot(signal, known) {
        asked.push(clock.now())
        return port.snapshot(signal, known)
      },
    })),
  })
  at('OrderFilled', (of) => void of.clock.after(15_000, () => of.say('close')))(world)
  await world.runUntil(plan.until)
  const [first = Infinity] = denied
  expect(asked.filter((ms) => ms >= first && ms <= first + 1_000)).not.toEqual([])
  expect(world.bot.engine.state.structures.values().next().value?.quantity).toBe(0)
})
