import { existsSync, rmSync } from 'node:fs'
import { z } from 'zod'
import type { CalendarDate } from '../domain/contract.ts'
import type { Armed } from '../engine/ports.ts'
import { readIfThere, replaceFile } from './files.ts'

const schema = z.strictObject({
  accountId: z.string(),
  date: z.string().transform((date) => date as CalendarDate),
})

/**
 * What live is armed for, in a file of its own beside the latch: the last look reads it before
 * every entry frame, whatever the engine believes. What cannot be read arms nothing.
 */
export class FileArm {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** By a person's command. Throws when it is not durable: then nothing is armed. */
  write({ accountId, date }: Armed): void {
    replaceFile(this.#path, `${JSON.stringify({ accountId, date })}\n`)
  }

  read(): Armed | null {
    try {
      const text = readIfThere(this.#path)
      return text === null ? null : schema.parse(JSON.parse(text))
    } catch {
      return null
    }
  }

  /** False: it is there still, the disk does not let go of it. */
  clear(): boolean {
    try {
      rmSync(this.#path, { force: true })
      return true
    } catch {
      return !existsSync(this.#path)
    }
  }
}
