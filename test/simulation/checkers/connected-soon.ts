import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

/** L1: the longest wait between two attempts is a minute, and then one is answered. */
const CONNECTED_MS_MAX = 60_000

/** L1: once nothing fails any more, connected. Nothing fails while a client id is still in use. */
export function connectedSoon(): Checker {
  return {
    name: 'connected-soon',
    passed({ now, quietSince, record: { link } }) {
      if (quietSince === null || link?.state !== 'down') return null
      const ms = now - Math.max(quietSince, link.since)
      return unless(ms <= CONNECTED_MS_MAX, `not connected ${ms} ms after nothing failed any more`)
    },
  }
}
