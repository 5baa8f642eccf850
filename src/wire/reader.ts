import { parseNumber } from './numbers.ts'

export interface Failure {
  readonly kind: 'short' | 'bad-field'
  readonly detail: string
}

const MINUS = 45
const DOT = 46
const ZERO = 48
const NINE = 57
/** Below this many digits a mantissa is exact, and so is its quotient by a power of ten. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n)
/** Longer texts are decoded by the platform, shorter ones faster character by character. */
const SHORT_TEXT = 16

/**
 * A cursor over the NUL-terminated fields of one payload, which must end in NUL.
 * The first failure sticks; whatever is read after it is a placeholder.
 */
export class Reader {
  failure: Failure | null = null
  /** Names from the message down to the field that failed. */
  trail: string[] = []
  /** The message as read so far; conditions look at it. */
  root: Record<string, unknown> = {}
  #bytes: Uint8Array = new Uint8Array()
  #at = 0
  #buffer: Buffer | null = null

  begin(bytes: Uint8Array, root: Record<string, unknown>): void {
    this.root = root
    this.#bytes = bytes
    this.#at = 0
    this.#buffer = null
    if (this.failure === null) return
    this.failure = null
    this.trail = []
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#at
  }

  /** Of a whole payload linear; for the rare field whose presence is told by what follows. */
  fieldsLeft(): number {
    let count = 0
    for (let i = this.#at; i < this.#bytes.length; i++) if (this.#bytes[i] === 0) count++
    return count
  }

  bad(detail: string): void {
    this.failure ??= { kind: 'bad-field', detail }
  }

  short(detail: string): void {
    this.failure ??= { kind: 'short', detail }
  }

  skip(): void {
    if (this.#missing()) return
    this.#at = this.#bytes.indexOf(0, this.#at) + 1
  }

  text(): string {
    if (this.#missing()) return ''
    const bytes = this.#bytes
    const start = this.#at
    let end = start
    let seen = 0
    let byte = bytes[end] ?? 0
    while (byte !== 0) {
      seen |= byte
      byte = bytes[++end] ?? 0
    }
    this.#at = end + 1
    if (seen > 127) return this.#view().toString('utf8', start, end)
    if (end - start > SHORT_TEXT) return this.#view().toString('latin1', start, end)
    let text = ''
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0)
    return text
  }

  /** NaN for an empty field, or one that says so: unset. A field that is no number fails. */
  number(): number {
    if (this.#missing()) return NaN
    const bytes = this.#bytes
    let at = this.#at
    const negative = bytes[at] === MINUS
    if (negative) at++
    let mantissa = 0
    let digits = 0
    let dot = -1
    for (; ; at++) {
      const byte = bytes[at] ?? 0
      if (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO)
        digits++
      } else if (byte === DOT && dot < 0) dot = digits
      else if (byte === 0 && digits > 0) break
      else return this.#oddNumber()
    }
    if (digits > EXACT_DIGITS) return this.#longNumber(at)
    this.#at = at + 1
    const value = dot < 0 ? mantissa : mantissa / (POWERS[digits - dot] ?? 1)
    return negative && value !== 0 ? -value : value
  }

  /** Digits and a dot, as greeks and implied volatilities are; too many for the exact path. */
  #longNumber(end: number): number {
    const text = this.#view().toString('latin1', this.#at, end)
    this.#at = end + 1
    return Number(text)
  }

  /** Empty, in exponent form, infinite, or not a number at all. */
  #oddNumber(): number {
    const text = this.text()
    if (text === '' || text === 'NaN') return NaN
    const value = parseNumber(text)
    if (value !== null) return value
    this.bad(`expected a number, came ${quoted(text)}`)
    return NaN
  }

  #missing(): boolean {
    if (!this.done) return false
    this.short('the frame ended before this field')
    return true
  }

  #view(): Buffer {
    const { buffer, byteOffset, length } = this.#bytes
    this.#buffer ??= Buffer.from(buffer, byteOffset, length)
    return this.#buffer
  }
}

/** Foreign text in a message for people: quoted, escaped and cut. */
export function quoted(text: string): string {
  return seen(JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text))
}

/** With what a terminal obeys, or shows as nothing, as an escape. */
export function seen(text: string): string {
  return text.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
