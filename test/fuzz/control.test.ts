import { afterAll, describe, expect, test } from 'vitest'
import { requestIn } from '../../src/cockpit/control-request.ts'
import { fail, ok } from '../../src/base/result.ts'
import { control, socket } from './control.ts'
import { controlLine } from './control-input.ts'
import { judgeLine } from './control-laws.ts'
import type { Reader } from './control-laws.ts'
import { fuzzed, prngOf } from './fuzz.ts'

/** `npm run fuzz -- control` plays a hundred thousand, and four thousand over a socket. */
const INPUTS = { control: 1_500, socket: 25 } as const
const SEED = 5

afterAll(() => socket.close?.())

test('nothing that is not wholly understood is let through', async () => {
  const { broken } = await fuzzed({ subject: control, seed: SEED, from: 0, count: INPUTS.control })
  expect(broken).toEqual([])
})

test('each line over the socket is answered, and does what was understood', async () => {
  const { broken } = await fuzzed({ subject: socket, seed: SEED, from: 0, count: INPUTS.socket })
  expect(broken).toEqual([])
})

const parsed = (line: string): Record<string, unknown> => JSON.parse(line) as never

/** Readers that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, Reader, RegExp])[] = [
  [
    'a key too many is overlooked',
    (line) => {
      const request = requestIn(line)
      if (request.ok || !request.error.includes('Unrecognized')) return request
      return ok({ kind: 'status' })
    },
    /let through/,
  ],
  [
    'a reason left out',
    (line) => {
      const request = requestIn(line)
      if (!request.ok || request.value.kind !== 'command') return request
      return ok({ ...request.value, by: 'somebody' })
    },
    /understood otherwise/,
  ],
  ['all is refused', () => fail('no'), /refused, and it is sound/],
  ['an exception', (line) => (parsed(line)['kind'] ? requestIn(line) : fail('x')), /exception/],
  [
    'a prototype that is written to',
    (line) => {
      if (line.includes('__proto__')) Object.assign(Object.prototype, { polluted: 1 })
      return requestIn(line)
    },
    /polluted/,
  ],
  [
    'a line told back whole',
    (line) => (line.length > 2_000 ? fail(line) : requestIn(line)),
    /reason of/,
  ],
]

describe('a planted bug is noticed', () => {
  test.each(WRONG)('%s', (_bug, read, says) => {
    let found = ''
    for (let number = 0; number < 2_000 && !says.test(found); number++) {
      found = judgeLine(controlLine(prngOf(control, SEED, number)), new Map(), read) ?? found
      delete (Object.prototype as { polluted?: number }).polluted
    }
    expect(found).toMatch(says)
  })
})
