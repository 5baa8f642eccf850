import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import type { ChannelKind } from '../notify/channel.ts'
import {
  destinationObjection,
  SECRETS_OF,
  type ChannelSettings,
  type Destination,
} from '../notify/open-channel.ts'
import type { Level } from '../notify/outbox.ts'
import { parseQuietHours, type QuietHours } from '../notify/quiet-hours.ts'
import { seconds } from './units.ts'

const QUIET = 'expected hours and a time zone, like "22:00-07:00 America/New_York"'

export const quietHours = z
  .string({ error: QUIET })
  .transform(parseQuietHours)
  .refine((hours): hours is QuietHours => hours !== null, QUIET)

const common = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'expected a name like "discord" or "phone-2"')
    .optional()
    .meta({
      value: 'name',
      example: 'phone-2',
      description: 'what its environment variables are named by; left out: its kind',
    }),
  min_level: z
    .enum(['info', 'warning', 'critical'])
    .optional()
    .describe('of what this one is told; left out: `notify.min_level`'),
  quiet_hours: z
    .union([z.literal('none'), quietHours])
    .optional()
    .meta({
      value: 'none, or times of a zone',
      example: 'none',
      description: 'of this one; none: it is told at every hour; left out: `notify.quiet_hours`',
    }),
}

/** The word that tells one kind from the others. */
const kind = <const K extends ChannelKind>(name: K) =>
  z
    .literal(name)
    .meta({ value: 'word', example: name, description: 'what it is; each has its own keys' })

const serverOf = (standard: string) =>
  z
    .string()
    .regex(/^https?:\/\/[^/?#@]+$/, 'expected a server like "https://ntfy.sh"')
    .default(standard)
    .meta({ value: 'URL of a server', description: 'another one that speaks the same' })

const mailbox = z
  .string()
  .regex(/^[^\s<>@]+@[^\s<>@]+$/, 'expected an address like "a@example.com"')

/** Two limits of Pushover: it repeats no faster, and no longer. */
const emergency = z
  .strictObject({
    retry: seconds
      .refine((ms) => ms >= 30_000, 'expected 30s or more')
      .prefault('60s')
      .meta({
        bounds: '30s or more',
        example: '60s',
        description: 'it repeats so often until you confirm it',
      }),
    expire: seconds
      .refine((ms) => ms <= 10_800_000, 'expected 10800s or less')
      .prefault('3600s')
      .meta({ bounds: 'at most 10800s', example: '3600s', description: 'and for so long' }),
  })
  .optional()
  .meta({
    example: '{ retry: 60s, expire: 3600s }',
    description: 'with it, what is critical repeats until you confirm it',
  })

/** What is not secret of a channel; the rest stands in the environment. */
export const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('discord'), ...common }),
  z.strictObject({ kind: kind('slack'), ...common }),
  z.strictObject({ kind: kind('webhook'), ...common }),
  z.strictObject({ kind: kind('ntfy'), ...common }),
  z.strictObject({
    kind: kind('telegram'),
    ...common,
    server: serverOf('https://api.telegram.org'),
  }),
  z.strictObject({
    kind: kind('pushover'),
    ...common,
    server: serverOf('https://api.pushover.net'),
    emergency,
  }),
  z.strictObject({
    kind: kind('email'),
    ...common,
    host: z
      .string()
      .regex(/^[a-z0-9.:-]+$/, 'expected a host like "smtp.example.com"')
      .meta({
        value: 'host name',
        example: 'smtp.example.com',
        description: 'the mail server; it stands in `notify.hosts` as well',
      }),
    port: z.int().min(1).max(65_535).default(587).describe('of the mail server'),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('none: for a mail server on this machine alone'),
    from: mailbox.meta({
      value: 'mail address',
      example: 'bot@example.com',
      description: 'who it says it is from',
    }),
    to: z.array(mailbox).min(1).max(10).meta({
      value: 'list of mail addresses',
      example: '[me@example.com]',
      description: 'who gets it',
    }),
  }),
])

type ChannelFile = z.infer<typeof channelSchema>

