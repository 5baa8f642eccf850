/** The nearest name, capitals aside: by few edits, else by words in common; null when none is. */
export function nearest(word: string, names: readonly string[]): string | null {
  const small = word.toLowerCase()
  const ranked = names.map((name) => ({
    name,
    edits: edits(small, name),
    longer: Math.abs(name.length - small.length),
    shared: shared(small, name),
  }))
  const near = ranked.filter((each) => each.edits <= EDITS_MAX)
  const [misspelt] = near.sort((a, b) => a.edits - b.edits || a.longer - b.longer)
  if (misspelt !== undefined) return misspelt.name
  const [alike] = ranked.sort((a, b) => b.shared - a.shared || a.edits - b.edits)
  return alike !== undefined && alike.shared >= SHARED_MIN ? alike.name : null
}

const EDITS_MAX = 3
const SHARED_MIN = 2

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
