import { assert } from '../../src/base/assert.ts'
import type { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { frame, FrameReader } from '../../src/wire/frame.ts'
import { decodeRequest } from '../../src/wire/requests.ts'
import type { Request, RequestOf } from '../../src/wire/requests.ts'
import { decodeResponse } from '../../src/wire/responses.ts'
import type { Transport, TransportListener } from '../../src/wire/transport.ts'

/** What places, changes or cancels orders, as it stands on the wire. */
export interface OrderFrame {
  readonly clientId: number
  readonly request: RequestOf<'placeOrder' | 'cancelOrder' | 'reqGlobalCancel'>
}

/** Anything that is asked, as it stands on the wire. */
export interface Asked {
  readonly clientId: number
  readonly request: Request
}

export interface WireOptions {
  /** The newest version the bot announces; what it says is decoded at it. */
  readonly version: number
  /** Before the Gateway gets it. */
  readonly sent: (frame: OrderFrame) => void
  /** Frames go one by one, and this is told once the Gateway has handled one and nothing after. */
  readonly handled?: (frame: OrderFrame) => void
  /** Messages arrive one by one, and this is told after each that the bot has read. */
  readonly heard?: (of: { readonly clientId: number; readonly message: string }) => void
  /** Every request that leaves; left out where nobody listens. */
  readonly asked?: (of: Asked) => void
  /** While true, what the Gateway says does not arrive. */
  readonly deaf?: () => boolean
  /** A planted bug: what leaves instead of this request. */
  readonly alter?: (request: Request, payload: Uint8Array) => readonly Uint8Array[]
}

/** Bytes in memory arrive within a few microtasks. */
const LOOKS_MAX = 100_000

/** The bot's end of a memory socket to the Gateway, with an ear at it. */
export class WireTap implements Transport {
  readonly #inner: Transport
  readonly #server: Transport
  readonly #of: WireOptions
  readonly #frames = new FrameReader()
  readonly #inbound = new FrameReader()
  readonly #waiting: { readonly bytes: Uint8Array; readonly order: OrderFrame | null }[] = []
  #greeted = false
  #passing = false
  #clientId = -1
  #closed = false

  constructor(gateway: SimulatedGateway, of: WireOptions) {
    this.#inner = gateway.memorySocket()
    const server = gateway.transports.at(-1)
    assert(server !== undefined, 'a Gateway that is connected to has its end')
    this.#server = server
    this.#of = of
  }

  get count(): Transport['count'] {
    return this.#inner.count
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Nothing is under way, in either direction. */
  get settled(): boolean {
    if (this.#closed) return true
    const [client, server] = [this.#inner.count, this.#server.count]
    return (
      this.#waiting.length === 0 &&
      !this.#passing &&
      client.written === server.handled &&
      server.written === client.handled
    )
  }

  listen(listener: TransportListener): void {
    this.#inner.listen({
      bytes: (chunk) => {
        if (this.#of.deaf?.() === true) return
        if (this.#of.heard === undefined || this.#clientId < 0) listener.bytes(chunk)
        else this.#oneByOne(chunk, listener)
      },
      closed: (reason) => {
        this.#closed = true
        listener.closed(reason)
      },
    })
  }

  /** The first after the version is whole frames: the bot speaks only once it has the version. */
  #oneByOne(chunk: Uint8Array, listener: TransportListener): void {
    const read = this.#inbound.push(chunk)
    assert(read.ok, 'what the Gateway says is framed')
    for (const payload of read.value) {
      listener.bytes(frame(payload))
      const decoded = decodeResponse(payload, this.#of.version)
      const message = decoded.ok ? decoded.value.kind : 'unreadable'
      this.#of.heard?.({ clientId: this.#clientId, message })
    }
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#greeted) {
      this.#greeted = true
      return this.#inner.write(bytes)
    }
    const read = this.#frames.push(bytes)
    assert(read.ok, 'what the bot writes is framed')
    const leaving = read.value.flatMap((payload) => this.#leaving(payload))
    if (this.#of.handled !== undefined) {
      this.#waiting.push(...leaving)
      this.#passOn()
      return true
    }
    for (const each of leaving) if (each.order !== null) this.#of.sent(each.order)
    return this.#inner.write(Buffer.concat(leaving.map((each) => each.bytes)))
  }

  close(): void {
    this.#closed = true
    this.#inner.close()
  }

  #leaving(payload: Uint8Array): { bytes: Uint8Array; order: OrderFrame | null }[] {
    const request = this.#requestIn(payload)
    if (request.kind === 'startApi') this.#clientId = request.clientId
    const altered = this.#of.alter?.(request, payload) ?? [payload]
    return altered.map((each) => {
      const said = each === payload ? request : this.#requestIn(each)
      this.#of.asked?.({ clientId: this.#clientId, request: said })
      return { bytes: frame(each), order: this.#orderIn(said) }
    })
  }

  #requestIn(payload: Uint8Array): Request {
    const request = decodeRequest(payload, this.#of.version)
    assert(request.ok, 'what the bot writes can be read')
    return request.value
  }

  #orderIn(request: Request): OrderFrame | null {
    const { kind } = request
    const isOrder = kind === 'placeOrder' || kind === 'cancelOrder' || kind === 'reqGlobalCancel'
    return isOrder ? { clientId: this.#clientId, request } : null
  }

  #passOn(): void {
    const next = this.#passing ? undefined : this.#waiting.shift()
    if (next === undefined) return
    this.#passing = true
    const handled = this.#server.count.handled + next.bytes.length
    if (next.order !== null) this.#of.sent(next.order)
    this.#inner.write(next.bytes)
    let looks = 0
    const look = (): void => {
      if (this.#server.count.handled < handled && !this.#closed) {
        assert(looks++ < LOOKS_MAX, 'a Gateway handles what it is sent, or its connection ends')
        return queueMicrotask(look)
      }
      this.#passing = false
      if (this.#closed) return void this.#waiting.splice(0) // nobody is there to handle it
      if (next.order !== null) this.#of.handled?.(next.order)
      this.#passOn()
    }
    queueMicrotask(look)
  }
}