export interface ChannelsOf {
  readonly channels: readonly ChannelFile[]
  readonly hosts: readonly string[]
  readonly allowPrivate: boolean
  readonly levelMin: Level
  readonly quiet: QuietHours | null
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface ReadChannels {
  readonly channels: readonly ChannelSettings[]
  readonly problems: readonly string[]
}

/** Channels with what the environment holds for them, or everything that is wrong with them. */
export function channelsOf(of: ChannelsOf): ReadChannels {
  const problems: string[] = []
  const channels: ChannelSettings[] = []
  const names = of.channels.map(nameOf)
  for (const twice of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    problems.push(`notify.channels: two are named ${twice}; give each a name of its own`)
  }
  for (const file of of.channels) {
    const name = nameOf(file)
    const secrets = secretsFor(file.kind, name, of.environment)
    problems.push(...secrets.problems)
    if (secrets.problems.length > 0) continue
    const to = destinationOf(file, secrets.found, of)
    const objection = destinationObjection(to)
    if (objection !== null) problems.push(`notify.channels: ${name}: ${objection}`)
    const quiet = file.quiet_hours === 'none' ? null : (file.quiet_hours ?? of.quiet)
    channels.push({
      name,
      to,
      levelMin: file.min_level ?? of.levelMin,
      quiet,
      secrets: secrets.names,
    })
  }
  return { channels, problems }
}

/** Of channel `phone-2`, the part `URL`: what ends in `PHONE_2__URL`. */
export function secretName(channel: string, part: string): string {
  return `IBKR_BOT__NOTIFY__${channel.toUpperCase().replaceAll('-', '_')}__${part}`
}

/**
 * Why this value can be sent nowhere, null: it can. A token travels in a URL or a header, which
 * take printable ASCII; a password may be any words. A file's last line break comes along easily.
 */
export function secretObjection(value: string, as: 'token' | 'words'): string | null {
  if (as === 'words') {
    if (!/\p{Cc}/u.test(value)) return null
    return 'expected a value without line breaks and control characters; set it again'
  }
  if (/^[\x21-\x7e]*$/.test(value)) return null
  const plain = 'without spaces, line breaks and characters beyond ASCII'
  return `expected a value ${plain}; copy it again, and set it again`
}

function nameOf({ name, kind }: ChannelFile): string {
  return name ?? kind
}

type Found = Readonly<Record<string, string>>

function secretsFor(
  kind: ChannelKind,
  name: string,
  environment: ChannelsOf['environment'],
): {
  readonly names: readonly string[]
  readonly found: Found
  readonly problems: readonly string[]
} {
  const { needed, optional } = SECRETS_OF[kind]
  const found: Record<string, string> = {}
  const problems: string[] = []
  for (const part of [...needed, ...optional]) {
    const value = environment[secretName(name, part)]
    if (value !== undefined && value !== '') {
      found[part] = value
      const objection = secretObjection(value, kind === 'email' ? 'words' : 'token')
      if (objection !== null) problems.push(`environment: ${secretName(name, part)}: ${objection}`)
    } else if (needed.includes(part)) {
      problems.push(`environment: ${secretName(name, part)}: missing; channel ${name} needs it`)
    }
  }
  const names = [...needed, ...optional].map((part) => secretName(name, part))
  if (problems.length > 0) return { names, found, problems }
  if (kind === 'telegram' && !/^\d+:[\w-]+$/.test(found['TOKEN'] ?? '1:a')) {
    problems.push(`environment: ${secretName(name, 'TOKEN')}: expected a token like 123456:AB-cd`)
  }
  if (kind === 'email' && (found['USER'] === undefined) !== (found['PASSWORD'] === undefined)) {
    const both = `${secretName(name, 'USER')} and ${secretName(name, 'PASSWORD')}`
    problems.push(`environment: expected ${both}, or neither; one is missing`)
  }
  return { names, found, problems }
}

function destinationOf(file: ChannelFile, found: Found, of: ChannelsOf): Destination {
  const { hosts, allowPrivate } = of
  const at = (url: string) => ({ url: new Secret(url), hosts, allowPrivate })
  const secret = (part: string) => new Secret(found[part] ?? '')
  switch (file.kind) {
    case 'telegram': {
      const target = at(`${file.server}/bot${found['TOKEN'] ?? ''}/sendMessage`)
      return { kind: file.kind, target, chatId: secret('CHAT_ID') }
    }
    case 'ntfy': {
      const token = found['TOKEN'] === undefined ? null : secret('TOKEN')
      return { kind: file.kind, target: at(found['URL'] ?? ''), token }
    }
    case 'pushover': {
      const { retry = 0, expire = 0 } = file.emergency ?? {}
      const emergency =
        file.emergency === undefined ? null : { retry: retry / 1_000, expire: expire / 1_000 }
      const target = at(`${file.server}/1/messages.json`)
      return { kind: file.kind, target, token: secret('TOKEN'), user: secret('USER'), emergency }
    }
    case 'email': {
      const { kind, host, port, tls, from, to } = file
      const login =
        found['USER'] === undefined ? null : { user: secret('USER'), password: secret('PASSWORD') }
      return { kind, host, port, tls, from, to, login, hosts, allowPrivate }
    }
    default:
      return { kind: file.kind, target: at(found['URL'] ?? '') }
  }
}
