import type { EpochMs } from '../../../src/base/clock.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L9, of a journal of minutes or days: no test bounds what a year of rows takes to be read. */
const READY_MS_MAX = 10_000

/** L9: a process that starts beside a healthy Gateway is ready to trade soon. */
export function readyAgain(): Checker {
  let startedAt: EpochMs | null = null
  return {
    name: 'ready-again',
    journaled({ at, event }) {
      if (event.type === 'RunStarted') startedAt = at
      return null
    },
    passed({ now, quietSince, record }) {
      if (startedAt === null) return null
      const wasHealthy = quietSince !== null && quietSince <= startedAt
      if (!wasHealthy || record.upSince !== null) startedAt = null
      const ms = startedAt === null ? 0 : now - startedAt
      return unless(ms <= READY_MS_MAX, `not ready ${ms} ms after the start`)
    },
  }
}
