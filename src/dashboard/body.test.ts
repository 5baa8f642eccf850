import { expect, test } from 'vitest'
import { bodyIn } from './body.ts'
import { standing } from './standing.testing.ts'

const KB64 = 64 * 1024
const evil: readonly (readonly [string, string])[] = [
  ['a text of escapes that never ends', `"${'\\"'.repeat(KB64 / 2 - 1)}`],
  ['quotes', '"'.repeat(KB64)],
  ['backslashes', '\\'.repeat(KB64)],
  ['texts of one escape', '"\\"'.repeat(KB64 / 3)],
  ['digits', '1'.repeat(KB64)],
  ['signs', '1-'.repeat(KB64 / 2)],
  ['blanks', ' '.repeat(KB64)],
  ['brackets that close', ']'.repeat(KB64)],
  ['a list of texts', `[${'"a",'.repeat(KB64 / 4 - 1)}""]`],
]

test.each(evil)('T11, T20: 64 kB of %s are judged at once', (_, text) => {
  const begun = performance.now()
  bodyIn(text)
  expect(performance.now() - begun).toBeLessThan(250) // a quadratic pass takes seconds
})

test('T20: what stands within a text is no depth and no number', () => {
  const text = String.raw`{"a":"[[[[[[[[[[ \" 9007199254740993 \\","b":[1,-2.5e3]}`
  expect(bodyIn(text)).toEqual({ ok: true, value: JSON.parse(text) })
  expect(bodyIn('{"a":"\\\\","b":9007199254740993}').ok).toBe(false)
})

test('T11: who is nobody may say 4 kB, who is signed in 64', async () => {
  const { ask, signedIn } = await standing()
  const raw = JSON.stringify({ name: 'x'.repeat(4_096), password: 'y' })
  expect((await ask('POST /api/v1/session', { raw })).status).toBe(413)
  expect((await ask('POST /api/v1/nowhere', { raw })).status).toBe(413)
  const as = await signedIn('viewer')
  expect((await ask('POST /api/v1/journal/replay', { as, raw })).status).toBe(400)
})
