import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { lookup as systemLookup } from 'node:dns'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { SystemClock, type EpochMs } from '../base/clock.ts'
import { Secret } from '../base/secret.ts'
import { parseSettings } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { notice, type AlertLevel } from '../domain/alert.ts'
import { noteOf, type Note } from '../notify/channel.ts'
import { openChannel } from '../notify/open-channel.ts'
import { readSpool } from '../notify/spool.ts'
import { HttpStandIn, SmtpStandIn } from '../notify/stand-ins.testing.ts'
import { openOutlets, redactorOf, type Outlets } from './outlets.ts'

const EXAMPLE = join(import.meta.dirname, '../../config/example.yaml')
const root = mkdtempSync(join(tmpdir(), 'channels-'))
const web = new HttpStandIn()
const mail = new SmtpStandIn()
const clock = new SystemClock()
const CANARY = 'CANARYzz'
const AT = Date.UTC(2026, 2, 10, 15, 31, 5) as EpochMs

beforeAll(async () => {
  await web.start()
  await mail.start()
})
beforeEach(() => {
  web.seen.length = 0
  mail.mails.length = 0
  mail.lines.length = 0
  web.answer = () => ({ status: 200 })
  mail.refuse = () => null
})
afterAll(async () => {
  await web.stop()
  await mail.stop()
  rmSync(root, { recursive: true })
})

const ALL = ['discord', 'slack', 'telegram', 'ntfy', 'pushover', 'email', 'hook'] as const
const HTTP = ALL.filter((name) => name !== 'email')

function fileOf(of: object = {}): string {
  const server = `http://127.0.0.1:${web.port}`
  const from = 'bot@example.com'
  const notify = {
    hosts: ['127.0.0.1'],
    allow_private: true,
    min_level: 'info',
    channels: [
      { kind: 'discord' },
      { kind: 'slack' },
      { kind: 'telegram', server },
      { kind: 'ntfy' },
      { kind: 'pushover', server },
      {
        kind: 'email',
        host: '127.0.0.1',
        port: mail.port,
        tls: 'none',
        from,
        to: ['me@example.com'],
      },
      { kind: 'webhook', name: 'hook' },
    ],
    ...of,
  }
  const own = { mode: 'dry-run', gateway: { port: 4002 }, account: 'DU1234567', notify }
  return stringify({ ...(parse(readFileSync(EXAMPLE, 'utf8')) as object), ...own })
}

function environmentOf(): Record<string, string> {
  const server = `http://127.0.0.1:${web.port}`
  const named = {
    DISCORD__URL: `${server}/api/webhooks/1/${CANARY}-discord`,
    SLACK__URL: `${server}/services/${CANARY}-slack`,
    TELEGRAM__TOKEN: `123456:${CANARY}-telegram`,
    TELEGRAM__CHAT_ID: `@${CANARY}-chat`,
    NTFY__URL: `${server}/${CANARY}-topic`,
    NTFY__TOKEN: `tk_${CANARY}`,
    PUSHOVER__TOKEN: `${CANARY}-application`,
    PUSHOVER__USER: `${CANARY}-user`,
    EMAIL__USER: `${CANARY}-login`,
    EMAIL__PASSWORD: `${CANARY}-password`,
    HOOK__URL: `${server}/hook/${CANARY}-hook`,
  }
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [`IBKR_BOT__NOTIFY__${name}`, value]),
  )
}

function settingsOf(of: object = {}): Settings {
  const parsed = parseSettings(fileOf(of), { path: 'my.yaml', environment: environmentOf() })
  if (!parsed.ok) throw new Error(parsed.error.join('\n'))
  return parsed.value
}

const IDENTITY = { mode: 'paper', version: '1', commit: null, pid: 1, instance: '1-a' }

