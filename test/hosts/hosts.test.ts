import { expect, test } from 'vitest'
import { SLICE } from './index.ts'
import { complaintsOf } from './row.ts'

/** A slice; `npm run hosts` plays them all. */
test.each(SLICE.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
  expect(await complaintsOf(row)).toEqual([])
})
