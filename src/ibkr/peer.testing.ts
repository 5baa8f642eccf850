import type { EpochMs } from '../base/clock.ts'
import { VirtualClock } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Fault, OrderIdStore } from '../engine/ports.ts'
import { TcpDialer } from './transport.ts'
import { FrameReader } from '../wire/frame.ts'
import { encodeServerHello, PreludeReader } from '../wire/handshake.ts'
import { decodeRequest } from '../wire/requests.ts'
import type { Request, RequestOf } from '../wire/requests.ts'
import { encodeResponse } from '../wire/responses.ts'
import type { Response } from '../wire/responses.ts'
import { listenTcp } from '../simulator/tcp.ts'
import type { TcpListener } from '../simulator/tcp.ts'
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
  readonly transport: Transport
  clientId: number | null = null
  isOpen = true
  mute: boolean
  readonly #clock: VirtualClock
  readonly #version: number
  readonly #script: PeerScript
  readonly #prelude = new PreludeReader()
  readonly #frames = new FrameReader()
  readonly #answers: Map<string, (request: Request) => readonly Response[]>
  #greeted = false

  constructor(clock: VirtualClock, transport: Transport, world: Pick<World, 'script' | 'answers'>) {
    this.#clock = clock
    this.#script = world.script
    this.mute = world.script.mute ?? false
    this.#version = world.script.version ?? 193
    this.#answers = world.answers
    this.transport = transport
    transport.listen({ bytes: (chunk) => this.#bytes(chunk), closed: () => (this.isOpen = false) })
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
  readonly clock = new VirtualClock({ start: START, settled: () => this.settled(), speed: null })
  readonly prng = new Prng(7)
  readonly peers: Peer[] = []
  readonly answers = new Map<string, (request: Request) => readonly Response[]>()
  script: PeerScript = {}
  /** TCP connects that were tried. */
  dialled = 0
  refuse = false

  /** Pipes hand over within a microtask: there is nothing to wait for. */
  protected settled(): boolean {
    return true
  }

  readonly connect: (port?: number | null) => Promise<Result<Transport, Fault>> = () => this.dial()

  protected dial(): Promise<Result<Transport, Fault>> {
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

/** The same over real loopback sockets: time stands while a byte is under way. */
export class TcpWorld extends World {
  readonly #ends = new Set<Transport>()
  #dialer: TcpDialer | null = null
  #listener: TcpListener | null = null

  static async open(): Promise<TcpWorld> {
    const world = new TcpWorld()
    const listener = await listenTcp({ port: 0, host: '127.0.0.1' }, (end) => world.#accept(end))
    const { clock } = world
    world.#listener = listener
    world.#dialer = new TcpDialer({ host: '127.0.0.1', port: listener.port, clock })
    return world
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end.close()
    await this.#listener?.close()
  }

  protected override dial(): Promise<Result<Transport, Fault>> {
    if (this.refuse || this.#dialer === null) return super.dial()
    this.dialled++
    return this.#dialer.connect()
  }

  protected override settled(): boolean {
    if (this.#dialer === null) return true
    const ours = totals(this.#dialer.transports)
    const theirs = totals(this.#ends)
    const open = this.#dialer.transports.size === this.#ends.size
    return this.#dialer.pending === 0 && open && ours[0] === theirs[1] && theirs[0] === ours[1]
  }

  #accept(end: Transport): void {
    this.#ends.add(end)
    this.peers.push(
      new Peer(
        this.clock,
        listenedTo(end, () => this.#ends.delete(end)),
        this,
      ),
    )
  }
}

function totals(ends: Iterable<Transport>): readonly [written: number, handled: number] {
  const all = [...ends].map(({ count }) => count)
  return [sum(all.map(({ written }) => written)), sum(all.map(({ handled }) => handled))]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function listenedTo(end: Transport, gone: () => void): Transport {
  return {
    count: end.count,
    write: (bytes) => end.write(bytes),
    close: () => end.close(),
    listen: (listener) => {
      end.listen({
        bytes: (chunk) => listener.bytes(chunk),
        closed: (reason) => {
          gone()
          listener.closed(reason)
        },
      })
    },
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