function noted(of: { level?: AlertLevel; message?: string; settings?: Settings } = {}): Note {
  const { level = 'critical', message = 'R1 holds a position', settings = settingsOf() } = of
  const told = { key: 'k', alert: 'bare-position', level, message, at: AT, count: 2 } as const
  const parcel = { batch: { ...told, of: [told] as const }, id: 'id-7', dropped: 0 }
  return noteOf(parcel, { identity: IDENTITY, redact: redactorOf(settings) })
}

async function deliver(name: string, of: Parameters<typeof noted>[0] = {}, notify: object = {}) {
  const settings = settingsOf(notify)
  const channel = settings.notify.channels.find((each) => each.name === name)
  if (channel === undefined) throw new Error(`no channel ${name}`)
  return openChannel(channel, { clock }).deliver(noted({ ...of, settings }))
}

const json = (text = ''): unknown => JSON.parse(text)

describe('each channel makes the request of its service', () => {
  test('Discord: execute webhook', async () => {
    expect(await deliver('discord')).toEqual({ kind: 'delivered' })
    const [seen] = web.seen
    expect(seen).toMatchObject({ method: 'POST', url: `/api/webhooks/1/${CANARY}-discord` })
    expect(seen?.headers['content-type']).toBe('application/json')
    expect(json(seen?.body)).toEqual({
      username: 'IBKR Bot',
      content: 'critical: paper: R1 holds a position (2 times)',
      embeds: [
        {
          title: 'ibkr-options-bot paper: critical',
          color: 0xdc2626,
          timestamp: '2026-03-10T15:31:05.000Z',
          description: expect.stringContaining('Watch it'),
        },
      ],
      allowed_mentions: { parse: [] },
    })
  })

  test('Discord: content of 2000 characters at most', async () => {
    await deliver('discord', { message: 'x'.repeat(5_000) })
    const { content } = json(web.seen[0]?.body) as { readonly content: string }
    expect(content).toHaveLength(2_000)
    expect(content.endsWith('…')).toBe(true)
  })

  test('Slack: incoming webhook, with its own characters escaped', async () => {
    await deliver('slack', { message: '<!channel> a & b' })
    expect(web.seen[0]).toMatchObject({ method: 'POST', url: `/services/${CANARY}-slack` })
    const sent = json(web.seen[0]?.body) as { readonly text: string }
    expect(sent).toMatchObject({ mrkdwn: false, unfurl_links: false })
    expect(sent.text).toContain('critical: paper: &lt;!channel&gt; a &amp; b (2 times)')
  })

  test('Telegram: sendMessage, plain text', async () => {
    await deliver('telegram', { level: 'info' })
    expect(web.seen[0]?.url).toBe(`/bot123456:${CANARY}-telegram/sendMessage`)
    expect(json(web.seen[0]?.body)).toEqual({
      chat_id: `@${CANARY}-chat`,
      text: 'info: paper: R1 holds a position (2 times)',
      disable_notification: true,
      link_preview_options: { is_disabled: true },
    })
  })

  test('ntfy: publish with title, priority and tags', async () => {
    await deliver('ntfy')
    const [seen] = web.seen
    expect(seen).toMatchObject({ method: 'POST', url: `/${CANARY}-topic` })
    expect(seen?.headers).toMatchObject({
      title: 'ibkr-options-bot paper: critical',
      priority: '5',
      tags: 'rotating_light',
      authorization: `Bearer tk_${CANARY}`,
    })
    expect(seen?.body).toMatch(/^R1 holds a position \(2 times\)\n/)
  })

  test('Pushover: messages.json as a form; critical is high, and emergency only if asked', async () => {
    await deliver('pushover')
    expect(web.seen[0]).toMatchObject({ method: 'POST', url: '/1/messages.json' })
    const form = Object.fromEntries(new URLSearchParams(web.seen[0]?.body))
    expect(form).toMatchObject({
      token: `${CANARY}-application`,
      user: `${CANARY}-user`,
      title: 'ibkr-options-bot paper: critical',
      priority: '1',
      timestamp: String(AT / 1_000),
    })
    expect(form).not.toHaveProperty('retry')
    const server = `http://127.0.0.1:${web.port}`
    const emergency = { retry: '60s', expire: '600s' }
    const channels = [{ kind: 'pushover', server, emergency }]
    await deliver('pushover', {}, { channels })
    await deliver('pushover', { level: 'warning' }, { channels })
    const forms = web.seen.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
    expect(forms[1]).toMatchObject({ priority: '2', retry: '60', expire: '600' })
    expect(forms[2]).toMatchObject({ priority: '0' })
    expect(forms[2]).not.toHaveProperty('retry')
  })

  test('e-mail: login, one message, the same id in every attempt', async () => {
    expect(await deliver('email')).toEqual({ kind: 'delivered' })
    const [seen] = mail.mails
    expect(seen?.login).toBe(`${CANARY}-login ${CANARY}-password`)
    expect(seen?.from).toMatch(/^<bot@example.com>/)
    expect(seen?.to).toEqual(['<me@example.com>'])
    expect(seen?.data).toContain('Message-ID: <id-7@ibkr-options-bot>')
    const subject = 'Subject: ibkr-options-bot paper: critical: R1 holds a position'
    expect(seen?.data.replace(/\r\n /g, ' ')).toContain(subject)
    expect(seen?.data).toContain('What to do: ')
    expect(seen?.data).toContain('X-Priority: 1')
  })

  test('a webhook: JSON with everything in fields', async () => {
    await deliver('hook')
    expect(json(web.seen[0]?.body)).toMatchObject({
      text: 'critical: paper: R1 holds a position (2 times)',
      id: 'id-7',
      alert: 'bare-position',
      level: 'critical',
      count: 2,
      time: '2026-03-10T15:31:05.000Z',
      dropped: 0,
      mode: 'paper',
    })
  })
})

