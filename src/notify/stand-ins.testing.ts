import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { TestCertificate } from './certificate.testing.ts'

/** One request, as a service on loopback saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answers {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A real HTTP server: it records what comes, and answers as it is told to. */
export class HttpStandIn {
  readonly seen: Seen[] = []
  answer: (seen: Seen) => Answers = () => ({ status: 200 })
  #server: Server | null = null
  #port = 0
  #wake: (() => void)[] = []

  get port(): number {
    return this.#port
  }

  /** On the port that it had, if it had one. */
  async start(): Promise<void> {
    const server = createHttp((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        const seen = { method, url, headers, body }
        this.seen.push(seen)
        const answer = this.answer(seen)
        response.writeHead(answer.status, answer.headers).end(answer.body)
        for (const wake of this.#wake.splice(0)) wake()
      })
    })
    await listening(server, this.#port)
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server as ReturnType<typeof createHttp> | null
    this.#server = null
    if (server === null) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  /** Until so many requests have come in all. */
  async until(count: number): Promise<readonly Seen[]> {
    while (this.seen.length < count) await new Promise<void>((wake) => this.#wake.push(wake))
    return this.seen
  }
}

/** What one client of the mail server said, and the message that it left. */
export interface Mail {
  readonly lines: readonly string[]
  readonly from: string
  readonly to: readonly string[]
  readonly login: string | null
  readonly data: string
}

/** A mail server: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT (RFC 5321, 3207, 4954). */
export class SmtpStandIn {
  readonly mails: Mail[] = []
  /** Every command of every client. */
  readonly lines: string[] = []
  /** Those of them that anybody on the way could read. */
  readonly clear: string[] = []
  extensions: readonly string[] = ['AUTH PLAIN']
  /** Its own, for STARTTLS, which it offers only in the extensions; null: it has none. */
  certificate: TestCertificate | null = null
  /** Encrypted from the first byte. */
  implicit = false
  /** Instead of accepting a command; null: it is accepted. */
  refuse: (line: string) => string | null = () => null
  #server: Server | null = null
  #port = 0
  readonly #sockets = new Set<Socket>()
  #wake: (() => void)[] = []

  get port(): number {
    return this.#port
  }

  async start(): Promise<void> {
    const server = createTcp((socket) => {
      socket.on('error', () => undefined)
      if (this.implicit) this.#serve(this.#encrypted(socket), 'encrypted')
      else this.#serve(socket)
    })
    await listening(server, this.#port)
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    if (server !== null) await new Promise((resolve) => server.close(resolve))
  }

  /** Until so many messages have come in all. */
  async until(count: number): Promise<readonly Mail[]> {
    while (this.mails.length < count) await new Promise<void>((wake) => this.#wake.push(wake))
    return this.mails
  }

  #answerTo(line: string, mail: { from: string; to: string[]; login: string | null }): string {
    if (line.startsWith('EHLO')) {
      const offered = this.extensions.map((each) => `250-${each}`)
      return ['250-stand-in', ...offered, '250 8BITMIME'].join('\r\n')
    }
    if (line.startsWith('AUTH PLAIN ')) {
      const said = Buffer.from(line.slice(11), 'base64').toString()
      mail.login = said.split('\0').slice(1).join(' ')
      return '235 welcome'
    }
    if (line.startsWith('MAIL FROM:')) mail.from = line.slice(10)
    else if (line.startsWith('RCPT TO:')) mail.to.push(line.slice(8))
    else return '500 what?'
    return '250 ok'
  }

  #encrypted(socket: Socket): Socket {
    if (this.certificate === null) throw new Error('expected a certificate')
    const secureContext = createSecureContext({ ...this.certificate })
    return new TLSSocket(socket, { isServer: true, secureContext })
  }

  /** `upgraded`: after STARTTLS, which is not greeted again. */
  #serve(socket: Socket, way: 'clear' | 'encrypted' | 'upgraded' = 'clear'): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    const mail = {
      lines: [] as string[],
      from: '',
      to: [] as string[],
      login: null as string | null,
    }
    let data: string | null = null
    let rest = ''
    const say = (text: string) => socket.write(`${text}\r\n`)
    if (way !== 'upgraded') say('220 stand-in ESMTP')
    socket.setEncoding('utf8')
    const heard = (text: string): void => {
      rest += text
      for (;;) {
        if (data !== null) {
          const end = `\r\n${rest}`.indexOf('\r\n.\r\n')
          if (end < 0) return
          this.mails.push({ ...mail, data: rest.slice(0, Math.max(0, end - 2)) })
          rest = rest.slice(end + 3)
          data = null
          say('250 taken')
          for (const wake of this.#wake.splice(0)) wake()
          continue
        }
        const at = rest.indexOf('\r\n')
        if (at < 0) return
        const line = rest.slice(0, at)
        rest = rest.slice(at + 2)
        this.lines.push(line)
        if (way === 'clear') this.clear.push(line)
        mail.lines.push(line)
        const objection = this.refuse(line)
        if (objection !== null) say(objection)
        else if (line === 'STARTTLS' && this.certificate !== null) {
          // What is sent from here on is not ours to read, but that of TLS.
          socket.off('data', heard)
          say('220 go ahead')
          this.#serve(this.#encrypted(socket), 'upgraded')
          return
        } else if (line === 'DATA') {
          data = ''
          say('354 go on')
        } else if (line === 'QUIT') {
          say('221 bye')
          socket.end()
        } else say(this.#answerTo(line, mail))
      }
    }
    socket.on('data', heard)
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}
