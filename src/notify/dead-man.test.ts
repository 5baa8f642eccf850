import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { DeadMan, whyUnproven, type WayProven } from './dead-man.ts'

const proven: WayProven = {
  mode: 'paper',
  link: 'up',
  incidents: 0,
  pictureAt: 1_000 as EpochMs,
  now: 2_000 as EpochMs,
}

test.each<[string, Partial<WayProven>]>([
  ['the link is down', { link: 'down' }],
  ['the link is not reconciled', { link: 'reconciling' }],
  ['an incident is open', { incidents: 1 }],
  ['no picture of orders came', { pictureAt: null }],
  ['the last picture is old', { now: 400_000 as EpochMs }],
])('it is silent when %s, whatever a cycle decided', (_, of) => {
  expect(whyUnproven({ kind: 'hold' }, proven)).toBe(null)
  expect(whyUnproven({ kind: 'hold' }, { ...proven, ...of })).not.toBe(null)
})

test('a dry run has no order path: its data path alone is proven', () => {
  const way = { ...proven, mode: 'dry-run', pictureAt: null } as const
  expect(whyUnproven({ kind: 'hold' }, way)).toBe(null)
  expect(whyUnproven({ kind: 'hold' }, { ...way, incidents: 1 })).not.toBe(null)
  expect(whyUnproven({ kind: 'skipped' }, way)).not.toBe(null)
})

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
    deadMan.cycleEnded({ kind }, { ...proven, now: clock.now(), pictureAt: clock.now() })
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

test.each([
  ['rejects', () => Promise.reject(new Error('SECRET'))],
  [
    'throws',
    () => {
      throw new Error('SECRET')
    },
  ],
])('a signal that %s is one that failed, and the next goes out', async (_, send) => {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const failed: string[] = []
  const deadMan = new DeadMan({ clock, everyMs: 1, send, failed: (reason) => failed.push(reason) })
  for (const at of [1, 10]) {
    deadMan.cycleEnded({ kind: 'hold' }, proven)
    await clock.runUntil(at as EpochMs)
  }
  expect(failed).toEqual(['could not be sent', 'could not be sent'])
})
