import { formatNumber, UNSET_INT, UNSET_MAGNITUDE } from './numbers.ts'
import { quoted, type Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** How one value travels. Reading and writing are two sides of one definition. */
export interface ValueType<T> {
  readonly name: ValueName
  read(reader: Reader): T
  write(writer: Writer, value: T): void
  /** What a reader gives when the version, or a condition, leaves the field out. */
  readonly absent: T
}

/** A trailing `?` says that unset is a value, `null`. */
export type ValueName =
  | 'integer'
  | 'integer?'
  | 'long?'
  | 'number'
  | 'number?'
  | 'offset?'
  | 'flag'
  | 'flag?'
  | 'text'
  | 'escaped text'
  | 'tag list'
  | 'names'

export interface TagValue {
  readonly tag: string
  readonly value: string
}

/** With a fallback an empty field reads as it; without, an empty field is an error. */
export function integers(fallback?: number): ValueType<number> {
  return {
    name: 'integer',
    absent: fallback ?? 0,
    read(reader) {
      const value = reader.number()
      if (Number.isSafeInteger(value)) return value
      if (Number.isNaN(value) && fallback !== undefined) return fallback
      reader.bad(`expected an integer, came ${value}`)
      return 0
    },
    write(writer, value) {
      if (Number.isSafeInteger(value)) writer.text(String(value))
      else writer.refuse(`expected an integer, came ${String(value)}`)
    },
  }
}

/** `null` is unset, and is written as `unset`. */
export function maybeIntegers(unset: string): ValueType<number | null> {
  return {
    name: 'integer?',
    absent: null,
    read(reader) {
      const value = reader.number()
      if (Number.isNaN(value) || value === UNSET_INT || Math.abs(value) > MAX_SAFE) return null
      if (!Number.isInteger(value)) reader.bad(`expected an integer, came ${value}`)
      return value
    },
    write(writer, value) {
      if (value === null) writer.text(unset)
      else if (Number.isSafeInteger(value) && value !== UNSET_INT) writer.text(String(value))
      else writer.refuse(`expected an integer or null, came ${String(value)}`)
    },
  }
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER

/** Ids of 64 bits and epoch milliseconds. From 2^53 on, 9223372036854775807 included: unset. */
export function longs(unset: string): ValueType<number | null> {
  return {
    name: 'long?',
    absent: null,
    read(reader) {
      const value = reader.number()
      if (Number.isNaN(value) || Math.abs(value) > MAX_SAFE) return null
      if (!Number.isInteger(value)) reader.bad(`expected an integer, came ${value}`)
      return value
    },
    write(writer, value) {
      if (value === null) writer.text(unset)
      else if (Number.isSafeInteger(value)) writer.text(String(value))
      else writer.refuse(`expected an id below 2^53 or null, came ${String(value)}`)
    },
  }
}

/** With a fallback an empty or unset field reads as it; without, it is an error. */
export function doubles(fallback?: number): ValueType<number> {
  return {
    name: 'number',
    absent: fallback ?? 0,
    read(reader) {
      const value = reader.number()
      if (Math.abs(value) < UNSET_MAGNITUDE) return value
      if (fallback !== undefined) return fallback
      reader.bad(Number.isNaN(value) ? 'the number is empty' : `the number is ${value}`)
      return 0
    },
    write: writeDouble,
  }
}

/** Every sentinel form reads as `null`, which is written as `unset`. */
export function maybeDoubles(unset: string): ValueType<number | null> {
  return {
    name: 'number?',
    absent: null,
    read(reader) {
      const value = reader.number()
      return Math.abs(value) < UNSET_MAGNITUDE ? value : null
    },
    write(writer, value) {
      if (value === null) writer.text(unset)
      else writeDouble(writer, value)
    },
  }
}

/** Of option computations: the marker -1 or -2 reads as `null`, not computed (protocol.md 3). */
export function markedDoubles(marker: -1 | -2): ValueType<number | null> {
  const plain = maybeDoubles(String(marker))
  return {
    name: 'number?',
    absent: null,
    read(reader) {
      const value = plain.read(reader)
      return value === marker ? null : value
    },
    write(writer, value) {
      if (value === marker) writer.refuse(`${marker} means not computed, which is null here`)
      else plain.write(writer, value)
    },
  }
}

/** Infinity is a value of its own here: "up to the midpoint" (block H of placeOrder). */
export const offsets: ValueType<number | null> = {
  name: 'offset?',
  absent: null,
  read(reader) {
    const value = reader.number()
    return value === Infinity || Math.abs(value) < UNSET_MAGNITUDE ? value : null
  },
  write(writer, value) {
    if (value === null) writer.text('')
    else if (value === Infinity) writer.text('Infinity')
    else writeDouble(writer, value)
  },
}

function writeDouble(writer: Writer, value: number): void {
  if (Math.abs(value) < UNSET_MAGNITUDE) writer.text(formatNumber(value))
  else writer.refuse(`expected a finite number, came ${String(value)}`)
}

/** `1`, `0`; an empty field is `0` (protocol.md 6). */
export const flags: ValueType<boolean> = {
  name: 'flag',
  absent: false,
  read: (reader) => readFlag(reader) ?? false,
  write(writer, value) {
    writer.text(value ? '1' : '0')
  },
}

/** Where empty says something else than `0`: `transmit`, `usePriceMgmtAlgo`. */
export const maybeFlags: ValueType<boolean | null> = {
  name: 'flag?',
  absent: null,
  read: readFlag,
  write(writer, value) {
    writer.text(value === null ? '' : value ? '1' : '0')
  },
}

function readFlag(reader: Reader): boolean | null {
  const text = reader.text()
  if (text === '0') return false
  if (text === '1') return true
  if (text !== '') reader.bad(`expected 0 or 1, came ${quoted(text)}`)
  return null
}

export const texts: ValueType<string> = {
  name: 'text',
  absent: '',
  read: (reader) => reader.text(),
  write(writer, value) {
    if (typeof value === 'string') writer.text(value)
    else writer.refuse(`expected a text, came ${typeof value}`)
  },
}

/** The last field of a message, where some senders leave it out (108 in protocol.md 8). */
export const lastTexts: ValueType<string> = {
  ...texts,
  read: (reader) => (reader.done ? '' : reader.text()),
}

/** Seven-bit on the wire, `\uXXXX` for the rest: error texts, long names (protocol.md 3). */
export const escapedTexts: ValueType<string> = {
  name: 'escaped text',
  absent: '',
  read(reader) {
    const text = reader.text()
    return text.includes('\\u') ? text.replace(ESCAPE, unescape) : text
  },
  write(writer, value) {
    // A backslash that would read as the start of an escape is itself escaped.
    writer.text(value.replace(ESCAPED, escape))
  },
}

const ESCAPE = /\\u(?!0000)([0-9a-fA-F]{4})/g // a NUL stays escaped: text never holds one
const ESCAPED = /[\u0080-\uffff]|\\(?=u[0-9a-fA-F]{4})/g

function unescape(_: string, hex: string): string {
  return String.fromCharCode(parseInt(hex, 16))
}

function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** `tag=value;tag=value;` in one field. */
export const tagValueTexts: ValueType<readonly TagValue[]> = {
  name: 'tag list',
  absent: [],
  read(reader) {
    const parts = reader.text().split(';')
    const pairs: TagValue[] = []
    for (const part of parts) {
      const equals = part.indexOf('=')
      if (equals > 0) pairs.push({ tag: part.slice(0, equals), value: part.slice(equals + 1) })
      else if (part !== '') reader.bad(`expected tag=value, came ${quoted(part)}`)
    }
    return pairs
  },
  write(writer, pairs) {
    let text = ''
    for (const { tag, value } of pairs) {
      if (tag === '' || /[=;]/.test(tag) || value.includes(';')) {
        writer.refuse(`${quoted(`${tag}=${value}`)} does not fit a tag list`)
      }
      text += `${tag}=${value};`
    }
    writer.text(text)
  },
}

/** `DU1,DU2`; a comma too many is no name. */
export const commaTexts: ValueType<readonly string[]> = {
  name: 'names',
  absent: [],
  read: (reader) =>
    reader
      .text()
      .split(',')
      .filter((name) => name !== ''),
  write(writer, names) {
    if (names.some((name) => name === '' || name.includes(','))) {
      writer.refuse('a name in a comma list is empty or holds a comma')
    }
    writer.text(names.join(','))
  },
}
