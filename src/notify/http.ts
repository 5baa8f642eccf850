import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { request as requestHttp, type RequestOptions } from 'node:http'
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
  /** JSON; null sends none. */
  readonly body: string | null
  readonly lookup?: typeof systemLookup
}

/** A receiver that does not answer by then may as well be gone. */
const ANSWER_MS_MAX = 10_000

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

/**
 * One request, one answer: no redirect is followed, and the address that is connected to is the
 * one that was judged. A failure says the host and the reason, never the URL.
 */
export function send(target: Target, sending: Sending): Promise<Result<void, string>> {
  const objection = targetObjection(target)
  if (objection !== null) return Promise.resolve(fail(objection))
  const url = new URL(target.url.reveal())
  const { body } = sending
  return new Promise((resolve) => {
    const options: RequestOptions = {
      method: sending.method,
      agent: false, // one connection a message: none is left open
      headers: {
        'user-agent': 'ibkr-options-bot',
        ...(body !== null && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
      lookup: judged(target, sending.lookup ?? systemLookup),
    }
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    const done = (result: Result<void, string>): void => {
      stop()
      request.destroy()
      resolve(result)
    }
    const stop = sending.clock.after(ANSWER_MS_MAX, () => {
      done(fail(`${url.host} did not answer within ${ANSWER_MS_MAX / 1000} s`))
    })
    request.on('error', (error) => done(fail(`${url.host}: ${reasonOf(error)}`)))
    request.on('response', ({ statusCode = 0 }) => {
      const good = statusCode >= 200 && statusCode < 300
      const redirected = statusCode >= 300 && statusCode < 400
      const why = redirected ? 'a redirect, which is not followed' : 'expected 2xx'
      done(good ? ok(undefined) : fail(`${url.host} answered ${statusCode}: ${why}`))
    })
    request.end(body ?? undefined)
  })
}

type Told = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** Resolves once, and lets nothing through that leads where messages may not go. */
function judged({ allowPrivate }: Target, lookup: typeof systemLookup) {
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
