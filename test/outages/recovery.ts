import type { Outcome } from './play.ts'
import { percentiles, toldOf, toldShortfalls } from './score.ts'
import type { Percentiles, Told } from './score.ts'

export interface Recovery {
  readonly outages: number
  /** Of those in which the bot could not trade until the Gateway was well, and was told no 326. */
  readonly usual: Percentiles
  /** Those in which the old client id lingered. */
  readonly lingered: Percentiles
  readonly usualBins: readonly Bin[]
  readonly lingeredBins: readonly Bin[]
  /** Too short to be noticed, or harmless. */
  readonly unnoticed: number
  /** Ready before the Gateway was well: by another connection, say. */
  readonly wentAround: number
  /** Ready but for a position whose exit filled at the broker on an earlier day. */
  readonly unexplained: number
  readonly never: readonly Outcome[]
  readonly told: Told
  /** Between two accepted connections of one client, milliseconds. */
  readonly closestConnectsMs: number
}

export interface Bin {
  readonly upToMs: number
  readonly count: number
}

const BINS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 90_000, Infinity] as const

export function recoveryOf(outcomes: readonly Outcome[]): Recovery {
  const never = outcomes.filter(({ recoveredMs }) => recoveredMs === null)
  const waited = outcomes.filter(
    ({ interrupted, wentAround, recoveredMs }) =>
      interrupted && !wentAround && recoveredMs !== null,
  )
  const usual = msOf(waited.filter(({ lingered }) => !lingered))
  const lingered = msOf(waited.filter((each) => each.lingered))
  return {
    outages: outcomes.length,
    usual: percentiles(usual),
    lingered: percentiles(lingered),
    usualBins: binsOf(usual),
    lingeredBins: binsOf(lingered),
    unnoticed: outcomes.filter(({ interrupted }) => !interrupted).length,
    wentAround: outcomes.filter((each) => each.wentAround).length,
    unexplained: outcomes.filter((of) => of.unexplained).length,
    never,
    told: toldOf(outcomes),
    closestConnectsMs: Math.min(...outcomes.map((of) => of.closestConnectsMs ?? Infinity)),
  }
}

/** What must hold (promises.md P11); empty: all of it does. */
export function recoveryShortfalls({ usual, never, told }: Recovery): readonly string[] {
  const found: string[] = []
  if ((usual.p50 ?? 0) > 5_000) found.push(`p50 of recovery is ${usual.p50} ms; 5 s are allowed`)
  if ((usual.p99 ?? 0) > 30_000) found.push(`p99 of recovery is ${usual.p99} ms; 30 s are allowed`)
  if (never.length > 0) found.push(`${never.length} outages were never recovered from`)
  return [...found, ...toldShortfalls(told)]
}

function msOf(outcomes: readonly Outcome[]): readonly number[] {
  return outcomes.flatMap(({ recoveredMs }) => recoveredMs ?? [])
}

function binsOf(numbers: readonly number[]): readonly Bin[] {
  let from = -1
  return BINS.map((upToMs) => {
    const count = numbers.filter((ms) => ms > from && ms <= upToMs).length
    from = upToMs
    return { upToMs, count }
  })
}
