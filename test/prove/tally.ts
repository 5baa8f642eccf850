import type { Entry } from '../../src/journal/rows.ts'
import { SYMBOLS } from './plan.ts'
import { add } from './counts.ts'
import type { Counts } from './counts.ts'
import type { DayPlayed, Played } from './play.ts'
import type { Struck } from './strikes-on.ts'
import { countedAs } from './kind.ts'
import type { Tier } from './kinds.ts'
import { reachedBy } from './reached.ts'

/** Its market closed before its session did. */
function isShortened({ strike: { act }, changes }: Struck): boolean {
  return changes > 0 && act.do === 'fault' && SHORTENING.has(act.spec.name)
}

const SHORTENING: ReadonlySet<string> = new Set(['early-close', 'closed-day'])

/** What a day must have to count (section 10 of the checkers' design). */
export const COUNTS = { bars: 390 * SYMBOLS.length, entries: 3, firings: 5 } as const

export interface DayTally {
  readonly date: string
  readonly bars: number
  readonly decisions: number
  readonly entries: number
  readonly fills: number
  /** Strikes that made a difference, of those that were drawn. */
  readonly firings: number
  readonly drawn: number
  readonly counts: boolean
  readonly processes: number
}

/** What a seed went through, small enough to be handed from one process to another. */
export interface SeedTally {
  readonly seed: number
  readonly tier: Tier
  readonly days: readonly DayTally[]
  readonly hash: string
  /** Played a second time: whether the hash was the same; null: it was not. */
  readonly same: boolean | null
  readonly events: number
  readonly simulatedS: number
  readonly cpuMs: number
  /** `F40 status-unreliable`: strikes that made a difference, and how often each did. */
  readonly fired: Counts
  readonly drawn: Counts
  /** `F59 broker-acts: protected`: days on which such a strike excused what that checker said. */
  readonly excused?: Counts
  /** The same: until how long after its end, seconds. */
  readonly excusedForS?: Counts
  /** Of the state machine, the ladder, the verdicts, gates and levels, and moments of their own. */
  readonly reached: Counts
  /** What was wrong, a line each; empty: nothing. */
  readonly failures: readonly string[]
  /** It was ended from outside: who plays it again waits as long. */
  readonly isStuck?: boolean
}

export interface Measured {
  readonly cpuMs: number
  readonly same: boolean | null
}

export function tallyOf(played: Played, { cpuMs, same }: Measured): SeedTally {
  const { plan, days, hash, world } = played
  const journal = world.remains.journal.read()
  const fired: Counts = {}
  const drawn: Counts = {}
  for (const { struck } of days) {
    for (const { strike, changes } of struck) {
      const kind = countedAs(strike)
      add(drawn, kind)
      if (changes > 0) add(fired, kind)
    }
  }
  const excused: Counts = {}
  const excusedForS: Counts = {}
  for (const { strike, excused: by } of days.flatMap(({ struck }) => struck)) {
    for (const [checker, ms] of by) {
      const kind = `${countedAs(strike)}: ${checker}`
      add(excused, kind)
      excusedForS[kind] = Math.max(excusedForS[kind] ?? -Infinity, Math.round(ms / 1_000))
    }
  }
  return {
    seed: plan.seed,
    tier: plan.tier,
    excused,
    excusedForS,
    days: days.map((day) => dayTally(day, journal)),
    hash,
    same,
    events: journal.length,
    simulatedS: days.reduce((sum, { day }) => sum + (day.plan.until - day.plan.start) / 1_000, 0),
    cpuMs,
    fired,
    drawn,
    reached: reachedBy(journal, days),
    failures: [
      ...days.flatMap(({ violations }) =>
        violations.map(
          ({ checker, at, text }) => `${new Date(at).toISOString()} ${checker}: ${text}`,
        ),
      ),
      ...(same === false ? ['the second run left another trace'] : []),
    ],
  }
}

function dayTally(
  { day, struck, processes, rows }: DayPlayed,
  journal: readonly Entry[],
): DayTally {
  const of = journal.slice(...rows)
  const count = (type: Entry['event']['type']): number =>
    of.filter(({ event }) => event.type === type).length
  const { session } = day.plan
  const bars = ((session.close - session.open) / 60_000) * SYMBOLS.length
  const entries = count('EntryApproved')
  const isWhole = bars >= COUNTS.bars && !struck.some(isShortened)
  const firings = struck.filter(({ changes }) => changes > 0).length
  return {
    date: session.date,
    bars,
    decisions: count('CycleEnded'),
    entries,
    fills: count('OrderFilled'),
    firings,
    drawn: struck.length,
    counts: isWhole && entries >= COUNTS.entries && firings >= COUNTS.firings,
    processes,
  }
}
