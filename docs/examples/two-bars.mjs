// A complete strategy in one file: two bars in a row in one direction, each on more volume than the
// one before it, are followed; a bar that takes both of them back ends it. An example, not advice.

const PAUSE_MS = 60 * 60_000

export const strategy = {
  name: 'two-bars',
  needs: { size: '5m', count: 3 },

  evaluate({ now, bars, held, lastEntryAt }) {
    if (bars.length < 3) return { kind: 'hold', reason: `${bars.length} usable bars, needs 3` }
    const [before, first, second] = bars.slice(-3)
    const text = `closes ${[before, first, second].map((bar) => bar.close.toFixed(2)).join(' ')}`

    const own = held.find((position) => position.strategy === 'two-bars')
    if (own !== undefined) {
      const isBack = own.right === 'C' ? second.close < before.close : second.close > before.close
      return isBack
        ? { kind: 'exit', reason: `taken back: ${text}` }
        : { kind: 'hold', reason: `already holding; ${text}` }
    }
    if (lastEntryAt !== null && now - lastEntryAt < PAUSE_MS) {
      return { kind: 'hold', reason: `entered less than an hour ago; ${text}` }
    }

    const isBusier = first.volume > before.volume && second.volume > first.volume
    const rises = first.close > before.close && second.close > first.close
    const falls = first.close < before.close && second.close < first.close
    if (!isBusier || (!rises && !falls)) return { kind: 'hold', reason: text }
    return {
      kind: 'enter',
      outlook: rises ? 'rise' : 'fall',
      confidence: 0.6,
      reason: `two bars ${rises ? 'up' : 'down'} on more volume: ${text}`,
    }
  },
}
