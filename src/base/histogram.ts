/**
 * Durations over the last minutes, in fixed logarithmic buckets: bounded memory, and a quantile
 * that is never below the truth and at most a quarter octave (19 %) above it. Values only: adding
 * answers a new one, and time is a parameter (monotonic milliseconds).
 */
export interface Histogram {
  /** Oldest first; each covers one slice of time. */
  readonly slices: readonly Slice[]
}

interface Slice {
  /** `nowMs / SLICE_MS`, whole. */
  readonly index: number
  readonly counts: readonly number[]
  readonly max: number
}

export interface Quantiles {
  readonly count: number
  /** Milliseconds; null when nothing was counted. */
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

const SLICE_MS = 60_000
const SLICES = 5
/** What `quantilesOf` looks back on, to within a slice. */
export const HISTOGRAM_MS = SLICE_MS * SLICES

const STEPS_AN_OCTAVE = 4
/** From 1 ms to 2^18 ms, over four minutes: beyond every deadline. The last one takes the rest. */
const BUCKETS = 18 * STEPS_AN_OCTAVE + 1

const EMPTY: readonly number[] = Array.from({ length: BUCKETS }, () => 0)
export const NOTHING_COUNTED: Histogram = { slices: [] }

export function counted(histogram: Histogram, ms: number, nowMs: number): Histogram {
  const index = Math.floor(nowMs / SLICE_MS)
  const kept = histogram.slices.filter((slice) => slice.index > index - SLICES)
  const last = kept.at(-1)
  const open = last?.index === index ? last : { index, counts: EMPTY, max: 0 }
  const at = bucketOf(ms)
  const counts = open.counts.map((count, i) => (i === at ? count + 1 : count))
  const next = { index, counts, max: Math.max(open.max, ms) }
  return { slices: [...(open === last ? kept.slice(0, -1) : kept), next] }
}

export function quantilesOf(histogram: Histogram, nowMs: number): Quantiles {
  const slices = recent(histogram, nowMs)
  const counts = summed(slices)
  const count = counts.reduce((sum, each) => sum + each, 0)
  if (count === 0) return { count, p50: null, p90: null, p99: null, max: null }
  const max = Math.max(...slices.map((slice) => slice.max))
  const at = (share: number): number => Math.min(max, rankEdge(counts, Math.ceil(share * count)))
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max }
}

/** How many lie in buckets that begin at `ms` or later: surely no fewer than `ms`. */
export function countedOver(histogram: Histogram, ms: number, nowMs: number): number {
  const from = bucketOf(ms) + 1
  return summed(recent(histogram, nowMs))
    .slice(from)
    .reduce((sum, each) => sum + each, 0)
}

function recent({ slices }: Histogram, nowMs: number): readonly Slice[] {
  const index = Math.floor(nowMs / SLICE_MS)
  return slices.filter((slice) => slice.index > index - SLICES)
}

function summed(slices: readonly Slice[]): readonly number[] {
  const sums = [...EMPTY]
  for (const { counts } of slices) counts.forEach((count, i) => (sums[i] = (sums[i] ?? 0) + count))
  return sums
}

/** The upper edge of the bucket that holds the value of this rank, from 1. */
function rankEdge(counts: readonly number[], rank: number): number {
  let seen = 0
  for (const [i, count] of counts.entries()) {
    seen += count
    if (seen >= rank) return i === BUCKETS - 1 ? Infinity : edge(i)
  }
  return Infinity
}

function bucketOf(ms: number): number {
  if (ms <= 1) return 0
  const exact = Math.ceil(Math.log2(ms) * STEPS_AN_OCTAVE)
  // The logarithm of an edge may come out a hair above it.
  const i = edge(exact - 1) >= ms ? exact - 1 : exact
  return Math.min(i, BUCKETS - 1)
}

function edge(i: number): number {
  return 2 ** (i / STEPS_AN_OCTAVE)
}
