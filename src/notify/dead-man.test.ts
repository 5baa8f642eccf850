import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { DeadMan } from './dead-man.ts'

test('the dead-man signal follows a cycle that decided, at most so often, and is not repeated (D53, R26)', async () => {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const sent: number[] = []
  const failed: string[] = []
  let result: Result<void, string> = ok(undefined)
  const deadMan = new DeadMan({
    clock,
    everyMs: 60_000,
    send: () => {
      sent.push(clock.now())
      return Promise.resolve(result)
    },
    failed: (reason) => failed.push(reason),
  })
  const cycle = async (kind: 'hold' | 'proposed' | 'none-picked' | 'skipped', afterMs: number) => {
    await clock.runUntil((clock.now() + afterMs) as EpochMs)
    deadMan.cycleEnded({ kind })
  }
  await cycle('skipped', 1_000)
  expect(sent).toEqual([])
  await cycle('hold', 1_000)
  await cycle('none-picked', 1_000)
  result = fail('500')
  await cycle('proposed', 58_000 + 1_000)
  await cycle('hold', 30_000)
  await cycle('hold', 30_000)
  expect(sent).toEqual([2_000, 62_000, 122_000])
  await clock.runUntil(200_000 as EpochMs)
  expect(failed).toEqual(['500', '500'])
})
