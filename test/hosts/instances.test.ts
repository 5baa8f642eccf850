import { expect, test } from 'vitest'
import type { EpochMs } from '../../src/base/clock.ts'
import { encodeRequest } from '../../src/wire/requests.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { checkersOf } from '../simulation/checkers/all.ts'
import { fixedPlan } from '../simulation/plan.ts'
import { World } from '../simulation/world.ts'

const LENGTH_BYTES = 4

/**
 * F84: on one machine the lock of the journal keeps a second bot away (`sqlite.test.ts`,
 * `cli-run.test.ts`; a lock that a dead process has left: `sigkill.test.ts`). From another machine,
 * with a state folder of its own, it is the client id: IBKR answers 326.
 */
async function twoBots(idsApart: number) {
  const written = { strike: 'otm2', takeProfit: '1%', stopLoss: '1%' }
  const plan = fixedPlan({ date: '2026-03-10', time: '11:10', minutes: 3, written })
  const first = new World({ plan, checkers: checkersOf('one') })
  await first.runUntil((plan.start + 5_000) as EpochMs)
  const frames: string[] = []
  const own = {
    journal: new MemoryJournal(),
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
  }
  const second = new World({
    plan,
    checkers: [],
    from: { ...first.remains, ...own },
    alter: (request, payload) => {
      if (request.kind === 'placeOrder' || request.kind === 'cancelOrder') frames.push(request.kind)
      if (request.kind !== 'startApi' || idsApart === 0) return [payload]
      const another = encodeRequest({ ...request, clientId: request.clientId + idsApart }, 193)
      return another.ok ? [another.value.subarray(LENGTH_BYTES)] : [payload]
    },
  })
  await first.runUntil(plan.until)
  await first.rest()
  return { first, second, frames }
}

test('a second bot under the same client id stays passive (P8)', async () => {
  const { first, second, frames } = await twoBots(0)
  expect(frames).toEqual([])
  expect(second.bot.engine.state.link).toBe('down')
  expect(first.violations).toEqual([])
  expect(first.record.fills.size).toBeGreaterThan(2)
})

test('planted: it takes the next client id instead', async () => {
  const { frames } = await twoBots(30)
  expect(frames).not.toEqual([])
})
