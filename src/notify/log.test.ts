import { expect, test } from 'vitest'
import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { LogNotifier } from './log.ts'

test('a notice is one line of JSON with its time', () => {
  const lines: string[] = []
  const clock = new VirtualClock({ start: 1000 as EpochMs, settled: () => true, speed: null })
  const notifier = new LogNotifier(clock, (line) => lines.push(line))
  notifier.notify({ kind: 'notify', level: 'warning', message: 'two\nlines' })
  expect(lines).toEqual(['{"at":1000,"level":"warning","message":"two\\nlines"}\n'])
})
