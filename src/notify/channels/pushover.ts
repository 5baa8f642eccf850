import type { Secret } from '../../base/secret.ts'
import { cut, type Call, type Note } from '../channel.ts'
import type { Target } from '../http.ts'

/** Pushover: limitations, 1024 characters of message, 250 of title. */
const MESSAGE_MAX = 1_024
const TITLE_MAX = 250

/** Pushover: emergency priority; both in whole seconds. */
export interface Emergency {
  /** Between two alarms: at least 30. */
  readonly retry: number
  /** Until it gives up: at most 10800. */
  readonly expire: number
}

export interface PushoverTarget {
  readonly target: Target
  readonly token: Secret
  readonly user: Secret
  /** What is critical rings until a person has said that it is seen; null: it rings once. */
  readonly emergency: Emergency | null
}

/** Pushover: messages API, as a form. */
export function pushoverCall(of: PushoverTarget, note: Note): Call {
  const { target, token, user, emergency } = of
  const { level, title, text, remedy, at } = note
  const whole = `${text}${remedy === null ? '' : `\n${remedy}`}`
  const form = new URLSearchParams({
    token: token.reveal(),
    user: user.reveal(),
    title: cut(title, TITLE_MAX),
    message: cut(whole, MESSAGE_MAX),
    priority: priorityOf(note, emergency),
    timestamp: String(Math.floor(at / 1_000)),
  })
  if (level === 'critical' && emergency !== null) {
    form.set('retry', String(emergency.retry))
    form.set('expire', String(emergency.expire))
  }
  return {
    target,
    body: form.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    remedy: 'check the application token and the user key in Pushover',
  }
}

/** Pushover: message priority, -1 quiet, 0 normal, 1 high, 2 emergency. */
function priorityOf({ level }: Note, emergency: Emergency | null): string {
  if (level === 'info') return '-1'
  if (level === 'warning') return '0'
  return emergency === null ? '1' : '2'
}
