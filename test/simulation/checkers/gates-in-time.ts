import type { EpochMs } from '../../../src/base/clock.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'
import { isCaused } from './gate-causes.ts'

const LOOK_MS = 1_000
/**
 * P11: where connections were accepted and failed the next attempt may be a minute away; and what a
 * picture takes that is due with the next beat.
 */
const CLEARED_MS_MAX = 90_000 + 2_000

/** L11: a gate goes soon after its cause has gone, whatever set it: nothing locks itself for good. */
export function gatesInTime(): Checker {
  /** Of each gate that is set, when it was last seen with its cause. */
  const causedAt = new Map<string, EpochMs>()
  let lookedAt = -Infinity
  return {
    name: 'gates-in-time',
    passed(sight) {
      const { now, quietSince, record } = sight
      if (now - lookedAt < LOOK_MS) return null
      lookedAt = now
      if (record.gates.length === 0 || quietSince === null || record.upSince === null) {
        causedAt.clear()
        return null
      }
      const set = new Set(record.gates.map(({ gate, symbol }) => `${gate} ${symbol}`))
      for (const key of causedAt.keys()) if (!set.has(key)) causedAt.delete(key)
      const complaints = record.gates.map((each) => {
        const key = `${each.gate} ${each.symbol}`
        const since = Math.max(causedAt.get(key) ?? now, quietSince, record.upSince ?? now)
        if (!causedAt.has(key) || isCaused(each, sight)) causedAt.set(key, now)
        const ms = now - since
        const says = `${each.gate} ${each.symbol ?? ''} is still set after ${ms} ms: ${each.reason}`
        return unless(ms <= CLEARED_MS_MAX, says)
      })
      return firstOf(...complaints)
    },
  }
}
