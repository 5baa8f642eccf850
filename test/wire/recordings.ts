import { existsSync, readFileSync } from 'node:fs'
import { type AnyCodec, type Case, encoded, frameOf, show, textsOf } from './evidence.ts'
import { isRequest, unreadable, versionOf, withExtraField } from './recorded-rows.ts'
import type { Fields } from './reference.ts'
import { fieldsOf, type Transcribed, transcripts } from './transcription.ts'

const folder = new URL('../../../shared/ibkr/vectors/', import.meta.url)

/** Recorded frames are data of the project, not of the repository. */
export const hasRecordings = existsSync(folder)

export interface Recording {
  /** File and line of its source. */
  readonly at: string
  readonly version: number
  readonly side: 'request' | 'response'
  readonly fields: readonly string[]
}

interface Recorded {
  readonly serverVersion?: number
  readonly frames: readonly { at?: string; line?: number; fields: readonly string[] }[]
}

function read(file: string): Recorded {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded
}

/** Real frames of a Gateway at 200. */
function ofGateway(): readonly Recording[] {
  const { serverVersion = 0, frames } = read('gateway-frames-sv200.json')
  return frames.map(({ line, fields }) => {
    return { at: `line ${line}`, version: serverVersion, side: 'response', fields }
  })
}

/** Rows split at every NUL: the last, behind the final one, is no field. */
function ofTests(): readonly Recording[] {
  return read('rust-ibapi-v1.json').frames.map(({ at = '', fields }) => ({
    at,
    version: versionOf(at),
    side: isRequest(at, fields[0]) ? 'request' : 'response',
    fields: fields.at(-1) === '' ? fields.slice(0, -1) : fields,
  }))
}

export const recordings: readonly Recording[] = hasRecordings ? [...ofGateway(), ...ofTests()] : []

/** `173|20250415 19:38:30 British Summer Time` */
export const isHandshake = ({ fields }: Recording): boolean =>
  fields.length === 2 && /^\d{8} /.test(fields[1] ?? '')

export const isReadable = (recording: Recording): boolean =>
  !isHandshake(recording) && !unreadable.has(recording.at)

/** The text that a recorded frame and ours may differ in, and why. */
const EXPLANATIONS = ['same', 'message version', 'trailing zeros', 'sentinel'] as const

export type Explanation = (typeof EXPLANATIONS)[number]

export const explained = new Map<Explanation, number>(EXPLANATIONS.map((each) => [each, 0]))

const UNSET = ['', '2147483647', '1.7976931348623157E308', '9223372036854775807']

function explain(path: string, recorded: string, ours: string): Explanation | null {
  if (recorded === ours) return 'same'
  if (path === '=') return 'message version'
  if (recorded !== '' && ours !== '' && Number(recorded) === Number(ours)) return 'trailing zeros'
  return UNSET.includes(recorded) && UNSET.includes(ours) ? 'sentinel' : null
}

export function recordingCases(kind?: string): readonly Case[] {
  return recordings.filter(isReadable).flatMap((recording) => {
    const id = Number(recording.fields[0])
    const transcript = transcripts.find(
      ({ side, layout }) => side === recording.side && layout.id === id,
    )
    const meant =
      transcript !== undefined && (kind ?? transcript.layout.kind) === transcript.layout.kind
    return meant ? [caseOf(transcript, recording)] : []
  })
}

function caseOf({ side, layout }: Transcribed, { at, version, fields }: Recording): Case {
  const extra = withExtraField.has(at)
  const sent = extra ? fields.slice(0, -1) : fields
  const check = (codec: AnyCodec): string | null => {
    const result = codec.decode(frameOf(sent).subarray(4), version)
    if (!result.ok) return `${result.error.kind} at ${result.error.field}: ${result.error.detail}`
    if (extra) {
      const whole = codec.decode(frameOf(fields).subarray(4), version)
      if (whole.ok || whole.error.kind !== 'surplus') return 'the extra field is not surplus'
      if (fields.at(-1) !== '') return 'the extra field is not empty'
    }
    const frame = encoded(codec, result.value, version)
    if (typeof frame === 'string') return frame
    const ours = textsOf(frame)
    if (ours.length !== sent.length) return `${ours.length} fields instead of ${sent.length}`
    const paths = fieldsOf(layout, result.value as Fields, version)
    for (const [i, text] of sent.entries()) {
      const explanation = explain(paths[i]?.path ?? '', text, ours[i] ?? '')
      if (explanation === null)
        return `${paths[i]?.path}: ${show(ours[i])} instead of ${show(text)}`
      explained.set(explanation, (explained.get(explanation) ?? 0) + 1)
    }
    return null
  }
  return { side, kind: layout.kind, name: at, check }
}
