import type { Secret } from '../../base/secret.ts'
import { cut, type Call, type Note } from '../channel.ts'
import type { Target } from '../http.ts'

/** ntfy: publishing, a longer message becomes an attachment. */
const MESSAGE_BYTES_MAX = 4_000
/** ntfy: message priority, 1 min to 5 max; 5 rings through "do not disturb" if allowed. */
const PRIORITY = { info: '3', warning: '4', critical: '5' } as const
const TAGS = { info: 'information_source', warning: 'warning', critical: 'rotating_light' } as const

export interface NtfyTarget {
  /** `https://ntfy.sh/<topic>`: who knows the topic reads it. */
  readonly target: Target
  /** Null: the topic is open. */
  readonly token: Secret | null
}

/** ntfy: publish as text, with what it is about in headers. */
export function ntfyCall({ target, token }: NtfyTarget, note: Note): Call {
  const { level, title, text, remedy } = note
  const whole = `${text}${remedy === null ? '' : `\n${remedy}`}`
  return {
    target,
    body: inBytes(whole, MESSAGE_BYTES_MAX),
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      title,
      priority: PRIORITY[level],
      tags: TAGS[level],
      ...(token !== null && { authorization: `Bearer ${token.reveal()}` }),
    },
    remedy: 'check the topic in the URL, and the access token if the topic is reserved',
  }
}

function inBytes(text: string, max: number): string {
  let short = cut(text, max)
  while (Buffer.byteLength(short) > max) short = cut(short, short.length - 100)
  return short
}
