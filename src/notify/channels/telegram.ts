import type { Secret } from '../../base/secret.ts'
import { cut, secondsIn, type Call, type Note } from '../channel.ts'
import type { Target } from '../http.ts'

/** Bot API: sendMessage, text of 1 to 4096 characters. */
const TEXT_MAX = 4_096

export interface TelegramTarget {
  /** `https://api.telegram.org/bot<token>/sendMessage`: the token is in it. */
  readonly target: Target
  readonly chatId: Secret
}

/** Bot API: sendMessage. Plain text: no parse mode, so that nothing in it is markup. */
export function telegramCall({ target, chatId }: TelegramTarget, note: Note): Call {
  const { level, identity, text, remedy } = note
  const whole = `${level}: ${identity.mode}: ${text}${remedy === null ? '' : `\n${remedy}`}`
  return {
    target,
    body: JSON.stringify({
      chat_id: chatId.reveal(),
      text: cut(whole, TEXT_MAX),
      disable_notification: level === 'info',
      link_preview_options: { is_disabled: true },
    }),
    // Bot API: ResponseParameters, `retry_after` in seconds.
    retryAfterMs: (body) => secondsIn(body, ['parameters', 'retry_after']),
    remedy: 'check token and chat id, and that you have written to the bot first',
  }
}
