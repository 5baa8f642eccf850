import type { lookup as systemLookup } from 'node:dns'
import type { Clock, EpochMs } from '../base/clock.ts'
import type { AlertName } from '../domain/alert.ts'
import { ALERTS } from '../domain/alert.ts'
import type { Parcel } from './courier.ts'
import { DELIVERED, later, refused, type Delivery } from './delivery.ts'
import {
  answerObjection,
  exchange,
  hostOf,
  type Answer,
  type Sending,
  type Target,
} from './http.ts'
import type { LogIdentity } from './json-log.ts'
import type { Level } from './outbox.ts'

/** What a channel shows of one message; every text is redacted and without control characters. */
export interface Note {
  readonly id: string
  readonly alert: AlertName | null
  readonly level: Level
  /** `ibkr-options-bot paper: critical`. */
  readonly title: string
  /** With how often, and what was never told. */
  readonly text: string
  readonly message: string
  /** What a person can do; null: nothing needs doing, or several things are told as one. */
  readonly remedy: string | null
  readonly at: EpochMs
  readonly count: number
  readonly dropped: number
  readonly identity: LogIdentity
}

/** One way to people. */
export interface Channel {
  readonly kind: ChannelKind
  readonly name: string
  deliver(note: Note): Promise<Delivery>
}

export const CHANNEL_KINDS = [
  'discord',
  'slack',
  'telegram',
  'ntfy',
  'pushover',
  'email',
  'webhook',
] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

export interface ChannelContext {
  readonly clock: Clock
  /** Instead of the resolver of the system. */
  readonly lookup?: typeof systemLookup
  /** A certificate, as PEM, that is trusted instead of those that the system trusts. */
  readonly trusted?: string
}

/** One request of a service, as its own documentation has it. */
export interface Call {
  readonly target: Target
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** Where the service says how long to wait in its body; null: it does not. */
  readonly retryAfterMs?: (body: string) => number | null
  /** What most likely is wrong when the service refuses. */
  readonly remedy: string
}

/** Posts it, and says what its answer means: 408, 425, 429 and 5xx pass, all else stays. */
export async function post(call: Call, of: ChannelContext): Promise<Delivery> {
  const { target, body, headers, remedy } = call
  const sending: Sending = {
    clock: of.clock,
    method: 'POST',
    body,
    ...(headers !== undefined && { headers }),
    ...(of.lookup !== undefined && { lookup: of.lookup }),
  }
  const answer = await exchange(target, sending)
  if (!answer.ok) return later(answer.error)
  const objection = answerObjection(answer.value)
  if (objection === null) return DELIVERED
  const reason = `${hostOf(target)} ${objection}`
  if (isPassing(answer.value)) return later(reason, waitOf(answer.value, call))
  return refused(reason, remedy)
}

function isPassing({ status }: Answer): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function waitOf({ retryAfterMs, body }: Answer, call: Call): number | null {
  const inBody = call.retryAfterMs?.(body) ?? null
  if (inBody === null) return retryAfterMs
  return Math.max(inBody, retryAfterMs ?? 0)
}

/** What is to be said of a parcel. */
export function noteOf(
  { batch, id, dropped }: Parcel,
  of: { readonly identity: LogIdentity; readonly redact: (text: string) => string },
): Note {
  const { identity, redact } = of
  const { alert, level, at, count } = batch
  const message = plain(redact(batch.message))
  const times = count > 1 ? ` (${count} times)` : ''
  const lost = dropped > 0 ? `\n(${dropped} earlier messages were not told; the log has them)` : ''
  const known = alert === null || level === 'info' ? null : ALERTS[alert].remedy
  return {
    id,
    alert,
    level,
    title: `ibkr-options-bot ${identity.mode}: ${level}`,
    text: `${message}${times}${lost}`,
    message,
    remedy: known,
    at,
    count,
    dropped,
    identity,
  }
}

/** Words of a broker are anybody's: no control character of theirs reaches a service (T13). */
export function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, ' ')
}

/** At most so many UTF-16 units, and no half character at the end. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A number of seconds somewhere in a JSON object; null: it is not there. */
export function secondsIn(body: string, path: readonly string[]): number | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null
  return Math.ceil(value * 1_000)
}
