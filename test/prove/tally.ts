import type { Entry } from '../../src/journal/rows.ts'
import { isTerminal } from '../../src/orders/lifecycle.ts'
import { edgeOf } from '../fuzz/edges.ts'
import { SYMBOLS } from './plan.ts'
import type { DayPlayed, Played } from './play.ts'
import type { Tier } from './kinds.ts'

export type Counts = Record<string, number>

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
  /** Of the state machine, the ladder, the verdicts, gates and levels, and moments of their own. */
  readonly reached: Counts
  /** What was wrong, a line each; empty: nothing. */
  readonly failures: readonly string[]
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
      const kind = `${strike.number} ${strike.name.split(' ')[0] ?? ''}`
      add(drawn, kind)
      if (changes > 0) add(fired, kind)
    }
  }
  return {
    seed: plan.seed,
    tier: plan.tier,
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
  const firings = struck.filter(({ changes }) => changes > 0).length
  return {
    date: session.date,
    bars,
    decisions: count('CycleEnded'),
    entries,
    fills: count('OrderFilled'),
    firings,
    drawn: struck.length,
    counts: bars >= COUNTS.bars && entries >= COUNTS.entries && firings >= COUNTS.firings,
    processes,
  }
}

/** Everything worth having been to at least once, by what the journal says. */
function reachedBy(journal: readonly Entry[], days: readonly DayPlayed[]): Counts {
  const reached: Counts = {}
  for (const { event } of journal) {
    switch (event.type) {
      case 'OrderMoved': {
        const { from, evidence, to } = event
        add(reached, `edge ${edgeOf(from, evidence, to)}`)
        if (isTerminal(from) && evidence.kind === 'fills-changed')
          add(reached, `a fill of what was ${from}`)
        break
      }
      case 'OrderFilled': {
        if (event.fill.revision > 1) add(reached, 'an execution corrected')
        if (event.fill.estimated === true) add(reached, 'a fill estimated')
        break
      }
      case 'GateSet':
        add(reached, `gate ${event.set.gate} set`)
        break
      case 'GateCleared':
        add(reached, `gate ${event.gate} cleared`)
        break
      case 'TradingStateChanged':
        add(reached, `level ${event.to}`)
        break
      case 'IncidentEnded':
        add(reached, `verdict ${event.incident.verdict.name}`)
        for (const { step } of event.incident.tried) add(reached, `step ${step}`)
        break
      case 'ChildResent':
        add(reached, 'a child sent again after 10006')
        break
      case 'PositionAdjusted':
        add(reached, `a position adjusted: ${event.cause}`)
        break
      case 'FlattenDeferred':
        add(reached, 'a kill that waits')
        break
      default:
    }
  }
  for (const { processes, day } of days) {
    if (processes > 1) add(reached, 'a crash', processes - 1)
    if (day.plan.session.close - day.plan.session.open < 5 * 3_600_000)
      add(reached, 'an early close')
  }
  return reached
}

export function add(counts: Counts, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}

/** Of the last segment: the sum over seeds. */
export function addAll(counts: Counts, of: Counts): void {
  for (const [key, by] of Object.entries(of)) add(counts, key, by)
}
