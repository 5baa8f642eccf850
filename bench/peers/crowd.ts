import { execFileSync } from 'node:child_process'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { cpus } from 'node:os'

export interface CrowdAsked {
  readonly base: string
  readonly cookies: readonly string[]
  readonly requestsPerS: number
  /** They read the beginning of the stream, and no more. */
  readonly slowReaders: number
}

export interface CrowdSaid {
  readonly seconds: number
  /** By status; `failed`: there was no answer. */
  readonly answers: Readonly<Record<string, number>>
  readonly streamsOpened: number
  /** Ended by the server. */
  readonly streamsDropped: number
}

const PATHS = ['view', 'orders', 'trades', 'journal?limit=20', 'latency', 'symbols/SPY', 'settings']
const EVERY_MS = 10

/** What it says once the server has ended every reader that takes nothing. */
export const ALL_DROPPED = 'all dropped'

/** Everybody at once, until stdin ends: as many requests as are asked for, and readers who doze. */
async function main(): Promise<void> {
  const asked = JSON.parse(process.argv[2] ?? '') as CrowdAsked
  allCores()
  const { base, cookies, requestsPerS, slowReaders } = asked
  const { hostname, port } = new URL(base)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const answers: Record<string, number> = {}
  const count = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1
  }
  let [opened, dropped] = [0, 0]
  const readers = Array.from({ length: slowReaders }, (_, i) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (++dropped === slowReaders) process.stdout.write(`${ALL_DROPPED}\n`)
    })
    socket.once('data', (head: Buffer) => {
      if (head.toString().startsWith('HTTP/1.1 200')) opened++
      socket.pause()
    })
    const lines = [
      'GET /api/v1/stream HTTP/1.1',
      `host: ${hostname}:${port}`,
      `cookie: ${cookies[i % cookies.length]}`,
      'sec-fetch-site: same-origin',
      'accept: text/event-stream',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    return socket
  })
  await allOpen(readers)
  process.stdout.write('ready\n')
  const from = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - from) / 1e3) * requestsPerS)
    for (; sent < due; sent++) {
      const headers = {
        cookie: cookies[sent % cookies.length],
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
  process.stdin.on('end', () => {
    clearInterval(timer)
    const seconds = (performance.now() - from) / 1e3
    const said = { seconds, answers, streamsOpened: opened, streamsDropped: dropped }
    process.stdout.write(`${JSON.stringify(said satisfies CrowdSaid)}\n`, () => process.exit(0))
  })
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
