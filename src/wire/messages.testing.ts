import * as fc from 'fast-check'
import { NEWEST_VERSION, OLDEST_VERSION } from './codec.ts'
import { compile, type Target } from './compile.ts'
import type { Condition, Item, Table } from './fields.ts'
import type { ValueName } from './values.ts'

/** Any message of any table: what laws are tried on. */

export const VERSIONS: readonly number[] = Array.from(
  { length: NEWEST_VERSION - OLDEST_VERSION + 1 },
  (_, i) => OLDEST_VERSION + i,
)

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', ''))
const plain = fc.stringMatching(/^[A-Za-z0-9 .:/-]{1,10}$/)
const integer = fc.integer({ min: -1_000_000, max: 2_147_483_646 })
const number = fc
  .oneof(
    fc.integer({ min: -10_000_000, max: 10_000_000 }).map((n) => n / 10_000),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
  )
  .filter((n) => n !== -1 && n !== -2) // the markers of option computations
  .map((n) => n + 0) // no negative zero: its text is 0

const VALUES: Readonly<Record<ValueName, fc.Arbitrary<unknown>>> = {
  integer,
  'integer?': fc.option(integer),
  'long?': fc.option(fc.maxSafeInteger()),
  number,
  'number?': fc.option(number),
  'offset?': fc.oneof(fc.option(number), fc.constant(Infinity)),
  flag: fc.boolean(),
  'flag?': fc.option(fc.boolean()),
  text: word,
  'escaped text': fc.oneof(word, fc.constantFrom('\\u0041', '\\', 'Zürich \\ud83d', 'a\nb')),
  'tag list': fc.array(fc.record({ tag: plain, value: plain }), { maxLength: 3 }),
  names: fc.array(plain, { maxLength: 3 }),
}

/** Fields that conditions look at: often a value that meets one. */
export const DECISIVE: Readonly<Record<string, readonly unknown[]>> = {
  secType: ['STK', 'OPT', 'BAG', 'FUND'],
  exchange: ['SMART', 'IBKRATS'],
  orderType: ['LMT', 'PEG BENCH', 'PEGBENCH', 'PEG BEST', 'PEGBEST', 'PEG MID', 'PEGMID'],
  deltaNeutralOrderType: ['', 'None', 'LMT'],
  scalePriceIncrement: [null, -1.5, 0, 0.05],
  hedgeType: ['', 'D'],
  algoStrategy: ['', 'Vwap'],
  competeAgainstBestOffset: [null, 0.02, Infinity],
}

type Fields = Record<string, unknown>

/** A message of one kind, as a reader of `version` would give it. */
export function messageOf(message: Table[number], version: number): fc.Arbitrary<Target> {
  return fieldsOf(message.items).map((fields) => settled(message, fields, version))
}

/** With every optional part present, made into what a reader of `version` would give. */
export function settled(message: Table[number], fields: Fields, version: number): Target {
  const root: Fields = { kind: message.kind, ...fields }
  settle(message.items, { target: root, root, version })
  return root
}

/** Every optional part present, whatever the version and the conditions say. */
function fieldsOf(items: readonly Item[]): fc.Arbitrary<Fields> {
  return fc.tuple(...items.map(fieldOf)).map((parts) => parts.reduce(merge, {}))
}

export function merge(all: Fields, part: Fields): Fields {
  for (const [name, value] of Object.entries(part)) {
    const held = all[name]
    all[name] = isFields(held) && isFields(value) ? merge(held, value) : value
  }
  return all
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldOf(item: Item): fc.Arbitrary<Fields> {
  switch (item.kind) {
    case 'value': {
      const usual = VALUES[item.type.name]
      const decisive = DECISIVE[item.name]
      const value = decisive === undefined ? usual : fc.constantFrom(...decisive)
      return value.map((held) => ({ [item.name]: held }))
    }
    case 'implied':
      return fc.constant({ [item.name]: item.value })
    case 'part':
    case 'block':
      return fieldsOf(item.items).map((held) => ({ [item.name]: held }))
    case 'flagged':
      return fc.option(fieldsOf(item.items)).map((held) => ({ [item.name]: held }))
    case 'when':
      return fieldsOf(item.items)
    case 'list':
      return fc.array(fieldsOf(item.items), { maxLength: 3 }).map((held) => ({ [item.name]: held }))
    case 'values':
      return fc.array(VALUES[item.type.name], { maxLength: 3 }).map((held) => ({
        [item.name]: held,
      }))
    case 'choice':
      return fc.oneof(
        ...item.variants.map(({ tag, items }) =>
          fieldsOf(items).map((held) => ({ [item.name]: tag, ...held })),
        ),
      )
    case 'rest':
      return fc.array(plain, { maxLength: 3 }).map((held) => ({ [item.name]: held }))
    default:
      return fc.constant({})
  }
}

interface Place {
  readonly target: Fields
  readonly root: Fields
  readonly version: number
}

/** Takes back what the version does not have and what a condition does not allow. */
function settle(items: readonly Item[], place: Place): void {
  for (const item of items) {
    const present = place.version >= item.since && place.version < item.before
    const met = 'condition' in item ? holds(item.condition, place.root) : true
    if (!present || !met) clear(item, place)
    else if ('items' in item) settleInside(item, place)
  }
}

function settleInside(item: Extract<Item, { items: readonly Item[] }>, place: Place): void {
  const held = item.kind === 'when' ? place.target : place.target[item.name]
  const inside = Array.isArray(held) ? (held as readonly Fields[]) : [held]
  for (const target of inside) {
    if (isFields(target)) settle(item.items, { ...place, target })
  }
}

function holds(condition: Condition, root: Fields): boolean {
  return (condition as (message: unknown) => boolean)(root)
}

function clear(item: Item, { target, version }: Place): void {
  for (const step of compile([item], version)) step.clear(target)
}
