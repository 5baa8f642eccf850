import {
  closeSync,
  fstatSync,
  fsync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import { isAlertName, type AlertName } from '../domain/alert.ts'
import type { Told } from './outbox.ts'

/** One message that one channel has accepted and not delivered. */
export interface Waiting {
  readonly id: string
  readonly channel: string
  readonly told: Told
}

export interface SpoolOptions {
  readonly path: string
  /** Unique to this process: ids of two runs never meet. */
  readonly instance: string
  /** Every text passes through it on its way to the disk (P62). */
  readonly redact: (text: string) => string
  /** For the log: what could not be kept, or not be read. */
  readonly said: (text: string) => void
  /** In a turn of its own: the file is written anew there. */
  readonly soon: (work: () => void) => void
  readonly bytesMax?: number
}

/**
 * Beyond it, and beyond twice what still waits, the file is written anew: so often that each line
 * costs one copy at most, however much waits.
 */
const BYTES_MAX = 512 * 1024
const TEXT_MAX = 1_000

const toldLine = z.object({
  key: z.string(),
  alert: z.string().refine((name): name is AlertName => isAlertName(name)),
  level: z.enum(['info', 'warning', 'critical']),
  message: z.string(),
  at: z.number().transform((at) => at as EpochMs),
  count: z.number(),
})
const line = z.union([
  z.object({ id: z.string(), channel: z.string(), told: toldLine }),
  z.object({ done: z.array(z.string()) }),
])

/**
 * What waits to be told, in a file: one line when it is accepted, one when it is over. A line is
 * with the operating system before the caller goes on, so that it survives the end of the process;
 * what is critical is synced as well, behind the caller's back, who waits for no disk. A crash
 * between a receiver's answer and the second line is the one case in which it is told twice.
 */
export class Spool {
  readonly #of: SpoolOptions
  readonly #waiting: Map<string, Waiting>
  #file: number | null = null
  #bytes = 0
  readonly #sizes = new Map<string, number>()
  #waitingBytes = 0
  #isDue = false
  #ids = 0
  #failed = false
  #closed = false

  constructor(of: SpoolOptions) {
    this.#of = of
    const { waiting, unread } = readSpool(of.path)
    this.#waiting = waiting
    for (const each of waiting.values()) {
      this.#sized(each, Buffer.byteLength(JSON.stringify(each)) + 1)
    }
    if (unread > 0) of.said(`${unread} lines of the spool could not be read and are left out`)
    if (this.#waiting.size > 0 || unread > 0) this.#rewrite()
  }

  /** Of this channel, oldest first. */
  waiting(channel: string): readonly Waiting[] {
    return [...this.#waiting.values()].filter((each) => each.channel === channel)
  }

  /** Those of other channels belong to nobody any more. */
  keepOnly(channels: readonly string[]): void {
    const gone = [...this.#waiting.values()].filter(({ channel }) => !channels.includes(channel))
    if (gone.length === 0) return
    this.#of.said(`${gone.length} messages waited for channels that are configured no more`)
    this.ended(gone.map(({ id }) => id))
  }

  added(channel: string, told: Told): string {
    const id = `${this.#of.instance}-${++this.#ids}`
    const { redact } = this.#of
    const message = redact(told.message).slice(0, TEXT_MAX)
    const key = redact(told.key).slice(0, TEXT_MAX)
    const waiting = { id, channel, told: { ...told, key, message } }
    this.#waiting.set(id, waiting)
    this.#write(waiting, told.level === 'critical')
    return id
  }

  ended(ids: readonly string[]): void {
    const known = ids.filter((id) => this.#waiting.delete(id))
    if (known.length > 0) this.#write({ done: known }, false)
  }

  close(): void {
    this.#closed = true
    this.#shut()
  }

  #shut(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #write(of: Waiting | { readonly done: readonly string[] }, durably: boolean): void {
    const text = `${JSON.stringify(of)}\n`
    this.#sized(of, Buffer.byteLength(text))
    this.#kept(() => {
      const file = this.#opened()
      writeSync(file, text)
      this.#bytes += Buffer.byteLength(text)
      if (durably) fsync(file, () => undefined)
    })
    const { bytesMax = BYTES_MAX, soon } = this.#of
    if (this.#isDue || this.#bytes <= Math.max(bytesMax, 2 * this.#waitingBytes)) return
    this.#isDue = true
    soon(() => {
      this.#isDue = false
      if (!this.#closed) this.#kept(() => this.#replace(false))
    })
  }

  #sized(of: Waiting | { readonly done: readonly string[] }, bytes: number): void {
    if (!('done' in of)) {
      this.#sizes.set(of.id, bytes)
      this.#waitingBytes += bytes
      return
    }
    for (const id of of.done) {
      this.#waitingBytes -= this.#sizes.get(id) ?? 0
      this.#sizes.delete(id)
    }
  }

  #rewrite(): void {
    this.#kept(() => this.#replace(true))
  }

  /** Synced at the start; while the engine runs, it waits for no disk. */
  #replace(flush: boolean): void {
    this.#shut()
    const { path } = this.#of
    const lines = [...this.#waiting.values()].map((each) => `${JSON.stringify(each)}\n`)
    writeFileSync(`${path}.new`, lines.join(''), { flush, mode: 0o600 })
    renameSync(`${path}.new`, path)
    this.#bytes = Buffer.byteLength(lines.join(''))
  }

  #opened(): number {
    if (this.#file === null) {
      this.#file = openSync(this.#of.path, 'a', 0o600)
      this.#bytes = fstatSync(this.#file).size
    }
    return this.#file
  }

  /** A disk that refuses costs what a restart would need, and never the message itself. */
  #kept(work: () => void): void {
    try {
      work()
      this.#failed = false
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      if (!this.#failed) this.#of.said(`the spool is not written (${code}): a restart forgets`)
      this.#failed = true
    }
  }
}

/** What waits in the file, and how many lines nobody can read: the last one of a crash. */
export function readSpool(path: string): {
  readonly waiting: Map<string, Waiting>
  readonly unread: number
} {
  const waiting = new Map<string, Waiting>()
  let unread = 0
  for (const text of textOf(path).split('\n')) {
    if (text === '') continue
    const read = line.safeParse(jsonOf(text))
    if (!read.success) unread++
    else if ('done' in read.data) for (const id of read.data.done) waiting.delete(id)
    else waiting.set(read.data.id, read.data)
  }
  return { waiting, unread }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // None yet, or none that can be read: then nothing is known to wait.
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
