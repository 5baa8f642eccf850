/** How values look. Amounts stay texts from the bot to the screen, so nothing is rounded on the way. */

const ZONE = 'America/New_York'
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const shortClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
})
const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  weekday: 'short',
  day: 'numeric',
  month: 'short',
})
const fullDay = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE })

/** "14:32:05", in New York. */
export const timeOf = (at: number) => clock.format(at)
/** "14:32", in New York. */
export const minuteOf = (at: number) => shortClock.format(at)
/** "Tue, 10 Mar", in New York. */
export const dayOf = (at: number) => day.format(at)
/** "2026-03-10", in New York. */
export const fullDayOf = (at: number) => fullDay.format(at)
/** "2026-03-10 14:32:05", in New York. */
export const momentOf = (at: number) => `${fullDay.format(at)} ${clock.format(at)}`

/** A decimal text with groups of three and at least two decimals; the sign as told. */
function grouped(text: string, decimals = 2): { readonly sign: string; readonly body: string } {
  const [, minus = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  const trimmed = part.replace(/0+$/, '').padEnd(decimals, '0')
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return { sign: minus, body: trimmed === '' ? groups : `${groups}.${trimmed}` }
}

const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text)

/** "−$1,751.40". What is no amount stands as it came. */
export function dollars(text: string): string {
  if (!isDecimal(text)) return text
  const { sign, body } = grouped(text)
  return `${sign === '-' ? '−' : ''}$${body}`
}

/** A price that is the mean of several fills, to a hundredth of a cent. */
export function mean(text: string): string {
  return isDecimal(text) ? String(Number(Number(text).toFixed(4))) : text
}

/** A mean, to the cent. */
export function cents(text: string | null): string | null {
  return text !== null && isDecimal(text) ? Number(text).toFixed(2) : text
}

/** The same with its sign: "+$12.00", "−$3.10", "$0.00". */
export function gain(text: string): string {
  if (!isDecimal(text)) return text
  return signOf(text) > 0 ? `+${dollars(text)}` : dollars(text)
}

/** Per share, "2.35". */
export function price(text: string): string {
  if (!isDecimal(text)) return text
  const { sign, body } = grouped(text)
  return `${sign === '-' ? '−' : ''}${body}`
}

export function signOf(text: string): -1 | 0 | 1 {
  const value = Number(text)
  return value > 0 ? 1 : value < 0 ? -1 : 0
}

/** "1,204": of anything that is counted. */
export function count(value: number): string {
  return `${value < 0 ? '−' : ''}${Math.abs(value).toLocaleString('en-US')}`
}

/** "−3" of a short, "3" of a long position. */
export const units = (value: number) => count(value)

/** Milliseconds as people say them: "340 ms", "1.24 s", "12.4 s", "3 min". */
export function millis(value: number): string {
  if (value < 10) return `${Number(value.toFixed(value < 1 ? 2 : 1))} ms`
  if (value < 1000) return `${Math.round(value)} ms`
  if (value < 10_000) return `${(value / 1000).toFixed(2)} s`
  if (value < 60_000) return `${(value / 1000).toFixed(1)} s`
  return span(value)
}

/** How long: "4 s", "3 min 10 s", "2 h 5 min", "3 d 4 h". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([value]) => value > 0)
  if (first === -1) return '0 s'
  const said = parts.slice(first, first + 2).filter(([value]) => value > 0)
  return said.map(([value, unit]) => `${value} ${unit}`).join(' ')
}

export function bytes(value: number): string {
  return value > 0 && value < 2 ** 20
    ? `${Math.round(value / 1024)} KiB`
    : `${Math.round(value / 2 ** 20)} MiB`
}

/** A ratio as a percentage: 0.5 is "50%". */
export function percent(ratio: number, decimals = 0): string {
  return `${(ratio * 100).toFixed(decimals)}%`
}

/** "take-profit" to "Take profit". */
export function words(kebab: string): string {
  const text = kebab.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function plural(many: number, one: string, more = `${one}s`): string {
  return `${count(many)} ${many === 1 ? one : more}`
}
