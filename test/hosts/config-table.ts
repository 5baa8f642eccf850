import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { Result } from '../../src/base/result.ts'
import { parseSettings } from '../../src/config/load.ts'
import { fileSchema } from '../../src/config/schema.ts'

/** Every key of the schema with a number in its value, and every way to get that number wrong. */

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const FILE = 'config.yaml'
type Path = readonly (string | number)[]

/** What the example leaves out, so that every key has a value that can be altered. */
const MORE: readonly (readonly [Path, unknown])[] = [
  [['account'], 'DU1234567'],
  [['account_kind'], 'margin'],
  [
    ['gateway'],
    {
      host: '127.0.0.1',
      port: 4002,
      client_id_base: 30,
      ports: { 14002: 'paper' },
      auto_restart: '23:45 America/New_York',
      restart_windows: ['Fri 23:00-03:00 America/New_York'],
      restart_command: ['/bin/restart'],
      restart_command_every: '900s',
    },
  ],
  [['vix_regime', 'puts'], { SPY: { otm: '5%-10%', dte: '30-60' } }],
  [['vix_regime', 'calls'], { GLD: { otm: '2%-5%', dte: '60-90' } }],
  [['vix_regime', 'cool_down'], '1d'],
  [['selection', 'structure'], 'debit-vertical:$5'],
  [['selection', 'expiry'], 'dte:3-10'],
  [['selection', 'strike'], 'delta:0.40'],
  [['exits', 'trailing_stop'], '20%'],
  [['exits', 'time_stop'], '90m'],
  [['exits', 'trend_exit'], 'none'],
  [['risk', 'no_entry_windows'], ['Mon-Fri 12:00-13:00 America/New_York']],
]

function base(): Document {
  const document = parseDocument(readFileSync(EXAMPLE, 'utf8'))
  for (const [path, value] of MORE) document.setIn(path, document.createNode(value))
  return document
}

interface Said {
  /** Null: it was accepted. */
  readonly problems: readonly string[] | null
  /** Of the key, 1-based. */
  readonly line: number
}

/** What the file says with this value in the place of another. */
function saidOf(path: Path, value: unknown, parse: Parse): Said {
  const document = base()
  document.setIn(path, value)
  return said(document, path, parse)
}

/** With a key that is written like this instead. */
function saidOfKey(path: Path, key: string, parse: Parse): Said {
  const document = base()
  const holder = path.slice(0, -1)
  const value = document.getIn(path, true)
  document.deleteIn(path)
  document.setIn([...holder, key], value)
  return said(document, [...holder, key], parse)
}

type Parse = (text: string) => Result<unknown, readonly string[]>

function parsed(text: string): ReturnType<Parse> {
  return parseSettings(text, { path: FILE, environment: {} })
}

function said(document: Document, path: Path, parse: Parse): Said {
  const text = String(document)
  const result = parse(text)
  return { problems: result.ok ? null : result.error, line: lineOf(text, path) }
}

