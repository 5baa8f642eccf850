import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import type { ClientOrderId } from '../domain/order.ts'
import { explainable, idOf } from '../journal/explain.ts'
import { JournalReader } from '../journal/follow.ts'
import { journalOf, told, type Told } from '../journal/performance.testing.ts'
import type { Entry } from '../journal/rows.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import type { Event } from '../trading/event.ts'
import { JournalIndex } from './journal-index.ts'
import { ROWS_AT_ONCE, STORY_MAX, storyOf } from './story.ts'

const root = mkdtempSync(join(tmpdir(), 'story-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = 1_773_000_000_000 as EpochMs
let files = 0

/** A journal of these events, followed to its end; `reads` are the rows that each read gave. */
function followed(events: readonly Event[]) {
  const path = join(root, `${++files}.db`)
  const journal = SqliteJournal.open(path, { mode: 'paper', accountId: 'DU1', ballastBytes: 0 })
  if (!journal.ok) throw new Error(journal.error.detail)
  for (let from = 0; from < events.length; from += 10_000) {
    journal.value.append(at, events.slice(from, from + 10_000))
  }
  journal.value.close()
  const reads: number[] = []
  class Counting extends JournalReader {
    override at(seqs: readonly number[]): readonly Entry[] {
      return counted(super.at(seqs))
    }
    override cyclesOf(bar: number, of: { readonly from: number; readonly to: number }) {
      reads.push(of.to - of.from + 1)
      return super.cyclesOf(bar, of)
    }
  }
  const counted = (entries: readonly Entry[]): readonly Entry[] => {
    reads.push(entries.length)
    return entries
  }
  const reader = new Counting(path)
  const index = new JournalIndex()
  const all: Entry[] = []
  for (let entries = reader.next(); entries.length > 0; entries = reader.next()) {
    for (const entry of entries) index.saw(entry)
    all.push(...entries)
  }
  let pauses = 0
  const pause = async (): Promise<void> => void pauses++
  const story = (id: string) => storyOf(id, { reader, index, pause })
  return { all, story, reads, close: () => reader.close(), pauses: () => pauses }
}

const cycle = (symbol: string, barStart: number, signalKey?: string): Event => ({
  type: 'CycleEnded',
  outcome: {
    symbol: symbol as Ticker,
    barStart: barStart as EpochMs,
    kind: 'hold',
    reason: 'flat',
    ...(signalKey === undefined ? {} : { signalKey }),
  },
})

/** What their rows hold of what a reader can read: approvals here are too short for it. */
const eventsOf = (of: readonly Told[]): readonly Event[] =>
  journalOf(of).flatMap(({ event }) => (event.type === 'EntryApproved' ? [] : [event]))

test('a story is what a look at the whole journal finds, of whichever id', async () => {
  const bars = fc.array(
    fc.tuple(fc.constantFrom('SPY', 'QQQ'), fc.nat(9), fc.constantFrom('k1', 'k2', undefined)),
    { maxLength: 9 },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 4 }), bars, async (of, cycles) => {
      const events = [...eventsOf(of)]
      for (const [symbol, bar, key] of cycles) {
        events.splice(bar * 3, 0, cycle(symbol, at + bar * 60_000, key))
      }
      const { all, story, close } = followed(events)
      for (const id of new Set(all.map(({ event }) => idOf(event) ?? 'SPY@1'))) {
        expect(await story(id)).toEqual(explainable(all, id))
      }
      expect(await story('nobody')).toEqual([])
      expect(await story('')).toEqual([])
      close()
    }),
    { numRuns: 40 },
  )
})

const cyclesTo = (count: number): readonly Event[] =>
  Array.from({ length: count }, (_, index) => cycle('SPY', at + index * 60_000))

test('of a long journal only the rows of the id are read, and one stretch for a cycle', async () => {
  const rows = 60_000
  const cycles = cyclesTo(rows)
  const some = eventsOf([
    {
      symbol: 'SPY',
      strategy: 'scalp',
      day: 1,
      minute: 600,
      quantity: 2,
      bought: 100,
      sold: 50,
      closed: 2,
      exit: 'close',
      commission: 65,
    },
  ])
  const { story, reads, close } = followed([
    ...cycles.slice(0, rows / 2),
    ...some,
    ...cycles.slice(rows / 2),
  ])
  expect(await story('E0')).toHaveLength(some.length)
  expect(reads.reduce((sum, count) => sum + count, 0)).toBe(some.length)
  reads.length = 0
  expect(await story(`SPY@${at + 45_000 * 60_000}`)).toHaveLength(1)
  expect(Math.max(...reads)).toBeLessThanOrEqual(2_001)
  expect(reads.length).toBe(1)
  close()
})

test('a story of thousands of rows is read in slices, with a pause after each, to an end', async () => {
  const moved: Event = {
    type: 'OrderMoved',
    orderId: 'E0' as ClientOrderId,
    from: 'working',
    to: 'working',
    evidence: { kind: 'deadline' },
  } as never
  const { story, reads, pauses, close } = followed(Array.from({ length: 5_000 }, () => moved))
  expect(await story('E0')).toHaveLength(STORY_MAX)
  expect(reads).toEqual(Array.from({ length: STORY_MAX / ROWS_AT_ONCE }, () => ROWS_AT_ONCE))
  expect(pauses()).toBe(reads.length)
  close()
})

test('a story that is full reads nothing more, whatever other names its rows have', async () => {
  const cycles = Array.from({ length: STORY_MAX }, () => cycle('SPY', at, 'k1'))
  const { story, reads, close } = followed(cycles)
  expect(await story('k1')).toHaveLength(STORY_MAX)
  expect(reads).toEqual(Array.from({ length: STORY_MAX / ROWS_AT_ONCE }, () => ROWS_AT_ONCE))
  close()
})
