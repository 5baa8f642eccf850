import { utcText } from '../../domain/calendar.ts'
import { cut, secondsIn, type Call, type Note } from '../channel.ts'
import type { Target } from '../http.ts'

/** Discord: webhook resource, `content` is up to 2000 characters. */
const CONTENT_MAX = 2_000
/** Discord: embed limits, `description` is up to 4096 characters. */
const DESCRIPTION_MAX = 4_096
const COLOURS = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 } as const

/** Discord: execute webhook. Nobody is mentioned, whatever a broker's text says. */
export function discordCall(target: Target, note: Note): Call {
  const { level, title, text, remedy, at } = note
  return {
    target,
    body: JSON.stringify({
      username: 'IBKR Bot',
      content: cut(`${level}: ${note.identity.mode}: ${text}`, CONTENT_MAX),
      embeds: [
        {
          title,
          color: COLOURS[level],
          timestamp: utcText(at),
          ...(remedy !== null && { description: cut(remedy, DESCRIPTION_MAX) }),
        },
      ],
      allowed_mentions: { parse: [] },
    }),
    // Discord: rate limits, `retry_after` in seconds, with a fraction.
    retryAfterMs: (body) => secondsIn(body, ['retry_after']),
    remedy: 'make a new webhook in Discord (channel > Integrations) and set its URL again',
  }
}
