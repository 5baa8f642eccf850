import { connect as connectSocket } from 'node:net'
import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { Fault } from '../engine/ports.ts'
import type { Transport, TransportFacts, TransportListener } from '../wire/transport.ts'
import { kernelQueues } from './diagnosis/kernel-queues.ts'

/** Readiness, first step (client-library.md section 3), milliseconds. */
const CONNECT_MS_MAX = 5_000

/** How far a peer may fall behind in reading before it counts as gone; orders are small. */
const QUEUED_BYTES_MAX = 4 * 1024 * 1024

/** The client's end of one TCP connection. */
class TcpTransport implements Transport {
  readonly #socket: Socket
  readonly #count = { written: 0, handled: 0 }
  #reason: string | null = null
  #open = true

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 30_000)
    socket.pause() // until somebody listens
    socket.on('error', (error) => {
      this.#reason ??= error.message
    })
  }

  get count(): { readonly written: number; readonly handled: number } {
    return this.#count
  }

  /** A property and not a method: who wraps a transport may hand it on. */
  readonly facts = (): TransportFacts => {
    const { bytesRead, writableLength, localPort = null, remotePort = null } = this.#socket
    const ports = localPort === null || remotePort === null ? null : { localPort, remotePort }
    // Read when asked for: a flush is looked at with every chunk, the kernel once a second.
    const queues = memoOf(() => (ports === null ? null : kernelQueues(ports)))
    return {
      bytesRead,
      writableLength,
      localPort,
      remotePort,
      paused: this.#socket.isPaused(),
      get rxQueue() {
        return queues()?.rxQueue ?? null
      },
      get txQueue() {
        return queues()?.txQueue ?? null
      },
    }
  }

  listen(listener: TransportListener): void {
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#open) listener.bytes(chunk)
      this.#count.handled += chunk.length
    })
    this.#socket.on('close', () => {
      this.#open = false
      listener.closed(this.#reason)
    })
    if (this.#socket.destroyed) queueMicrotask(() => listener.closed(this.#reason))
    else this.#socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open || this.#socket.destroyed) return false
    if (this.#socket.writableLength > QUEUED_BYTES_MAX) {
      this.#reason ??= `the Gateway does not read: ${this.#socket.writableLength} bytes are queued`
      this.close()
      return false
    }
    this.#count.written += bytes.length
    this.#socket.write(bytes)
    return true
  }

  pause(): () => void {
    this.#socket.pause()
    return () => this.#socket.resume()
  }

  /** What was written still leaves; then the socket goes, whatever the peer does (S12). */
  close(): void {
    this.#open = false
    this.#socket.destroySoon()
  }
}

export interface TcpOptions {
  readonly host: string
  readonly port: number
  readonly clock: Clock
}

/** Opens TCP connections to one Gateway. A lock-step clock waits while one is being opened. */
export class TcpDialer {
  readonly #options: TcpOptions
  readonly #transports = new Set<Transport>()
  #pending = 0

  constructor(options: TcpOptions) {
    this.#options = options
  }

  /** Connects that are neither open nor failed. */
  get pending(): number {
    return this.#pending
  }

  /** Those that are open. */
  get transports(): ReadonlySet<Transport> {
    return this.#transports
  }

  /** To the configured port, or to another that the Gateway named (code 1300). */
  connect(otherPort: number | null = null): Promise<Result<Transport, Fault>> {
    const { host, clock } = this.#options
    const port = otherPort ?? this.#options.port
    this.#pending++
    return new Promise((resolve) => {
      const socket = connectSocket({ host, port })
      const settle = (result: Result<Transport, Fault>): void => {
        stopDeadline()
        this.#pending--
        resolve(result)
      }
      let code: Fault['code'] = 'not-connected'
      const failed = (error: Error): void => settle(fail(unreachable(code, error.message)))
      const stopDeadline = clock.after(CONNECT_MS_MAX, () => {
        code = 'timeout' // nobody refused: on the way there, packets are lost
        socket.destroy(new Error(`${host}:${port} did not answer within ${CONNECT_MS_MAX} ms`))
      })
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.off('error', failed)
        const transport = new TcpTransport(socket)
        this.#transports.add(transport)
        socket.once('close', () => this.#transports.delete(transport))
        settle(ok(transport))
      })
    })
  }
}

function memoOf<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function unreachable(code: Fault['code'], detail: string): Fault {
  return { code, retry: 'later', detail, vendorCode: null }
}
