import { describe, expect, test } from 'vitest'
import { ROWS } from './faulted/index.ts'
import { complaintsOf } from './faulted/row.ts'

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    expect(await complaintsOf(row)).toEqual([])
  })
})
