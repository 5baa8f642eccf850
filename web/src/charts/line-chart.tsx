import { useEffect, useRef, useState } from 'react'
import './language.ts'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { dayOf, minuteOf, timeOf } from '../format.ts'
import { colour, useIsDark } from '../theme.ts'

export interface LineSeries {
  readonly name: string
  /** Of the style sheet. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  readonly isFilled?: boolean
}

interface LineChartProps {
  readonly label: string
  /** Epoch milliseconds, oldest first. */
  readonly at: readonly number[]
  readonly series: readonly LineSeries[]
  readonly textOf: (value: number) => string
  readonly height: number
  /** What may be below nothing; else the axis begins there. */
  readonly isSigned?: boolean
}

/** Values over time; what the pointer is at is said above it, the newest otherwise. */
export function LineChart({ label, at, series, textOf, height, isSigned = false }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const isDark = useIsDark()
  const names = series.map(({ name }) => name).join()

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const size = () => ({ width: Math.max(120, element.clientWidth), height })
    const made = new uPlot(
      optionsOf({ series, textOf, isSigned, size: size(), setHovered }),
      [[]],
      element,
    )
    plot.current = made
    made.setData(dataOf(at, series))
    const observer = new ResizeObserver(() => made.setSize(size()))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
    // Made anew for other lines and another theme; new values are handed over below.
  }, [names, isDark, height])

  useEffect(() => plot.current?.setData(dataOf(at, series)), [at, series])

  const index = hovered === null || hovered >= at.length ? at.length - 1 : hovered
  const moment = at[index]
  return (
    <figure className="chart">
      <figcaption className="legend">
        <span className="sr-only">{label}. </span>
        {moment === undefined ? (
          'nothing yet'
        ) : (
          <span className="num">
            {dayOf(moment)} {timeOf(moment)} ET
          </span>
        )}
        {series.map((line) => (
          <span key={line.name} className={`legend-item legend-${line.colour}`}>
            {line.name} <span className="num">{said(line.values[index], textOf)}</span>
          </span>
        ))}
      </figcaption>
      <div ref={place} className="plot" style={{ height }} aria-hidden="true" />
    </figure>
  )
}

function said(value: number | null | undefined, textOf: (value: number) => string): string {
  return value === null || value === undefined ? 'no value' : textOf(value)
}

function dataOf(at: readonly number[], series: readonly LineSeries[]): uPlot.AlignedData {
  return [at.map((each) => each / 1000), ...series.map(({ values }) => [...values])]
}

/** Hours within a day and a half, dates beyond. */
function labelIn(chart: uPlot): (seconds: number) => string {
  const { min = 0, max = 0 } = chart.scales['x'] ?? {}
  const isLong = (max ?? 0) - (min ?? 0) > 1.5 * 86_400
  return (seconds) => (isLong ? dayOf(seconds * 1000) : minuteOf(seconds * 1000))
}

/** Nothing is always in sight. */
function signedRange(_: uPlot, min: number, max: number): uPlot.Range.MinMax {
  const [low, high] = [Math.min(0, min), Math.max(0, max)]
  const room = (high - low || 1) * 0.06
  return [low - (low < 0 ? room : 0), high + (high > 0 ? room : 0)]
}

interface Wanted {
  readonly series: readonly LineSeries[]
  readonly textOf: (value: number) => string
  readonly size: { readonly width: number; readonly height: number }
  readonly isSigned: boolean
  readonly setHovered: (index: number | null) => void
}

function optionsOf({ series, textOf, size, isSigned, setHovered }: Wanted): uPlot.Options {
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
  return {
    ...size,
    padding: [12, 22, 0, 0], // half a label of the last time
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'America/New_York'),
    axes: [
      { ...axis, size: 26, space: 70, values: (chart, splits) => splits.map(labelIn(chart)) },
      { ...axis, size: isSigned ? 80 : 64, space: 32, values: (_, splits) => splits.map(textOf) },
    ],
    scales: { y: { range: isSigned ? signedRange : (_, _min, max) => [0, (max || 1) * 1.08] } },
    series: [
      {},
      ...series.map((line) => ({
        label: line.name,
        stroke: colour(line.colour),
        width: 1.5,
        points: { show: false },
        spanGaps: true,
        ...(line.isFilled === true ? { fill: colour(`${line.colour}-bg`) } : {}),
      })),
    ],
    hooks: { setCursor: [(chart) => setHovered(chart.cursor.idx ?? null)] },
  }
}
