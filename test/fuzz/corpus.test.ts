import { afterAll, expect, test } from 'vitest'
import { keptOf } from './corpus.ts'
import { SUBJECTS } from './subjects.ts'
import { settledOr } from './timed.ts'

afterAll(async () => {
  for (const subject of SUBJECTS) await subject.close?.()
})

const kept = SUBJECTS.map((subject) => ({ subject, inputs: keptOf(subject) }))

test.each(
  kept
    .filter(({ inputs }) => inputs.length > 0)
    .map(({ subject, inputs }) => [subject.name, subject, inputs] as const),
)('what was once found with %s keeps every law', async (_name, { written }, inputs) => {
  for (const { for: what, input } of inputs) {
    const broken = await settledOr(() => written?.judge(JSON.stringify(input), new Map()) ?? null)
    expect([what, broken]).toEqual([what, null])
  }
})

test('there is a corpus, and it is small', () => {
  const size = kept.reduce((sum, { inputs }) => sum + JSON.stringify(inputs).length, 0)
  expect(size).toBeGreaterThan(5_000)
  expect(size).toBeLessThan(200_000)
})
