import { useEffect, useRef } from 'react'
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  LineSeries,
  LineType,
  type CandlestickData,
  type HistogramData,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type LineData,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { ChartMark, IndicatorView, SymbolDetail } from '../../../src/dashboard/view.ts'
import { dayOf, minuteOf, price } from '../format.ts'
import { colour, useIsDark } from '../theme.ts'

/** In their order: the first line over the price is the accent, and so on. */
export const LINES = ['accent', 'warn', 'violet', 'teal', 'rose', 'olive'] as const

interface Drawn {
  readonly chart: IChartApi
  readonly candles: ISeriesApi<'Candlestick'>
  readonly volume: ISeriesApi<'Histogram'>
  readonly marks: ISeriesMarkersPluginApi<Time>
  readonly lines: ReadonlyMap<string, ISeriesApi<'Line'>>
  /** So many are drawn. */
  bars: number
}

/** Bars, indicators, signals and fills of one symbol. */
export function PriceChart({ detail }: { readonly detail: SymbolDetail }) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<Drawn | null>(null)
  const isDark = useIsDark()
  const names = detail.indicators.map(({ name }) => name).join()

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    drawn.current = draw(element, detail.indicators)
    fill(drawn.current, detail)
    look(drawn.current, detail.bars, element.clientWidth)
    return () => {
      drawn.current?.chart.remove()
      drawn.current = null
    }
    // Made anew for another symbol and another theme; new bars are handed over below.
  }, [detail.symbol, names, isDark])

  useEffect(() => {
    if (drawn.current === null) return
    // Whoever looks at the newest bar goes on doing so; whoever looks back is left there.
    const seen = drawn.current.chart.timeScale().getVisibleLogicalRange()
    const isNewest = seen === null || seen.to >= drawn.current.bars - 1
    fill(drawn.current, detail)
    if (isNewest) look(drawn.current, detail.bars, place.current?.clientWidth ?? 0)
  }, [detail])

  return (
    <figure className="chart">
      <figcaption className="legend">
        {detail.indicators.map(({ name, points }, index) => (
          <span key={name} className={`legend-item legend-${LINES[index % LINES.length]}`}>
            {name} <span className="num">{points.at(-1)?.value.toFixed(2) ?? 'not yet'}</span>
          </span>
        ))}
        <span className="legend-item legend-text">▲ entry ▼ exit ● signal ■ refused</span>
      </figcaption>
      <p className="sr-only">{summaryOf(detail)}</p>
      <div ref={place} className="price-chart" aria-hidden="true" />
    </figure>
  )
}

/** The chart for whoever does not see it. */
function summaryOf({ symbol, bars, marks }: SymbolDetail): string {
  const first = bars[0]
  const last = bars.at(-1)
  if (first === undefined || last === undefined) return `${symbol}: no closed bar yet.`
  const high = Math.max(...bars.map((bar) => Number(bar.high)))
  const low = Math.min(...bars.map((bar) => Number(bar.low)))
  const said = marks.map((mark) => `${mark.kind} at ${minuteOf(mark.at)}: ${mark.text}.`).join(' ')
  return (
    `${symbol}: ${bars.length} bars of one minute, from ${dayOf(first.start)} ${minuteOf(first.start)} ` +
    `to ${dayOf(last.start)} ${minuteOf(last.start)} New York, last ${price(last.close)}, ` +
    `between ${low} and ${high} dollars. ${said}`
  )
}

function draw(element: HTMLElement, indicators: readonly IndicatorView[]): Drawn {
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { color: colour('panel') },
      textColor: colour('muted'),
      fontSize: 11,
      fontFamily: getComputedStyle(document.body).fontFamily,
      attributionLogo: false, // it brings a style of its own; the name stands under Settings
      panes: { separatorColor: colour('line'), enableResize: false },
    },
    grid: { vertLines: { color: colour('line') }, horzLines: { color: colour('line') } },
    rightPriceScale: { borderColor: colour('line'), entireTextOnly: true },
    timeScale: {
      borderColor: colour('line'),
      timeVisible: true,
      tickMarkFormatter: (time: Time, kind: number) =>
        kind < 3 ? dayOf(msOf(time)) : minuteOf(msOf(time)),
    },
    localization: { timeFormatter: (time: Time) => `${dayOf(msOf(time))} ${minuteOf(msOf(time))}` },
  })
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colour('good'),
    downColor: colour('bad'),
    wickUpColor: colour('good'),
    wickDownColor: colour('bad'),
    borderVisible: false,
  })
  const volume = chart.addSeries(HistogramSeries, {
    color: colour('line-strong'),
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } })
  const lines = new Map(indicators.map((each, index) => [each.name, lineOf(chart, each, index)]))
  for (const [index, pane] of chart.panes().entries()) pane.setStretchFactor(index === 0 ? 3 : 1)
  return { chart, candles, volume, marks: createSeriesMarkers(candles, []), lines, bars: 0 }
}

