import { sessionAt } from '../../../src/domain/calendar.ts'
import { unless } from './checker.ts'
import type { Checker, Sight } from './checker.ts'

/** L5, in a market that trades. */
const FLAT_MS_MAX = 30_000

/** L5: a kill means to hold nothing, soon. */
export function killedIsFlat(): Checker {
  let killedAt: number | null = null
  return {
    name: 'killed-is-flat',
    journaled({ at, event }) {
      if (event.type === 'TradingStateChanged') killedAt = event.to === 'kill' ? at : null
      return null
    },
    passed({ now, gateway, record }: Sight) {
      if (killedAt === null || record.upSince === null || sessionAt(now) === null) return null
      const held = gateway.core.positions().filter(({ quantity }) => quantity !== 0)
      const ms = now - Math.max(killedAt, record.upSince)
      return unless(
        held.length === 0 || ms <= FLAT_MS_MAX,
        `${held.length} positions are held ${ms} ms after a kill`,
      )
    },
  }
}
