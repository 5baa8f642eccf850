import { fork } from 'node:child_process'
import { asked } from '../options.ts'
import { SIGKILL } from './command.ts'
import type { Part } from './command.ts'
import { ownBuild } from './own-build.ts'
import { runPair } from './pair.ts'
import type { Counts } from './pair.ts'

/** More than a processor for each bot would make every start late. */
const PAIRS_MAX = 2
/** Below this one pair is as fast. */
const PAIR_KILLS_MIN = 10
const RUN_MS_MAX = 45 * 60_000

const { values } = asked(SIGKILL)
type Told =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'over'; readonly counts: Counts }

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
setTimeout(() => {
  console.error(`expected the end within ${RUN_MS_MAX / 60_000} minutes; stopping`)
  process.exit(1)
}, RUN_MS_MAX).unref()
if (values.part === null) await asCampaign()
else await asPart(values.part)

async function asPart(part: Part): Promise<void> {
  const tell = (told: Told): void => void process.send?.(told)
  const counts = await runPair({
    ...part,
    say: (line) => tell({ kind: 'line', line }),
  })
  tell({ kind: 'over', counts })
  process.exit(0)
}

async function asCampaign(): Promise<void> {
  const begun = performance.now()
  const seed = values.seed ?? Date.now() % 100_000_000
  const { kills } = values
  const built = ownBuild()
  const pairs = kills <= PAIR_KILLS_MIN ? 1 : PAIRS_MAX
  say(`seed ${seed}: ${kills} kills, ${pairs} bots at a time, each at a Gateway of its own`)
  const all = await Promise.all(
    Array.from({ length: pairs }, (_, pair) => {
      const share = Math.floor(kills / pairs) + (pair < kills % pairs ? 1 : 0)
      const part = { seed: seed + pair, kills: share, main: built.main }
      return playPart(part, `bot ${pair + 1}`)
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

function playPart(part: Part, name: string): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--part', JSON.stringify(part)])
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