/** What is new once an hour at most is a stair, not a slope. */
const isSlow = ({ points }: IndicatorView): boolean =>
  points.length > 1 && (points.at(-1)?.at ?? 0) - (points.at(-2)?.at ?? 0) > HALF_HOUR_MS

function lineOf(chart: IChartApi, of: IndicatorView, index: number): ISeriesApi<'Line'> {
  const { pane } = of
  const options = {
    color: colour(LINES[index % LINES.length] ?? 'accent'),
    lineWidth: 1,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
    lineType: isSlow(of) ? LineType.WithSteps : LineType.Simple,
  } as const
  if (pane !== 'price') {
    const priceFormat = { type: 'custom', formatter: (value: number) => value.toFixed(0) } as const
    return chart.addSeries(LineSeries, { ...options, priceFormat }, chart.panes().length)
  }
  // The bars make the scale: a high of sixty hours would leave them flat.
  return chart.addSeries(LineSeries, { ...options, autoscaleInfoProvider: () => null }, 0)
}

const HALF_HOUR_MS = 1_800_000
/** Of the scale of prices. */
const SCALE_PX = 62
/** Half a label of the axis, and a little: of a date at the left, of a time at the right. */
const DATE_PX = 36
const TIME_PX = 20

/** The newest bars, from where the first label of the axis has room to its left. */
function look({ chart }: Drawn, bars: SymbolDetail['bars'], width: number): void {
  const shown = width < 500 ? 110 : 180
  const perPx = shown / Math.max(100, width - SCALE_PX)
  const room = Math.ceil(DATE_PX * perPx)
  let from = bars.length - shown
  while (from > 0 && (bars[from + room]?.start ?? 0) % HALF_HOUR_MS !== 0) from--
  const range = { from: from > 0 ? from : -room, to: bars.length - 1 + Math.ceil(TIME_PX * perPx) }
  chart.timeScale().setVisibleLogicalRange(range)
}

function fill(drawn: Drawn, detail: SymbolDetail): void {
  const { candles, volume, marks, lines } = drawn
  drawn.bars = detail.bars.length
  candles.setData(detail.bars.map(candleOf))
  volume.setData(detail.bars.map(volumeOf))
  for (const { name, points } of detail.indicators) {
    lines.get(name)?.setData(pointsAt(points, detail.bars))
  }
  marks.setMarkers(detail.marks.map(markerOf))
}

const timeIn = (at: number) => Math.floor(at / 1000) as UTCTimestamp
const msOf = (time: Time) => Number(time) * 1000

function candleOf(bar: SymbolDetail['bars'][number]): CandlestickData {
  return {
    time: timeIn(bar.start),
    open: Number(bar.open),
    high: Number(bar.high),
    low: Number(bar.low),
    close: Number(bar.close),
  }
}

function volumeOf(bar: SymbolDetail['bars'][number]): HistogramData {
  return { time: timeIn(bar.start), value: bar.volume }
}

/** Each at the bar that it counts from: hours of their own would be places of the axis. */
function pointsAt(points: IndicatorView['points'], bars: SymbolDetail['bars']): LineData[] {
  const at = new Map<number, number>()
  let bar = 0
  for (const point of points) {
    while (bar < bars.length && (bars[bar]?.start ?? 0) < point.at) bar++
    const start = bars[bar]?.start
    if (start !== undefined) at.set(start, point.value)
  }
  return [...at].map(([start, value]) => ({ time: timeIn(start), value }))
}

const MARKS = {
  signal: { position: 'aboveBar', shape: 'circle', colour: 'accent' },
  refused: { position: 'aboveBar', shape: 'square', colour: 'muted' },
  entry: { position: 'belowBar', shape: 'arrowUp', colour: 'good' },
  exit: { position: 'aboveBar', shape: 'arrowDown', colour: 'bad' },
} as const

/** A mark stands at the bar in which it happened. */
function markerOf(mark: ChartMark): SeriesMarker<Time> {
  const { position, shape, colour: name } = MARKS[mark.kind]
  const isFill = mark.kind === 'entry' || mark.kind === 'exit'
  return {
    time: timeIn(Math.floor(mark.at / 60_000) * 60_000),
    position,
    shape,
    color: colour(name),
    // How many; the rest is said beside the chart, where nothing lies over anything.
    ...(isFill ? { text: /\b(?:BUY|SELL) (\d+)\b/.exec(mark.text)?.[1] ?? '' } : {}),
  }
}
