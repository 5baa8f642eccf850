import { secretName } from '../config/channels.ts'
import { envObjection } from '../config/env-file.ts'
import type { ChannelKind } from '../notify/channel.ts'
import { given, type Asker } from './init-asker.ts'
import type { InitChannel } from './init-answers.ts'
import { PROGRAM } from './typed.ts'

interface Asking {
  readonly asker: Asker
  /** By the names of their variables; what is secret is put in here. */
  readonly secrets: Record<string, string>
  readonly config: string
}

interface Channels {
  readonly channels: readonly InitChannel[]
  /** That their URLs name, and their mail servers. */
  readonly hosts: readonly string[]
}

const KINDS: readonly { readonly value: ChannelKind; readonly hint: string }[] = [
  { value: 'discord', hint: 'channel settings, Integrations, Webhooks: its URL' },
  { value: 'slack', hint: 'an app with Incoming Webhooks: its URL' },
  { value: 'telegram', hint: 'the token of a bot by @BotFather, and your chat id' },
  { value: 'ntfy', hint: 'the URL of a topic that nobody guesses' },
  { value: 'pushover', hint: "an application's token, and your user key" },
  { value: 'email', hint: 'your mail server' },
  { value: 'webhook', hint: 'a URL of your own that takes our JSON; not of Discord or Slack' },
]

const WANTS = 'Tell you of trouble by a message (Discord, Slack, Telegram, e-mail, ...)?'

/** Over which channels the bot reaches a person, and what each of them needs. */
export async function channelsOf(asking: Asking): Promise<Channels> {
  const { asker, config } = asking
  if (!given(await asker.confirm(WANTS, false))) return { channels: [], hosts: [] }
  const message = 'Over which channels'
  const kinds = given(await asker.several({ message, options: KINDS, initial: [] }))
  asker.say(
    'URLs, tokens and passwords go into .env, readable by you alone. docs/alerts.md has more.',
  )
  const all: (readonly [InitChannel, string])[] = []
  for (const kind of kinds) all.push(await channelOf(kind, asking))
  asker.say(`Once it is written, try them: ${PROGRAM} alerts test --config ${config}`)
  return { channels: all.map(([channel]) => channel), hosts: all.map(([, host]) => host) }
}

/** One channel, with the host that it leads to. */
async function channelOf(
  kind: ChannelKind,
  asking: Asking,
): Promise<readonly [InitChannel, string]> {
  const secret = async (part: string, of: Question): Promise<string> => {
    const text = given(await asking.asker.secret({ ...of, objection: (is) => objectionTo(is, of) }))
    if (text !== '') asking.secrets[secretName(kind, part)] = text
    return text
  }
  switch (kind) {
    case 'telegram':
      await secret('TOKEN', { message: 'Telegram: the token of your bot', like: TOKEN })
      await secret('CHAT_ID', { message: 'Telegram: your chat id' })
      return [{ kind, keys: {} }, 'api.telegram.org']
    case 'pushover':
      await secret('TOKEN', { message: "Pushover: the application's token" })
      await secret('USER', { message: 'Pushover: your user key' })
      return [{ kind, keys: {} }, 'api.pushover.net']
    case 'email':
      return emailOf(asking.asker, secret)
    case 'ntfy': {
      const url = await secret('URL', { message: 'ntfy: the URL of the topic', like: URL_OF })
      const message = 'ntfy: the access token of a reserved topic; empty: there is none'
      await secret('TOKEN', { message, isOptional: true })
      return [{ kind, keys: {} }, hostOf(url) ?? '']
    }
    default: {
      const like = { ...URL_OF, objection: (is: string) => otherKind(kind, is) }
      const url = await secret('URL', { message: `${kind}: its URL`, like })
      return [{ kind, keys: {} }, hostOf(url) ?? '']
    }
  }
}

type AskSecret = (part: string, of: Question) => Promise<string>

async function emailOf(asker: Asker, secret: AskSecret): Promise<readonly [InitChannel, string]> {
  const text = async (message: string, like: Like): Promise<string> =>
    given(
      await asker.text({
        message,
        initial: '',
        objection: (is) => objectionTo(is, { message, like }),
      }),
    )
  const host = await text('E-mail: the mail server, on port 587', HOST)
  const from = await text('E-mail: from which address', MAILBOX)
  const to = await text('E-mail: to which address', MAILBOX)
  if (given(await asker.confirm('E-mail: does the server want a login?', true))) {
    await secret('USER', { message: 'E-mail: the login' })
    await secret('PASSWORD', { message: 'E-mail: its password' })
  }
  const keys = { host, from: JSON.stringify(from), to: `[${JSON.stringify(to)}]` }
  return [{ kind: 'email', keys }, host]
}

/** Whether a text will do, and what one is like that does. */
interface Like {
  readonly takes: (text: string) => boolean
  readonly expected: string
  /** Of what is of that form, why it will not do all the same. */
  readonly objection?: (text: string) => string | null
}

interface Question {
  readonly message: string
  readonly like?: Like
  readonly isOptional?: boolean
}

// As src/config/channels.ts takes them, which judges once more before anything is written.
const TOKEN: Like = {
  takes: (is) => /^\d+:[\w-]+$/.test(is),
  expected: 'a token like 123456:AB-cd',
}
const HOST: Like = {
  takes: (is) => /^[a-z0-9.-]+$/.test(is),
  expected: 'a host like smtp.example.com',
}
const MAILBOX: Like = {
  takes: (is) => /^[^\s<>@]+@[^\s<>@]+$/.test(is),
  expected: 'an address like me@example.com',
}
const URL_OF: Like = { takes: (is) => hostOf(is) !== null, expected: 'https://HOST/...' }

function objectionTo(text: string, { like, isOptional = false }: Question): string | null {
  if (text === '') return isOptional ? null : 'expected something'
  if (like !== undefined && !like.takes(text)) return `expected ${like.expected}`
  return like?.objection?.(text) ?? envObjection(text)
}

/** Services that take a form of their own and refuse every other, for good. */
const SERVICES: readonly (readonly [ChannelKind, RegExp])[] = [
  ['discord', /(^|\.)discord(app)?\.com$/],
  ['slack', /^hooks\.slack(-gov)?\.com$/],
]

function otherKind(kind: ChannelKind, url: string): string | null {
  const host = hostOf(url) ?? ''
  const of = SERVICES.find(([, pattern]) => pattern.test(host))?.[0]
  if (of === undefined || of === kind) return null
  return `that is a URL of ${of}, which refuses what ${kind} sends; choose ${of} instead`
}

function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' && hostname !== '' ? hostname : null
}
