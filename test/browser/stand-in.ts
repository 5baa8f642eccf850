import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { AddressInfo } from 'node:net'
import type { EpochMs } from '../../src/base/clock.ts'
import type {
  CommandBody,
  ProblemReply,
  Role,
  SessionView,
  Verb,
  View,
} from '../../src/dashboard/view.ts'
import { answerOf, lineOf } from './stand-in-answers.ts'
import { viewOf, type Scenario } from './stand-in-view.ts'

const KINDS: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

interface Command {
  readonly verb: Verb
  readonly body: CommandBody
  readonly key: string
}

/** As the server of the bot sends it. */
const POLICY =
  "default-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'"

/** The API without a bot: data that moves, and states to switch. For tests and for looking. */
export class StandIn {
  scenario: Scenario = 'normal'
  /** What is different in each view that is told. */
  differs: (view: View) => View = (view) => view
  role: Role = 'admin'
  hasPassword = true
  isSignedIn = true
  provenMsAgo = 0
  sessionMs = 3_600_000
  /** No view is sent while it is set; the stream stays. */
  isMute = false
  /** Streams and questions are refused, as by a bot that is gone. */
  isAway = false
  /** What a resume would do, as it says before. */
  effect = 'The level goes from kill to active. Nothing is held. Entries may follow at once.'
  readonly commands: Command[] = []
  readonly #confirmations = new Set<string>()
  #confirmed = 0
  readonly tickets = new Set(['once'])
  #step = 0
  readonly #page: string
  readonly #streams = new Set<ServerResponse>()
  readonly #server: Server
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(page: string) {
    this.#page = page
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  /** Its address; port 0 is any free one. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.#timer = setInterval(() => this.#tick(), 250)
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.dropStreams()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  dropStreams(): void {
    for (const stream of this.#streams) stream.destroy()
    this.#streams.clear()
  }

  #tick(): void {
    if (this.isMute || this.isAway) return
    this.#step += 0.25
    for (const stream of this.#streams) this.#tell(stream)
  }

  #tell(stream: ServerResponse): void {
    const view = this.differs(viewOf(this.scenario, Math.floor(this.#step)))
    stream.write(`event: view\ndata: ${JSON.stringify(view)}\n\n`)
    if (this.#step % 3 !== 0 || this.scenario === 'empty') return
    const line = lineOf(view.seq, view.at, this.scenario)
    stream.write(`event: line\ndata: ${JSON.stringify(line)}\n\n`)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('x-content-type-options', 'nosniff')
    const path = request.url ?? '/'
    if (!path.startsWith('/api/v1/')) return this.#file(path, response)
    if (this.isAway) return void request.socket.destroy()
    const asked = path.slice('/api/v1/'.length)
    if (asked === 'session' || asked.startsWith('session/')) return this.#session(request, response)
    if (!this.isSignedIn) {
      return json(response, 401, { error: 'Nobody is signed in.', remedy: 'Sign in.' })
    }
    if (request.method === 'POST') return this.#post(asked, request, response)
    if (asked === 'stream') return this.#stream(request, response)
    const said = answerOf(asked, this.scenario, Math.floor(this.#step))
    if (said === undefined) return json(response, 404, { error: 'Not there.', remedy: 'Look.' })
    json(response, 200, said)
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': hello\n\n')
    this.#streams.add(response)
    request.on('close', () => this.#streams.delete(response))
    if (!this.isMute) this.#tell(response)
  }

  async #post(asked: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    if (request.headers['x-csrf-token'] !== 'token') {
      return json(response, 403, { error: 'No token.', remedy: 'Load the page again.' })
    }
    if (asked === 'confirmations') {
      const confirmation = `c-${++this.#confirmed}`
      this.#confirmations.add(confirmation)
      const expiresAt = Date.now() + 60_000
      return json(response, 200, { confirmation, expiresAt, effect: this.effect })
    }
    if (asked === 'journal/replay') {
      const at = viewOf('normal', 0).at
      const row = {
        seq: 17_001,
        at,
        symbol: 'SPY',
        strategy: 'scalp',
        was: 'approved: 1 unit',
        would: 'refused: order-cost, $235 over $200',
      }
      return json(response, 200, { judged: 41, changed: [row, { ...row, seq: 17_090 }] })
    }
    const verb = asked.replace('commands/', '') as Verb
    const key = request.headers['idempotency-key']
    this.commands.push({ verb, body, key: typeof key === 'string' ? key : '' })
    const objection = verb === 'resume' ? this.#whyNoResume(body) : null
    if (objection !== null) return json(response, 409, objection)
    if (verb === 'kill') this.scenario = 'killed'
    if (verb === 'resume') this.scenario = 'normal'
    json(response, 200, { seq: 18_300, tradingState: verb === 'kill' ? 'kill' : 'active' })
  }

  /** As the bot does: each confirmation counts once, also for what is refused. */
  #whyNoResume({ confirmation = '', accountId = '' }: CommandBody): ProblemReply | null {
    if (!this.#confirmations.delete(confirmation)) {
      const remedy = 'POST /api/v1/confirmations, read what it would do, and confirm within 60 s'
      return { error: 'this confirmation was used, or is too old', remedy }
    }
    if (accountId === 'DU1234567') return null
    return { error: `${accountId} is not our account id`, remedy: 'type the one of this bot' }
  }

  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'DELETE') {
      this.isSignedIn = false
      return json(response, 204, null)
    }
    if (request.method === 'POST') {
      const body = (await bodyOf(request)) as { password?: string; ticket?: string }
      const isRight = body.password === 'right' || this.tickets.delete(body.ticket ?? '')
      if (!isRight) {
        return json(response, 401, {
          error: 'Name or password is wrong, or the link was used.',
          remedy: 'Try again, or ask for a new link with `ibkr-options-bot dashboard`.',
        })
      }
      this.isSignedIn = true
      this.provenMsAgo = 0
    }
    if (!this.isSignedIn) {
      return json(response, 401, { error: 'Nobody is signed in.', remedy: 'Sign in.' })
    }
    json(response, 200, this.#sessionView())
  }

  #sessionView(): SessionView {
    return {
      user: 'anna',
      role: this.role,
      csrf: 'token',
      provenAt: (Date.now() - this.provenMsAgo) as EpochMs,
      expiresAt: (Date.now() + this.sessionMs) as EpochMs,
      hasPassword: this.hasPassword,
    }
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = normalize(path.split('?')[0] === '/' ? '/index.html' : (path.split('?')[0] ?? ''))
    const content = await readFile(join(this.#page, name)).catch(() => null)
    if (content === null) return json(response, 404, { error: 'Not there.', remedy: 'Look.' })
    response.setHeader('content-type', KINDS[extname(name)] ?? 'application/octet-stream')
    response.end(content)
  }
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  return text === '' ? {} : (JSON.parse(text) as object)
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(status === 204 ? '' : JSON.stringify(value))
}
