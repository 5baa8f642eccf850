import type { Bar, BarSeries, BarSize, BarSpan } from './bar.ts'
import type { Ticker } from './contract.ts'

export function emptySeries(symbol: Ticker, size: BarSize): BarSeries {
  return { symbol, size, bars: [], covered: [] }
}

/** Adds what an answer brought and the span it covers; a bar that was known is replaced. */
export function merge(series: BarSeries, bars: readonly Bar[], covers: BarSpan): BarSeries {
  return {
    ...series,
    bars: mergedBars(series.bars, bars),
    covered: mergedSpans([...series.covered, covers]),
  }
}

/** What `wanted` still lacks. A minute without a trade is no gap once an answer covered it. */
export function gaps(series: BarSeries, wanted: BarSpan): readonly BarSpan[] {
  const missing: BarSpan[] = []
  let from = wanted.from
  for (const span of series.covered) {
    if (span.to <= from) continue
    if (span.from >= wanted.to) break
    if (span.from > from) missing.push({ from, to: span.from })
    from = span.to
  }
  if (from < wanted.to) missing.push({ from, to: wanted.to })
  return missing
}

function mergedBars(known: readonly Bar[], added: readonly Bar[]): readonly Bar[] {
  const last = known.at(-1)
  // The usual case, a bar that follows the others, is one copy and no sorting.
  if (added.length === 1 && last !== undefined && added.every((bar) => bar.start > last.start)) {
    return [...known, ...added]
  }
  const byStart = new Map<number, Bar>()
  for (const bar of known) byStart.set(bar.start, bar)
  for (const bar of added) byStart.set(bar.start, bar)
  return [...byStart.values()].sort((a, b) => a.start - b.start)
}

/** Ascending, apart from each other, none empty. */
function mergedSpans(spans: readonly BarSpan[]): readonly BarSpan[] {
  const merged: BarSpan[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (span.to <= span.from) continue
    if (last === undefined || span.from > last.to) merged.push(span)
    else if (span.to > last.to) merged[merged.length - 1] = { from: last.from, to: span.to }
  }
  return merged
}
