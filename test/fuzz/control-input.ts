import type { Prng } from '../../src/base/prng.ts'
import { bitten, cutsOf, latin1, oneElse, unlatin1 } from './drawn.ts'
import { without } from './subject.ts'

/** What a connection to the control socket is told; `cuts` as in a stream of frames. */
export interface ControlInput {
  readonly stream: Uint8Array
  readonly cuts: readonly number[]
}

const ACCOUNT = 'DU1234567'
const sound: readonly unknown[] = [
  { kind: 'status' },
  { kind: 'what-if' },
  { kind: 'command', by: 'ada', command: { kind: 'reduce' } },
  { kind: 'command', by: 'ada', command: { kind: 'halt', reason: 'smoke' } },
  { kind: 'command', by: 'ada', command: { kind: 'kill', reason: 'fire' }, until: 5 },
  {
    kind: 'command',
    by: 'Ada L.',
    command: { kind: 'resume', accountId: ACCOUNT, reason: 'r' },
    until: 1,
  },
  { kind: 'command', by: 'ada', command: { kind: 'arm', accountId: ACCOUNT, reason: 'r' } },
  { kind: 'command', by: 'ada', command: { kind: 'cancel', orderId: 'x-1' } },
  { kind: 'command', by: 'ada', command: { kind: 'close', structureId: 's-1', reason: 'odd' } },
  { kind: 'flatten', by: 'ada', reason: 'done for today' },
  { kind: 'dashboard', name: 'ada', role: 'trader' },
  { kind: 'dashboard', name: 'ada', role: 'admin', interactive: true },
]

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'engine',
  'PANIC',
  'watchdog',
  'Latch',
  'ada\n{"kind":"status"}',
  'x'.repeat(401),
  'y'.repeat(5_000),
  '\u0000',
  '\ud800',
  '\u202eada',
  'ада',
  [],
  {},
  ['status'],
  { kind: 'status' },
  { toString: 'x' },
  { length: 1e9 },
  'kill',
  'resume',
  'status',
]
const KEYS = ['kind', 'by', 'command', 'until', 'reason', 'orderId', 'accountId', 'more', '', 'a.b']
const POLLUTING = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toJSON', 'then']

export function controlLine(prng: Prng): string {
  const chance = prng.next()
  if (chance < 0.08) return bomb(prng)
  let line = JSON.stringify(oneElse(prng, sound, {}))
  if (chance < 0.2) return line
  const edits = prng.int(1, 3)
  for (let i = 0; i < edits; i++)
    line = prng.chance(0.7) ? reshaped(prng, line) : retyped(prng, line)
  return line
}

export function controlInput(prng: Prng): ControlInput {
  const lines = Array.from({ length: prng.chance(0.5) ? 1 : prng.int(2, 6) }, () =>
    controlLine(prng),
  )
  const ends = prng.chance(0.8) ? '\n' : ''
  let stream: Uint8Array = new Uint8Array(Buffer.from(`${lines.join('\n')}${ends}`, 'utf8'))
  if (prng.chance(0.1)) stream = bitten(prng, stream)
  return { stream, cuts: cutsOf(prng, stream.length).slice(0, 8) }
}

/** A key or a value changed, where it is JSON still. */
function reshaped(prng: Prng, line: string): string {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return line
  }
  if (typeof json !== 'object' || json === null) return JSON.stringify(oneElse(prng, ODD, null))
  const inner = (json as Record<string, unknown>)['command']
  const deep = prng.chance(0.5) && typeof inner === 'object' && inner !== null
  const target = (deep ? inner : json) as Record<string, unknown>
  const keys = Object.keys(target)
  const key = oneElse(prng, prng.chance(0.6) && keys.length > 0 ? keys : KEYS, 'kind')
  switch (prng.int(0, 3)) {
    case 0:
      delete target[key]
      return JSON.stringify(json)
    case 1: {
      const polluting = oneElse(prng, POLLUTING, '__proto__')
      const value = JSON.stringify(oneElse(prng, [{ kind: 'status', polluted: 1 }, ...ODD], 1))
      // As text: an object of ours would take it for its prototype, or lose it.
      return JSON.stringify(json).replace('{', `{"${polluting}":${value ?? 'null'},`)
    }
    case 2:
      target[key] = oneElse(prng, sound, null)
      return JSON.stringify(json)
    default:
      target[key] = oneElse(prng, ODD, null)
      return JSON.stringify(json)
  }
}

function retyped(prng: Prng, line: string): string {
  const at = prng.int(0, line.length)
  const odd = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\\u0000',
    '\t',
    '\ufeff',
    '1e999',
    '//',
    "'",
  ]
  const put = prng.chance(0.7) ? oneElse(prng, odd, '{') : ''
  return line.slice(0, at) + put + line.slice(at + prng.int(0, 3))
}

function bomb(prng: Prng): string {
  const times = prng.int(10, prng.chance(0.2) ? 70_000 : 3_000)
  switch (prng.int(0, 6)) {
    case 0:
      return '['.repeat(times)
    case 1:
      return `${'['.repeat(times)}${']'.repeat(times)}`
    case 2:
      return '{"kind":'.repeat(Math.ceil(times / 8))
    case 3:
      return `{"kind":"status","${'k'.repeat(times)}":1}`
    case 4:
      return `{"kind":"status"${',"kind":"status"'.repeat(Math.ceil(times / 16))}}`
    case 5:
      return `{"kind":"command","by":"${'a'.repeat(times)}","command":{"kind":"kill"}}`
    default:
      return ' '.repeat(times)
  }
}

export function writeControl({ stream, cuts }: ControlInput): string {
  return JSON.stringify({ stream: latin1(stream), cuts })
}

export function readControl(text: string): ControlInput {
  const { stream, cuts } = JSON.parse(text) as { stream: string; cuts: readonly number[] }
  return { stream: unlatin1(stream), cuts }
}

export function* smallerControl({ stream, cuts }: ControlInput): Generator<ControlInput> {
  if (cuts.length > 0) yield { stream, cuts: [] }
  for (const left of without(stream.length, (from, to) =>
    Buffer.concat([stream.subarray(0, from), stream.subarray(to)]),
  )) {
    yield { stream: new Uint8Array(left), cuts: cuts.filter((cut) => cut < left.length) }
  }
}
