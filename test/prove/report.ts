import { EDGES } from '../fuzz/edges.ts'
import { add, addAll } from './counts.ts'
import type { Counts } from './counts.ts'
import type { SeedTally } from './tally.ts'
import { reachedAfterAll, unreached } from './coverage.ts'
import type { Tier } from './kind.ts'
import { busyNumber } from './swarm.ts'

/** What a campaign came to. */
export interface Sum {
  readonly seeds: number
  readonly failed: readonly SeedTally[]
  readonly days: number
  readonly counted: Readonly<Record<Tier, number>>
  readonly twice: number
  readonly differing: readonly number[]
  readonly decisions: number
  readonly entries: number
  readonly fills: number
  readonly firings: number
  readonly crashes: number
  readonly events: number
  /** Simulated seconds a second of one core, by tier; null: none was played. */
  readonly speed: Readonly<Record<Tier, number | null>>
  /** Of the days of an hour of entries, and of those that trade all day. */
  readonly paces: Readonly<Record<Pace, PaceSum>>
  /** By tier: days, strikes that were drawn, and those that made a difference, by kind. */
  readonly struck: Readonly<Record<Tier, Struck>>
  readonly fired: Counts
  readonly drawn: Counts
  readonly reached: Counts
  /** Days on which a strike excused what a checker said, by both. */
  readonly excused: Counts
}

type Pace = 'calm' | 'busy'

interface PaceSum {
  readonly days: number
  readonly counted: number
  readonly entries: number
  readonly firings: number
  /** Simulated seconds a second of one core, without a wire; null: none was played. */
  readonly speed: number | null
}

interface Struck {
  readonly days: number
  readonly drawn: Counts
  readonly fired: Counts
}

export function sumOf(tallies: readonly SeedTally[]): Sum {
  const fired: Counts = {}
  const drawn: Counts = {}
  const reached: Counts = {}
  const excused: Counts = {}
  const counted = { direct: 0, codec: 0 }
  for (const tally of tallies) {
    addAll(fired, tally.fired)
    addAll(drawn, tally.drawn)
    addAll(reached, tally.reached)
    addAll(excused, tally.excused ?? {})
    counted[tally.tier] += tally.days.filter(({ counts }) => counts).length
  }
  const days = tallies.flatMap((tally) => tally.days)
  const total = (of: (day: (typeof days)[number]) => number): number =>
    days.reduce((sum, day) => sum + of(day), 0)
  return {
    seeds: tallies.length,
    failed: tallies.filter(({ failures }) => failures.length > 0),
    days: days.length,
    counted,
    twice: tallies.filter(({ same }) => same !== null).length,
    differing: tallies.filter(({ same }) => same === false).map(({ seed }) => seed),
    decisions: total((day) => day.decisions),
    entries: total((day) => day.entries),
    fills: total((day) => day.fills),
    firings: total((day) => day.firings),
    crashes: total((day) => day.processes - 1),
    events: tallies.reduce((sum, { events }) => sum + events, 0),
    speed: { direct: speedOf(tallies, 'direct'), codec: speedOf(tallies, 'codec') },
    paces: { calm: pacedAt(tallies, 'calm'), busy: pacedAt(tallies, 'busy') },
    struck: { direct: struckOn(tallies, 'direct'), codec: struckOn(tallies, 'codec') },
    fired,
    drawn,
    reached,
    excused,
  }
}

function pacedAt(tallies: readonly SeedTally[], pace: Pace): PaceSum {
  const of = tallies.filter(({ seed }) => (busyNumber(seed) === null) === (pace === 'calm'))
  const days = of.flatMap((tally) => tally.days)
  const total = (what: 'entries' | 'firings'): number =>
    days.reduce((sum, day) => sum + day[what], 0)
  return {
    days: days.length,
    counted: days.filter(({ counts }) => counts).length,
    entries: total('entries'),
    firings: total('firings'),
    speed: speedOf(of, 'direct'),
  }
}

function struckOn(tallies: readonly SeedTally[], on: Tier): Struck {
  const struck = { days: 0, drawn: {}, fired: {} }
  for (const { tier, days, drawn, fired } of tallies) {
    if (tier !== on) continue
    struck.days += days.length
    addAll(struck.drawn, drawn)
    addAll(struck.fired, fired)
  }
  return struck
}

function speedOf(tallies: readonly SeedTally[], tier: Tier): number | null {
  const of = tallies.filter((tally) => tally.tier === tier && tally.cpuMs > 0)
  const cpuS = of.reduce((sum, { cpuMs }) => sum + cpuMs / 1_000, 0)
  return cpuS === 0 ? null : of.reduce((sum, { simulatedS }) => sum + simulatedS, 0) / cpuS
}

const number = (of: number): string => Math.round(of).toLocaleString('en-US')

export function paceLines({ paces }: Sum): readonly string[] {
  return Object.entries(paces).map(([pace, { days, counted, entries, firings, speed }]) => {
    const rate = speed === null ? 'none' : number(speed)
    return (
      `${pace}: ${days} days, ${counted} count, ${number(entries)} entries, ${number(firings)} strikes ` +
      `that made a difference, ${rate} simulated seconds a second (direct)`
    )
  })
}

/** For a person. */
export function linesOf(sum: Sum, of: { readonly tookS: number; readonly tiers: readonly Tier[] }) {
  const { tookS, tiers } = of
  const rate = (value: number | null): string => (value === null ? 'none' : number(value))
  const list = (counts: Counts): string =>
    Object.entries(counts)
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const edges: Counts = {}
  const other: Counts = {}
  for (const [name, count] of Object.entries(sum.reached)) {
    add(name.startsWith('edge ') ? edges : other, name.replace(/^edge /, ''), count)
  }
  const walked = EDGES.filter(({ edge }) => edge in edges).length
  return [
    `${sum.seeds} seeds, ${sum.days} days, ${sum.counted.direct} direct and ${sum.counted.codec} codec ` +
      `days that count; ${number(tookS)} s`,
    `${number(sum.decisions)} decisions, ${number(sum.entries)} entries, ${number(sum.fills)} fills, ` +
      `${number(sum.firings)} strikes that made a difference, ${sum.crashes} crashes, ` +
      `${number(sum.events)} events`,
    ...paceLines(sum),
    `simulated seconds a second of one core: ${rate(sum.speed.direct)} direct, ${rate(sum.speed.codec)} codec`,
    `played twice: ${sum.twice}, another trace: ${sum.differing.join() || 'none'}`,
    `strikes: ${list(sum.fired)}`,
    `excused, days: ${list(sum.excused) || 'nothing'}`,
    `reached: ${list(other)}`,
    `${walked} of ${EDGES.length} edges of the state machine`,
    `not reached, and no reason says why: ${unreached(sum, tiers).join('; ') || 'nothing'}`,
    `reached, though reasons.ts says why not: ${reachedAfterAll(sum).join('; ') || 'nothing'}`,
    `${sum.failed.length} seeds failed`,
  ]
}
