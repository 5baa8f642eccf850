import type { Clock, EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { FrameReader } from '../../wire/frame.ts'
import {
  BOT_VERSIONS,
  clientPrelude,
  parseServerHello,
  SIMULATED_BRAND,
} from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import type { Transport } from '../../wire/transport.ts'
import { clientIdOf } from './client-ids.ts'

export interface AskTimeOptions {
  readonly clock: Clock
  readonly connect: () => Promise<Result<Transport, Fault>>
  readonly clientIdBase: number
}

/** The readiness deadline of client-library.md section 3. */
const ANSWER_MS_MAX = 15_000

/** Whose Gateway it is comes with the time, or it is not waited for. */
const BRAND_MS_MAX = 2_000

export interface GatewayGreeting {
  /** To the second, when this is answered. */
  readonly time: EpochMs
  /** It says of itself that it is simulated. */
  readonly isSimulated: boolean
}

/** What time the Gateway says it is, on a connection of its own that ends with it. */
export async function askTime(options: AskTimeOptions): Promise<Result<EpochMs, Fault>> {
  const greeting = await greet(options, false)
  return greeting.ok ? ok(greeting.value.time) : greeting
}

/** And whether it is a simulated one. */
export async function askGreeting(
  options: AskTimeOptions,
): Promise<Result<GatewayGreeting, Fault>> {
  return greet(options, true)
}

async function greet(
  options: AskTimeOptions,
  brand: boolean,
): Promise<Result<GatewayGreeting, Fault>> {
  const { clock, clientIdBase } = options
  const transport = await options.connect()
  if (!transport.ok) return transport
  return new Promise((resolve) => {
    const settle = (result: Result<GatewayGreeting, Fault>): void => {
      stopDeadline()
      transport.value.close()
      resolve(result)
    }
    const stopDeadline = clock.after(ANSWER_MS_MAX, () => settle(fail(silent)))
    converse(
      transport.value,
      { clock, clientId: clientIdOf('doctor', clientIdBase), brand },
      settle,
    )
  })
}

function converse(
  transport: Transport,
  asks: { readonly clock: Clock; readonly clientId: number; readonly brand: boolean },
  settle: (result: Result<GatewayGreeting, Fault>) => void,
): void {
  const { clock, clientId, brand } = asks
  let isSimulated: boolean | null = brand ? null : false
  let told: { readonly time: number; readonly at: number } | null = null
  const greeted = (): void => {
    if (told === null) return
    const time = Math.round(told.time + clock.monotonicMs() - told.at) as EpochMs
    settle(ok({ time, isSimulated: isSimulated ?? false }))
  }
  const reader = new FrameReader()
  let version = 0
  const send = (request: Request): void => {
    const frame = encodeRequest(request, version)
    if (frame.ok) transport.write(frame.value)
  }
  const hear = (payload: Uint8Array): void => {
    if (version === 0) {
      const hello = parseServerHello(payload)
      if (!hello.ok) return settle(fail(foreign(hello.error)))
      version = hello.value.version
      return send({ kind: 'startApi', clientId, optionalCapabilities: '' })
    }
    const response = decodeResponse(payload, version)
    if (!response.ok) return
    if (response.value.kind === 'nextValidId') {
      if (brand) send({ kind: 'reqUserInfo', reqId: 1 })
      send({ kind: 'reqCurrentTime' })
    }
    if (response.value.kind === 'userInfo') {
      isSimulated = response.value.whiteBrandingId === SIMULATED_BRAND
      greeted()
    }
    if (response.value.kind !== 'currentTime') return
    // Told in whole seconds: half a second later is the best guess.
    told = { time: response.value.time * 1000 + 500, at: clock.monotonicMs() }
    if (isSimulated === null) clock.after(BRAND_MS_MAX, greeted)
    else greeted()
  }
  transport.listen({
    bytes(chunk) {
      const cut = reader.push(chunk)
      for (const payload of cut.ok ? cut.value : cut.error.frames) hear(payload)
      if (!cut.ok) settle(fail(foreign(cut.error.detail)))
    },
    closed: (reason) => settle(fail(foreign(reason ?? 'it closed the connection'))),
  })
  transport.write(clientPrelude(BOT_VERSIONS))
}

const silent: Fault = {
  code: 'timeout',
  retry: 'later',
  detail: `it accepted the connection and did not say the time within ${ANSWER_MS_MAX / 1000} s`,
  vendorCode: null,
}

function foreign(detail: string): Fault {
  return { code: 'not-connected', retry: 'later', detail, vendorCode: null }
}
