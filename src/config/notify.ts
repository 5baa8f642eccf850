import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import { targetObjection, type Target } from '../notify/http.ts'
import type { ChannelSettings } from '../notify/open-channel.ts'
import type { OutboxRules } from '../notify/outbox.ts'
import { channelSchema, channelsOf, quietHours } from './channels.ts'
import { seconds } from './units.ts'

export const WEBHOOK_URL = 'IBKR_BOT__NOTIFY__WEBHOOK_URL'
export const DEAD_MAN_URL = 'IBKR_BOT__NOTIFY__DEAD_MAN_URL'

/** URLs are secrets and stand in the environment; the hosts they may name stand in the file. */
export const notifySchema = z.strictObject({
  hosts: z
    .array(z.string().regex(/^[a-z0-9.:[\]-]+$/, 'expected a host like "hooks.example.com"'))
    .default([]),
  allow_private: z.boolean().default(false),
  min_level: z.enum(['info', 'warning', 'critical']).default('warning'),
  quiet_hours: z.union([z.literal('none'), quietHours]).default('none'),
  channels: z.array(channelSchema).max(20).default([]),
  day_summary: z.boolean().default(true),
  repeat_after: seconds
    .refine((ms) => ms >= 10_000 && ms <= 86_400_000, 'expected 10s to 86400s')
    .default(300_000),
  per_minute: z.int().min(3).max(60).default(10),
  dead_man_every: seconds
    .refine((ms) => ms >= 30_000 && ms <= 3_600_000, 'expected 30s to 3600s')
    .default(60_000),
})

export const watchdogSchema = z.strictObject({
  silent_after: seconds
    .refine((ms) => ms >= 5_000 && ms <= 60_000, 'expected 5s to 60s')
    .default(10_000),
  restarts: z.int().min(0).max(20).default(5),
  panic: z.boolean().default(false),
})

export interface NotifySettings {
  /** None: notices go to the log alone. */
  readonly channels: readonly ChannelSettings[]
  /** Every channel is told how the day was, whatever its least level. */
  readonly daySummary: boolean
  /** Null: there is no dead-man signal. */
  readonly deadMan: Target | null
  readonly deadManEveryMs: number
  readonly rules: OutboxRules
}

export interface WatchdogSettings {
  /** Without new vitals for so long the bot is killed and started again. */
  readonly silentMs: number
  /** In ten minutes; beyond it the watchdog pages and gives up. */
  readonly restartsMax: number
  /** After it has killed a bot that stood still, it flattens the account before it starts it. */
  readonly panic: boolean
}

/** A receiver that is down for an hour must not cost memory. */
const QUEUE_MAX = 100

export function notifySettings(
  file: z.infer<typeof notifySchema>,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: NotifySettings; readonly problems: readonly string[] } {
  const target = (name: string): Target | null => {
    const url = environment[name]
    if (url === undefined || url === '') return null
    return { url: new Secret(url), hosts: file.hosts, allowPrivate: file.allow_private }
  }
  const { hosts, allow_private: allowPrivate, min_level: levelMin } = file
  const quiet = file.quiet_hours === 'none' ? null : file.quiet_hours
  const listed = { channels: file.channels, hosts, allowPrivate, levelMin, quiet, environment }
  const { channels, problems } = channelsOf(listed)
  const webhook = target(WEBHOOK_URL)
  const named = [
    [WEBHOOK_URL, webhook],
    [DEAD_MAN_URL, target(DEAD_MAN_URL)],
  ] as const
  const own = named.flatMap(([name, of]) => {
    const objection = of === null ? null : targetObjection(of)
    return objection === null ? [] : [`environment: ${name}: ${objection}`]
  })
  const isTaken = webhook !== null && channels.some(({ name }) => name === WEBHOOK)
  const taken = isTaken ? [`environment: ${WEBHOOK_URL}: ${TAKEN}`] : []
  const plain: readonly ChannelSettings[] =
    webhook === null
      ? []
      : [{ name: WEBHOOK, to: { kind: WEBHOOK, target: webhook }, levelMin, quiet }]
  const settings: NotifySettings = {
    channels: [...plain, ...channels],
    daySummary: file.day_summary,
    deadMan: target(DEAD_MAN_URL),
    deadManEveryMs: file.dead_man_every,
    rules: { repeatMs: file.repeat_after, perMinute: file.per_minute, queueMax: QUEUE_MAX },
  }
  return { settings, problems: [...own, ...taken, ...problems] }
}

/** The one that a URL alone makes. */
const WEBHOOK = 'webhook'
const TAKEN = `notify.channels has one named ${WEBHOOK} as well; give that one another name`
