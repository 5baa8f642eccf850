import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import type { EpochMs } from '../base/clock.ts'
import { messageOf } from '../journal/files.ts'

export const LEVELS = ['info', 'warning', 'critical'] as const
export type LogLevel = (typeof LEVELS)[number]

/** One line of a log as it was read. */
export interface LogLine {
  readonly at: EpochMs
  readonly level: LogLevel
  readonly kind: string
  /** Everything else that stands there, identity included. */
  readonly facts: Readonly<Record<string, unknown>>
  /** As it stands. */
  readonly raw: string
}

/** The line, or null: it is none of ours, or only a part of one. */
export function lineOf(raw: string): LogLine | null {
  try {
    const read: unknown = JSON.parse(raw)
    if (read === null || typeof read !== 'object' || Array.isArray(read)) return null
    const { time, level, kind, ...facts } = read as Readonly<Record<string, unknown>>
    const at = typeof time === 'string' ? Date.parse(time) : NaN
    const known = LEVELS.find((each) => each === level)
    if (Number.isNaN(at) || known === undefined || typeof kind !== 'string') return null
    return { at: at as EpochMs, level: known, kind, facts, raw }
  } catch {
    return null
  }
}

/** More files than this the log never keeps; one more, for a rotation while we look. */
const FILES_MAX = 16

/** Oldest first: `log.jsonl.4` to `log.jsonl.1`, then `log.jsonl`. */
export function logFiles(path: string): readonly string[] {
  const older = Array.from({ length: FILES_MAX }, (_, i) => `${path}.${FILES_MAX - i}`)
  return [...older, path].filter((each) => existsSync(each))
}

export interface LogRead {
  readonly lines: readonly LogLine[]
  /** Lines that are no line of a log: `log.jsonl.1:17`. */
  readonly unreadable: readonly string[]
}

/** All that the files hold; what cannot be read is named, and stops nothing. */
export function readLog(path: string): LogRead {
  const lines: LogLine[] = []
  const unreadable: string[] = []
  for (const file of logFiles(path)) {
    for (const [i, raw] of textOf(file).split('\n').entries()) {
      if (raw === '') continue
      const line = lineOf(raw)
      if (line === null) unreadable.push(`${file}:${i + 1}`)
      else lines.push(line)
    }
  }
  return { lines, unreadable }
}

/** A file that a rotation took away meanwhile is empty. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

const CHUNK_BYTES = 64 * 1024

interface Found {
  readonly path: string
  /** Null: it is gone already. */
  readonly inode: number | null
}

/** A log from its oldest file on, and what is appended to it, over its rotations. */
export class LogTail {
  readonly #path: string
  readonly #filesOf: (path: string) => readonly string[]
  #file: number | null = null
  #partial = Buffer.alloc(0)
  #offset = 0

  constructor(path: string, filesOf = logFiles) {
    this.#path = path
    this.#filesOf = filesOf
  }

  /** Whole lines that were written since; `lost` says why some may be missing, or null. */
  poll(): { readonly lines: readonly string[]; readonly lost: string | null } {
    const lines: string[] = []
    if (this.#file !== null) lines.push(...this.#drained())
    const next = this.#filesSince()
    for (const file of next.files) {
      const more = this.#opened(file)
      if (more === null) break
      lines.push(...more)
    }
    return { lines, lost: next.lost }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  /** The files that came after the one that is open, oldest first. */
  #filesSince(): { readonly files: readonly Found[]; readonly lost: string | null } {
    const files = this.#filesOf(this.#path).map((path) => ({ path, inode: inodeOf(path) }))
    if (this.#file === null) return { files, lost: null }
    const { ino, size } = fstatSync(this.#file)
    const place = files.findIndex(({ inode }) => inode === ino)
    if (place < 0) return { files, lost: 'the log was rotated away before it was read' }
    if (size < this.#offset) this.#offset = 0 // somebody emptied it
    return { files: files.slice(place + 1), lost: null }
  }

  /** Null: it was renamed meanwhile, and the next look finds it under its other name. */
  #opened({ path, inode }: Found): readonly string[] | null {
    try {
      const next = openSync(path, 'r')
      if (fstatSync(next).ino !== inode) {
        closeSync(next)
        return null
      }
      // What came between the last look and the rotation stands in the old one, and that is over.
      const rest = this.#drained()
      this.close()
      this.#file = next
      this.#offset = 0
      return [...rest, ...this.#drained()]
    } catch (error) {
      if (messageOf(error).includes('ENOENT')) return null
      throw error
    }
  }

  #drained(): readonly string[] {
    const file = this.#file
    if (file === null) return []
    const chunk = Buffer.alloc(CHUNK_BYTES)
    const parts = [this.#partial]
    for (;;) {
      const bytes = readSync(file, chunk, 0, CHUNK_BYTES, this.#offset)
      if (bytes === 0) break
      this.#offset += bytes
      parts.push(Buffer.from(chunk.subarray(0, bytes)))
    }
    const whole = Buffer.concat(parts)
    const end = whole.lastIndexOf(0x0a)
    this.#partial = whole.subarray(end + 1)
    return whole
      .subarray(0, end + 1)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
  }
}

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null
}
