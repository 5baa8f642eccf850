import { Prng } from '../../base/prng.ts'
import type { FactorDay } from './generated-days.ts'
import { quickNormal } from './generated-noise.ts'

/** One factor through one session, second by second. */
export interface FactorPath {
  /** Log return since the open. */
  readonly returns: Float64Array
  /** Per minute: how much is going on, about 1 on average over the day. */
  readonly activity: Float64Array
}

/** Volatility by time of day: lively at the open, quiet at noon, livelier into the close. */
function livelyAt(minute: number, minutes: number): number {
  return 0.75 + 1.5 * Math.exp(-minute / 22) + 0.45 * Math.exp((minute - minutes) / 25)
}

/** Volume by time of day: a U. */
export function busyAt(minute: number, minutes: number): number {
  return 0.55 + 2.4 * Math.exp(-minute / 40) + 1.9 * Math.exp((minute - minutes) / 28)
}

/** Volatility comes in clusters: this much of a minute's mood stays for the next. */
const CLUSTER_STAYS = Math.exp(-1 / 20)
const CLUSTER_SD = 0.35
/** News during the day: this many jumps on average, each stirring the market for minutes. */
const JUMPS_PER_DAY = 1.2
const JUMP_FADES_MINUTES = 9
/** On a range day what strays comes back, half of it in this many seconds. */
const RANGE_HALF_SECONDS = 1800

/** Deterministic in the day; ends exactly at the day's move. */
export function factorPath(day: FactorDay, minutes: number): FactorPath {
  const prng = new Prng(day.seed ^ 0x5eed)
  const stir = stirOf(prng, minutes)
  const lively = new Float64Array(minutes)
  let cluster = CLUSTER_SD * prng.normal()
  let usual = 0
  for (let minute = 0; minute < minutes; minute++) {
    cluster =
      cluster * CLUSTER_STAYS + CLUSTER_SD * Math.sqrt(1 - CLUSTER_STAYS ** 2) * prng.normal()
    const shape = livelyAt(minute, minutes)
    lively[minute] = shape * Math.exp(cluster) * (1 + (stir.level[minute] ?? 0))
    usual += shape * shape
  }
  // Of a lognormal mood the mean square is exp(2 sd^2).
  const unit = day.noise / Math.sqrt(usual * 60 * Math.exp(2 * CLUSTER_SD ** 2))
  const returns = walk({ day, prng, lively, unit, jumps: stir.jumps })
  return { returns, activity: activityOf(returns, lively, unit) }
}

interface Stir {
  /** Per minute: how far above the usual. */
  readonly level: Float64Array
  /** By second: size in standard deviations of a usual minute. */
  readonly jumps: ReadonlyMap<number, number>
}

function stirOf(prng: Prng, minutes: number): Stir {
  const level = new Float64Array(minutes)
  const jumps = new Map<number, number>()
  const perMinute = JUMPS_PER_DAY / 390
  for (let minute = 1; minute < minutes - 5; minute++) {
    if (!prng.chance(perMinute)) continue
    const size = (3 + 3 * prng.next()) * (prng.chance(0.5) ? 1 : -1)
    jumps.set(minute * 60 + prng.int(0, 59), size)
    for (let later = minute; later < minutes; later++) {
      level[later] = (level[later] ?? 0) + 1.6 * Math.exp((minute - later) / JUMP_FADES_MINUTES)
    }
  }
  return { level, jumps }
}

interface Walk {
  readonly day: FactorDay
  readonly prng: Prng
  readonly lively: Float64Array
  readonly unit: number
  readonly jumps: Stir['jumps']
}

function walk({ day, prng, lively, unit, jumps }: Walk): Float64Array {
  const seconds = lively.length * 60
  const stays = day.kind === 'range' ? Math.pow(0.5, 1 / RANGE_HALF_SECONDS) : 1
  const returns = new Float64Array(seconds)
  const clock = new Float64Array(seconds)
  let at = 0
  let elapsed = 0
  for (let second = 0; second < seconds; second++) {
    const sd = unit * (lively[(second / 60) | 0] ?? 0)
    if (second > 0) {
      at = at * stays + sd * quickNormal(prng)
      elapsed += sd * sd
    }
    returns[second] = at
    clock[second] = elapsed
  }
  for (const [from, size] of jumps) {
    const by = size * unit * Math.sqrt(60)
    for (let second = from; second < seconds; second++)
      returns[second] = (returns[second] ?? 0) + by
  }
  // A bridge to the day's move, in the time of the day's own variance.
  const miss = day.move - (returns[seconds - 1] ?? 0)
  for (let second = 0; second < seconds; second++) {
    returns[second] = (returns[second] ?? 0) + miss * ((clock[second] ?? 0) / elapsed)
  }
  return returns
}

/** A price that is going somewhere draws volume, for about this long. */
const PUSH_MINUTES = 30

/** Volume follows the time of day, the mood, and how far the price went lately. */
function activityOf(returns: Float64Array, lively: Float64Array, unit: number): Float64Array {
  const minutes = lively.length
  const activity = new Float64Array(minutes)
  for (let minute = 0; minute < minutes; minute++) {
    const usual = livelyAt(minute, minutes)
    const now = returns[minute * 60 + 59] ?? 0
    const sd = unit * usual * Math.sqrt(60)
    const went = Math.abs(now - (returns[Math.max(0, minute * 60 - 1)] ?? 0)) / sd
    const since = returns[Math.max(0, minute * 60 + 59 - PUSH_MINUTES * 60)] ?? 0
    const push = Math.abs(now - since) / (sd * Math.sqrt(PUSH_MINUTES))
    const mood = Math.pow((lively[minute] ?? 0) / usual, 0.8)
    const moved = 0.35 + 0.35 * Math.min(went, 6) + 0.4 * Math.min(push, 4)
    activity[minute] = busyAt(minute, minutes) * mood * moved
  }
  return activity
}
