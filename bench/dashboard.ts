import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { assert } from '../src/base/assert.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { nodeWith } from './child.ts'
import { median, quantile, roundsOf } from './measure.ts'
import type { CockpitAsked, CockpitReady } from './peers/cockpit.ts'
import type { CrowdAsked, CrowdSaid } from './peers/crowd.ts'
import { pingFromNode } from './peers/ping.ts'
import { FRAMES, tickFrame } from './tick-turn.ts'

const ALONE = 'nobody looks'
const REQUESTS_A_SECOND = 1_000
const SLOW_READERS = 500
/** What the crowd says once every reader that takes nothing was ended. */
const ALL_DROPPED = 'all dropped'
/** T11: beyond twice the baseline, so much more is allowed. */
const MORE_US = 5_000
/**
 * How long the last crowd stays at most: a reader is dropped once the buffers of the kernel are
 * full, which take megabytes.
 */
const STAY_MS = 240_000

export const dashboard: Bench = {
  name: 'dashboard',
  what:
    'A tick in, three orders out, durable, of a bot whose dashboard is asked 1,000 times a second ' +
    'while 500 readers of its stream take nothing; beside the same bot when nobody looks.',
  peers: [ALONE],
  goal: 'p99 at most twice that, or 5 ms more; memory bounded; slow readers dropped (T11)',
  async run(effort) {
    const root = mkdtempSync(join(tmpdir(), 'bench-dashboard-'))
    const bot = await Child.started('peers/cockpit', [root])
    try {
      return await measured(bot, effort)
    } finally {
      await bot.end()
      rmSync(root, { recursive: true, force: true })
    }
  },
}

async function measured(bot: Child, effort: Effort): Promise<readonly Row[]> {
  const { port, links } = JSON.parse(await bot.line()) as CockpitReady
  const cookies = await Promise.all(links.map(signedIn))
  const base = new URL(links[0] ?? '').origin
  const isFull = effort === 'full'
  const crowd: CrowdAsked = {
    base,
    cookies,
    requestsPerS: isFull ? REQUESTS_A_SECOND : 20,
    slowReaders: isFull ? SLOW_READERS : 2,
  }
  const times = isFull ? 2_000 : 3
  const ping = () => pingFromNode(port, { tick: tickFrame(), frames: FRAMES, times })
  const { rounds, warmUp } = roundsOf(effort)
  const [alone, among]: [number[][], number[][]] = [[], []]
  const said: CrowdSaid[] = []
  if (warmUp) await ping()
  const before = await memoryOf(bot)
  for (let round = 0; round < rounds; round++) {
    alone.push(await ping())
    const people = await Child.started('peers/crowd', [JSON.stringify(crowd)])
    await people.line()
    among.push(await ping())
    said.push(JSON.parse(await people.endLine()) as CrowdSaid)
  }
  // The last one stays until the buffers of those who do not read are full.
  const people = await Child.started('peers/crowd', [JSON.stringify({ ...crowd, requestsPerS: 0 })])
  await people.line()
  if (isFull) bot.ask('hurry')
  if (isFull) await bot.line()
  const first = people.line()
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, isFull ? STAY_MS : 0))])
  const after = await memoryOf(bot)
  people.close()
  const isOver = (await first) === ALL_DROPPED
  const last = JSON.parse(isOver ? await people.line() : await first) as CrowdSaid
  await people.end()
  return rowsOf({ alone, among, said, last, times, grownMiB: (after - before) / 2 ** 20, crowd })
}

function rowsOf(of: {
  readonly alone: readonly number[][]
  readonly among: readonly number[][]
  readonly said: readonly CrowdSaid[]
  readonly last: CrowdSaid
  readonly times: number
  readonly grownMiB: number
  readonly crowd: CrowdAsked
}): readonly Row[] {
  const { alone, among, said, last, times, grownMiB, crowd } = of
  const at = (rounds: readonly number[][], share: number) =>
    median(rounds.map((took) => quantile(took, share)))
  const samples = alone.length
  const latency = (name: string, share: number): Row => ({
    name: `${name}, tick to order, among a crowd`,
    unit: 'us',
    better: 'lower',
    clock: 'wall',
    samples,
    operations: times,
    ours: { name: 'ours', value: at(among, share) },
    peers: [{ name: ALONE, value: at(alone, share) }],
    goal:
      share < 0.99
        ? null
        : {
            text: 'at most twice that, or 5 ms more',
            limit: Math.max(2 * at(alone, share), at(alone, share) + MORE_US),
          },
  })
  const counted = (what: (of: CrowdSaid) => number): number => median(said.map(what))
  const rate = {
    unit: '1/s',
    better: 'higher',
    clock: 'count',
    samples,
    operations: times,
  } as const
  const answered = counted(({ answers, seconds }) => (answers['200'] ?? 0) / seconds)
  const refused = counted(({ answers, seconds }) => (answers['429'] ?? 0) / seconds)
  const once = { clock: 'count', samples: 1, operations: 1, peers: [], goal: null } as const
  return [
    latency('p50', 0.5),
    latency('p99', 0.99),
    {
      ...rate,
      name: 'requests answered',
      ours: { name: 'ours', value: answered, note: `${refused.toFixed(0)} a second refused` },
      peers: [],
      goal: null,
    },
    {
      ...once,
      name: 'memory of the process, more than before',
      unit: 'MiB',
      better: 'lower',
      ours: { name: 'ours', value: Math.max(0, grownMiB), note: 'after the last crowd' },
    },
    {
      ...once,
      name: 'slow readers dropped',
      unit: `of ${crowd.slowReaders}`,
      better: 'higher',
      ours: {
        name: 'ours',
        value: last.streamsDropped,
        note: `of ${last.streamsOpened} open, in ${last.seconds.toFixed(0)} s`,
      },
    },
  ]
}

async function memoryOf(bot: Child): Promise<number> {
  bot.ask('memory')
  return (JSON.parse(await bot.line()) as { readonly rss: number }).rss
}

/** The cookie that a one-time link is worth. */
async function signedIn(link: string): Promise<string> {
  const [base = '', ticket = ''] = link.split('/#ticket=')
  const reply = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
  assert(reply.ok, 'the link lets in')
  return (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** A process of this folder, which is told and tells line by line. */
class Child {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(process: ChildProcess) {
    this.#process = process
    assert(process.stdout !== null, 'its output is a pipe')
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  }

  static async started(name: string, more: readonly string[]): Promise<Child> {
    const [command, args] = nodeWith(name)
    return new Child(spawn(command, [...args, ...more], { stdio: ['pipe', 'pipe', 'inherit'] }))
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    assert(done !== true, 'the process says something')
    return value
  }

  ask(what: CockpitAsked): void {
    this.#process.stdin?.write(`${what}\n`)
  }

  /** Its last word. */
  async endLine(): Promise<string> {
    this.close()
    const line = await this.line()
    await this.#gone()
    return line
  }

  close(): void {
    this.#process.stdin?.end()
  }

  async end(): Promise<void> {
    this.close()
    await this.#gone()
  }

  async #gone(): Promise<void> {
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
  }
}
