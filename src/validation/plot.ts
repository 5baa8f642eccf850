/** One line of a plot, over the same moments as the others; null leaves a gap. */
export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
}

export interface PlotOptions {
  readonly title: string
  readonly unit: string
  /** Moments, any unit; ascending. */
  readonly at: readonly number[]
  readonly lines: readonly Line[]
  /** Shaded: what was broken. */
  readonly bands: readonly { readonly from: number; readonly to: number; readonly name: string }[]
  /** A limit, drawn across. */
  readonly limit?: number
  readonly timeText: (at: number) => string
}

const [WIDTH, HEIGHT] = [860, 180]
const [LEFT, TOP, RIGHT, BOTTOM] = [64, 26, 12, 24]
/** Classes `s0` to `s3` of the page's style. */
const COLOURS = 4
/** More points than pixels show nothing more. */
const POINTS_MAX = 1_500

/** A plot as SVG: no script, nothing from outside. */
export function plotSvg(options: PlotOptions): string {
  const { title, unit, at, lines, bands, limit, timeText } = options
  const [first = 0, last = first + 1] = [at[0], at.at(-1)]
  const span = Math.max(1, last - first)
  const values = lines.flatMap(({ values: of }) => of.filter((each) => each !== null))
  const top = niceTop(values.reduce((most, value) => Math.max(most, value), 0))
  const x = (moment: number): number =>
    LEFT + ((clamp(moment, first, last) - first) / span) * (WIDTH - LEFT - RIGHT)
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)
  const names = lines.map(({ name }, i) => {
    return `<tspan class="s${i % COLOURS}"> ■ ${escaped(name)}</tspan>`
  })
  const across = (value: number, kind: string): string => {
    const height = px(y(value))
    const ends = `x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"`
    return `<line ${ends} class="${kind}"/>`
  }
  const head = `${escaped(title)}, ${escaped(unit)}${names.join('')}`
  const floor = HEIGHT - BOTTOM
  const parts = [
    `<text x="${LEFT}" y="16" class="title">${head}</text>`,
    ...bands.map(({ from, to, name }) => {
      const width = Math.max(2, x(to) - x(from))
      const box = `x="${px(x(from))}" y="${TOP}" width="${px(width)}" height="${floor - TOP}"`
      return `<rect ${box} class="band"><title>${escaped(name)}</title></rect>`
    }),
    ...[0, top / 2, top].map((value) => {
      const place = `x="${LEFT - 6}" y="${px(y(value) + 4)}"`
      return `${across(value, 'grid')}<text ${place} class="end">${short(value)}</text>`
    }),
    ...(limit !== undefined && limit <= top ? [across(limit, 'limit')] : []),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
      const moment = first + share * span
      const before = share === 0 ? '' : timeText(moment - span / 4)
      const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
      const place = `x="${px(x(moment))}" y="${HEIGHT - 8}" text-anchor="${anchor}"`
      return `<text ${place}>${escaped(tickText(timeText(moment), before))}</text>`
    }),
    ...lines.map(({ values: of }, i) => {
      const path = pathOf(at, of, { x, y })
      return `<path d="${path}" class="s${i % COLOURS}"/>`
    }),
  ]
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`
  return `<svg ${box} role="img" aria-label="${escaped(title)}">${parts.join('')}</svg>`
}

function pathOf(
  at: readonly number[],
  values: readonly (number | null)[],
  { x, y }: { readonly x: (of: number) => number; readonly y: (of: number) => number },
): string {
  const every = Math.max(1, Math.ceil(at.length / POINTS_MAX))
  let path = ''
  let isDown = false
  for (let i = 0; i < at.length; i += every) {
    const window = values.slice(i, i + every).filter((each) => each !== null)
    // The highest of those that share a pixel: a peak must not fall between.
    const value = window.length === 0 ? null : Math.max(...window)
    if (value !== null) path += `${isDown ? 'L' : 'M'}${px(x(at[i] ?? 0))} ${px(y(value))}`
    isDown = value !== null
  }
  return path
}

/** To the minute, and with its date where that is another one than that of the mark before. */
function tickText(text: string, before: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)/.exec(text) ?? []
  if (date === undefined || time === undefined) return text
  return before.startsWith(date) ? time : `${date} ${time}`
}

function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value))
}

function px(value: number): string {
  return value.toFixed(1)
}

function short(value: number): string {
  return String(Math.round(value * 1_000) / 1_000)
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
