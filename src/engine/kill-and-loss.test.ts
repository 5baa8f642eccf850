import { expect, test } from 'vitest'
import { World } from './world.testing.ts'

test('resumed from a kill on a date of daily loss: reduce-only, and the latch is lifted (P44, P45)', async () => {
  const world = new World()
  world.start()
  await world.run(5_000)
  world.crash()
  const loss = { to: 'reduce-only', cause: 'daily-loss', reason: 'lost' } as const
  world.journal.append(world.clock.now(), [{ type: 'TradingStateChanged', ...loss }])
  const { engine } = world.restart()
  await world.run(5_000)
  engine.view().command('ada', { kind: 'kill' })
  await world.run(3_000)
  const { accountId } = engine.state
  engine.view().command('ada', { kind: 'resume', accountId, reason: 'seen' })
  await world.run(3_000)
  expect([engine.state.tradingState, engine.state.levelCause]).toEqual([
    'reduce-only',
    'daily-loss',
  ])
  expect(world.latch.read()).toBeNull()
})
