import { rmSync } from 'node:fs'
import { z } from 'zod'
import type { Latch, Latched } from '../engine/ports.ts'
import { messageOf, readIfThere, replaceFile } from './files.ts'

const schema = z.looseObject({ by: z.enum(['engine', 'panic']), reason: z.string() })

/**
 * A flag file beside the journal, so that it holds when the journal does not. Anything there that
 * is not plainly absent counts as set: what cannot be read must not let an entry through.
 */
export class FileLatch implements Latch {
  readonly #path: string
  /** What the disk would not take: in this process it holds all the same. */
  #unsaved: Latched | null = null

  constructor(path: string) {
    this.#path = path
  }

  set({ by, reason }: Latched): void {
    try {
      replaceFile(this.#path, `${JSON.stringify({ by, reason })}\n`)
      this.#unsaved = null
    } catch {
      this.#unsaved = { by, reason } // a full disk must not stop a kill
    }
  }

  read(): Latched | null {
    if (this.#unsaved !== null) return this.#unsaved
    try {
      const text = readIfThere(this.#path)
      if (text === null) return null
      const { by, reason } = schema.parse(JSON.parse(text))
      return { by, reason }
    } catch (error) {
      return { by: 'engine', reason: `the latch ${this.#path} is unreadable: ${messageOf(error)}` }
    }
  }

  /** By a person, before `resume`. */
  clear(): void {
    this.#unsaved = null
    rmSync(this.#path, { force: true })
  }
}