function lineOf(text: string, path: Path): number {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (let depth = path.length; depth > 0; depth--) {
    const holder = document.getIn(path.slice(0, depth - 1), true) as Holder | undefined
    const key = path[depth - 1]
    const item = holder?.items?.find((each) => String(each.key?.value) === String(key))
    const node = item?.key ?? (document.getIn(path.slice(0, depth), true) as Node | undefined)
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

interface Node {
  readonly range?: readonly [number, number, number] | null
}
interface Holder {
  readonly items?: readonly { readonly key?: Node & { readonly value?: unknown } }[]
}

/** Accepted after all, or refused in the name of another key; and why that is right. */
const STATED: Readonly<Record<string, string>> = {
  'vix_regime.puts.SPY.otm 0%-10%': 'from the money on',
  'vix_regime.calls.GLD.otm 0%-5%': 'from the money on',
  'vix_regime.puts.SPY.dte 0-60': 'from today on',
  'vix_regime.calls.GLD.dte 0-90': 'from today on',
  'selection.expiry dte:0-10': 'from today on, where same_day_expiry allows it',
  'selection.min_volume 0': 'asks for none',
  'selection.min_open_interest 0': 'asks for none',
  'entry.start 0%': 'our own side of the spread',
  'entry.worst 0%': 'refused as entry.start, which is beyond it',
  'risk.max_baseline_difference $0': 'no difference is borne: the strictest there is',
  'risk.min_quote_size 0': 'asks for none, for markets recorded without sizes',
  'risk.days_to_expiry 0-45': 'from today on',
  'risk.days_to_expiry 0-0': 'today only',
  'risk.day_trades.0.max 0': 'no day trade at all: the strictest there is',
  'risk.day_trades.0.below_equity $0': 'the rule holds for nobody',
  'watchdog.restarts 0': 'never started again',
}

export interface Table {
  /** Values and keys that were tried. */
  readonly tried: number
  readonly complaints: readonly string[]
}

/** F92, F93: each value that is none. `every`: so many of them, one after the other, are one. */
export function wrongValues(every: number, parse: Parse = parsed): Table {
  const stated = new Set<string>()
  const complaints: string[] = []
  const wrong = leaves()
    .filter(({ path }) => !PROSE.includes(path.join('.')))
    .flatMap(({ path, value }) =>
      [...absurdOf(value), ...misunitedOf(value)].map((of) => ({ path, value: of })),
    )
  const tried = wrong.filter((_, i) => i % every === 0)
  for (const { path, value } of tried) {
    const name = path.join('.')
    const entry = `${name} ${String(value)}`
    const { problems, line } = saidOf(path, value, parse)
    const place = `${FILE}:${line}: ${name}: `
    const isNamed = (problems ?? []).some((p) => p.startsWith(place) && p.includes('expected'))
    if (Object.hasOwn(STATED, entry)) stated.add(entry)
    else if (!isNamed) complaints.push(`${entry}: ${problems?.join() ?? 'accepted'}`)
  }
  const unsaid = every > 1 ? [] : Object.keys(STATED).filter((entry) => !stated.has(entry))
  return { tried: tried.length, complaints: [...complaints, ...unsaid.map((e) => `${e}: untried`)] }
}

/** F91: each key, misspelt: refused, with its line and the name that was meant. */
export function wrongKeys(every: number, parse: Parse = parsed): Table {
  const known = new Set(keys().map((path) => path.join('.')))
  const wrong = keys().flatMap((path) =>
    misspelt(String(path.at(-1)))
      .map((key) => ({ path, key }))
      .filter(({ key }) => !known.has([...path.slice(0, -1), key].join('.'))),
  )
  const tried = wrong.filter((_, i) => i % every === 0)
  const complaints = tried.flatMap(({ path, key }) => {
    const { problems, line } = saidOfKey(path, key, parse)
    const name = [...path.slice(0, -1), key].join('.')
    const meant = String(path.at(-1))
    const says = `${FILE}:${line}: ${name}: unknown key; did you mean "${meant}"?`
    return problems?.includes(says) === true ? [] : `${name}: ${problems?.join() ?? 'accepted'}`
  })
  return { tried: tried.length, complaints }
}

/** A letter less, a letter twice, two the other way round, in capitals; with a unit in the name. */
function misspelt(key: string): readonly string[] {
  const middle = Math.floor(key.length / 2)
  const [a = '', b = ''] = key.slice(middle)
  return [
    key.slice(0, -1),
    key.slice(0, middle) + a + key.slice(middle),
    key.slice(0, middle) + b + a + key.slice(middle + 2),
    key.toUpperCase(),
    ...(key.split('_').length > 1 ? [`${key}_pct`] : []),
  ].filter((each) => each !== key && each.length > 2)
}

/** Every leaf of the schema, as deep as the values go; with its value. */
export function leaves(): readonly { readonly path: Path; readonly value: unknown }[] {
  return leavesOf(fileSchema, base().toJS(), [])
}

/** Every key of every object of the schema that has a value here. */
function keys(): readonly Path[] {
  const found = new Map<string, Path>()
  for (const { path } of leaves()) {
    for (let depth = 1; depth <= path.length; depth++) {
      const each = path.slice(0, depth)
      if (isKeyOfSchema(each)) found.set(each.join('.'), each)
    }
  }
  return [...found.values()]
}

function isKeyOfSchema(path: Path): boolean {
  let schema: Schema | undefined = unwrapped(fileSchema)
  for (const [depth, step] of path.entries()) {
    const next: Schema | undefined = schema?.shape?.[String(step)]
    if (next === undefined) return false
    if (depth < path.length - 1) schema = unwrapped(next)
  }
  return true
}

interface Schema {
  readonly shape?: Readonly<Record<string, Schema>>
  readonly def?: {
    readonly innerType?: Schema
    readonly in?: Schema
    readonly element?: Schema
  }
}

function unwrapped(schema: unknown): Schema {
  let of = schema as Schema
  for (;;) {
    const inner = of.def?.innerType ?? (of.shape === undefined ? of.def?.in : undefined)
    if (inner === undefined) return of
    of = inner
  }
}

function leavesOf(
  schema: unknown,
  value: unknown,
  path: Path,
): readonly { readonly path: Path; readonly value: unknown }[] {
  const of = unwrapped(schema)
  if (of.shape !== undefined) {
    return Object.entries(of.shape).flatMap(([key, inner]) =>
      leavesOf(inner, (value as Record<string, unknown> | undefined)?.[key], [...path, key]),
    )
  }
  if (Array.isArray(value)) {
    return value.flatMap((each, i) => leavesOf(of.def?.element ?? {}, each, [...path, i]))
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => leavesOf({}, each, [...path, key]))
  }
  return [{ path, value }]
}

const PROSE = ['gateway.host', 'account', 'gateway.restart_command.0']
const NUMBER = /\d+(\.\d+)?/g
const ABSURD = ['0', '-1', 'NaN', 'Infinity', '-Infinity', '1e400', '99999999999999999999']
const ABSURD_NUMBERS = [0, -1, Number.NaN, Infinity, -Infinity, 1e300, 2 ** 53 + 2, 0.5]

/** F93: each of its numbers, one at a time, is nothing that a limit can be. */
function absurdOf(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return ABSURD_NUMBERS
  if (typeof value !== 'string') return []
  return [...value.matchAll(NUMBER)].flatMap(({ index, 0: found }) =>
    ABSURD.map((each) => value.slice(0, index) + each + value.slice(index + found.length)),
  )
}

/** F92: the same number with another unit, or with none, or not as it is written here. */
function misunitedOf(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return ['%', 's', 'x'].map((unit) => `${value}${unit}`)
  const [, dollar = '', digits = '', unit = ''] =
    /^(\$?)(\d+(?:\.\d+)?)([%smhd]?)$/.exec(String(value)) ?? []
  if (digits === '' || dollar + unit === '') return []
  const others = ['%', 's', 'ms', ' bps'].filter((each) => each !== unit)
  return [
    Number(digits),
    digits,
    Number(digits) / 100,
    ...others.map((each) => digits + each),
    ...(dollar === '' ? [`$${digits}`] : [`${digits}$`, `€${digits}`, `$${digits},000`]),
    `${dollar}${digits} ${unit}`,
  ]
}