describe('what a service answers', () => {
  test.each(HTTP)('%s: 429 waits as long as it says, 5xx as long as we do', async (name) => {
    web.answer = () => ({ status: 429, headers: { 'retry-after': '7' } })
    expect(await deliver(name)).toMatchObject({ kind: 'later', afterMs: 7_000 })
    for (const status of [408, 425, 503]) {
      web.answer = () => ({ status })
      expect(await deliver(name)).toMatchObject({ kind: 'later', afterMs: null })
    }
  })

  test.each([
    ['discord', '{"retry_after": 1.337, "global": false}', 1_337],
    ['telegram', '{"ok":false,"parameters":{"retry_after":12}}', 12_000],
  ])('%s says in its body how long', async (name, body, afterMs) => {
    web.answer = () => ({ status: 429, body })
    expect(await deliver(name)).toMatchObject({ kind: 'later', afterMs })
  })

  test.each(HTTP)('%s: any other 4xx is given up, with a remedy and no secret', async (name) => {
    web.answer = ({ body, url }) => ({ status: 403, body: `${url} ${body}` })
    const delivery = await deliver(name)
    expect(delivery).toMatchObject({ kind: 'refused', remedy: expect.stringMatching(/.{20}/) })
    expect(JSON.stringify(delivery)).not.toContain(CANARY)
  })

  test.each(HTTP)('%s: a redirect is not followed (T10)', async (name) => {
    const location = `http://127.0.0.1:${web.port}/elsewhere`
    web.answer = () => ({ status: 307, headers: { location } })
    expect(await deliver(name)).toMatchObject({ kind: 'refused' })
    expect(web.seen).toHaveLength(1)
  })

  test.each([
    ['a login that is refused', 'AUTH', '535 no', 'refused'],
    ['a recipient that is refused', 'RCPT', '550 no such user', 'refused'],
    ['a server that is busy', 'MAIL', '451 later', 'later'],
  ])('e-mail: %s', async (...[, command, answer, kind]) => {
    mail.refuse = (line) => (line.startsWith(command) ? answer : null)
    const delivery = await deliver('email')
    expect(delivery).toMatchObject({ kind, reason: expect.stringContaining(answer.slice(0, 3)) })
    expect(JSON.stringify(delivery)).not.toContain(CANARY)
  })

  test('e-mail: without STARTTLS, where it is asked for, nothing is said', async () => {
    const from = 'bot@example.com'
    const channels = [{ kind: 'email', host: '127.0.0.1', port: mail.port, from, to: [from] }]
    expect(await deliver('email', {}, { channels })).toMatchObject({ kind: 'refused' })
    expect(mail.lines.filter((line) => /^(AUTH|MAIL|RCPT|DATA)/.test(line))).toEqual([])
  })
})

