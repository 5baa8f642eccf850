import { expect, test } from 'vitest'
import type { EpochMs } from './clock.ts'
import { VirtualClock } from './clock.ts'

function clockOf(bytes: 'in-memory' | 'by-kernel'): VirtualClock {
  return new VirtualClock({ start: 0 as EpochMs, speed: null, settled: () => true, bytes })
}

test.each(['in-memory', 'by-kernel'] as const)(
  'time stands until the last promise of a callback has settled, bytes %s',
  async (bytes) => {
    const clock = clockOf(bytes)
    const seen: string[] = []
    clock.after(1, async () => {
      for (let hop = 0; hop < 50; hop++) await Promise.resolve()
      seen.push(`promises at ${clock.monotonicMs()}`)
      clock.after(1, () => {
        seen.push(`what they scheduled at ${clock.monotonicMs()}`)
      })
    })
    clock.after(3, () => {
      seen.push(`the next callback at ${clock.monotonicMs()}`)
    })
    await clock.runUntil(3 as EpochMs)
    expect(seen).toEqual(['promises at 1', 'what they scheduled at 2', 'the next callback at 3'])
  },
)

test('with bytes in memory the event loop still turns now and then', async () => {
  const clock = clockOf('in-memory')
  let turns = 0
  let over = false
  const turn = (): void => {
    turns++
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  for (let at = 1; at <= 1_000; at++) clock.after(at, () => undefined)
  await clock.runUntil(1_000 as EpochMs)
  over = true
  expect(turns).toBeGreaterThanOrEqual(4)
  expect(turns).toBeLessThan(10)
})

test('a callback may return what it likes: only a promise is waited for', async () => {
  const clock = clockOf('in-memory')
  const list: number[] = []
  const told: (item: number) => void = (item) => list.push(item)
  clock.after(1, () => told(7))
  await clock.runUntil(2 as EpochMs)
  expect(list).toEqual([7])
})

test('what an async callback rejects with ends the run', async () => {
  const clock = clockOf('in-memory')
  clock.after(1, () => Promise.reject(new Error('planted')))
  await expect(clock.runUntil(2 as EpochMs)).rejects.toThrow('planted')
})

test('what waits on a virtual clock is what has neither run nor been cancelled', async () => {
  const clock = clockOf('in-memory')
  const cancel = clock.after(10, () => undefined)
  clock.after(20, () => void clock.after(20, () => undefined))
  expect(clock.pending).toBe(2)
  cancel()
  cancel()
  expect(clock.pending).toBe(1)
  await clock.runUntil(30 as EpochMs)
  cancel()
  expect(clock.pending).toBe(1)
  await clock.runUntil(40 as EpochMs)
  expect(clock.pending).toBe(0)
})

test('a callback may cancel itself, which counts once', async () => {
  const clock = clockOf('in-memory')
  const cancel = clock.after(10, () => cancel())
  await clock.runUntil(10 as EpochMs)
  expect(clock.pending).toBe(0)
})
