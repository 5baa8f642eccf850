import type { Cancel, EpochMs } from '../../base/clock.ts'
import { VirtualClock } from '../../base/clock.ts'
import { assert } from '../../base/assert.ts'
import { atNewYork } from '../../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../domain/contract.ts'
import { FrameReader } from '../../wire/frame.ts'
import { clientPrelude, parseServerHello } from '../../wire/handshake.ts'
import { encodeRequest } from '../../wire/requests.ts'
import type { Request } from '../../wire/requests.ts'
import { decodeResponse } from '../../wire/responses.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Transport, TransportFacts } from '../../wire/transport.ts'
import type { FaultName } from '../faults/faults.ts'
import { SimulatedGateway } from '../gateway.ts'
import type { GatewayOptions } from '../gateway.ts'
import { generatedMarket } from '../market/generated-market.ts'

export const TODAY = '2026-03-10' as CalendarDate

/** A time of day of `TODAY` in New York. */
export function at(time: string): EpochMs {
  return atNewYork(TODAY, time)
}

/** A generated SPY with VIX is cheap enough to be shared: a market is a function of time. */
const MARKET = generatedMarket({
  seed: 7,
  start: TODAY,
  symbols: ['SPY' as Ticker, 'VIX' as Ticker],
})

export interface BenchOptions extends Partial<GatewayOptions> {
  readonly start?: EpochMs
}

/** A Gateway on a virtual clock that stands until a test lets it run. */
export class GatewayBench {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly log: string[] = []

  constructor(options: BenchOptions = {}) {
    const start = options.start ?? at('10:00')
    this.clock = new VirtualClock({ start, settled: () => true, speed: null })
    this.gateway = new SimulatedGateway({
      clock: this.clock,
      seed: 7,
      market: MARKET,
      debug: true,
      log: (line) => this.log.push(line),
      ...options,
    })
  }

  async run(ms: number): Promise<void> {
    await this.clock.runUntil((this.clock.now() + ms) as EpochMs)
  }

  /** Breaks something on purpose; what it returns heals it. */
  inject(name: FaultName, parameters: Readonly<Record<string, unknown>> = {}): Cancel {
    return this.gateway.inject({ name, ...parameters })
  }

  /** Its handshake is under way, whatever becomes of it. */
  async dial(clientId: number, version = 193): Promise<TestClient> {
    return this.greet(new TestClient(this.gateway.memorySocket(), version), clientId)
  }

  async greet(client: TestClient, clientId: number): Promise<TestClient> {
    const { version } = client
    client.write(clientPrelude({ min: version, max: version }))
    await this.run(0)
    client.send({ kind: 'startApi', clientId, optionalCapabilities: '' })
    await this.run(0)
    return client
  }

  /** Past the handshake, with what followed startApi already read. */
  client(clientId: number, version = 193): Promise<TestClient> {
    return this.dial(clientId, version)
  }
}

/** A client made of nothing but the wire room: what it heard, decoded, in order. */
export class TestClient {
  readonly heard: Response[] = []
  readonly version: number
  /** Lengths of what arrived at once. */
  readonly chunks: number[] = []
  closed = false
  closedBecause: string | null = null
  hello: string | null = null
  readonly #transport: Transport
  readonly #frames = new FrameReader()

  constructor(transport: Transport, version: number) {
    this.#transport = transport
    this.version = version
    transport.listen({
      bytes: (chunk) => {
        this.chunks.push(chunk.length)
        this.#take(chunk)
      },
      closed: (reason) => {
        this.closedBecause = reason
        this.closed = true
      },
    })
  }

  write(bytes: Uint8Array): void {
    this.#transport.write(bytes)
  }

  send(...requests: readonly Request[]): void {
    for (const request of requests) {
      const frame = encodeRequest(request, this.version)
      assert(frame.ok, `a test sends what can be written, ${request.kind}`)
      this.write(frame.value)
    }
  }

  get facts(): TransportFacts | null {
    return this.#transport.facts?.() ?? null
  }

  close(): void {
    this.#transport.close()
  }

  /** What was heard since the last time, of these kinds; all of it without a kind. */
  take<K extends Response['kind']>(...kinds: readonly K[]): readonly ResponseOf<K>[] {
    const heard = this.heard.splice(0)
    return heard.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind as K)) as never
  }

  kinds(): readonly string[] {
    return this.take().map((response) => response.kind)
  }

  errors(): readonly (readonly [number, number])[] {
    return this.take('error').map(({ id, code }) => [id, code] as const)
  }

  #take(chunk: Uint8Array): void {
    const frames = this.#frames.push(chunk)
    assert(frames.ok, 'a Gateway writes whole frames')
    for (const payload of frames.value) {
      if (this.hello === null) {
        const hello = parseServerHello(payload)
        assert(hello.ok, 'the first frame is a version and a time')
        this.hello = `${hello.value.version} ${hello.value.connectionTime}`
        continue
      }
      const response = decodeResponse(payload, this.version)
      assert(response.ok, 'a Gateway writes what can be read')
      this.heard.push(response.value)
    }
  }
}
