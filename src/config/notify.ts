import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import { targetObjection, type Target } from '../notify/http.ts'
import type { ChannelSettings } from '../notify/open-channel.ts'
import type { OutboxRules } from '../notify/outbox.ts'
import { channelSchema, channelsOf, quietHours } from './channels.ts'
import { secondsFrom } from './units.ts'

export const WEBHOOK_URL = 'IBKR_BOT__NOTIFY__WEBHOOK_URL'
export const DEAD_MAN_URL = 'IBKR_BOT__NOTIFY__DEAD_MAN_URL'

/** URLs are secrets and stand in the environment; the hosts they may name stand in the file. */
export const notifySchema = z
  .strictObject({
    hosts: z
      .array(z.string().regex(/^[a-z0-9.:[\]-]+$/, 'expected a host like "hooks.example.com"'))
      .default([])
      .meta({
        value: 'list of host names',
        example: '[hooks.example.com]',
        description: 'hosts that the URLs of the environment may name; https, no redirects',
      }),
    allow_private: z
      .boolean()
      .default(false)
      .describe('true lets them be of this machine or a private network, and http to this machine'),
    min_level: z
      .enum(['info', 'warning', 'critical'])
      .default('warning')
      .describe('what is sent on; the log in the state folder takes everything'),
    quiet_hours: z
      .union([z.literal('none'), quietHours])
      .default('none')
      .meta({
        value: 'none, or times of a zone',
        example: '"22:00-07:00 America/New_York"',
        description: 'info and warning wait until they end; what is critical is told at once',
      }),
    channels: z.array(channelSchema).max(20).default([]).meta({
      value: 'list of channels',
      example: '[{ kind: discord }]',
      description: 'who is told, each with its own least level; docs/alerts.md has all kinds',
    }),
    day_summary: z
      .boolean()
      .default(true)
      .describe('every channel is told how the day was, after the close'),
    repeat_after: secondsFrom(10, 86_400)
      .prefault('300s')
      .describe('the same is told once in this time, then once more with its count'),
    per_minute: z
      .int()
      .min(3)
      .max(60)
      .default(10)
      .describe('messages at most; the last third is kept for what is critical'),
    dead_man_every: secondsFrom(30, 3_600)
      .prefault('60s')
      .describe('the dead-man signal goes out at most so often, after a completed cycle'),
  })
  .describe('What people are told, beside the log. The URLs are secrets of the environment.')

export const watchdogSchema = z
  .strictObject({
    silent_after: secondsFrom(5, 60)
      .prefault('10s')
      .describe('without new vitals for so long the bot is killed and started again'),
    restarts: z
      .int()
      .min(0)
      .max(20)
      .default(5)
      .describe('in ten minutes; beyond it the watchdog pages and ends'),
    panic: z
      .boolean()
      .default(false)
      .describe(
        'true: after it has killed a bot that stood still it runs `panic`: everything of the ' +
          'account is cancelled and closed, foreign orders too',
      ),
  })
  .describe('Of the command `watchdog`, which starts `run`, watches it and starts it again.')

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
      : [
          {
            name: WEBHOOK,
            to: { kind: WEBHOOK, target: webhook },
            levelMin,
            quiet,
            secrets: [WEBHOOK_URL],
          },
        ]
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
