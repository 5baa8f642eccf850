import { createHash } from 'node:crypto'
import type { EpochMs } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Event } from '../trading/event.ts'
import { parseEvent } from './event-schema.ts'

/** One row of the one table; `hash` covers the row and, through the row before, all of them. */
export interface Row {
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly body: string
  readonly hash: string
}

export interface Entry {
  readonly seq: number
  readonly at: EpochMs
  readonly event: Event
}

/** What the next row is chained to. */
export interface Tail {
  readonly seq: number
  readonly hash: string
}

export const EMPTY: Tail = { seq: 0, hash: '0'.repeat(64) }

/** The rows of one turn, chained to the tail. */
export function rowsOf(tail: Tail, at: EpochMs, events: readonly Event[]): readonly Row[] {
  let last = tail
  return events.map((event) => {
    const { type, ...fields } = event
    const seq = last.seq + 1
    const body = JSON.stringify(fields)
    const hash = hashOf(last.hash, { seq, at, type, body })
    last = { seq, hash }
    return { seq, at, type, body, hash }
  })
}

export function tailOf(rows: readonly Row[], before: Tail): Tail {
  const last = rows.at(-1)
  return last === undefined ? before : { seq: last.seq, hash: last.hash }
}

/** The event of a row, or what is wrong with the row: its place in the chain or its content. */
export function readRow(row: Row, before: Tail): Result<Entry, string> {
  if (row.seq !== before.seq + 1) {
    return fail(`expected row ${before.seq + 1} after row ${before.seq}, came row ${row.seq}`)
  }
  if (row.hash !== hashOf(before.hash, row)) {
    return fail(`row ${row.seq} (${row.type}) does not match its hash: it was changed or damaged`)
  }
  const event = parseEvent(row.type, row.body)
  if (!event.ok) return fail(`row ${row.seq}: ${event.error}`)
  return ok({ seq: row.seq, at: row.at as EpochMs, event: event.value })
}

export function hashOf(before: string, row: Omit<Row, 'hash'>): string {
  return createHash('sha256')
    .update(`${before}\n${row.seq}\n${row.at}\n${row.type}\n${row.body}`)
    .digest('hex')
}
