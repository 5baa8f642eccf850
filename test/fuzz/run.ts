import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { counted, EDGES, missing } from './edges.ts'
import type { Counts } from './edges.ts'
import { fuzzed } from './fuzz.ts'
import type { Subject } from './fuzz.ts'

/** One processor each; more would not be faster on two. */
const PROCESSES = 2

const WHAT = {
  order: 'event sequences through the state machine and its fold',
  core: 'event sequences through decide and evolve, with pictures, ticks, links and operators',
} as const

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '1000000' },
    core: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    edges: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
})

type Told =
  | { readonly kind: 'progress'; readonly sequences: number }
  | {
      readonly kind: 'over'
      readonly walked: readonly (readonly [string, number])[]
      readonly broken: readonly string[]
    }

function integer(text: string, name: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0) return number
  throw new Error(`expected --${name} N, came ${text}`)
}

if (values.part === undefined) await asCampaign()
else asPart(values.part)

/** `order 7 0 500000`: this process's share. */
function asPart(part: string): void {
  const [subject, seed = '0', from = '0', count = '0'] = part.split(' ')
  const tell = (told: Told): void => void process.send?.(told)
  const { walked, broken } = fuzzed({
    subject: subject as Subject,
    seed: Number(seed),
    from: Number(from),
    count: Number(count),
    progress: (sequences) => tell({ kind: 'progress', sequences }),
  })
  tell({ kind: 'over', walked: [...walked], broken })
  process.disconnect()
}

async function asCampaign(): Promise<void> {
  const seed = integer(values.seed ?? String(Date.now() % 100_000_000), 'seed')
  console.log(`seed ${seed}`)
  const order = await campaign('order', seed, integer(values.sequences, 'sequences'))
  const core = await campaign('core', seed, integer(values.core, 'core'))
  if (values.edges)
    for (const [edge, count] of [...order.walked].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(count, edge)
  const left = missing(order.walked)
  console.log(`${EDGES.length - left.length} of ${EDGES.length} edges of promises.md 3.4 walked`)
  for (const each of left) console.log(`never walked: ${each}`)
  process.exitCode = order.broken.length + core.broken.length + left.length === 0 ? 0 : 1
}

interface Campaign {
  readonly walked: Counts
  readonly broken: readonly string[]
}

async function campaign(subject: Subject, seed: number, sequences: number): Promise<Campaign> {
  const begun = performance.now()
  const walked: Counts = new Map()
  const broken: string[] = []
  const share = Math.ceil(sequences / PROCESSES)
  const parts = Array.from({ length: PROCESSES }, (_, part) => {
    const from = part * share
    return { from, count: Math.min(share, sequences - from) }
  }).filter(({ count }) => count > 0)
  await Promise.all(
    parts.map(({ from, count }) =>
      playPart(`${subject} ${seed} ${from} ${count}`, (told) => {
        if (told.kind === 'progress') return
        for (const [edge, times] of told.walked) counted(walked, edge, times)
        broken.push(...told.broken)
      }),
    ),
  )
  const tookS = (performance.now() - begun) / 1_000
  const steps = [...walked.values()].reduce((sum, each) => sum + each, 0)
  const rate = Math.round(sequences / tookS)
  console.log(
    `${sequences} ${WHAT[subject]}: ${steps} transitions over ${walked.size} different ` +
      `(state, event, state); ${tookS.toFixed(0)} s, ${rate} sequences a second; ` +
      `${broken.length} broken laws`,
  )
  for (const each of broken) console.log(each)
  return { walked, broken }
}

function playPart(part: string, heard: (told: Told) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', part])
    child.on('message', (told) => heard(told as Told))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`expected a part to end with 0, came ${code}`))
    })
  })
}
