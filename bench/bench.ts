/** One side of a comparison: ours, or a peer's way to do the same. */
export interface Figure {
  readonly name: string
  /** In the row's unit; null: it could not be measured here, and `note` says why. */
  readonly value: number | null
  readonly note?: string | undefined
}

export interface Goal {
  /** As docs/performance.md has it. */
  readonly text: string
  /** In the row's unit, from what the peers came to in the same run; null: one is missing. */
  readonly limit: number | null
}

export interface Row {
  readonly name: string
  readonly unit: string
  readonly better: 'lower' | 'higher'
  /** What was read: processor time, wall time, or a count that no clock changes. */
  readonly clock: 'cpu' | 'wall' | 'count'
  /** The figures are medians of so many samples, */
  readonly samples: number
  /** each over so many operations. */
  readonly operations: number
  readonly ours: Figure
  readonly peers: readonly Figure[]
  /** Null: a cost that is shown, and judged by nobody. */
  readonly goal: Goal | null
}

/** Tiny: enough to see that every side does its work; its figures mean nothing. */
export type Effort = 'full' | 'tiny'

export interface Bench {
  readonly name: string
  /** What is measured, in a sentence. */
  readonly what: string
  readonly peers: readonly string[]
  readonly goal: string
  readonly run: (effort: Effort) => Promise<readonly Row[]>
  /** Packages and programs whose versions matter here. */
  readonly versions?: () => Readonly<Record<string, string>>
}

/** `meets`, `falls short: x of y`, or why there is no verdict. */
export function verdictOf({ ours, goal, better }: Row): string {
  if (goal === null) return 'no goal'
  if (goal.limit === null) return 'no verdict: a peer is missing'
  if (ours.value === null) return 'no verdict: not measured'
  const meets = better === 'lower' ? ours.value <= goal.limit : ours.value >= goal.limit
  return meets ? 'meets' : `falls short: ${short(ours.value)} of ${short(goal.limit)}`
}

/** How ours stands to a peer, as ours : peer; null where one of them is missing. */
export function ratioTo(row: Row, peer: Figure): number | null {
  const { value } = row.ours
  return value === null || peer.value === null || peer.value === 0 ? null : value / peer.value
}

/** Three digits, for people. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 999_500) return `${three(value / 1e6)}M`
  if (size >= 9_995) return `${three(value / 1e3)}k`
  return size > 0 && size < 0.001 ? value.toExponential(1) : three(value)
}

function three(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 4))
}
