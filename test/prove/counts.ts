/** How often, by name. */
export type Counts = Record<string, number>

export function add(counts: Counts, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}

export function addAll(counts: Counts, of: Counts): void {
  for (const [key, by] of Object.entries(of)) add(counts, key, by)
}
