import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Transport, TransportListener } from '../wire/transport.ts'

/** What a client may leave unread before it is cut off: a day of quotes on a few lines. */
const QUEUED_BYTES_MAX = 64 * 1024 * 1024

/** The server's end of one TCP connection. */
class TcpEnd implements Transport {
  readonly #socket: Socket
  readonly #count = { written: 0, handled: 0 }
  #reason: string | null = null
  #open = true

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
    this.#socket.resume()
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

  /** A client that does not read is not read from either, and not for ever. */
  #holdBack(): void {
    if (this.#socket.writableLength > QUEUED_BYTES_MAX) {
      const queued = this.#socket.writableLength
      this.#reason = `expected the client to read, ${queued} bytes are queued; closing`
      this.#open = false
      this.#socket.destroy()
      return
    }
    if (this.#socket.isPaused()) return
    this.#socket.pause()
    this.#socket.once('drain', () => this.#socket.resume())
  }
}

export interface TcpListener {
  readonly port: number
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/** Port 0 takes a free one. Rejects with Node's error when the port cannot be had. */
export async function listenTcp(
  at: { readonly port: number; readonly host: string },
  accept: (transport: Transport) => void,
): Promise<TcpListener> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    accept(new TcpEnd(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
