import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Prng } from '../../src/base/prng.ts'
import { bitten, latin1, oneElse, unlatin1 } from './drawn.ts'
import { without } from './subject.ts'

export interface ConfigInput {
  /** The file, as bytes: what a disk gives is not always text. */
  readonly bytes: Uint8Array
  /** Of the environment; null: it is not set. */
  readonly mode: string | null
}

const FOLDER = join(import.meta.dirname, '../../config')

/** The files of the project, with what they comment out switched on now and then. */
const FILES: readonly string[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))

const MODES = [null, null, null, 'demo', 'dry-run', 'paper', 'live', 'LIVE', '', '__proto__']

export function configInput(prng: Prng): ConfigInput {
  let text = withoutComments(prng, oneElse(prng, FILES, ''))
  if (prng.chance(0.06)) text = bomb(prng)
  else {
    const edits = prng.int(0, prng.chance(0.2) ? 12 : 3)
    for (let i = 0; i < edits; i++) text = edited(prng, text)
  }
  let bytes: Uint8Array = new Uint8Array(Buffer.from(text, 'utf8'))
  if (prng.chance(0.08)) bytes = bitten(prng, bytes)
  if (prng.chance(0.01)) bytes = Uint8Array.from({ length: 300 }, () => prng.int(0, 255))
  return { bytes, mode: oneElse(prng, MODES, null) }
}

