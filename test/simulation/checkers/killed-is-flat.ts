import { sessionAt } from '../../../src/domain/calendar.ts'
import { unless } from './checker.ts'
import type { Checker, Sight } from './checker.ts'

/** L5, in a market that trades. */
const FLAT_MS_MAX = 30_000

/** Said of a Gateway that has lost IBKR: what it is told goes nowhere until it is back. */
const CUT_OFF = /^(1100|2110)\b/

/** L5: a kill means to hold nothing, soon. */
export function killedIsFlat(): Checker {
  let killedAt: number | null = null
  let cutOffAt = -Infinity
  return {
    name: 'killed-is-flat',
    journaled({ at, event }) {
      if (event.type === 'TradingStateChanged') killedAt = event.to === 'kill' ? at : null
      return null
    },
    passed({ now, gateway, record }: Sight) {
      if (record.gates.some(({ reason }) => CUT_OFF.test(reason))) cutOffAt = now
      if (killedAt === null || record.upSince === null || sessionAt(now) === null) return null
      const held = gateway.core.positions().filter(({ quantity }) => quantity !== 0)
      const ms = now - Math.max(killedAt, record.upSince, cutOffAt)
      return unless(
        held.length === 0 || ms <= FLAT_MS_MAX,
        `${held.length} positions are held ${ms} ms after a kill`,
      )
    },
  }
}
