import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import type { Hours } from '../domain/calendar.ts'
import { closesOf } from './bars.ts'
import { dailyVolume, readingOf as dailyVolumeReading } from './daily-volume.ts'
import { ema } from './indicators.ts'
import { BARS_MIN as SCALP_MIN, readingOf as scalpReading, scalp } from './scalp.ts'
import { BARS_MIN as TREND_MIN, SPAN, trendExit } from './trend-exit.ts'
import { BARS_MIN as WHALE_MIN, readingOf as whaleReading, whale } from './whale.ts'

/** A line that a strategy decides by, drawn for people. */
export interface Drawn {
  readonly name: string
  /** Over the price, or in a pane of its own. */
  readonly pane: 'price' | 'own'
  readonly points: readonly { readonly at: EpochMs; readonly value: number }[]
}

type Values = readonly (readonly [name: string, pane: Drawn['pane'], value: number])[]

interface Drawing {
  readonly size: BarSize
  /** As many as the strategy itself looks back on. */
  readonly count: number
  readonly least: number
  readonly read: (bars: readonly Bar[]) => Values
}

const DRAWINGS: Readonly<Record<string, Drawing>> = {
  [scalp.name]: {
    ...scalp.needs,
    least: SCALP_MIN,
    read: (bars) => {
      const { ema8, ema21, vwap, rsi } = scalpReading(bars)
      return [
        ['EMA 8', 'price', ema8],
        ['EMA 21', 'price', ema21],
        ['VWAP', 'price', vwap],
        ['RSI 14', 'own', rsi],
      ]
    },
  },
  [whale.name]: {
    ...whale.needs,
    least: WHALE_MIN,
    read: (bars) => {
      const { high, low } = whaleReading(bars)
      return [
        ['high of 60 hours', 'price', high],
        ['low of 60 hours', 'price', low],
      ]
    },
  },
  [dailyVolume.name]: {
    ...dailyVolume.needs,
    least: dailyVolume.needs.count,
    read: (bars) => {
      const { average, ratio } = dailyVolumeReading(bars)
      return [
        ['average of 10 bars of 5 minutes', 'price', average],
        ['volume ratio', 'own', ratio],
      ]
    },
  },
  [trendExit.name]: {
    ...trendExit.needs,
    least: TREND_MIN,
    read: (bars) => [[`EMA ${SPAN} of hours`, 'price', ema(closesOf(bars), SPAN)]],
  },
}

/** Which bars the lines of a strategy are made of; null: nothing of it is drawn. */
export function drawnOf(strategy: string): BarSize | null {
  return DRAWINGS[strategy]?.size ?? null
}

/**
 * What the strategy saw at the close of each of these bars from `from` on, by its own functions
 * over as many bars as it looks back on itself.
 */
export function drawn(
  strategy: string,
  bars: readonly Bar[],
  of: { readonly from: EpochMs; readonly hours: Hours },
): readonly Drawn[] {
  const drawing = DRAWINGS[strategy]
  if (drawing === undefined) return []
  const { size, count, least, read } = drawing
  const lines = new Map<string, { pane: Drawn['pane']; points: Drawn['points'][number][] }>()
  for (let end = least; end <= bars.length; end++) {
    const last = bars[end - 1]
    if (last === undefined) break
    // Drawn where it became known: of a bar of an hour that is the end of that hour.
    const at = size === '1m' ? last.start : barEnd(last.start, size, of.hours)
    if (at < of.from) continue
    for (const [name, pane, value] of read(bars.slice(Math.max(0, end - count), end))) {
      if (!Number.isFinite(value)) continue
      const line = lines.get(name) ?? { pane, points: [] }
      line.points.push({ at, value: Number(value.toFixed(4)) })
      lines.set(name, line)
    }
  }
  return [...lines].map(([name, line]) => ({ name, ...line }))
}
