import type { EpochMs } from '../base/clock.ts'
import { VirtualClock } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Fault, OrderIdStore } from '../engine/ports.ts'
import { FrameReader } from '../wire/frame.ts'
import { encodeServerHello, PreludeReader } from '../wire/handshake.ts'
import { decodeRequest } from '../wire/requests.ts'
import type { Request, RequestOf } from '../wire/requests.ts'
import { encodeResponse } from '../wire/responses.ts'
import type { Response } from '../wire/responses.ts'
import type { Transport, TransportListener } from '../wire/transport.ts'

/** Friday, 10:00 in New York. */
export const START = Date.UTC(2026, 0, 9, 15) as EpochMs
export const ACCOUNT = 'DU1234567'

/** One end of a pair of byte pipes; bytes arrive in a later microtask. */
class Pipe implements Transport {
  readonly count = { written: 0, handled: 0 }
  other: Pipe | null = null
  #listener: TransportListener | null = null
  #open = true
  readonly #early: Uint8Array[] = []

  listen(listener: TransportListener): void {
    this.#listener = listener
    for (const chunk of this.#early.splice(0)) this.hear(chunk)
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open) return false
    const chunk = bytes.slice()
    this.count.written += chunk.length
    queueMicrotask(() => this.other?.hear(chunk))
    return true
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    queueMicrotask(() => this.other?.closedByPeer())
  }

  hear(chunk: Uint8Array): void {
    if (this.#listener === null) return void this.#early.push(chunk)
    this.#listener.bytes(chunk)
    this.count.handled += chunk.length
  }

  closedByPeer(): void {
    if (!this.#open) return
    this.#open = false
    this.#listener?.closed(null)
  }
}

type Answer<K extends Request['kind']> = (request: RequestOf<K>) => readonly Response[]

export interface PeerScript {
  readonly version?: number
  readonly accounts?: readonly string[]
  readonly nextOrderId?: number
  /** Accepts, and says nothing. */
  readonly mute?: boolean
  /** Sent when startApi comes; by default what a live Gateway says. */
  readonly welcome?: readonly Response[]
}

/** The server's end of one connection: what it heard, and what it answers. */
export class Peer {
  readonly heard: { readonly at: number; readonly request: Request }[] = []
  readonly transport: Pipe
  clientId: number | null = null
  mute: boolean
  readonly #clock: VirtualClock
  readonly #version: number
  readonly #script: PeerScript
  readonly #prelude = new PreludeReader()
  readonly #frames = new FrameReader()
  readonly #answers: Map<string, (request: Request) => readonly Response[]>
  #greeted = false

  constructor(clock: VirtualClock, transport: Pipe, world: Pick<World, 'script' | 'answers'>) {
    this.#clock = clock
    this.#script = world.script
    this.mute = world.script.mute ?? false
    this.#version = world.script.version ?? 193
    this.#answers = world.answers
    this.transport = transport
    transport.listen({ bytes: (chunk) => this.#bytes(chunk), closed: () => undefined })
  }

  requests<K extends Request['kind']>(kind: K): readonly RequestOf<K>[] {
    return this.heard.flatMap(({ request }) =>
      request.kind === kind ? [request as RequestOf<K>] : [],
    )
  }

  send(...responses: readonly Response[]): void {
    this.sendRaw(Buffer.concat(responses.map((response) => this.encoded(response))))
  }

  sendRaw(bytes: Uint8Array): void {
    this.transport.write(bytes)
  }

  encoded(response: Response): Uint8Array {
    const frame = encodeResponse(response, this.#version)
    if (!frame.ok) throw new Error(`${frame.error.field}: ${frame.error.detail}`)
    return frame.value
  }

  #bytes(chunk: Uint8Array): void {
    if (this.mute) return
    if (!this.#greeted) {
      const hello = this.#prelude.push(chunk)
      if (!hello.ok) throw new Error(hello.error)
      if (hello.value === null) return
      this.#greeted = true
      const connectionTime = '20260109 10:00:00 US/Eastern'
      return this.sendRaw(encodeServerHello({ version: this.#version, connectionTime }))
    }
    const frames = this.#frames.push(chunk)
    if (!frames.ok) throw new Error(frames.error.detail)
    for (const payload of frames.value) {
      const request = decodeRequest(payload, this.#version)
      if (!request.ok) throw new Error(`${request.error.message}: ${request.error.detail}`)
      this.heard.push({ at: this.#clock.monotonicMs(), request: request.value })
      this.#answer(request.value)
    }
  }

  #answer(request: Request): void {
    if (request.kind === 'startApi') {
      this.clientId = request.clientId
      return this.send(...(this.#script.welcome ?? welcome(this.#script)))
    }
    const answer = this.#answers.get(request.kind)
    if (answer !== undefined) return this.send(...answer(request))
    if (request.kind === 'reqCurrentTime') {
      this.send({ kind: 'currentTime', time: Math.floor(this.#clock.now() / 1_000) })
    }
  }
}

export function welcome(script: PeerScript = {}): readonly Response[] {
  return [
    { kind: 'managedAccounts', accounts: script.accounts ?? [ACCOUNT] },
    { kind: 'nextValidId', orderId: script.nextOrderId ?? 1 },
    notice(2104, 'Market data farm connection is OK:usfarm'),
    notice(2106, 'HMDS data farm connection is OK:ushmds'),
    notice(2158, 'Sec-def data farm connection is OK:secdefnj'),
  ]
}

export function notice(code: number, text: string): Response {
  return error(-1, code, text)
}

export function error(id: number, code: number, text: string): Response {
  return { kind: 'error', id, code, text, advancedOrderRejectJson: '', errorTime: null }
}

/** A Gateway that is a script, and the clock it shares with the bot. */
export class World {
  readonly clock = new VirtualClock({ start: START, settled: () => true, speed: null })
  readonly prng = new Prng(7)
  readonly peers: Peer[] = []
  readonly answers = new Map<string, (request: Request) => readonly Response[]>()
  script: PeerScript = {}
  /** TCP connects that were tried. */
  dialled = 0
  refuse = false

  readonly connect = (): Promise<Result<Transport, Fault>> => {
    this.dialled++
    if (this.refuse) {
      const detail = 'connect ECONNREFUSED'
      return Promise.resolve(
        fail({ code: 'not-connected', retry: 'later', detail, vendorCode: null }),
      )
    }
    const [client, server] = [new Pipe(), new Pipe()]
    client.other = server
    server.other = client
    this.peers.push(new Peer(this.clock, server, this))
    return Promise.resolve(ok(client))
  }

  answer<K extends Request['kind']>(kind: K, answer: Answer<K>): void {
    this.answers.set(kind, answer as (request: Request) => readonly Response[])
  }

  /** The last connection of this client id. */
  peer(clientId: number): Peer {
    const found = this.peers.findLast((peer) => peer.clientId === clientId)
    if (found === undefined) throw new Error(`expected client ${clientId} to have connected`)
    return found
  }

  async run(ms: number): Promise<void> {
    await this.clock.runUntil((this.clock.now() + ms) as EpochMs)
  }
}

/** Order ids in memory, as a file would keep them over several runs. */
export function memoryOrderIds(highest = 0): OrderIdStore & { reserved: number } {
  const store = {
    reserved: highest,
    load: () => store.reserved,
    reserve: (_: number, upTo: number) => {
      store.reserved = upTo
    },
  }
  return store
}
