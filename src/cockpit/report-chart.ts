import type { EpochMs } from '../base/clock.ts'
import { newYorkDate, newYorkTimeText } from '../domain/calendar.ts'
import { amountOf } from '../domain/money.ts'
import type { Performance } from '../journal/performance.ts'
import { escaped } from '../validation/plot.ts'
import { signedText } from './report-words.ts'

const [WIDTH, HEIGHT] = [860, 260]
const [LEFT, TOP, RIGHT, BOTTOM] = [76, 14, 16, 28]
const FLOOR = HEIGHT - BOTTOM
/** More points than pixels show nothing more. */
const POINTS_MAX = 1_600

interface Scale {
  readonly y: (value: number) => number
  readonly ticks: readonly number[]
}

/** Realised results over closing fills, one step each, so that nights take no room. */
export function equityChart({ curve, drawdown }: Performance): string {
  if (curve.length === 0) return ''
  const values = [0, ...curve.map(({ realized }) => amountOf(realized))]
  const { y, ticks } = scaleOf(values)
  const x = (place: number): number => LEFT + (place / (values.length - 1)) * (WIDTH - LEFT - RIGHT)
  const every = Math.max(1, Math.ceil(values.length / POINTS_MAX))
  const kept = values.flatMap((value, i) =>
    i % every === 0 || i === values.length - 1 ? [[i, value] as const] : [],
  )
  const path = kept
    .map(([i, value], n) => (n === 0 ? `M${px(x(i))} ${px(y(value))}` : stepTo(x(i), y(value))))
    .join('')
  const area = `${path}V${px(y(0))}H${px(x(0))}Z`
  const placeOf = (at: EpochMs): number => curve.findIndex((point) => point.at >= at) + 1
  const band =
    drawdown === null
      ? []
      : [bandOf(x(Math.max(0, placeOf(drawdown.peakAt))), x(placeOf(drawdown.troughAt)))]
  const moments = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const place = Math.round(share * (curve.length - 1))
    return { share, at: curve[place]?.at ?? (0 as EpochMs) }
  })
  return svg('Realised profit and loss after each closing fill, in dollars', [
    ...grid(ticks, y),
    ...band,
    `<path d="${area}" class="area"/>`,
    `<path d="${path}" class="line"/>`,
    ...moments.map(({ share, at }) => {
      const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
      const place = px(LEFT + share * (WIDTH - LEFT - RIGHT))
      const text = `${newYorkDate(at).slice(5)} ${newYorkTimeText(at).slice(0, 5)}`
      return `<text x="${place}" y="${HEIGHT - 8}" text-anchor="${anchor}">${text}</text>`
    }),
  ])
}

/** One bar a trading day. */
export function daysChart({ days }: Performance): string {
  if (days.length < 2) return ''
  const { y, ticks } = scaleOf([0, ...days.map(({ realized }) => amountOf(realized))])
  const room = (WIDTH - LEFT - RIGHT) / days.length
  const width = Math.min(40, Math.max(1, room * 0.7))
  const named = Math.ceil(days.length / 10)
  const bars = days.map(({ date, realized }, i) => {
    const middle = LEFT + (i + 0.5) * room
    const value = amountOf(realized)
    const [top, bottom] = value >= 0 ? [y(value), y(0)] : [y(0), y(value)]
    const box =
      `x="${px(middle - width / 2)}" y="${px(top)}" ` +
      `width="${px(width)}" height="${px(Math.max(1, bottom - top))}"`
    const name = `<title>${date}: ${signedText(realized)}</title>`
    const text =
      i % named === 0
        ? `<text x="${px(middle)}" y="${HEIGHT - 8}" text-anchor="middle">${date.slice(5)}</text>`
        : ''
    return `<rect ${box} class="${value >= 0 ? 'gain' : 'loss'}">${name}</rect>${text}`
  })
  return svg('Realised profit and loss of each trading day, in dollars', [
    ...grid(ticks, y),
    ...bars,
  ])
}

function svg(label: string, parts: readonly string[]): string {
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}"`
  return (
    `<figure><figcaption>${escaped(label)}</figcaption>` +
    `<svg ${box}>${parts.join('')}</svg></figure>`
  )
}

function stepTo(x: number, y: number): string {
  return `H${px(x)}V${px(y)}`
}

function bandOf(from: number, to: number): string {
  const box = `x="${px(from)}" y="${TOP}" width="${px(Math.max(2, to - from))}"`
  return `<rect ${box} height="${FLOOR - TOP}" class="band"><title>max drawdown</title></rect>`
}

function grid(ticks: readonly number[], y: Scale['y']): readonly string[] {
  return ticks.map((tick) => {
    const height = px(y(tick))
    const line = `x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"`
    const place = `x="${LEFT - 8}" y="${px(y(tick) + 4)}" text-anchor="end"`
    const text = `<text ${place}>${short(tick)}</text>`
    return `<line ${line} class="${tick === 0 ? 'zero' : 'grid'}"/>${text}`
  })
}

/** Steps of 1, 2 or 5 times a power of ten, about five of them; nothing is always among them. */
function scaleOf(values: readonly number[]): Scale {
  const low = values.reduce((least, each) => Math.min(least, each), 0)
  const high = values.reduce((most, each) => Math.max(most, each), 0)
  const raw = Math.max(high - low, 1) / 5
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)]
  const bottom = first * step
  const top = Math.max(last, first + 1) * step
  const count = Math.round((top - bottom) / step)
  return {
    y: (value) => TOP + ((top - value) / (top - bottom)) * (FLOOR - TOP),
    ticks: Array.from({ length: count + 1 }, (_, i) => (first + i) * step),
  }
}

function short(value: number): string {
  const sign = value < 0 ? '-' : ''
  return `${sign}$${Math.abs(value).toLocaleString('en-US', { maximumFractionDigits: 2 })}`
}

function px(value: number): string {
  return value.toFixed(1)
}
