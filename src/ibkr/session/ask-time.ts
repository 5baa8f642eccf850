import type { Clock, EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import { FrameReader } from '../../wire/frame.ts'
import { BOT_VERSIONS, clientPrelude, parseServerHello } from '../../wire/handshake.ts'
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

/**
 * What time the Gateway says it is, to the second; on a connection of its own that ends with it.
 */
export async function askTime(options: AskTimeOptions): Promise<Result<EpochMs, Fault>> {
  const transport = await options.connect()
  if (!transport.ok) return transport
  return new Promise((resolve) => {
    const settle = (result: Result<EpochMs, Fault>): void => {
      stopDeadline()
      transport.value.close()
      resolve(result)
    }
    const stopDeadline = options.clock.after(ANSWER_MS_MAX, () => settle(fail(silent)))
    converse(transport.value, clientIdOf('doctor', options.clientIdBase), settle)
  })
}

function converse(
  transport: Transport,
  clientId: number,
  settle: (result: Result<EpochMs, Fault>) => void,
): void {
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
    if (response.value.kind === 'nextValidId') send({ kind: 'reqCurrentTime' })
    // Told in whole seconds: half a second later is the best guess.
    if (response.value.kind === 'currentTime') {
      settle(ok((response.value.time * 1000 + 500) as EpochMs))
    }
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
