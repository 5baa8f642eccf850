import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { appendDurably, readIfThere } from './files.ts'
import type { Row } from './rows.ts'

const rowSchema = z.strictObject({
  seq: z.int(),
  at: z.number(),
  type: z.string(),
  body: z.string(),
  hash: z.string(),
})

/** Takes the rows that the database refuses; the next good append, or start, moves them there. */
export class EmergencyLog {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Durable when true. Begins on a new line, whatever an attempt before it left behind. */
  append(rows: readonly Row[]): boolean {
    try {
      appendDurably(this.#path, rows.map((row) => `\n${JSON.stringify(row)}`).join('') + '\n')
      return true
    } catch {
      return false // the disk refuses this too: then nothing may be sent
    }
  }

  /**
   * All that was acknowledged, oldest first. A line that was cut short was not; a row that was
   * written again replaces what a failed attempt left from there on.
   */
  rows(): readonly Row[] {
    const rows: Row[] = []
    for (const line of (readIfThere(this.#path) ?? '').split('\n')) {
      const row = rowIn(line)
      if (row === null) continue
      while ((rows.at(-1)?.seq ?? 0) >= row.seq) rows.pop()
      rows.push(row)
    }
    return rows
  }
}

function rowIn(line: string): Row | null {
  try {
    return rowSchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** 16 MiB (P7): what a full disk gives back so that exits can still be journaled. */
export const BALLAST_BYTES = 16 * 1024 * 1024

/** Space that is held so that it can be given up. */
export class Ballast {
  readonly #path: string
  readonly #bytes: number

  constructor(path: string, bytes: number) {
    this.#path = path
    this.#bytes = bytes
  }

  /** False while there is no room for it: then there is none for new risk either. */
  hold(): boolean {
    try {
      if (!existsSync(this.#path)) {
        writeFileSync(this.#path, new Uint8Array(this.#bytes), { flush: true, mode: 0o600 })
      }
      return true
    } catch {
      this.free()
      return false
    }
  }

  free(): void {
    rmSync(this.#path, { force: true })
  }
}
