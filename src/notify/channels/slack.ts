import { cut, type Call, type Note } from '../channel.ts'
import type { Target } from '../http.ts'

/** Slack: chat.postMessage, text is best kept under 4,000 characters. */
const TEXT_MAX = 4_000

/** Slack: incoming webhooks. Its own characters are escaped, so that no text calls a channel. */
export function slackCall(target: Target, note: Note): Call {
  const { level, identity, text, remedy } = note
  const whole = `${level}: ${identity.mode}: ${text}${remedy === null ? '' : `\n> ${remedy}`}`
  return {
    target,
    body: JSON.stringify({
      text: cut(escaped(whole), TEXT_MAX),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
    }),
    remedy: 'make a new incoming webhook in the Slack app and set its URL again',
  }
}

/** Slack: formatting text for app surfaces, these three and no others. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
