import { createServer, get, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Mode } from '../domain/account.ts'
import { appOf, doorsOf } from './app.ts'
import type { Limits, DashboardOptions } from './options.ts'
import { nameObjection, secretObjections } from './passwords.ts'
import type { StreamCounts } from './streams.ts'
import type { Role } from './view.ts'

export { passwordObjection, secretObjections } from './passwords.ts'

export interface Dashboard {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  readonly port: number
  /** Lets one person in once, within ten minutes: for `url/#ticket=...` on a terminal. */
  ticket(role: Role, name: string, isAtTerminal?: boolean): string
  counts(): StreamCounts & { readonly sessions: number }
  close(): Promise<void>
}

/** How often node looks for those who are late. */
const CHECK_MS = 1_000

/** Of a free port, until both loopback addresses have it free. */
const TRIES_MAX = 10

/** Rejects with every objection at once, before anything listens (T4). */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const objections = secretObjections(options)
  if (objections.length > 0) throw new Error(`dashboard: ${objections.join('; ')}`)
  const doors = await doorsOf(options)
  const app = await appOf(doors)
  const servers = await listening(options.port, () =>
    serverOf((request, response) => app.routing(request, response), doors.limits),
  ).catch(async (error: unknown) => {
    await app.close()
    throw await explained(error, options.port)
  })
  const [{ port }] = servers.map((server) => server.address() as AddressInfo) as [AddressInfo]
  doors.bound.port = port
  const url = `http://127.0.0.1:${port}`
  options.log(`dashboard: ${url}`)
  return {
    url,
    port,
    ticket: (role, name, isAtTerminal = false) => {
      const objection = nameObjection(name)
      if (objection !== null) throw new Error(`dashboard: a link for "${name}": ${objection}`)
      return doors.tickets.issue({ role, name, isAtTerminal }).secret
    },
    counts: () => ({ ...doors.streams.counts, sessions: doors.sessions.count }),
    close: async () => {
      await app.close()
      await Promise.all(servers.map(closed))
    },
  }
}

function serverOf(onRequest: RequestListener, limits: Limits): Server {
  const server = createServer(
    {
      // Refused by the guard, in the same words as any other Host that is not ours.
      requireHostHeader: false,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: CHECK_MS,
    },
    onRequest,
  )
  server.maxConnections = limits.connectionsMax
  boundIdle(server, limits)
  return server
}

/**
 * Sockets that ask nothing, or have not said all of what they ask, cost a descriptor of the bot's
 * process and a place of those who do. Only so many may wait, only so long; the oldest makes room.
 */
function boundIdle(server: Server, { headersMs, idleMax }: Limits): void {
  const idle = new Set<Socket>()
  const waits = (socket: Socket): void => {
    idle.delete(socket)
    if (socket.destroyed) return
    idle.add(socket)
    const [oldest] = idle
    if (idle.size > idleMax) oldest?.destroy()
  }
  server.on('connection', (socket) => {
    waits(socket)
    socket.on('close', () => void idle.delete(socket))
  })
  server.timeout = headersMs + 2 * CHECK_MS // whom node tells why, it ends before
  // Of a stream, or of a question that takes long, silence is nothing odd.
  server.on('timeout', (socket) => void (idle.has(socket) && socket.destroy()))
  server.on('request', (request, response) => {
    const { socket, headers } = request
    const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
    if (hasBody) request.once('end', () => void idle.delete(socket))
    else idle.delete(socket)
    response.once('close', () => waits(socket))
  })
}

/** On 127.0.0.1 and on ::1, where the machine has it, and on no other address (T2). */
async function listening(port: number, make: () => Server): Promise<readonly Server[]> {
  for (let tries = 1; ; tries++) {
    const four = await bound(make(), { host: '127.0.0.1', port })
    const own = (four.address() as AddressInfo).port
    try {
      return [four, await bound(make(), { host: '::1', port: own })]
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [four]
      await closed(four)
      // Somebody else would answer to `localhost`.
      if (port !== 0 || code !== 'EADDRINUSE' || tries >= TRIES_MAX) throw error
    }
  }
}

/** What is wrong with the port, and what helps. */
async function explained(error: unknown, port: number): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const remedy = 'set dashboard.port or --port to another'
  if (code === 'EACCES') return new Error(`port ${port} may not be listened on; ${remedy}`)
  if (code !== 'EADDRINUSE') return error
  const what = await listenerAt(port)
  return new Error(`port ${port} is taken by ${what}; ${remedy}, or stop what listens there`)
}

/** Who it is, as far as it says. */
function listenerAt(port: number): Promise<string> {
  return new Promise((resolve) => {
    const nobody = 'a program that does not say what it is'
    const at = { host: '127.0.0.1', port, path: '/healthz', timeout: ASK_MS_MAX, agent: false }
    const request = get(at, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > HEALTH_LETTERS_MAX) request.destroy()
      })
      response.on('close', () => resolve(ownerIn(text)))
    })
    request.on('timeout', () => void request.destroy())
    request.on('error', () => resolve(nobody))
  })
}

/** On loopback, of who is there. */
const ASK_MS_MAX = 1_000
const HEALTH_LETTERS_MAX = 1_000

/** Of its word of health; nothing of what a stranger says is repeated. */
function ownerIn(text: string): string {
  const isOurs = /^\{"ok":(true|false),"viewAgeMs":(null|\d+),"mode":/.test(text)
  if (!isOurs) return 'another web server'
  const mode = MODES.find((each) => text.endsWith(`"mode":"${each}"}`))
  return mode === undefined ? 'the dashboard of another bot' : `the dashboard of the ${mode} bot`
}

const MODES = ['demo', 'dry-run', 'paper', 'live'] as const satisfies readonly Mode[]

function bound(server: Server, at: { readonly host: string; readonly port: number }) {
  return new Promise<Server>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...at, exclusive: true }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
