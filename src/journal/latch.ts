import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Fault, Latch, Latched } from '../engine/ports.ts'
import { hasCode, messageOf, readIfThere, replaceFile, syncFolder } from './files.ts'

const schema = z.looseObject({ by: z.enum(['engine', 'panic']), reason: z.string() })

/**
 * A flag file beside the journal, so that it holds when the journal does not. Anything there that
 * is not plainly absent counts as set: what cannot be read must not let an entry through.
 *
 * On a full disk a name without content still fits: beside the file, one marker for each that may
 * set it. `whenFull` gives room back, and then the file itself may fit.
 */
export class FileLatch implements Latch {
  readonly #path: string
  readonly #whenFull: () => void
  /** What the disk would not take at all: in this process it holds all the same. */
  #unsaved: Latched | null = null

  constructor(path: string, whenFull: () => void = () => undefined) {
    this.#path = path
    this.#whenFull = whenFull
  }

  /** False: the disk did not take it, and it ends with this process. */
  set(latched: Latched): boolean {
    const saved = this.#save(latched) || this.#saveWithRoom(latched) || this.#mark(latched)
    this.#unsaved = saved ? null : latched
    return saved
  }

  read(): Latched | null {
    if (this.#unsaved?.by === 'panic') return this.#unsaved
    try {
      const text = readIfThere(this.#path)
      const said = text === null ? null : schema.parse(JSON.parse(text))
      if (said?.by === 'panic' || readIfThere(this.#marker('panic')) !== null) {
        return { by: 'panic', reason: said?.by === 'panic' ? said.reason : FULL }
      }
      if (said !== null) return { by: said.by, reason: said.reason }
      if (readIfThere(this.#marker('engine')) !== null) return { by: 'engine', reason: FULL }
      return this.#unsaved
    } catch (error) {
      return { by: 'engine', reason: `the latch ${this.#path} is unreadable: ${messageOf(error)}` }
    }
  }

  /** By a person, with the level. */
  clear(): Result<void, Fault> {
    try {
      for (const path of [this.#path, this.#marker('engine'), this.#marker('panic')]) {
        rmSync(path, { force: true })
      }
      syncFolder(dirname(this.#path))
      this.#unsaved = null
      return ok(undefined)
    } catch (error) {
      const detail = `${this.#path}: ${messageOf(error)}`
      return fail({ code: 'storage', retry: 'later', detail, vendorCode: null })
    }
  }

  /** Panic's takes the place of what is there; the engine's is written where nothing is. */
  #save({ by, reason }: Latched): boolean {
    const text = `${JSON.stringify({ by, reason })}\n`
    try {
      if (by === 'panic') replaceFile(this.#path, text)
      else this.#create(text)
      return true
    } catch {
      return false
    }
  }

  /** Whole, or not at all: whoever reads it between two steps sees nothing, or all of it. */
  #create(text: string): void {
    const beside = `${this.#path}.new`
    writeFileSync(beside, text, { flush: true, mode: 0o600 })
    try {
      linkSync(beside, this.#path)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    rmSync(beside, { force: true })
    syncFolder(dirname(this.#path))
  }

  #saveWithRoom(latched: Latched): boolean {
    try {
      this.#whenFull()
    } catch {
      // A disk that takes nothing gives nothing back either.
    }
    return this.#save(latched)
  }

  #mark({ by }: Latched): boolean {
    try {
      writeFileSync(this.#marker(by), '', { mode: 0o600 })
      return true
    } catch {
      return false
    }
  }

  #marker(by: Latched['by']): string {
    return `${this.#path}.${by}`
  }
}

const FULL = 'set while the disk was full'
