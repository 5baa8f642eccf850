import { unreachable } from '../base/assert.ts'
import type { Secret } from '../base/secret.ts'
import {
  post,
  type Call,
  type Channel,
  type ChannelContext,
  type ChannelKind,
  type Note,
} from './channel.ts'
import { discordCall } from './channels/discord.ts'
import { deliverEmail, smtpObjection, type EmailTarget } from './channels/email.ts'
import { ntfyCall, type NtfyTarget } from './channels/ntfy.ts'
import { pushoverCall, type PushoverTarget } from './channels/pushover.ts'
import { slackCall } from './channels/slack.ts'
import { telegramCall, type TelegramTarget } from './channels/telegram.ts'
import { webhookCall } from './channels/webhook.ts'
import { targetObjection, type Target } from './http.ts'
import type { Level } from './outbox.ts'
import type { QuietHours } from './quiet-hours.ts'

/** Where a channel leads, secrets and all. */
export type Destination =
  | { readonly kind: 'discord' | 'slack' | 'webhook'; readonly target: Target }
  | ({ readonly kind: 'telegram' } & TelegramTarget)
  | ({ readonly kind: 'ntfy' } & NtfyTarget)
  | ({ readonly kind: 'pushover' } & PushoverTarget)
  | ({ readonly kind: 'email' } & EmailTarget)

/** One channel, as it is configured. */
export interface ChannelSettings {
  readonly name: string
  readonly to: Destination
  readonly levelMin: Level
  /** Null: it is told at every hour. */
  readonly quiet: QuietHours | null
  /** Names of the environment variables that its secrets come from, or may. */
  readonly secrets: readonly string[]
}

export function openChannel({ name, to }: ChannelSettings, context: ChannelContext): Channel {
  return { kind: to.kind, name, deliver: (note) => delivered(to, note, context) }
}

/** Why nothing may be sent there at all, whatever its name resolves to; null: it may. */
export function destinationObjection(to: Destination): string | null {
  return to.kind === 'email' ? smtpObjection(to) : targetObjection(to.target)
}

/** Host and port, for people; the rest of it is a secret. */
export function placeOf(to: Destination): string {
  if (to.kind === 'email') return `${to.host}:${to.port}`
  const text = to.target.url.reveal()
  return URL.canParse(text) ? new URL(text).host : 'no URL'
}

/** All that must never be seen. */
export function secretsOf(to: Destination): readonly Secret[] {
  switch (to.kind) {
    case 'telegram':
      return [to.target.url, to.chatId]
    case 'ntfy':
      return [to.target.url, ...(to.token === null ? [] : [to.token])]
    case 'pushover':
      return [to.token, to.user]
    case 'email':
      return to.login === null ? [] : [to.login.user, to.login.password]
    default:
      return [to.target.url]
  }
}

function delivered(to: Destination, note: Note, context: ChannelContext) {
  return to.kind === 'email' ? deliverEmail(to, note, context) : post(callOf(to, note), context)
}

function callOf(to: Exclude<Destination, { kind: 'email' }>, note: Note): Call {
  switch (to.kind) {
    case 'discord':
      return discordCall(to.target, note)
    case 'slack':
      return slackCall(to.target, note)
    case 'telegram':
      return telegramCall(to, note)
    case 'ntfy':
      return ntfyCall(to, note)
    case 'pushover':
      return pushoverCall(to, note)
    case 'webhook':
      return webhookCall(to.target, note)
    default:
      return unreachable(to)
  }
}

/** Of each kind: what the environment must hold beside it, after the channel's prefix. */
export const SECRETS_OF: Readonly<
  Record<ChannelKind, { readonly needed: readonly string[]; readonly optional: readonly string[] }>
> = {
  discord: { needed: ['URL'], optional: [] },
  slack: { needed: ['URL'], optional: [] },
  telegram: { needed: ['TOKEN', 'CHAT_ID'], optional: [] },
  ntfy: { needed: ['URL'], optional: ['TOKEN'] },
  pushover: { needed: ['TOKEN', 'USER'], optional: [] },
  email: { needed: [], optional: ['USER', 'PASSWORD'] },
  webhook: { needed: ['URL'], optional: [] },
}
