import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../src/base/assert.ts'
import type { Bench, Effort, Row } from './bench.ts'
import { LineProcess } from './line-process.ts'
import { median, quantile, roundsOf } from './measure.ts'
import type { CockpitAsked, CockpitReady } from './peers/cockpit.ts'
import { METRICS_TOKEN, type CrowdAsked, type CrowdSaid } from './peers/crowd-words.ts'
import { pingFromNode } from './peers/ping.ts'
import { FRAMES, tickFrame } from './tick-turn.ts'

const ALONE = 'nobody looks'
const REQUESTS_A_SECOND = 1_000
const SLOW_READERS = 500
/** They read, and say so: what they are sent is what every reader would be. */
const QUICK_READERS = 5
/** T11: beyond twice the baseline, so much more is allowed. */
const MORE_US = 5_000
/** How long the last crowd stays at most: what nobody reads has come to its limit long before. */
const STAY_MS = 120_000
const LOOK_MS = 1_000
/** What may wait in the process for each reader, of the limits of the dashboard; */
const WAITING_MIB = 0.25
/** in the kernel, with what a skb costs more than its bytes; */
const KERNEL_MIB = 2
/** and beside them, for all. */
const MORE_MIB = 64

export const dashboard: Bench = {
  name: 'dashboard',
  what:
    'A tick in, three orders out, durable, of a bot whose dashboard is asked 1,000 times a second ' +
    'while 500 readers of its stream take nothing; beside the same bot when nobody looks.',
  peers: [ALONE],
  goal: 'p99 at most twice that, or 5 ms more; memory bounded; slow readers dropped (T11)',
  async run(effort) {
    const root = mkdtempSync(join(tmpdir(), 'bench-dashboard-'))
    const bot = await LineProcess.started('peers/cockpit', [root])
    try {
      return await measured(bot, effort)
    } finally {
      await bot.end()
      rmSync(root, { recursive: true, force: true })
    }
  },
}

async function measured(bot: LineProcess, effort: Effort): Promise<readonly Row[]> {
  const { port, links } = JSON.parse(await bot.line()) as CockpitReady
  const people = await Promise.all(links.map(signedIn))
  const base = new URL(links[0] ?? '').origin
  const isFull = effort === 'full'
  const crowd: CrowdAsked = {
    base,
    people,
    requestsPerS: isFull ? REQUESTS_A_SECOND : 20,
    slowReaders: isFull ? SLOW_READERS : 2,
    quickReaders: isFull ? QUICK_READERS : 1,
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
    const around = await LineProcess.started('peers/crowd', [JSON.stringify(crowd)])
    await around.line()
    among.push(await ping())
    said.push(JSON.parse(await around.endLine()) as CrowdSaid)
  }
  const stayed = await stayedWith(bot, { ...crowd, requestsPerS: 0 }, isFull ? STAY_MS : 0)
  return rowsOf({ alone, among, said, times, crowd, before, stayed })
}

/** The last crowd: it stays until every reader that takes nothing was dropped. */
async function stayedWith(bot: LineProcess, crowd: CrowdAsked, stayMs: number): Promise<Stayed> {
  const kernelBefore = kernelMiB()
  const droppedBefore = await droppedBy(crowd.base)
  const people = await LineProcess.started('peers/crowd', [JSON.stringify(crowd)])
  await people.line()
  if (stayMs > 0) {
    bot.ask('hurry' satisfies CockpitAsked)
    await bot.line()
  }
  let [rssMiB, kernel, dropped] = [await memoryOf(bot), 0, 0]
  const from = performance.now()
  const seconds = () => (performance.now() - from) / 1e3
  while (seconds() * 1e3 < stayMs && dropped < crowd.slowReaders) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    rssMiB = Math.max(rssMiB, await memoryOf(bot))
    kernel = Math.max(kernel, (kernelMiB() ?? NaN) - (kernelBefore ?? NaN))
    dropped = (await droppedBy(crowd.base)) - droppedBefore
  }
  const took = seconds()
  const said = JSON.parse(await people.endLine()) as CrowdSaid
  const most = { rssMiB, kernelMiB: Number.isNaN(kernel) ? null : kernel }
  return { ...most, dropped, seconds: took, said }
}

