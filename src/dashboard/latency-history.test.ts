import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { Latencies } from './latency-history.ts'
import type { View } from './view.ts'

function seenAt(at: number, p99: number | null): Pick<View, 'at' | 'health'> {
  const request = { kind: 'spot', p50: p99, p99 }
  const health = { requests: [request], loopDelayMsP99: p99, memoryBytes: at }
  return { at: at as EpochMs, health } as unknown as Pick<View, 'at' | 'health'>
}

test('one point each ten seconds of the last two hours', () => {
  const latencies = new Latencies()
  for (let ms = 0; ms < 3 * 3_600_000; ms += 2_500) latencies.seen(seenAt(ms, ms))
  const { kinds, loop, memory } = latencies.history()
  expect(loop).toHaveLength(720)
  expect(memory[1]?.at).toBe((memory[0]?.at ?? 0) + 10_000)
  expect(kinds).toHaveLength(1)
  expect(kinds[0]?.points.at(-1)).toEqual({ at: 10_790_000, p50: 10_790_000, p99: 10_790_000 })
})

test('what was not asked is null, and a clock that was set back begins anew', () => {
  const latencies = new Latencies()
  latencies.seen(seenAt(50_000, 3))
  latencies.seen(seenAt(10_000, null))
  expect(latencies.history().kinds[0]?.points).toEqual([{ at: 10_000, p50: null, p99: null }])
})
