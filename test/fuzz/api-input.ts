import type { Prng } from '../../src/base/prng.ts'
import { ACCESS } from '../../src/dashboard/access.ts'
import { oneElse } from './drawn.ts'
import { without } from './subject.ts'

/** A body, as it is sent. */
export interface ApiInput {
  readonly route: string
  readonly raw: string
}

/** By router reflection held to this table: a new route is drawn too. */
const ROUTES = Object.keys(ACCESS).filter((route) => !/^(GET|HEAD) /.test(route))
const TICKET = 'A'.repeat(43)

const SOUND: Readonly<Record<string, object>> = {
  'POST /api/v1/session': { name: 'ada', password: 'a wrong one' },
  'POST /api/v1/session/proof': { ticket: TICKET },
  'POST /api/v1/stream/seen': { reader: 1, pulse: 2 },
  'POST /api/v1/journal/replay': { limits: { max_order_cost: '500.25' } },
  'POST /api/v1/confirmations': { verb: 'resume' },
  'POST /api/v1/commands/cancel': { orderId: 'b1-7', reason: 'odd' },
  'POST /api/v1/commands/close': { structureId: 'b1-7' },
  'POST /api/v1/commands/resume': {
    accountId: 'DU1234567',
    reason: 'looked',
    confirmation: TICKET,
  },
  'POST /api/v1/commands/arm': { accountId: 'DU1234567', reason: 'r', confirmation: TICKET },
}

const NUMBERS = ['1e400', '-1e999', '9007199254740993', '0.1', '-0', '1E-400', '1e3', '01', '+1']
const VALUES = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"=cmd|x"',
  '{"a":[{}]}',
]
const KEYS = ['reason', 'orderId', 'limits', 'verb', 'more', '', 'a.b', 'toString', 'then']
const POLLUTING = ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']
const MARKS = ['{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', '\t', '\ufeff', '//', "'"]

export function apiInput(prng: Prng): ApiInput {
  const route = oneElse(prng, ROUTES, ROUTES[0] ?? '')
  if (prng.chance(0.05)) return { route, raw: bomb(prng) }
  let raw = JSON.stringify(SOUND[route] ?? (prng.chance(0.5) ? {} : { reason: 'odd' }))
  if (prng.chance(0.1)) return { route, raw }
  const edits = prng.int(1, 3)
  for (let made = 0; made < edits; made++) raw = prng.chance(0.7) ? put(prng, raw) : torn(prng, raw)
  return { route, raw }
}

/** A key or a value more, as text: an object of ours would take some for its own. */
function put(prng: Prng, raw: string): string {
  const key = prng.chance(0.2) ? oneElse(prng, POLLUTING, '') : oneElse(prng, KEYS, '')
  const value = valueOf(prng)
  if (prng.chance(0.4)) return raw.replace('{', `{"${key}":${value},`).replace(',}', '}')
  return raw.replace(/:("[^"]*"|[\d.]+)/, () => `:${value}`)
}

function valueOf(prng: Prng): string {
  switch (prng.int(0, 4)) {
    case 0:
      return oneElse(prng, NUMBERS, '1')
    case 1:
      return oneElse(prng, VALUES, 'null')
    case 2:
      return JSON.stringify('x'.repeat(prng.int(1, prng.chance(0.1) ? 60_000 : 500)))
    case 3:
      return JSON.stringify(
        String.fromCharCode(...Array.from({ length: 8 }, () => prng.int(0, 65_535))),
      )
    default:
      return `{"${oneElse(prng, POLLUTING, '')}":{"isAdmin":true}}`
  }
}

function torn(prng: Prng, raw: string): string {
  const at = prng.int(0, raw.length)
  return raw.slice(0, at) + oneElse(prng, MARKS, '{') + raw.slice(at + prng.int(0, 3))
}

function bomb(prng: Prng): string {
  const times = prng.int(10, prng.chance(0.3) ? 40_000 : 3_000)
  switch (prng.int(0, 6)) {
    case 0:
      return '['.repeat(times)
    case 1:
      return `${'{"a":'.repeat(times)}1${'}'.repeat(times)}`
    case 2:
      return `"${'\\"'.repeat(times)}`
    case 3:
      return `{"${'k'.repeat(times)}":1}`
    case 4:
      return `{"reason":${'9'.repeat(times)}}`
    case 5:
      return `{"reason":"a"${',"reason":"a"'.repeat(Math.ceil(times / 12))}}`
    default:
      return ' '.repeat(times)
  }
}

export function* smallerApi({ route, raw }: ApiInput): Generator<ApiInput> {
  for (const left of without(raw.length, (from, to) => raw.slice(0, from) + raw.slice(to))) {
    yield { route, raw: left }
  }
}
