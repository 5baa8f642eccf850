import { z } from 'zod'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { parseServerHello } from '../../wire/handshake.ts'
import { decodeRequest } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import { Redactor } from './redact.ts'
import type { TapListener } from './tap.ts'
import { WireTally } from './wire-tally.ts'
import type { WireSide } from './wire-tally.ts'

/**
 * A recording is one JSON document, written so that each frame is a line of its own: whoever loses
 * the end of the file loses the last line, and no more. See docs/recordings.md.
 */
export interface RecordingOptions {
  /** Takes text in order; false: it is not taken any more. */
  readonly write: (text: string) => boolean
  /** Milliseconds since the recording began. */
  readonly ms: () => number
  readonly startedAt: string
  readonly recordedBy: string
  readonly accounts: readonly string[]
  readonly bytesMax: number
}

export class Recording implements TapListener {
  readonly #options: RecordingOptions
  readonly #redactor: Redactor
  #client = ''
  #version = 0
  #bytes = 0
  #ended: string | null = null
  frames = 0

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#redactor = new Redactor(options.accounts)
  }

  /** Why nothing more is recorded; null while it goes on. */
  get ended(): string | null {
    return this.#ended
  }

  greeted(bytes: Uint8Array): void {
    this.#client = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '')
      .slice(3)
  }

  sent(payload: Uint8Array): void {
    this.#frame('request', payload)
  }

  received(payload: Uint8Array): void {
    if (this.#version !== 0) return this.#frame('response', payload)
    const hello = parseServerHello(payload)
    if (!hello.ok) return
    this.#version = hello.value.version
    const { startedAt, recordedBy } = this.#options
    const head = {
      about: ABOUT,
      recordedBy,
      startedAt,
      client: this.#client,
      serverVersion: this.#version,
      connectionTime: hello.value.connectionTime,
    }
    this.#write(`${JSON.stringify(head).slice(0, -1)},\n"frames":[`)
  }

  garbled(detail: string): void {
    this.end(`what came is no frame: ${detail}`)
  }

  /** Closes the document. Idempotent. */
  end(why: string): void {
    if (this.#ended !== null) return
    this.#ended = why
    if (this.#version === 0) return
    this.#options.write(`\n],\n"frameCount":${this.frames},"ended":${JSON.stringify(why)}}\n`)
  }

  #frame(side: WireSide, payload: Uint8Array): void {
    if (this.#ended !== null || this.#version === 0) return
    const read = (side === 'request' ? decodeRequest : decodeResponse)(payload, this.#version)
    const fields = this.#redactor.fields(payload, read.ok ? read.value : read.error.decoded)
    const line = JSON.stringify({ ms: Math.round(this.#options.ms()), side, fields })
    this.#write(`${this.frames === 0 ? '' : ','}\n${line}`)
    this.frames++
  }

  #write(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (this.#bytes + bytes > this.#options.bytesMax) {
      return this.end(`${this.#options.bytesMax} bytes are written: as many as were asked for`)
    }
    this.#bytes += bytes
    if (!this.#options.write(text)) this.#ended = 'the file takes no more'
  }
}

const ABOUT =
  'Frames of a TWS API session in both directions, fields as sent. Accounts, references and ids ' +
  'of orders, addresses and balances are replaced, each the same way everywhere.'

const frameSchema = z.object({
  ms: z.number().optional(),
  side: z.enum(['request', 'response']).default('response'),
  fields: z.array(z.string()).min(1),
})

const headSchema = z.object({ serverVersion: z.int().min(157).max(200) })

export interface Recorded {
  readonly serverVersion: number
  readonly frames: readonly {
    readonly ms?: number | undefined
    readonly side: WireSide
    readonly fields: readonly string[]
  }[]
  /** The document ends as it should; else the last line may be missing. */
  readonly complete: boolean
}

/** A recording, also one that was cut short; or a file of vectors laid out alike. */
export function parseRecording(text: string): Result<Recorded, string> {
  const whole = jsonOf(text)
  const complete = whole !== null
  const head = headSchema.safeParse(complete ? whole : headOf(text))
  if (!head.success) {
    return fail('expected "serverVersion" from 157 to 200, as record writes it in its first line')
  }
  const rows = complete ? (whole as { readonly frames?: unknown }).frames : linesOf(text)
  if (!Array.isArray(rows)) return fail('expected "frames", a list')
  const frames = []
  for (const [index, row] of rows.entries()) {
    const frame = frameSchema.safeParse(row)
    if (!frame.success) return fail(`frame ${index + 1}: expected {"side", "fields": [texts]}`)
    frames.push(frame.data)
  }
  return ok({ serverVersion: head.data.serverVersion, frames, complete })
}

/** Reads every frame again, with the layouts of this version of the program. */
export function checkRecording({ serverVersion, frames }: Recorded): WireTally {
  const tally = new WireTally()
  tally.version = serverVersion
  for (const { side, fields } of frames) {
    tally.take(side, Buffer.from(`${fields.join('\0')}\0`, 'utf8'))
  }
  return tally
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // cut short: read line by line
  }
}

function headOf(text: string): unknown {
  const first = text.slice(0, text.indexOf('\n')).trim()
  return jsonOf(`${first.replace(/,$/, '')}}`)
}

function linesOf(text: string): readonly unknown[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line.startsWith('{') && line.includes('"fields"'))
    .map(jsonOf)
    .filter((row) => row !== null)
}
