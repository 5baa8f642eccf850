import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codecOf } from './codec.ts'
import type { Table } from './fields.ts'
import { messageOf, VERSIONS } from './messages.testing.ts'
import { requestTable } from './requests.ts'
import { responseTable } from './responses.ts'

const tables: readonly (readonly [string, Table])[] = [
  ['requests', requestTable],
  ['responses', responseTable],
]

describe.each(tables)('%s', (_, table) => {
  const codec = codecOf(table)

  test.each(table.map((message) => [message.kind, message] as const))(
    '%s reads back as it was written, at every version',
    (_kind, message) => {
      for (const version of VERSIONS.filter((v) => v >= message.since)) {
        fc.assert(
          fc.property(messageOf(message, version), (original) => {
            const frame = codec.encode(original as never, version)
            if (!frame.ok) throw new Error(JSON.stringify(frame.error))
            expect(codec.decode(frame.value.subarray(4), version)).toEqual({
              ok: true,
              value: original,
            })
          }),
          { numRuns: 6 },
        )
      }
    },
  )

  test.each(
    table.filter(({ since }) => since > 0).map((message) => [message.kind, message] as const),
  )('%s is not spoken below its version', (_kind, message) => {
    const [original] = fc.sample(messageOf(message, 200), 1)
    expect(codec.encode(original as never, message.since).ok).toBe(true)
    expect(codec.encode(original as never, message.since - 1)).toMatchObject({
      ok: false,
      error: { kind: 'unencodable', message: message.kind },
    })
  })

  test('ids and names are unique', () => {
    expect(new Set(table.map(({ id }) => id)).size).toBe(table.length)
    expect(new Set(table.map(({ kind }) => kind)).size).toBe(table.length)
  })
})
