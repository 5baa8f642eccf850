import { expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { money } from '../../src/domain/money.ts'
import type { Money } from '../../src/domain/money.ts'
import { checkersOf } from './checkers/all.ts'
import { fixedPlan } from './plan.ts'
import { brokerWith } from './planted/bug.ts'
import { World } from './world.ts'

const SECOND = 1_000
const written = { takeProfit: '50%', stopLoss: '50%' }
const plan = fixedPlan({ date: '2026-03-10', time: '10:30', minutes: 5, written })

/** The day's profit of the first picture after a second connect, as the broker never said it. */
function wrongOnce() {
  let epochSeen = 0
  return brokerWith((port) => ({
    async snapshot(signal, known) {
      const taken = await port.snapshot(signal, known)
      const account = taken.ok ? taken.value.account : null
      if (!taken.ok || account === null || account.dailyPnl === null) return taken
      const isFirst = taken.value.epoch > epochSeen
      epochSeen = taken.value.epoch
      if (!isFirst || epochSeen === 1) return taken
      const dailyPnl = (account.dailyPnl + money(1_000)) as Money
      return ok({ ...taken.value, account: { ...account, dailyPnl } })
    },
  }))
}

test('a baseline that was seen otherwise once is looked at again: the gate goes with its cause (L11)', async () => {
  const world = new World({ plan, checkers: checkersOf('one'), ...wrongOnce() })
  const { clock, remains } = world
  clock.after(70 * SECOND, () => {
    const heal = world.failing(remains.gateway.inject({ name: 'refuse' }))
    clock.after(SECOND, heal)
  })
  await world.runUntil(plan.until)
  await world.rest()
  const gates = remains.journal
    .read()
    .flatMap(({ event }) =>
      (event.type === 'GateSet' && event.set.gate === 'baseline') ||
      (event.type === 'GateCleared' && event.gate === 'baseline')
        ? [event.type]
        : [],
    )
  expect(gates).toEqual(['GateSet', 'GateCleared'])
  const told = world.notices.filter(({ message }) => message.includes('baseline of the day'))
  expect(told).toHaveLength(1)
  expect(world.violations).toEqual([])
})
