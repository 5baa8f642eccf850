// One way to match any text, so that a long one that fails does so in linear time.
const PLAIN = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/

/** 2^63. No price, size or amount is that large; every unset double, long and decimal is. */
export const UNSET_MAGNITUDE = 2 ** 63

/** The unset integer (protocol.md 3). */
export const UNSET_INT = 2147483647

/** Which text stands for an unset value; the forms a live Gateway sends. */
export const EMPTY = ''
export const MAX_INT = '2147483647'
export const MAX_DOUBLE = '1.7976931348623157E308'
export const MAX_LONG = '9223372036854775807'
export const MIN_LONG = '-9223372036854775808'

/** A number as its text says, infinite ones included; `null` when the text is no number. */
export function parseNumber(text: string): number | null {
  if (PLAIN.test(text)) return Number(text)
  if (text === 'Infinity' || text === 'Infinite') return Infinity // ib_async writes `Infinite`
  if (text === '-Infinity' || text === '-Infinite') return -Infinity
  return null
}

/** The shortest decimal text of a finite number below 2^63, without an exponent. */
export function formatNumber(value: number): string {
  const text = String(value)
  const e = text.indexOf('e')
  return e < 0 ? text : withoutExponent(text.slice(0, e), Number(text.slice(e + 1)))
}

/** JavaScript writes an exponent below 1e-6 (and from 1e21, which is not reached here). */
function withoutExponent(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace('-', '').replace('.', '')
  return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
}
