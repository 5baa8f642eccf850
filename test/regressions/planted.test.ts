import { afterAll, describe, expect, test } from 'vitest'
import { REGRESSIONS } from './index.ts'
import { Copy, timesFound } from './plant.ts'
import { PLANTED } from './planted.ts'

test.each(PLANTED.map((each) => [each.id, each.what, each] as const))(
  '%s: %s; it can still be planted, in front of the test of the index',
  (_id, _what, { id, test: file, edits }) => {
    expect(REGRESSIONS[id]).toBe(file)
    for (const edit of edits) expect([edit.file, timesFound(edit)]).toEqual([edit.file, 1])
  },
)

describe('a test is believed after it has seen its defect', () => {
  const copy = new Copy()
  afterAll(() => copy.remove())
  const few = PLANTED.filter(({ id }) => ['D5', 'D17', 'D26'].includes(id))

  /** `npm run planted` plants them all. */
  test.each(few.map((each) => [each.id, each.what, each] as const))(
    '%s: %s',
    async (_id, _what, planted) => {
      const { red } = await copy.seen(planted)
      expect(red.length).toBeGreaterThan(0)
    },
  )
})
