import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  readonly body: string
  /** By the monotonic clock of the test, milliseconds. */
  readonly atMs: number
}

/** What a webhook and a dead-man service are: an HTTP server, here on loopback. */
export class Receiver {
  readonly received: Received[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        const { method = '', url: path = '' } = request
        this.received.push({ method, path, body, atMs: performance.now() })
        response.end()
      })
    })
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The messages that were posted, in order. */
  posted(): readonly Readonly<Record<string, unknown>>[] {
    return this.received
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
