import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import { appendDurably, readIfThere } from './files.ts'

const schema = z.looseObject({
  at: z.number(),
  ref: z.string(),
  conId: z.number(),
  units: z.number(),
  what: z.enum(['sending', 'denied']),
})

/** One close of `panic`: signed units of one contract. */
export interface PanicRow {
  readonly ref: string
  readonly conId: number
  readonly units: number
}

/**
 * What `panic` has sent, durable before it is sent, apart from the journal: so that one which is
 * started again closes nothing twice. A disk that takes nothing does not stop it: the broker's
 * lists are asked in any case, and say it too.
 */
export class PanicRecord {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Of every panic before this one, what was not denied; a line that was cut short is no row. */
  load(): readonly PanicRow[] {
    const rows = new Map<string, PanicRow>()
    for (const line of (this.#text() ?? '').split('\n')) {
      const row = rowIn(line)
      if (row === null) continue
      if (row.what === 'denied') rows.delete(row.ref)
      else rows.set(row.ref, row)
    }
    return [...rows.values()]
  }

  /** False: it is not durable. */
  note(at: EpochMs, what: 'sending' | 'denied', rows: readonly PanicRow[]): boolean {
    try {
      const lines = rows.map((row) => `\n${JSON.stringify({ at, what, ...row })}`)
      appendDurably(this.#path, `${lines.join('')}\n`)
      return true
    } catch {
      return false
    }
  }

  #text(): string | null {
    try {
      return readIfThere(this.#path)
    } catch {
      return null
    }
  }
}

function rowIn(line: string): z.infer<typeof schema> | null {
  try {
    return schema.parse(JSON.parse(line))
  } catch {
    return null
  }
}
