import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L8. */
const RESOLVED_MS_MAX = 60_000

/** L8: once nothing fails and the link is reconciled, what became of an order is found out. */
export function unknownResolved(): Checker {
  return {
    name: 'unknown-resolved',
    passed({ now, quietSince, record: { waiting, upSince } }) {
      if (quietSince === null || upSince === null || waiting.size === 0) return null
      const complaints = [...waiting].map(([id, { as, since }]) => {
        const ms = now - Math.max(since, quietSince, upSince)
        return unless(as !== 'unknown' || ms <= RESOLVED_MS_MAX, `${id} is unknown for ${ms} ms`)
      })
      return firstOf(...complaints)
    },
  }
}
