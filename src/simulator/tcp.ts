import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Cancel } from '../base/clock.ts'
import type { TransportListener } from '../wire/transport.ts'
import { once } from './faults/once.ts'
import type { ServerEnd } from './session/server-end.ts'

/** What a client may leave unread before it is cut off: a day of quotes on a few lines. */
const QUEUED_BYTES_MAX = 64 * 1024 * 1024

/** The server's end of one TCP connection. */
class TcpEnd implements ServerEnd {
  readonly #socket: Socket
  readonly #count = { written: 0, handled: 0 }
  #reason: string | null = null
  #open = true
  /** Reasons not to read: faults, and a client that does not read either. */
  #pauses = 0
  #isHeldBack = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', (error) => {
      this.#reason ??= error.message
    })
  }

  get count(): { readonly written: number; readonly handled: number } {
    return this.#count
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
    if (this.#pauses === 0) this.#socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open || this.#socket.destroyed) return false
    this.#count.written += bytes.length
    if (!this.#socket.write(bytes)) this.#holdBack()
    return true
  }

  close(): void {
    this.#open = false
    this.#socket.destroySoon() // what was written still leaves: a refusal says why before it closes
  }

  reset(): void {
    this.#reason ??= 'reset by our end'
    this.#open = false
    this.#socket.resetAndDestroy()
  }

  pause(): Cancel {
    this.#pauses++
    this.#socket.pause()
    return once(() => {
      if (--this.#pauses === 0) this.#socket.resume()
    })
  }

  get unread(): number {
    return this.#socket.writableLength
  }

  /** The kernel acknowledges what it takes; only `pause` makes it stop, once it is full. */
  withhold(): void {
    return
  }

  /** A client that does not read is not read from either, and not for ever. */
  #holdBack(): void {
    if (this.#socket.writableLength > QUEUED_BYTES_MAX) {
      const queued = this.#socket.writableLength
      this.#reason = `expected the client to read, ${queued} bytes are queued; closing`
      this.#open = false
      this.#socket.destroy()
      return
    }
    if (this.#isHeldBack) return
    this.#isHeldBack = true
    const resume = this.pause()
    this.#socket.once('drain', () => {
      this.#isHeldBack = false
      resume()
    })
  }
}

export interface TcpListener {
  readonly port: number
  /** Connections are refused, as if no Gateway ran, until the same port listens again. */
  refuse(): Cancel
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/** Port 0 takes a free one. Rejects with Node's error when the port cannot be had. */
export async function listenTcp(
  at: { readonly port: number; readonly host: string },
  accept: (transport: ServerEnd) => void,
): Promise<TcpListener> {
  const door = new Door(at.host, accept)
  const port = await door.open(at.port)
  return { port, refuse: () => door.refuse(port), close: () => door.close() }
}

/** One listening port, and the sockets that came through it. */
class Door {
  readonly #host: string
  readonly #accept: (transport: ServerEnd) => void
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #refusals = 0
  #isOver = false

  constructor(host: string, accept: (transport: ServerEnd) => void) {
    this.#host = host
    this.#accept = accept
  }

  async open(port: number): Promise<number> {
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      this.#accept(new TcpEnd(socket))
    })
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, this.#host, resolve)
    })
    const { port: taken } = server.address() as AddressInfo
    if (this.#isOver) server.close() // it was closed while it was being opened
    return taken
  }

  refuse(port: number): Cancel {
    this.#refusals++
    this.#server?.close()
    this.#server = null
    return once(() => {
      // A port that someone else has taken meanwhile ends the process: no Gateway is there.
      if (--this.#refusals === 0 && !this.#isOver) void this.open(port)
    })
  }

  close(): Promise<void> {
    this.#isOver = true
    return new Promise((resolve) => {
      if (this.#server === null) resolve()
      else this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }
}