describe('where messages may not go, none goes (T10)', () => {
  const forbidden = [
    ['loopback', '127.0.0.1', false],
    ['a private range', '10.1.2.3', false],
    ['the metadata address', '169.254.169.254', true],
  ] as const
  const cases = ALL.flatMap((name) => forbidden.map((each) => [name, ...each] as const))

  test.each(cases)('%s: a name that resolves to %s', async (...[name, , address, allowPrivate]) => {
    const lookup = ((_host: string, _options: unknown, done: (...of: unknown[]) => void) => {
      done(null, [{ address, family: 4 }])
    }) as unknown as typeof systemLookup
    const channel = settingsOf().notify.channels.find((each) => each.name === name)
    if (channel === undefined) throw new Error(name)
    const host = 'receiver.example.com'
    const to = elsewhere(channel.to, { host, allowPrivate })
    const delivery = await openChannel({ ...channel, to }, { clock, lookup }).deliver(noted())
    expect(delivery).toMatchObject({ kind: 'later' })
    expect(JSON.stringify(delivery)).toMatch(/is private|link-local/)
    expect([web.seen, mail.lines]).toEqual([[], []])
  })

  test('a host that is not listed is refused before the start, without its secret', () => {
    const text = fileOf({ hosts: ['hooks.example.com'] })
    const parsed = parseSettings(text, { path: 'my.yaml', environment: environmentOf() })
    expect(parsed).toMatchObject({ ok: false })
    const problems = parsed.ok ? [] : parsed.error
    expect(problems.filter((each) => each.includes('is not in notify.hosts'))).toHaveLength(7)
    expect(problems.join('\n')).not.toContain(CANARY)
  })

  test('mail in the open leaves this machine never', () => {
    const from = 'bot@example.com'
    const channels = [{ kind: 'email', host: 'smtp.example.com', tls: 'none', from, to: [from] }]
    const text = fileOf({ hosts: ['smtp.example.com'], channels })
    const parsed = parseSettings(text, { path: 'my.yaml', environment: environmentOf() })
    expect(parsed).toMatchObject({ ok: false, error: [expect.stringContaining('starttls')] })
  })
})

type To = Settings['notify']['channels'][number]['to']

function elsewhere(to: To, of: { readonly host: string; readonly allowPrivate: boolean }): To {
  const { host, allowPrivate } = of
  if (to.kind === 'email') return { ...to, host, hosts: [host], tls: 'starttls', allowPrivate }
  const url = new URL(to.target.url.reveal())
  const moved = `https://${host}:${url.port}${url.pathname}`
  return { ...to, target: { url: new Secret(moved), hosts: [host], allowPrivate } }
}

test('a server was down, the bot was restarted: every channel has each message once', async () => {
  const path = join(root, 'down.jsonl')
  const settings = settingsOf()
  const open = (): Outlets =>
    openOutlets({ clock, settings, mode: 'paper', path, say: () => undefined })
  await web.stop()
  await mail.stop()
  const first = open()
  first.notifier.notify(notice('bare-position', 'one'))
  first.notifier.notify(notice('entry-filled', 'two'))
  await first.close()
  expect(readSpool(join(root, 'down.spool')).waiting.size).toBe(2 * ALL.length)
  await web.start()
  await mail.start()
  const second = open()
  await Promise.all([web.until(2 * HTTP.length), mail.until(2)])
  await second.close()
  const third = open()
  await third.close()
  expect(web.seen).toHaveLength(2 * HTTP.length)
  expect(mail.mails).toHaveLength(2)
  for (const url of new Set(web.seen.map((each) => each.url))) {
    const bodies = web.seen.filter((each) => each.url === url).map(({ body }) => body)
    expect(bodies.filter((body) => /\bone\b/.test(body))).toHaveLength(1)
    expect(bodies.filter((body) => /\btwo\b/.test(body))).toHaveLength(1)
  }
  expect(readSpool(join(root, 'down.spool')).waiting.size).toBe(0)
})