interface Stayed {
  /** Of the process, and of the kernel for sockets beyond what it had before. */
  readonly rssMiB: number
  readonly kernelMiB: number | null
  /** As the server counts them, and how long it took. */
  readonly dropped: number
  readonly seconds: number
  readonly said: CrowdSaid
}

async function droppedBy(base: string): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const text = await (await fetch(`${base}/metrics`, { headers })).text()
  return Number(/^ibkr_bot_streams_dropped_total (\d+)/m.exec(text)?.[1] ?? 0)
}

function rowsOf(of: {
  readonly alone: readonly number[][]
  readonly among: readonly number[][]
  readonly said: readonly CrowdSaid[]
  readonly times: number
  /** Memory of the process before anybody came, in MiB. */
  readonly before: number
  readonly stayed: Stayed
  readonly crowd: CrowdAsked
}): readonly Row[] {
  const { alone, among, said, times, crowd, stayed } = of
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
    ...boundedRows(of),
    {
      ...COUNTED,
      name: 'slow readers dropped',
      unit: `of ${crowd.slowReaders}`,
      better: 'higher',
      ours: {
        name: 'ours',
        value: stayed.dropped,
        note:
          `of ${stayed.said.streamsOpened} open, in ${stayed.seconds.toFixed(0)} s; ` +
          `${stayed.said.streamsEnded} found themselves ended`,
      },
      goal: { text: 'all of them', limit: crowd.slowReaders },
    },
    {
      ...COUNTED,
      name: 'readers that keep up, dropped',
      unit: `of ${crowd.quickReaders}`,
      better: 'lower',
      ours: {
        name: 'ours',
        value: stayed.said.quickDropped,
        note: `each was sent ${(stayed.said.quickBytes / 2 ** 20).toFixed(1)} MiB meanwhile`,
      },
      goal: { text: 'none', limit: 0 },
    },
  ]
}

const COUNTED = { clock: 'count', samples: 1, operations: 1, peers: [] } as const

function boundedRows(of: {
  readonly before: number
  readonly stayed: Stayed
  readonly crowd: CrowdAsked
}): readonly Row[] {
  const { before, stayed, crowd } = of
  const { rssMiB, kernelMiB: kernel } = stayed
  const limit = (each: number) => crowd.slowReaders * each + MORE_MIB
  const note = 'the most, while the last crowd was there'
  return [
    {
      ...COUNTED,
      name: 'memory of the process, more than before',
      unit: 'MiB',
      better: 'lower',
      ours: { name: 'ours', value: Math.max(0, rssMiB - before), note },
      goal: { text: `${WAITING_MIB} a slow reader and ${MORE_MIB}`, limit: limit(WAITING_MIB) },
    },
    {
      ...COUNTED,
      name: 'memory of the kernel for sockets, more than before',
      unit: 'MiB',
      better: 'lower',
      ours: { name: 'ours', value: kernel, note: kernel === null ? 'only Linux tells it' : note },
      goal: { text: `${KERNEL_MIB} a slow reader and ${MORE_MIB}`, limit: limit(KERNEL_MIB) },
    },
  ]
}

/** Of all sockets of the machine; null: this system does not tell. */
function kernelMiB(): number | null {
  try {
    const text = readFileSync('/proc/net/sockstat', 'utf8')
    const pages = /^TCP: .*\bmem (\d+)/m.exec(text)?.[1]
    return pages === undefined ? null : (Number(pages) * 4_096) / 2 ** 20
  } catch {
    return null
  }
}

/** In MiB. */
async function memoryOf(bot: LineProcess): Promise<number> {
  bot.ask('memory' satisfies CockpitAsked)
  return (JSON.parse(await bot.line()) as { readonly rss: number }).rss / 2 ** 20
}

/** What a one-time link is worth. */
async function signedIn(link: string): Promise<CrowdAsked['people'][number]> {
  const [base = '', ticket = ''] = link.split('/#ticket=')
  const reply = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  })
  assert(reply.ok, 'the link lets in')
  const { csrf } = (await reply.json()) as { readonly csrf: string }
  return { cookie: (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '', csrf }
}
