import { execFileSync } from 'node:child_process'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { cpus } from 'node:os'
import type { CrowdAsked, CrowdSaid } from './crowd-words.ts'

const PATHS = ['view', 'orders', 'trades', 'journal?limit=20', 'latency', 'symbols/SPY', 'settings']
const EVERY_MS = 10
const LOOK_MS = 2_000

/** Everybody at once, until stdin ends: as many requests as are asked for, and readers who doze. */
async function main(): Promise<void> {
  const asked = JSON.parse(process.argv[2] ?? '') as CrowdAsked
  allCores()
  const { base, people, requestsPerS, slowReaders } = asked
  const { hostname, port } = new URL(base)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const answers: Record<string, number> = {}
  const count = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1
  }
  let [opened, ended] = [0, 0]
  const readers = Array.from({ length: slowReaders }, (_, i) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.on('error', () => undefined)
    socket.on('close', () => void ended++)
    socket.once('data', (head: Buffer) => {
      if (head.toString().startsWith('HTTP/1.1 200')) opened++
      socket.pause()
    })
    const lines = [
      'GET /api/v1/stream HTTP/1.1',
      `host: ${hostname}:${port}`,
      `cookie: ${people[i % people.length]?.cookie}`,
      'sec-fetch-site: same-origin',
      'accept: text/event-stream',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    return socket
  })
  const quick = Array.from({ length: asked.quickReaders }, (_, i) => new Quick(asked, i))
  await Promise.all([allOpen(readers), ...quick.map(({ opened }) => opened)])
  process.stdout.write('ready\n')
  const from = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - from) / 1e3) * requestsPerS)
    for (; sent < due; sent++) {
      const headers = {
        cookie: people[sent % people.length]?.cookie,
        host: `${hostname}:${port}`,
        'sec-fetch-site': 'same-origin',
      }
      const path = `/api/v1/${PATHS[sent % PATHS.length]}`
      get({ host: hostname, port, path, agent, headers }, (response) => {
        count(String(response.statusCode))
        response.resume()
      }).on('error', () => count('failed'))
    }
  }, EVERY_MS)
  process.stdin.resume()
  process.stdin.on('end', () => void leave())
  async function leave(): Promise<void> {
    clearInterval(timer)
    const seconds = (performance.now() - from) / 1e3
    const said: CrowdSaid = {
      seconds,
      answers,
      streamsOpened: opened,
      streamsEnded: await endedOf(readers),
      quickBytes: Math.max(0, ...quick.map(({ bytes }) => bytes)),
      quickDropped: quick.filter(({ isOver }) => isOver).length,
    }
    process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0))
  }
  /** Who takes nothing does not notice that it was ended, either. */
  async function endedOf(sockets: readonly Socket[]): Promise<number> {
    if (requestsPerS > 0) return ended
    for (const socket of sockets) socket.resume()
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    return ended
  }
}

/** Follows the stream as the page does. */
class Quick {
  bytes = 0
  isOver = false
  readonly opened: Promise<void>

  constructor({ base, people }: CrowdAsked, number: number) {
    const { cookie = '', csrf = '' } = people[number % people.length] ?? {}
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    this.opened = new Promise((resolve) => {
      get(`${base}/api/v1/stream`, { headers, agent: false }, (response) => {
        response.setEncoding('utf8')
        let rest = ''
        response.on('data', (piece: string) => {
          resolve()
          this.bytes += Buffer.byteLength(piece)
          const events = `${rest}${piece}`.split('\n\n')
          rest = events.pop() ?? ''
          for (const event of events) {
            const [, pulse] = /^event: pulse\ndata: (.*)$/.exec(event) ?? []
            if (pulse !== undefined) void seen(base, { ...headers, 'x-csrf-token': csrf }, pulse)
          }
        })
        response.on('close', () => void (this.isOver = true))
        response.on('error', () => void (this.isOver = true))
      }).on('error', () => void (this.isOver = true))
    })
  }
}

// As little as a request takes.
// oxlint-disable-next-line max-params
async function seen(base: string, headers: Readonly<Record<string, string>>, body: string) {
  const method = 'POST'
  const all = { ...headers, 'content-type': 'application/json' }
  await fetch(`${base}/api/v1/stream/seen`, { method, headers: all, body }).catch(() => undefined)
}

function allOpen(readers: readonly Socket[]): Promise<unknown> {
  return Promise.all(
    readers.map((socket) => new Promise((resolve) => void socket.once('data', resolve))),
  )
}

function allCores(): void {
  try {
    const all = `0-${cpus().length - 1}`
    execFileSync('taskset', ['-a', '-cp', all, String(process.pid)], { stdio: 'ignore' })
  } catch {
    // No taskset, then nothing was held to one core.
  }
}

await main()
