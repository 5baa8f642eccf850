import { describe, expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { MemoryJournal } from '../../src/journal/memory.ts'
import { encodeRequest } from '../../src/wire/requests.ts'
import { brokerWith } from '../simulation/planted/bug.ts'
import { playedPower } from './power.ts'
import { restartComplaintsOf, restarts } from './restarts.ts'
import type { RestartRow } from './restarts.ts'

const LENGTH_BYTES = 4

const named = (name: string): RestartRow => {
  const row = restarts.find((each) => each.name === name)
  if (row === undefined) throw new Error(`there is no row ${name}`)
  return row
}

/** A slice; `npm run hosts` plays them all. */
const SLICE = [
  'F85 a backup of before EntryApproved',
  'F85 a backup of before OrderFilled, and a kill since',
  'F87 gone until the next day with a position',
  'F86 an older version left a position',
]

test.each(SLICE)('%s', async (name) => {
  expect(await restartComplaintsOf(named(name))).toEqual([])
})

describe('F81 the power goes', () => {
  test('unsynced bytes are garbled: what was acknowledged is there', async () => {
    const { complaints, atStake, rowsLost } = await playedPower({ how: 'garble', every: 5 })
    expect(complaints).toEqual([])
    expect(atStake).toBeGreaterThan(0)
    expect(rowsLost).toBeGreaterThan(0)
  })
})

describe('planted bugs are seen', () => {
  test('F81 an append that returns before it is synced', async () => {
    const { complaints } = await playedPower({ how: 'drop', every: 9, syncsEvery: 20 })
    expect(complaints.join('\n')).toContain('within-intent')
  })

  test('F85 an order under an id of before', async () => {
    const row = named('F85 a backup of before OrderFilled, and a kill since')
    const complaints = await restartComplaintsOf(row, {
      alter: (request, payload) => {
        if (request.kind !== 'placeOrder' || request.order.whatIf) return [payload]
        const reused = encodeRequest({ ...request, orderId: request.orderId - 30 }, 193)
        return reused.ok ? [reused.value.subarray(LENGTH_BYTES)] : [payload]
      },
    })
    expect(complaints.join('\n')).toContain('journaled-first')
  })

  test('F85 a position that nobody asks about', async () => {
    const row = named('F85 a backup of before EntryApproved')
    const blind = brokerWith((port) => ({
      snapshot: async (signal, known) => {
        const taken = await port.snapshot(signal, known)
        if (!taken.ok) return taken
        return ok({ ...taken.value, positions: [], openOrders: [], fills: [] })
      },
    }))
    const complaints = await restartComplaintsOf(row, blind)
    expect(complaints.join('\n')).toContain('beside what nobody explains')
  })

  test('F86 rows of another version are left out', async () => {
    const complaints = await restartComplaintsOf({
      ...named('F86 an older version left a position'),
      found: (remains) => ({
        ...remains,
        journal: new MemoryJournal(
          remains.journal.read().filter(({ event }) => event.type !== 'OrderIntended'),
        ),
      }),
    })
    expect(complaints).not.toEqual([])
  })

  test('F85 a latch that goes with the backup', async () => {
    const row = named('F85 a backup of before OrderFilled, and a kill since')
    const complaints = await restartComplaintsOf({
      ...row,
      found: (remains) => {
        const found = row.found?.(remains) ?? remains
        found.latch.clear()
        return found
      },
    })
    expect(complaints.join('\n')).toContain('it is reduce-only')
  })
})
