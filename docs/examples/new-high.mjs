// A complete strategy in one file, the one that docs/strategies.md writes from zero: a bar that
// closes above the six before it is followed. An example, not advice.

const BEFORE = 6
const PAUSE_MS = 2 * 60 * 60_000

export const strategy = {
  name: 'new-high',
  needs: { size: '5m', count: BEFORE + 1 },

  evaluate({ now, bars, held, lastEntryAt }) {
    if (bars.length <= BEFORE) {
      return { kind: 'hold', reason: `${bars.length} usable bars, needs ${BEFORE + 1}` }
    }
    const last = bars[bars.length - 1]
    const highest = Math.max(...bars.slice(-BEFORE - 1, -1).map((bar) => bar.high))
    const text = `close ${last.close}, highest before ${highest}`

    if (held.length > 0) return { kind: 'hold', reason: `already holding; ${text}` }
    if (lastEntryAt !== null && now - lastEntryAt < PAUSE_MS) {
      return { kind: 'hold', reason: `entered less than two hours ago; ${text}` }
    }
    if (last.close <= highest) return { kind: 'hold', reason: text }
    return { kind: 'enter', outlook: 'rise', confidence: 0.5, reason: `new high: ${text}` }
  },
}
