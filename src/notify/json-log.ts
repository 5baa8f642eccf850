import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'
import { utcText } from '../domain/calendar.ts'

export interface LogRecord {
  readonly level: 'info' | 'warning' | 'critical'
  /** What happened: an event of the journal, a notice, a change of a connection. */
  readonly kind: string
  /** Ids and numbers; names are free but for those of `LogIdentity`. */
  readonly [detail: string]: unknown
}

/** Whose line it is: two processes that wrote into one file once cost days (P8). */
export interface LogIdentity {
  /** Of the run: what a dry run writes is never taken for the real thing (R1). */
  readonly mode: string
  readonly version: string
  /** Of the source tree; null in an installed package. */
  readonly commit: string | null
  readonly pid: number
  readonly instance: string
}

export interface JsonLogOptions {
  readonly path: string
  readonly clock: Clock
  readonly identity: LogIdentity
  /** Every text passes through it on its way to the disk (P62). */
  readonly redact: (text: string) => string
  readonly bytesMax?: number
  readonly filesMax?: number
}

const BYTES_MAX = 10 * 1024 * 1024
const FILES_MAX = 5

/**
 * One JSON object a line, in files of a bounded size and number: `log.jsonl`, then `log.jsonl.1`,
 * which is the one before it, and so on. The record of what happened is the journal: a line that
 * the disk will not take is counted and told with the next one, and stops nothing.
 */
export class JsonLog {
  readonly #of: JsonLogOptions
  #file: number | null = null
  #bytes = 0
  #lost = 0

  constructor(of: JsonLogOptions) {
    this.#of = of
  }

  write(record: LogRecord): void {
    const { clock, identity, redact } = this.#of
    const lost = this.#lost === 0 ? {} : { lostLines: this.#lost }
    const whole = { time: utcText(clock.now()), ...record, ...identity, ...lost }
    const line = JSON.stringify(whole, (_key, value: unknown) =>
      typeof value === 'string' ? redact(value) : value,
    )
    try {
      this.#append(`${line}\n`)
      this.#lost = 0
    } catch {
      this.#lost++
      this.close() // the next line opens it anew: the disk may have room again
    }
  }

  close(): void {
    const file = this.#file
    this.#file = null
    if (file === null) return
    try {
      closeSync(file)
    } catch {
      // There is nothing left to lose: what was written is with the operating system.
    }
  }

  #append(line: string): void {
    const { path, bytesMax = BYTES_MAX } = this.#of
    const bytes = Buffer.byteLength(line)
    if (this.#file !== null && this.#bytes + bytes > bytesMax) this.#rotate()
    if (this.#file === null) {
      this.#file = openSync(path, 'a', 0o600)
      this.#bytes = fstatSync(this.#file).size
      if (this.#bytes > 0 && this.#bytes + bytes > bytesMax) {
        this.#rotate()
        this.#file = openSync(path, 'a', 0o600)
      }
    }
    writeSync(this.#file, line)
    this.#bytes += bytes
  }

  #rotate(): void {
    const { path, filesMax = FILES_MAX } = this.#of
    this.close()
    this.#bytes = 0
    const nth = (n: number): string => (n === 0 ? path : `${path}.${n}`)
    rmSync(nth(filesMax - 1), { force: true })
    for (let n = filesMax - 2; n >= 0; n--) {
      try {
        renameSync(nth(n), nth(n + 1))
      } catch {
        // Not that many yet.
      }
    }
  }
}
