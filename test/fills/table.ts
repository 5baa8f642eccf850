import type { Result } from './study.ts'

/** A table of markdown, as prettier would leave it. */
export function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = head.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

export const RESULT_HEAD = [
  'entry',
  'filled',
  'mean over mid',
  'p10, p50, p90',
  'mean, $ a contract',
  'all in, of the spread',
  'after',
  'mid 5 min later, filled',
  'missed',
]

/** One policy over its chances. Shares are of the spread of each decision. */
export function resultRow(name: string, results: readonly Result[]): readonly string[] {
  const filled = results.filter(({ overMid }) => overMid !== null)
  const missed = results.filter(({ overMid }) => overMid === null)
  const shares = filled.map((each) => (each.overMid ?? 0) / each.spread).toSorted((a, b) => a - b)
  const allIn = results.flatMap(({ overMidAllIn, spread }) =>
    overMidAllIn === null ? [] : [overMidAllIn / spread],
  )
  const quantiles = [0.1, 0.5, 0.9].map((q) => percent(at(shares, q))).join(', ')
  const after = at(
    filled.map((each) => each.filledAfterMs ?? 0).toSorted((a, b) => a - b),
    0.5,
  )
  return [
    name,
    `${filled.length} of ${results.length} (${Math.round((100 * filled.length) / results.length)} %)`,
    percent(mean(shares)),
    quantiles,
    money(mean(filled.map((each) => 100 * (each.overMid ?? 0)))),
    percent(mean(allIn)),
    after === null ? '-' : `${Math.round(after / 1000)} s`,
    percent(drift(filled)),
    percent(drift(missed)),
  ]
}

/** How the price went on, of the spread: down after fills and up after misses is the cost of both. */
function drift(results: readonly Result[]): number | null {
  return mean(
    results.flatMap(({ driftLater, spread }) => (driftLater === null ? [] : [driftLater / spread])),
  )
}

/** Paid over the mid, in tenths of the spread: how many of the fills. */
export function distributionRow(name: string, results: readonly Result[]): readonly string[] {
  const shares = results.flatMap(({ overMid, spread }) =>
    overMid === null ? [] : [overMid / spread],
  )
  const within = (from: number, to: number) =>
    shares.filter((share) => share > from + 1e-9 && share <= to + 1e-9).length
  const counts = BUCKETS.map(([from, to]) => within(from, to))
  return [name, ...counts.map((count) => percent(count / Math.max(1, shares.length)))]
}

const BUCKETS: readonly (readonly [number, number])[] = [
  [-Infinity, -0.25],
  [-0.25, 0],
  [0, 0.125],
  [0.125, 0.25],
  [0.25, 0.375],
  [0.375, 0.4999],
  [0.4999, Infinity],
]

export const DISTRIBUTION_HEAD = [
  'entry',
  'under -25 %',
  '-25 to 0 %',
  '0 to 12.5 %',
  'to 25 %',
  'to 37.5 %',
  'to 50 %',
  '50 %: the far side',
]

export function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(0)} %`.replace('-0 %', '0 %')
}

function money(amount: number | null): string {
  return amount === null ? '-' : amount.toFixed(2)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length
}

function at(sorted: readonly number[], quantile: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? null
}
