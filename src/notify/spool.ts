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
  readonly bytesMax?: number
}

/** Beyond it the file is written anew with what still waits, which queues bound. */
const BYTES_MAX = 512 * 1024
const TEXT_MAX = 4_000

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
  #ids = 0
  #failed = false

  constructor(of: SpoolOptions) {
    this.#of = of
    const { waiting, unread } = readSpool(of.path)
    this.#waiting = waiting
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
    const waiting = { id, channel, told: { ...told, key: redact(told.key), message } }
    this.#waiting.set(id, waiting)
    this.#write(waiting, told.level === 'critical')
    return id
  }

  ended(ids: readonly string[]): void {
    const known = ids.filter((id) => this.#waiting.delete(id))
    if (known.length > 0) this.#write({ done: known }, false)
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #write(of: Waiting | { readonly done: readonly string[] }, durably: boolean): void {
    const text = `${JSON.stringify(of)}\n`
    this.#kept(() => {
      if (this.#bytes + text.length > (this.#of.bytesMax ?? BYTES_MAX)) return this.#replace()
      const file = this.#opened()
      writeSync(file, text)
      this.#bytes += Buffer.byteLength(text)
      if (durably) fsync(file, () => undefined)
    })
  }

  #rewrite(): void {
    this.#kept(() => this.#replace())
  }

  #replace(): void {
    this.close()
    const { path } = this.#of
    const lines = [...this.#waiting.values()].map((each) => `${JSON.stringify(each)}\n`)
    writeFileSync(`${path}.new`, lines.join(''), { flush: true, mode: 0o600 })
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