test('no canary and no account id in log, spool, terminal or message (T12)', async () => {
  const path = join(root, 'canary.jsonl')
  const said: string[] = []
  const settings = settingsOf()
  web.answer = ({ url, body }) => ({ status: 400, body: `${url} ${body}` })
  mail.refuse = (line) => (line.startsWith('AUTH') ? `535 ${line}` : null)
  const outlets = openOutlets({
    clock,
    settings,
    mode: 'paper',
    path,
    say: (text) => said.push(text),
  })
  const secrets = Object.values(environmentOf()).join(' ')
  outlets.notifier.notify(notice('bare-position', `U7654321 DU1234567 of ${secrets}`))
  await web.until(HTTP.length)
  await outlets.close()
  const written = readFileSync(path, 'utf8') + readFileSync(join(root, 'canary.spool'), 'utf8')
  const bodies = web.seen.map(({ body }) => decodeURIComponent(body))
  const sent = bodies.map((body) => body.replaceAll(/("chat_id":"|(token|user)=)[^"&]+/g, ''))
  for (const text of [written, ...said, ...sent]) {
    expect(text).not.toContain(CANARY)
    expect(text).not.toMatch(/DU1234567|U7654321/)
  }
  expect(written).toContain('refused, kept')
  expect(written).toContain('make a new webhook in Discord')
})

test('broker texts forge no line: not in log, spool, terminal, header or subject (T13)', async () => {
  const path = join(root, 'forged.jsonl')
  const said: string[] = []
  const settings = settingsOf()
  const outlets = openOutlets({
    clock,
    settings,
    mode: 'paper',
    path,
    say: (text) => said.push(text),
  })
  const evil = 'a\r\nBcc: x@example.com\r\n\r\n{"level":"info"}\n\u001b[2J\u0000\u2028b'
  outlets.notifier.notify(notice('order-refused', evil))
  await Promise.all([web.until(HTTP.length), mail.until(1)])
  await outlets.close()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => (json(line) as { readonly kind: string }).kind)).toEqual(['notice'])
  const spooled = readFileSync(join(root, 'forged.spool'), 'utf8').trimEnd().split('\n')
  for (const line of spooled) expect(() => json(line)).not.toThrow()
  // eslint-disable-next-line no-control-regex
  expect(said.join('').replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u001f\u2028]/)
  const [head = ''] = mail.mails[0]?.data.split('\r\n\r\n') ?? []
  expect(head).not.toMatch(/^Bcc:/m)
  // eslint-disable-next-line no-control-regex
  for (const { body } of web.seen) expect(body).not.toMatch(/\u001b|\u0000|\\u001b|\\u0000/)
})

test('a spool whose last line a crash has cut says so, and delivers the rest', async () => {
  const path = join(root, 'cut.jsonl')
  const settings = settingsOf()
  const told = {
    key: 'k',
    alert: 'defect',
    level: 'critical',
    message: 'm',
    at: clock.now(),
    count: 1,
  }
  const whole = JSON.stringify({ id: '1', channel: 'hook', told })
  writeFileSync(join(root, 'cut.spool'), `${whole}\n{"id":"2","channel":"ho`)
  const outlets = openOutlets({ clock, settings, mode: 'paper', path, say: () => undefined })
  await web.until(1)
  await outlets.close()
  expect(web.seen).toHaveLength(1)
  expect(readFileSync(path, 'utf8')).toContain('1 lines of the spool could not be read')
})
