import { utcText } from '../../domain/calendar.ts'
import type { Call, Note } from '../channel.ts'
import type { Target } from '../http.ts'

/**
 * `text` is what chat services show of a generic hook; the rest is for whoever reads fields. `id`
 * is the same in every attempt: whoever keeps it shows no message twice.
 */
export function webhookCall(target: Target, note: Note): Call {
  const { id, alert, level, message, count, dropped, identity, remedy, at } = note
  const times = count > 1 ? ` (${count} times)` : ''
  return {
    target,
    body: JSON.stringify({
      text: `${level}: ${identity.mode}: ${message}${times}`,
      id,
      alert,
      level,
      message,
      remedy,
      count,
      time: utcText(at),
      dropped,
      ...identity,
    }),
    remedy: 'check the URL, and what its service expects',
  }
}
