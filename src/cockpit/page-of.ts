import type { PageAsked } from '../dashboard/cockpit.ts'

/**
 * Of what is sorted newest first, those before a moment. A page ends between two moments: what
 * came at the same one, as an entry and its exits do, is not torn apart and lost between two.
 */
export function pageOf<T>(
  sorted: readonly T[],
  { limit, before }: PageAsked,
  at: (one: T) => number,
): readonly T[] {
  const from = before === null ? 0 : sorted.findIndex((one) => at(one) < before)
  if (from < 0) return []
  const last = sorted[from + limit - 1]
  if (last === undefined) return sorted.slice(from)
  const end = sorted.findIndex((one, index) => index >= from + limit && at(one) < at(last))
  return sorted.slice(from, end < 0 ? undefined : end)
}
