import type { Bar } from '../domain/bar.ts'

/** Closes that differ by more than this in the same bar were not corrected but restated. */
const RESTATED_MIN = 0.05
/** A split multiplies every price by the same factor, up to rounding. */
const FACTOR_TOLERANCE = 0.01
/** One bar alone may have been a bad print. */
const BARS_MIN = 2

/**
 * By how much an answer restates closed bars that were known, as after a split; null: it does not.
 * IBKR adjusts the past for splits, so bars of before and after must not stand in one series.
 */
export function restatement(known: readonly Bar[], answer: readonly Bar[]): number | null {
  const before = new Map(known.map((bar) => [bar.start, bar.close]))
  const factors = answer.flatMap((bar) => {
    const close = before.get(bar.start)
    return close === undefined ? [] : [bar.close / close]
  })
  const [first] = factors
  if (first === undefined || factors.length < BARS_MIN) return null
  if (Math.abs(first - 1) < RESTATED_MIN) return null
  const alike = factors.every((factor) => Math.abs(factor / first - 1) <= FACTOR_TOLERANCE)
  return alike ? first : null
}

/** Between two bars in a row: no common split or stock dividend is smaller. */
const JUMP_MIN = 0.1

/**
 * Does a bar open so far from the close before it as after a split? It may have been a crash: only
 * an answer that tells the bars before it once more can say so.
 */
export function isJump(before: Bar | undefined, bar: Bar | undefined): boolean {
  if (before === undefined || bar === undefined) return false
  return Math.abs(bar.open / before.close - 1) >= JUMP_MIN
}
