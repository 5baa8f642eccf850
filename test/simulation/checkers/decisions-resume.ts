import type { EpochMs } from '../../../src/base/clock.ts'
import { sessionAt } from '../../../src/domain/calendar.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker } from './checker.ts'

const LOOK_MS = 1_000
const BAR_MS = 60_000
/** A closed bar comes within 5 s and is looked into for 25 s; the next beat of the bars. */
const DECIDED_MS = 35_000
/** Bars fed anew: backfilled, and one closed whole. */
const RESUMED_MS = 2 * BAR_MS + DECIDED_MS

/**
 * L6: once nothing fails and the link is reconciled, the bars of each symbol are decided on again
 * from the next whole one on, and not because there is no data.
 */
export function decisionsResume(): Checker {
  const decidedAt = new Map<string, EpochMs>()
  let lookedAt = -Infinity
  return {
    name: 'decisions-resume',
    journaled({ event }) {
      if (event.type === 'RunStarted') decidedAt.clear()
      if (event.type !== 'CycleEnded') return null
      const { symbol, barStart } = event.outcome
      decidedAt.set(symbol, Math.max(barStart + BAR_MS, decidedAt.get(symbol) ?? 0) as EpochMs)
      return null
    },
    passed({ now, quietSince, record, plan }) {
      if (now - lookedAt < LOOK_MS || quietSince === null || record.upSince === null) return null
      lookedAt = now
      const session = sessionAt(now)
      if (session === null) return null
      const from = Math.max(quietSince, record.upSince, session.open)
      if (now - from <= RESUMED_MS) return null
      const complaints = plan.settings.symbols.map(({ underlying: { symbol } }) => {
        const ms = now - Math.max(decidedAt.get(symbol) ?? 0, from)
        const says = `no bar of ${symbol} is decided on for ${ms} ms`
        return unless(ms <= RESUMED_MS, says)
      })
      return firstOf(...complaints)
    },
  }
}
