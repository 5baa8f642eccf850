import * as fc from 'fast-check'
import type { FieldType } from './layout.ts'
import type { Chooser, Making } from './reference.ts'

/** Values by place, `order.hedgeType`; a length by `#` and the place of its list. */
export type Settings = Readonly<Record<string, unknown>>

/** Settings of lists and their elements are given for all elements at once: `ticks.*.type`. */
function setting(settings: Settings, path: string): unknown {
  return settings[path] ?? settings[path.replaceAll(/\d+/g, '*')]
}

function lengths(settings: Settings, otherwise: number): Making['length'] {
  return (path) => {
    const held = settings[`#${path}`]
    return typeof held === 'number' ? held : otherwise
  }
}

export interface Distinct {
  readonly settings: Settings
  readonly lists: number
  /** Which bit of a flag's number the flag shows; null values everywhere with `unset`. */
  readonly show: number | 'unset'
}

/** So many messages tell every flag from every other and from a constant. */
export const FLAG_BITS = 7

/** Every value differs from every other; flags, which cannot, do so over all `FLAG_BITS`. */
export function distinct({ settings, lists, show }: Distinct): Making {
  let count = 0
  let flags = 0
  const choose: Chooser = (type, path) => {
    const set = setting(settings, path)
    if (set !== undefined) return set
    if (type === 'b') return ((++flags >> (show === 'unset' ? 0 : show)) & 1) === 1
    if (type.includes('?') && show === 'unset') return null
    return numbered(type, ++count)
  }
  return { choose, length: lengths(settings, lists) }
}

function numbered(type: FieldType, n: number): unknown {
  if (type === 's') return `t${n}`
  if (type === 't') return [{ tag: `a${n}`, value: `b${n}` }]
  if (type === 'c') return [`DU${n}`, `DU${n}0`]
  if (type === 'b?') return n % 2 === 0
  return type.startsWith('i') || type.startsWith('l') ? 1000 + n : n + 0.25
}

const plain = fc.stringMatching(/^[A-Za-z0-9 .:/-]{0,12}$/)
const text = fc.oneof(
  { weight: 9, arbitrary: plain },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
)
const tag = fc.record({ tag: fc.stringMatching(/^[A-Za-z]{1,8}$/), value: plain })
const int = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -999, max: 2_000_000_000 }))
const cents = fc.integer({ min: -5_000, max: 50_000_000 }).map((n) => n / 100)
const tiny = fc.constantFrom(0.0000001, 0.00000025)
const number = fc.oneof({ weight: 30, arbitrary: cents }, { weight: 1, arbitrary: tiny })

const ANY: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  s: text.map((t) => t.replaceAll('\0', '')),
  i: int,
  l: int,
  n: number,
  o: number,
  b: fc.boolean(),
  t: fc.array(tag, { maxLength: 2 }),
  c: fc.array(fc.stringMatching(/^DU[0-9]{1,8}$/), { maxLength: 3 }),
}

/** Any message: a null in every fifth field that may hold one. */
export function random(
  settings: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<Making> {
  return fc.gen().map((pick) => {
    const choose: Chooser = (type, path) => {
      const among = setting(settings, path) as readonly unknown[] | undefined
      if (among !== undefined) return pick(fc.constantFrom, ...among)
      if (type.includes('?') && pick(fc.nat, 4) === 0) return null
      return pick(() => ANY[type.slice(0, 1)] ?? fc.constant(null))
    }
    return { choose, length: () => pick(fc.nat, 3) }
  })
}
