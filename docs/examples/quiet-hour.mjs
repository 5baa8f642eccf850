// A strategy for `structure: iron-condor:$5`: when the underlying moved little in the last hour, it
// expects it to stay in its range. An example, not advice.

const QUIET = 0.006 // high to low of the hour, as a ratio of the close
const PAUSE_MS = 24 * 60 * 60_000

export const strategy = {
  name: 'quiet-hour',
  needs: { size: '5m', count: 12 },

  evaluate({ now, bars, held, lastEntryAt }) {
    if (bars.length < 12) return { kind: 'hold', reason: `${bars.length} usable bars, needs 12` }
    const hour = bars.slice(-12)
    const { close } = hour[11]
    const high = Math.max(...hour.map((bar) => bar.high))
    const low = Math.min(...hour.map((bar) => bar.low))
    const range = (high - low) / close
    const text = `the last hour moved ${(100 * range).toFixed(2)} %`

    if (held.some((position) => position.strategy === 'quiet-hour')) {
      return range > 2 * QUIET
        ? { kind: 'exit', reason: `no longer quiet: ${text}` }
        : { kind: 'hold', reason: `already holding; ${text}` }
    }
    if (lastEntryAt !== null && now - lastEntryAt < PAUSE_MS) {
      return { kind: 'hold', reason: `entered less than a day ago; ${text}` }
    }
    if (range > QUIET) return { kind: 'hold', reason: text }
    return { kind: 'enter', outlook: 'range', confidence: 0.5, reason: `quiet: ${text}` }
  },
}