/** `# key: value` is a key that somebody might switch on. */
function withoutComments(prng: Prng, text: string): string {
  const switched = prng.chance(0.5)
  return text
    .split('\n')
    .map((line) =>
      switched && prng.chance(0.5) ? line.replace(/^(\s*)# (?=[a-z_ ]+:)/, '$1') : line,
    )
    .filter((line) => !/^\s*#/.test(line) && line.trim() !== '')
    .join('\n')
}

const VALUES = [
  '',
  '~',
  'null',
  'true',
  'yes',
  '0',
  '-1',
  '-0',
  '1e400',
  '.inf',
  '.nan',
  '0x1F',
  '0o17',
  '1_000',
  '9007199254740993',
  '99999999999999999999999999',
  '0%',
  '-1%',
  '0.0000000001%',
  '101%',
  '1e3%',
  '5',
  '5%',
  '15',
  '15s',
  '0s',
  '15m',
  '9999999999999999999s',
  `${'9'.repeat(400)}s`,
  '$0',
  '$-5',
  '$5',
  '$0.0000001',
  '$99999999999999999999',
  `$${'9'.repeat(400)}`,
  '500',
  '500 USD',
  '1d',
  '31d',
  `${'9'.repeat(320)}d`,
  'live',
  'demo',
  '[]',
  '{}',
  '[1, 2]',
  '{ a: 1 }',
  '"',
  "'",
  '|',
  '>-',
  '!!binary aGVsbG8=',
  '!!js/function "x"',
  '!!set { a }',
  '!unknown 5',
  '*missing',
  '&a 5',
  '2026-01-09',
  '09:30-16:00',
  '16:00-09:30',
  '999-0',
  'dte:9-3',
  'delta:0.0',
  'otm:9%-1%',
  'debit-vertical:$0',
  'iron-condor:$0.01',
  'weekly',
  'SPY',
  'spy',
  '[SPY, SPY]',
  '[{ symbol: SPY, kind: index }]',
  '[{ file: ../../etc/passwd }]',
  '[{ file: "x.mjs" }]',
  'DU1234567',
  'U1234567',
  '4001',
  '7497',
  '65536',
  '{ port: 4002 }',
  '{ port: 4001, host: "" }',
  '{ port: 14002, ports: { 14002: paper } }',
  '{ port: 4002, ports: { __proto__: live, 4002: live } }',
  '{ port: 4002, client_id_base: 9990, restart_command: [x], restart_command_every: 9999999999999s }',
  '{ port: 4002, auto_restart: "23:45 Mars/Olympus" }',
  '{ port: 4002, restart_windows: ["Sun-Fri 00:15-01:45 America/New_York", x] }',
  'x'.repeat(2_000),
  '"\\u0000"',
  '"\\ud83d"',
  '😀',
]

const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '? [a, b]', '? { a: b }']
const MORE_KEYS = ['mode', 'risk', 'on', '1', 'null', '~', '"a.b"', '<<', '!!str', '*x', '', '-']

function edited(prng: Prng, text: string): string {
  const lines = text.split('\n')
  const at = prng.int(0, lines.length - 1)
  const line = lines[at] ?? ''
  const replace = (...to: readonly string[]): string => lines.toSpliced(at, 1, ...to).join('\n')
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  const value = oneElse(prng, VALUES, '')
  switch (prng.int(0, 13)) {
    case 0:
      return replace()
    case 1:
      return replace(line, line) // a duplicate key
    case 2:
      return replace(mistyped(prng, line))
    case 3:
      return replace(
        `${indent}${oneElse(prng, prng.chance(0.5) ? KEYS : MORE_KEYS, '')}: ${value}`,
        line,
      )
    case 4:
      return replace(prng.chance(0.5) ? `\t${line}` : ` ${line}`)
    case 5:
      return replace(line.trimStart())
    case 6:
      return `${oneElse(prng, ['\ufeff', '%YAML 9.9\n', '---\n', '...\n', '# ', '\0'], '')}${text}`
    case 7:
      return `${text}\n---\nmode: live\n`
    case 8:
      return replace(line.replace(/\d+/, (digits) => digits + '0'.repeat(prng.int(1, 12))))
    case 9:
      return replace(line.replace(/(\d)(%|s|m|d|\$)/, '$1')) // the unit forgotten
    case 10:
      return lines.slice(0, at).join('\n')
    default:
      return replace(line.replace(/:.*$/, `: ${value}`))
  }
}

function mistyped(prng: Prng, line: string): string {
  const at = prng.int(0, Math.max(0, line.length - 1))
  const letter = oneElse(
    prng,
    ['e', '_', '-', ':', '#', ' ', '"', '{', '}', '[', '&', '*', '\u00a0'],
    'e',
  )
  const chance = prng.next()
  if (chance < 0.4) return line.slice(0, at) + line.slice(at + 1)
  return line.slice(0, at) + letter + line.slice(at + (chance < 0.7 ? 1 : 0))
}

/** What costs a careless reader its stack, its memory or an hour. */
function bomb(prng: Prng): string {
  const times = prng.int(10, prng.chance(0.3) ? 20_000 : 600)
  switch (prng.int(0, 9)) {
    case 0:
      return `mode: ${'['.repeat(times)}${prng.chance(0.5) ? ']'.repeat(times) : ''}`
    case 1:
      return `mode: ${'{a: '.repeat(times)}`
    case 2:
      return Array.from({ length: Math.min(times, 400) }, (_, i) => `${' '.repeat(i)}a:`).join('\n')
    case 3:
      return laughs(prng.int(3, 30))
    case 4:
      return `a: &a [*a]\nmode: *a\n`
    case 5:
      return `mode: ${'- '.repeat(times)}x`
    case 6:
      return Array.from({ length: times }, (_, i) => `key_${i}: ${i}`).join('\n')
    case 7:
      return `mode: demo\nsymbols: [${Array.from({ length: times }, (_, i) => `A${i}`).join(', ')}]`
    case 8:
      return `mode: "${'\\x41'.repeat(times)}"\n${'# x\n'.repeat(times)}`
    default:
      return `${'? '.repeat(times)}a`
  }
}

/** A billion of them, by aliases of aliases. */
function laughs(depth: number): string {
  const rows = Array.from({ length: depth }, (_, i) => {
    const of = i === 0 ? 'lol' : `*a${i - 1}`
    return `a${i}: &a${i} [${Array.from({ length: 9 }, () => of).join(', ')}]`
  })
  return [...rows, `mode: *a${depth - 1}`].join('\n')
}

export function writeConfig({ bytes, mode }: ConfigInput): string {
  return JSON.stringify({ mode, bytes: latin1(bytes) })
}

export function readConfig(text: string): ConfigInput {
  const { mode, bytes } = JSON.parse(text) as { mode: string | null; bytes: string }
  return { mode, bytes: unlatin1(bytes) }
}

/** By lines first, then by letters. */
export function* smallerConfig(input: ConfigInput): Generator<ConfigInput> {
  if (input.mode !== null) yield { ...input, mode: null }
  const lines = latin1(input.bytes).split('\n')
  for (const left of without(lines.length, (from, to) => lines.toSpliced(from, to - from))) {
    yield { ...input, bytes: unlatin1(left.join('\n')) }
  }
  const { bytes } = input
  if (bytes.length > 3_000) yield { ...input, bytes: bytes.subarray(0, bytes.length >> 1) }
  for (const left of without(bytes.length, (from, to) =>
    Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]),
  )) {
    yield { ...input, bytes: new Uint8Array(left) }
  }
}
