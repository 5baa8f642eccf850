import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ownBuild } from './own-build.ts'
import { runPair } from './pair.ts'
import type { Counts } from './pair.ts'

/** More than a processor for each bot would make every start late. */
const PAIRS_MAX = 2
/** Below this one pair is as fast. */
const PAIR_KILLS_MIN = 10
const RUN_MS_MAX = 45 * 60_000

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
    part: { type: 'string' },
    main: { type: 'string', default: '' },
  },
})

function integer(text: string, name: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0) return number
  throw new Error(`expected --${name} N, came ${text}`)
}

type Told =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'over'; readonly counts: Counts }

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
setTimeout(() => {
  console.error(`expected the end within ${RUN_MS_MAX / 60_000} minutes; stopping`)
  process.exit(1)
}, RUN_MS_MAX).unref()
if (values.part === undefined) await asCampaign()
else await asPart(values.part)

/** `7 100`: a seed, and so many kills. */
async function asPart(part: string): Promise<void> {
  const [seed = 0, kills = 0] = part.split(' ').map(Number)
  const tell = (told: Told): void => void process.send?.(told)
  const counts = await runPair({
    seed,
    kills,
    main: values.main,
    say: (line) => tell({ kind: 'line', line }),
  })
  tell({ kind: 'over', counts })
  process.exit(0)
}

async function asCampaign(): Promise<void> {
  const begun = performance.now()
  const seed = integer(values.seed ?? String(Date.now() % 100_000_000), 'seed')
  const kills = integer(values.kills, 'kills')
  const built = ownBuild()
  const pairs = kills <= PAIR_KILLS_MIN ? 1 : PAIRS_MAX
  say(`seed ${seed}: ${kills} kills, ${pairs} bots at a time, each at a Gateway of its own`)
  const all = await Promise.all(
    Array.from({ length: pairs }, (_, pair) => {
      const share = Math.floor(kills / pairs) + (pair < kills % pairs ? 1 : 0)
      return playPart(`${seed + pair} ${share}`, `bot ${pair + 1}`, built.main)
    }),
  )
  const sum = (of: (counts: Counts) => number): number => all.reduce((n, each) => n + of(each), 0)
  const wrong = sum((counts) => counts.wrong)
  say(
    `${sum((of) => of.kills)} kills: ${sum((of) => of.open)} with a position open, ` +
      `${sum((of) => of.filled)} between the fill of an entry and the first word of its exits, ` +
      `${sum((of) => of.starting)} while it started`,
  )
  say(
    `${sum((of) => of.fills)} fills, ${sum((of) => of.orders)} orders; duplicate entries, lost ` +
      `fills, oversells, positions that differ or stay bare: ${wrong}; longest without a working ` +
      `exit after readiness ${Math.max(...all.map((of) => of.bareMsMax))} ms; ` +
      `${((performance.now() - begun) / 1_000).toFixed(0)} s`,
  )
  built.remove()
  process.exit(wrong === 0 ? 0 : 1)
}

function playPart(part: string, name: string, main: string): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', part, '--main', main])
    process.on('exit', () => child.kill('SIGTERM'))
    let counts: Counts | null = null
    child.on('message', (told: Told) => {
      if (told.kind === 'line') say(`${name}: ${told.line}`)
      else counts = told.counts
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0 && counts !== null) resolve(counts)
      else reject(new Error(`expected ${name} to end with 0, came ${code}`))
    })
  })
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
