import { afterAll, describe, expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { bodyIn } from '../../src/dashboard/body.ts'
import { api } from './api.ts'
import { apiInput } from './api-input.ts'
import { judgeBody, judgeReply, type Reader } from './api-laws.ts'
import { fuzzed, prngOf } from './fuzz.ts'

/** `npm run fuzz -- api` plays a hundred thousand. */
const INPUTS = 1_500
const SEED = 5

afterAll(() => api.close?.())

test('T20: drawn bodies are understood as they were said, or refused, on every route', async () => {
  const { broken, reached } = await fuzzed({ subject: api, seed: SEED, from: 0, count: INPUTS })
  expect(broken).toEqual([])
  // No route refuses all of them.
  const routes = new Set([...reached.keys()].map((each) => each.split(':')[0]))
  expect(routes.size).toBeGreaterThan(12)
})

/** Readers that somebody might write, and what is said of them. */
const WRONG: readonly (readonly [string, Reader, RegExp])[] = [
  ['numbers that lose digits', (raw) => given(raw, (read) => read.includes('too large')), /loses/],
  ['any depth', (raw) => given(raw, (read) => read.startsWith('nested')), /too deep|exception/],
  ['an exception', (raw) => ok(JSON.parse(raw)), /exception/],
  [
    'a text sought by an expression that begins anew at each quote',
    (raw) => (raw.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').includes('\0\0') ? ok(1) : bodyIn(raw)),
    /hang/,
  ],
  [
    'a prototype that is written to',
    (raw) => {
      if (raw.includes('__proto__')) Object.assign(Object.prototype, { polluted: 1 })
      return bodyIn(raw)
    },
    /polluted/,
  ],
]

/** What ours refuses for this reason, let through. */
function given(raw: string, isFor: (error: string) => boolean) {
  const read = bodyIn(raw)
  return read.ok || !isFor(read.error) ? read : ok(JSON.parse(raw) as unknown)
}

describe('a planted bug is noticed', () => {
  test.each(WRONG)('%s', (_bug, read, says) => {
    let found = ''
    for (let number = 0; number < 4_000 && !says.test(found); number++) {
      const { raw } = apiInput(prngOf(api, SEED, number))
      found = judgeBody(raw, read) ?? found
      delete (Object.prototype as { polluted?: number }).polluted
    }
    expect(found).toMatch(says)
  })

  test.each([
    [{ status: 500, text: '{"error":"a","remedy":"b"}' }, 'answered with 500'],
    [{ status: 400, text: '{"error":"a"}' }, 'refused without what is wrong and what helps'],
    [{ status: 200, text: 'x'.repeat(9_000) }, 'a reply of 9000 letters'],
    [{ status: 409, text: '{"error":"a","remedy":"b"}' }, null],
  ] as const)('a reply %j', (reply, says) => {
    expect(judgeReply(reply)).toBe(says)
  })
})
