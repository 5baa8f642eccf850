import type { Prng } from '../../src/base/prng.ts'
import type { Target } from '../../src/wire/compile.ts'
import type { Item, Table } from '../../src/wire/fields.ts'
import { DECISIVE, merge, settled } from '../../src/wire/messages.testing.ts'
import type { ValueName } from '../../src/wire/values.ts'
import { oneElse, oneOf } from './drawn.ts'

/** Any message of a table, as messages.testing.ts makes it, and a hundred times faster. */
export function messageFrom(prng: Prng, message: Table[number], version: number): Target {
  return settled(message, fieldsOf(prng, message.items), version)
}

type Fields = Record<string, unknown>

function fieldsOf(prng: Prng, items: readonly Item[]): Fields {
  const all: Fields = {}
  for (const item of items) merge(all, fieldOf(prng, item))
  return all
}

const WORDS = ['', 'SPY', 'SMART', 'USD', '20260109', 'a;b', '0', '-1', '1e5', 'NaN', '|', ' x ']
const ODD_WORDS = ['Zürich', 'é\\u00e9', '\\', '\\u', '\\ud83d', '日本', '😀', '\n\r\t', '\u0080']
const PLAIN = ['A', 'b.c', '1', 'x y', 'FLOAT:1.5', 'DU1234567', '2026-01-09', '/']

const INTEGERS = [0, 1, -1, 2, 10, 255, 65_536, 1_000_000, 2_147_483_646, -1_000_000]
const NUMBERS = [0, 0.01, 0.5, 1, 2, 3.05, 99.99, 1e-7, 1e15, 123_456_789.123, -0.25]

function wordOf(prng: Prng): string {
  if (prng.chance(0.7)) return oneElse(prng, WORDS, '')
  if (prng.chance(0.7)) return oneElse(prng, ODD_WORDS, '')
  return oneElse(prng, WORDS, 'x').repeat(prng.int(1, 30))
}

function integerOf(prng: Prng): number {
  return prng.chance(0.6) ? oneElse(prng, INTEGERS, 0) : prng.int(-1_000_000, 2_147_483_646)
}

function numberOf(prng: Prng): number {
  if (prng.chance(0.6)) return oneElse(prng, NUMBERS, 0)
  const drawn = prng.chance(0.7) ? prng.int(-1e7, 1e7) / 1e4 : (prng.next() - 0.5) * 1e15
  return drawn === -1 || drawn === -2 ? 0.5 : drawn + 0 // the markers; no negative zero
}

const maybe = <T>(prng: Prng, of: (prng: Prng) => T): T | null =>
  prng.chance(0.4) ? null : of(prng)
const several = <T>(prng: Prng, of: (prng: Prng) => T): readonly T[] =>
  Array.from({ length: prng.chance(0.5) ? 0 : prng.int(1, 3) }, () => of(prng))
const plainOf = (prng: Prng): string => oneElse(prng, PLAIN, 'A')

const VALUES: Readonly<Record<ValueName, (prng: Prng) => unknown>> = {
  integer: integerOf,
  'integer?': (prng) => maybe(prng, integerOf),
  'long?': (prng) => maybe(prng, (own) => own.int(-(2 ** 40), 2 ** 53 - 1)),
  number: numberOf,
  'number?': (prng) => maybe(prng, numberOf),
  'offset?': (prng) => (prng.chance(0.2) ? Infinity : maybe(prng, numberOf)),
  flag: (prng) => prng.chance(0.5),
  'flag?': (prng) => maybe(prng, (own) => own.chance(0.5)),
  text: wordOf,
  'escaped text': wordOf,
  'tag list': (prng) => several(prng, () => ({ tag: plainOf(prng), value: plainOf(prng) })),
  names: (prng) => several(prng, plainOf),
}

function fieldOf(prng: Prng, item: Item): Fields {
  switch (item.kind) {
    case 'value': {
      const decisive = DECISIVE[item.name]
      const value =
        decisive === undefined ? VALUES[item.type.name](prng) : (oneOf(prng, decisive) ?? null)
      return { [item.name]: value }
    }
    case 'implied':
      return { [item.name]: item.value }
    case 'part':
    case 'block':
      return { [item.name]: fieldsOf(prng, item.items) }
    case 'flagged':
      return { [item.name]: maybe(prng, () => fieldsOf(prng, item.items)) }
    case 'when':
      return fieldsOf(prng, item.items)
    case 'list':
      return { [item.name]: several(prng, () => fieldsOf(prng, item.items)) }
    case 'values':
      return { [item.name]: several(prng, VALUES[item.type.name]) }
    case 'choice': {
      const variant = oneOf(prng, item.variants)
      return variant === undefined
        ? {}
        : { [item.name]: variant.tag, ...fieldsOf(prng, variant.items) }
    }
    case 'rest':
      return { [item.name]: several(prng, plainOf) }
    default:
      return {}
  }
}
