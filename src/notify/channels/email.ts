import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Secret } from '../../base/secret.ts'
import { utcText } from '../../domain/calendar.ts'
import { addressObjection, isLoopback } from '../addresses.ts'
import { cut, type ChannelContext, type Note } from '../channel.ts'
import { DELIVERED, later, refused, type Delivery } from '../delivery.ts'

/** How the connection is encrypted: from the first byte, before anything is said, or not at all. */
export type SmtpTls = 'implicit' | 'starttls' | 'none'

export interface EmailTarget {
  readonly host: string
  readonly port: number
  readonly tls: SmtpTls
  readonly from: string
  readonly to: readonly string[]
  /** Null: the server asks for none. */
  readonly login: { readonly user: Secret; readonly password: Secret } | null
  /** Hosts that the configuration lists. */
  readonly hosts: readonly string[]
  readonly allowPrivate: boolean
}

/** A server that does not answer by then may as well be gone. */
const ANSWER_MS_MAX = 10_000
/** RFC 5322, 2.1.1: a line has 998 characters at most; a subject is better short. */
const SUBJECT_MAX = 150
const REMEDY = 'check host, port and tls of the channel, and user and password'

/** Why this server may not be used at all, whatever its name resolves to; null: it may. */
export function smtpObjection({ host, hosts, tls, allowPrivate }: EmailTarget): string | null {
  if (!hosts.includes(host)) return `its host ${host} is not in notify.hosts`
  const objection = isIP(host) === 0 ? null : addressObjection(host, allowPrivate)
  if (objection !== null) return objection
  const here = host === 'localhost' || isLoopback(host)
  if (tls === 'none' && !here)
    return 'expected tls starttls or implicit: its host is another machine'
  return null
}

/** One message over one connection, to an address that was judged. */
export async function deliverEmail(
  of: EmailTarget,
  note: Note,
  context: ChannelContext,
): Promise<Delivery> {
  const objection = smtpObjection(of)
  if (objection !== null) return refused(objection, REMEDY)
  const place = `${of.host}:${of.port}`
  const address = await addressOf(of, context.lookup ?? systemLookup)
  if (!address.ok) return later(`${place}: ${address.error}`)
  const transport = createTransport({ ...transportOf(of, address.value, context) })
  try {
    await transport.sendMail({ ...messageOf(of, note) })
    return DELIVERED
  } catch (error) {
    return deliveryOf(error, place)
  } finally {
    transport.close()
  }
}

function transportOf(of: EmailTarget, address: string, { trusted }: ChannelContext): object {
  const { host, port, tls, login } = of
  return {
    host: address,
    port,
    // The certificate is of the name, also where the address is dialled.
    ...(isIP(host) === 0 && { servername: host }),
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 && { servername: host }),
      ...(trusted !== undefined && { ca: trusted }),
    },
    ...(login !== null && { auth: { user: login.user.reveal(), pass: login.password.reveal() } }),
    name: 'ibkr-options-bot',
    connectionTimeout: ANSWER_MS_MAX,
    greetingTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function messageOf({ from, to }: EmailTarget, note: Note): object {
  const { id, level, title, text, remedy, at, alert } = note
  const [first = ''] = text.split('\n')
  return {
    from,
    to: [...to],
    subject: cut(`${title}: ${first}`, SUBJECT_MAX),
    text: remedy === null ? `${text}\n` : `${text}\n\nWhat to do: ${remedy}\n`,
    date: utcText(at),
    // The same in every attempt: programs that read mail show it once.
    messageId: `<${id}@ibkr-options-bot>`,
    ...(level === 'critical' && { priority: 'high' }),
    headers: {
      'auto-submitted': 'auto-generated',
      ...(alert !== null && { 'x-ibkr-options-bot-alert': alert }),
    },
  }
}

/** Its name is resolved once, here, and the address that was judged is the one that is dialled. */
function addressOf(
  { host, allowPrivate }: EmailTarget,
  lookup: typeof systemLookup,
): Promise<Result<string, string>> {
  if (isIP(host) !== 0) return Promise.resolve(ok(host))
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      if (error !== null) return resolve(fail(error.code ?? 'not resolved'))
      const objections = found.map(({ address }) => addressObjection(address, allowPrivate))
      const objection = objections.find((each) => each !== null)
      if (objection !== undefined) return resolve(fail(objection))
      const [first] = found
      resolve(first === undefined ? fail('resolves to nothing') : ok(first.address))
    })
  })
}

/** The server's own words may repeat what it was told; codes never do. */
function deliveryOf(error: unknown, place: string): Delivery {
  const { code, responseCode, message } = error as {
    readonly code?: unknown
    readonly responseCode?: unknown
    readonly message?: unknown
  }
  const untrusted = certificateObjection(String(message))
  if (untrusted !== null) return refused(`${place}: ${untrusted}`, CERTIFICATE_REMEDY)
  const status = typeof responseCode === 'number' ? ` ${responseCode}` : ''
  const reason = `${place}: ${typeof code === 'string' ? code : 'failed'}${status}`
  // RFC 5321, 4.2.1: 4yz is worth another attempt, 5yz is not.
  if (typeof responseCode === 'number' && responseCode >= 400 && responseCode < 500) {
    return later(reason)
  }
  const final = typeof responseCode === 'number' || code === 'EAUTH' || code === 'ETLS'
  return final ? refused(reason, REMEDY) : later(reason)
}

const CERTIFICATE_REMEDY =
  'give the name that its certificate is of as host; one of your own needs NODE_EXTRA_CA_CERTS'

/** Why the server is not believed to be itself, in our words; null: that was not the trouble. */
function certificateObjection(message: string): string | null {
  if (message.includes('altnames')) return 'its certificate is of another host'
  if (!message.includes('certificate')) return null
  return message.includes('expired')
    ? 'its certificate has expired'
    : 'its certificate is not trusted'
}
