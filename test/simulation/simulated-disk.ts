import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Prng } from '../../src/base/prng.ts'
import { fail, ok } from '../../src/base/result.ts'
import type { Result } from '../../src/base/result.ts'
import type { Fault, Journal, OrderIdStore } from '../../src/engine/ports.ts'
import { MemoryJournal } from '../../src/journal/memory.ts'
import { readRow, rowsOf, tailOf } from '../../src/journal/rows.ts'
import type { Entry, Row, Tail } from '../../src/journal/rows.ts'
import type { Event } from '../../src/trading/event.ts'

/** F82: what the disk says, and how the journal answers (architecture.md, section 11, rule 4). */
export const TROUBLES = {
  /** The ballast makes room for the emergency log. */
  ENOSPC: 'emergency',
  /** Nothing fits any more, the ballast given up or not. */
  'ENOSPC, to the last byte': 'fault',
  /** Of the database's sectors. */
  EIO: 'emergency',
  /** Of the file system: the emergency log is on it too. */
  EROFS: 'fault',
  /** Another process holds the file for longer than the journal waits. */
  BUSY: 'emergency',
  CORRUPT: 'emergency',
} as const satisfies Record<string, 'emergency' | 'fault'>

export type Trouble = keyof typeof TROUBLES

/** As the journal in files: how long it waits, and when it looks for room again. */
const BUSY_MS = 2_000
const RETRY_MS = 10_000

/** `drop`: what was not synced is gone from some point on. `garble`: that, or its bytes are wrong. */
export type PowerLoss = 'drop' | 'garble'

/** What one turn has written: rows that nobody reads back before the power is gone. */
interface Turn {
  readonly at: EpochMs
  readonly events: readonly Event[]
}

export interface DiskOptions {
  /** A turn of the bot waits for so long, and the world goes on. */
  readonly block: (ms: number) => void
  /** A planted bug: `append` returns before it is synced, and every so many are synced at once. */
  readonly syncsEvery?: number
}

/** The disk under a journal and its order ids, in memory: it may refuse, and lose what is unsynced. */
export class SimulatedDisk {
  readonly #of: DiskOptions
  #trouble: Trouble | null = null
  #troubledAt: EpochMs | null = null
  #waited = false
  #unsynced: Turn[] = []
  /** How long each write takes, milliseconds: the process waits for it. */
  slowMs = 0
  /** Writes that were refused, or slow. */
  refused = 0

  constructor(of: DiskOptions) {
    this.#of = of
  }

  get trouble(): Trouble | null {
    return this.#trouble
  }

  /** Null: it is repaired, or there is room again. */
  set trouble(trouble: Trouble | null) {
    this.#trouble = trouble
    this.#waited = false
  }

  /** Rows that a power loss at this moment could take. */
  get atStake(): number {
    return this.#unsynced.reduce((rows, { events }) => rows + events.length, 0)
  }

  under(inner: Journal): Journal {
    return {
      read: () => inner.read(),
      append: (at, events) => this.#append(inner, { at, events }),
    }
  }

  orderIds(store: OrderIdStore): OrderIdStore {
    return {
      load: (clientId) => store.load(clientId),
      reserve: (clientId, upTo) => {
        if (this.#trouble !== null && TROUBLES[this.#trouble] === 'fault') {
          this.refused++
          throw new Error(`${this.#trouble} (simulated)`)
        }
        store.reserve(clientId, upTo)
      },
    }
  }

  /**
   * What a process finds that starts after the power is back: of the rows before it all that were
   * synced, and of the turns that were not, whole ones, up to the first whose rows are wrong.
   */
  afterPowerLoss(rows: readonly Entry[], how: PowerLoss, prng: Prng): MemoryJournal {
    const landed = prng.int(0, this.#unsynced.length)
    const synced = rows.length - this.atStake
    const kept = new MemoryJournal(rows.slice(0, synced))
    let tail: Tail = { seq: synced, hash: kept.journalHash() }
    let written = tail
    const turns = this.#unsynced.map(({ at, events }, i) => {
      const turn = rowsOf(written, at, events)
      written = tailOf(turn, written)
      if (i < landed) return turn
      return how === 'drop' ? [] : turn.map((row) => garbled(row, prng))
    })
    for (const turn of turns) {
      const read = wholeTurn(turn, tail)
      if (read === null) break
      for (const { at, event } of read.entries) kept.append(at, [event])
      tail = read.tail
    }
    return kept
  }

  #append(
    inner: Journal,
    { at, events }: { readonly at: EpochMs; readonly events: readonly Event[] },
  ): Result<'journal' | 'emergency', Fault> {
    const trouble = this.#trouble
    if (this.slowMs > 0) {
      this.refused++
      this.#of.block(this.slowMs)
    }
    if (trouble === null) {
      this.#written(at, events)
      const stored = inner.append(at, events)
      assert(stored.ok, 'memory takes everything')
      if (this.#unsynced.length >= (this.#of.syncsEvery ?? 1)) this.#unsynced = []
      return ok(this.#hasRoom(at) ? 'journal' : 'emergency')
    }
    this.refused++
    this.#troubledAt = at
    if (trouble === 'BUSY' && !this.#waited) {
      this.#waited = true
      this.#of.block(BUSY_MS)
    }
    if (TROUBLES[trouble] === 'fault') {
      const detail = `the emergency log refuses too: ${trouble} (simulated)`
      return fail({ code: 'storage', retry: 'never', detail, vendorCode: null })
    }
    this.#written(at, events)
    this.#unsynced = [] // the emergency log is synced whenever it is written
    inner.append(at, events)
    return ok('emergency')
  }

  #written(at: EpochMs, events: readonly Event[]): void {
    this.#unsynced.push({ at, events })
  }

  #hasRoom(at: EpochMs): boolean {
    if (this.#troubledAt === null) return true
    if (at - this.#troubledAt < RETRY_MS) return false
    this.#troubledAt = null
    return true
  }
}

/** One byte of it is another one. */
function garbled(row: Row, prng: Prng): Row {
  const at = prng.int(0, row.body.length - 1)
  const other = row.body[at] === '0' ? '1' : '0'
  return { ...row, body: row.body.slice(0, at) + other + row.body.slice(at + 1) }
}

/** All of a turn or, where one of its rows is missing or wrong, nothing: it is one transaction. */
function wholeTurn(
  turn: readonly Row[],
  before: Tail,
): { readonly entries: readonly Entry[]; readonly tail: Tail } | null {
  if (turn.length === 0) return null
  const entries: Entry[] = []
  let tail = before
  for (const row of turn) {
    const entry = readRow(row, tail)
    if (!entry.ok) return null
    entries.push(entry.value)
    tail = { seq: row.seq, hash: row.hash }
  }
  return { entries, tail }
}
