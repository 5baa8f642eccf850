/** The name that is at most three edits away, capitals aside; null when none is near. */
export function nearest(word: string, names: readonly string[]): string | null {
  const small = word.toLowerCase()
  const ranked = names
    .map((name) => ({ name, edits: edits(small, name), shared: shared(small, name) }))
    .sort((a, b) => b.shared - a.shared || a.edits - b.edits)
  const best = ranked[0]
  if (best === undefined) return null
  return best.edits <= 3 || best.shared >= 2 ? best.name : null
}

/** Words in common: `max_risk_pct_per_trade` is near `max_risk_per_trade`. */
function shared(a: string, b: string): number {
  const words = new Set(b.split('_'))
  return a.split('_').filter((each) => words.has(each)).length
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
