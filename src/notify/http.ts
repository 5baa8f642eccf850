import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import {
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Secret } from '../base/secret.ts'
import { addressObjection, isLoopback } from './addresses.ts'

/** Where messages may go; the whole URL counts as a secret. */
export interface Target {
  readonly url: Secret
  /** Hosts that the configuration lists. */
  readonly hosts: readonly string[]
  /** This machine and private networks too; plain HTTP to this machine. */
  readonly allowPrivate: boolean
}

export interface Sending {
  readonly clock: Clock
  readonly method: 'GET' | 'POST'
  /** Null sends none. */
  readonly body: string | null
  /** Beside those that every request has; JSON unless they say otherwise. */
  readonly headers?: Readonly<Record<string, string>>
  readonly lookup?: typeof systemLookup
}

/** What a receiver said, as far as it is of use; none of it is repeated to people as it is. */
export interface Answer {
  readonly status: number
  /** `Retry-After` in milliseconds; null: it says nothing, or no such thing. */
  readonly retryAfterMs: number | null
  /** The beginning of it; empty for a success, which needs no words. */
  readonly body: string
}

/** A receiver that does not answer by then may as well be gone. */
const ANSWER_MS_MAX = 10_000
const BODY_MAX = 4_096

/** Why this target may not be used at all, whatever its name resolves to; null: it may. */
export function targetObjection({ url, hosts, allowPrivate }: Target): string | null {
  const text = url.reveal()
  if (!URL.canParse(text)) return 'expected a URL like https://hooks.example.com/...'
  const { protocol, hostname } = new URL(text)
  if (!hosts.includes(hostname)) return `its host ${hostname} is not in notify.hosts`
  const literal = hostname.replace(/^\[|\]$/g, '')
  const objection = isIP(literal) === 0 ? null : addressObjection(literal, allowPrivate)
  if (objection !== null) return objection
  if (protocol === 'https:') return null
  const here = hostname === 'localhost' || isLoopback(literal)
  if (protocol === 'http:' && here && allowPrivate) return null
  return `expected https, came ${protocol.slice(0, -1)}`
}

/** As `exchange`, where every answer but a success is a failure. */
export async function send(target: Target, sending: Sending): Promise<Result<void, string>> {
  const answer = await exchange(target, sending)
  if (!answer.ok) return answer
  const objection = answerObjection(answer.value)
  return objection === null ? ok(undefined) : fail(`${hostOf(target)} ${objection}`)
}

/** `answered 500: expected 2xx`; null: it is a success. */
export function answerObjection({ status }: Answer): string | null {
  if (status >= 200 && status < 300) return null
  const redirected = status >= 300 && status < 400
  const why = redirected ? 'a redirect, which is not followed' : 'expected 2xx'
  return `answered ${status}: ${why}`
}

/** Of a URL that `targetObjection` lets through. */
export function hostOf({ url }: Target): string {
  return URL.canParse(url.reveal()) ? new URL(url.reveal()).host : 'the receiver'
}

/**
 * One request, one answer: no redirect is followed, and the address that is connected to is the
 * one that was judged. A failure says the host and the reason, never the URL.
 */
export function exchange(target: Target, sending: Sending): Promise<Result<Answer, string>> {
  const objection = targetObjection(target)
  if (objection !== null) return Promise.resolve(fail(objection))
  const url = new URL(target.url.reveal())
  const { body } = sending
  return new Promise((resolve) => {
    const refused = (error: NodeJS.ErrnoException) => fail(`${url.host}: ${reasonOf(error)}`)
    const options: RequestOptions = {
      method: sending.method,
      agent: false, // one connection a message: none is left open
      headers: headersOf(sending),
      lookup: judged(target, sending.lookup ?? systemLookup),
    }
    const opened = openedOf(url, options)
    if (opened instanceof Error) return resolve(refused(opened))
    const request = opened
    const done = (result: Result<Answer, string>): void => {
      stop()
      request.destroy()
      resolve(result)
    }
    const stop = sending.clock.after(ANSWER_MS_MAX, () => {
      done(fail(`${url.host} did not answer within ${ANSWER_MS_MAX / 1000} s`))
    })
    request.on('error', (error) => done(refused(error)))
    request.on('response', (response) =>
      read(response, sending.clock, (answer) => done(ok(answer))),
    )
    request.end(body ?? undefined)
  })
}

/** Node throws at once at what can never be sent, a header with a line break in it. */
function openedOf(url: URL, options: RequestOptions): ClientRequest | Error {
  try {
    return (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
  } catch (error) {
    return error instanceof Error ? error : new Error('cannot be sent')
  }
}

/** A success is one by its status; of anything else the reason stands in the body. */
function read(response: IncomingMessage, clock: Clock, done: (answer: Answer) => void): void {
  const { statusCode: status = 0, headers } = response
  const retryAfterMs = retryAfterOf(headers['retry-after'], clock.now())
  const told = (body: string): void => done({ status, retryAfterMs, body })
  if (status >= 200 && status < 400) return told('')
  let body = ''
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    body += text
    if (body.length > BODY_MAX) told(body.slice(0, BODY_MAX))
  })
  response.on('end', () => told(body))
  response.on('error', () => told(body))
}

/** In seconds, also in parts of one, or as a date by the receiver's clock (RFC 9110, 10.2.3). */
function retryAfterOf(header: string | undefined, nowMs: number): number | null {
  if (header === undefined || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1_000) : null
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

function headersOf({ body, headers }: Sending): Readonly<Record<string, string>> {
  const length = body === null ? 0 : Buffer.byteLength(body)
  return {
    'user-agent': 'ibkr-options-bot',
    ...(body !== null && {
      'content-type': 'application/json',
      'content-length': String(length),
    }),
    ...headers,
  }
}

type Told = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** Resolves once, and lets nothing through that leads where messages may not go. */
export function judged(
  { allowPrivate }: Pick<Target, 'allowPrivate'>,
  lookup: typeof systemLookup,
) {
  return (host: string, options: LookupOptions, told: Told): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return told(error, [])
      const objections = addresses.map(({ address }) => addressObjection(address, allowPrivate))
      const objection = objections.find((each) => each !== null)
      if (objection !== undefined) return told(new Error(objection), [])
      const [first] = addresses
      if (first === undefined) return told(new Error('resolves to nothing'), [])
      if (options.all === true) told(null, addresses)
      else told(null, first.address, first.family)
    })
  }
}

/** Node's own words may carry the URL; its code never does. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message
}
