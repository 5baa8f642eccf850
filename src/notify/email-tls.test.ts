import type { lookup as systemLookup } from 'node:dns'
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SystemClock, type EpochMs } from '../base/clock.ts'
import { Secret } from '../base/secret.ts'
import { certificateOf } from './certificate.testing.ts'
import type { Note } from './channel.ts'
import { deliverEmail, type EmailTarget } from './channels/email.ts'
import type { Delivery } from './delivery.ts'
import { SmtpStandIn } from './stand-ins.testing.ts'

/** Mail over TLS, against a real server on loopback with a certificate of its own. */

const HOST = 'mail.example.com'
const PASSWORD = 'canary-password'
const ours = certificateOf(HOST)
const mail = new SmtpStandIn()
const clock = new SystemClock()
const NOTE: Note = {
  identity: 'ibkr-options-bot paper',
  id: '1-0',
  alert: 'level-raised',
  level: 'critical',
  title: 'ibkr-options-bot paper: critical',
  text: 'kill: smoke',
  remedy: null,
  at: 1_773_150_000_000 as EpochMs,
} as unknown as Note

beforeEach(async () => {
  mail.certificate = ours
  mail.implicit = false
  mail.extensions = ['STARTTLS', 'AUTH PLAIN']
  for (const kept of [mail.lines, mail.clear, mail.mails]) kept.length = 0
  await mail.start()
})
afterEach(() => mail.stop())

const lookup = ((_host: string, _options: unknown, done: (...of: unknown[]) => void) => {
  done(null, [{ address: '127.0.0.1', family: 4 }])
}) as unknown as typeof systemLookup

function deliver(of: Partial<EmailTarget> = {}, trusted = ours.cert): Promise<Delivery> {
  const from = 'bot@example.com'
  const login = { user: new Secret('bot'), password: new Secret(PASSWORD) }
  const server = { host: HOST, port: mail.port, tls: 'starttls', hosts: [HOST] } as const
  const target = { ...server, from, to: ['ada@example.com'], login, allowPrivate: true, ...of }
  return deliverEmail(target, NOTE, { clock, lookup, trusted })
}

test('the certificate of these tests is of its host, and signed by itself', () => {
  const read = new X509Certificate(ours.cert)
  expect(read.checkHost(HOST)).toBe(HOST)
  expect(read.checkHost('other.example.com')).toBeUndefined()
  expect(read.verify(read.publicKey)).toBe(true)
  expect(certificateOf(HOST).key).not.toBe(ours.key)
})

test('STARTTLS: nothing but the wish for it is said in the open, then all of it', async () => {
  expect(await deliver()).toMatchObject({ kind: 'delivered' })
  expect(mail.clear.map((line) => line.split(' ')[0])).toEqual(['EHLO', 'STARTTLS'])
  expect(mail.mails).toMatchObject([{ login: `bot ${PASSWORD}`, from: '<bot@example.com>' }])
  expect(mail.mails[0]?.data).toContain('kill: smoke')
})

test('implicit: nothing at all is said in the open', async () => {
  mail.implicit = true
  expect(await deliver({ tls: 'implicit' })).toMatchObject({ kind: 'delivered' })
  expect(mail.clear).toEqual([])
  expect(mail.mails).toHaveLength(1)
})

describe.each(['starttls', 'implicit'] as const)('%s: no login and no mail goes', (tls) => {
  beforeEach(() => {
    mail.implicit = tls === 'implicit'
  })

  test.each([
    ['to a certificate of another host', () => certificateOf('other.example.com'), 'same'],
    ['to one that nobody vouches for', () => certificateOf(HOST), 'none'],
  ] as const)('%s, and the reason says which', async (_, make, trust) => {
    const made = make()
    mail.certificate = made
    const delivery = await deliver({ tls }, trust === 'same' ? made.cert : ours.cert)
    const why = trust === 'same' ? 'is of another host' : 'is not trusted'
    expect(delivery).toMatchObject({
      kind: 'refused',
      reason: `${HOST}:${mail.port}: its certificate ${why}`,
      remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(mail.lines.filter((line) => /^(AUTH|MAIL|RCPT|DATA)/.test(line))).toEqual([])
    expect(JSON.stringify(delivery)).not.toContain(PASSWORD)
  })
})

test('a server that offers STARTTLS and cannot do it hears no login', async () => {
  mail.certificate = null
  expect((await deliver()).kind).not.toBe('delivered')
  expect(mail.lines.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([])
})
