import { fork } from 'node:child_process'
import { join } from 'node:path'
import { Prng, seedOf } from '../../src/base/prng.ts'
import { stagedBy } from './day.ts'
import type { Tier } from './day.ts'
import { dayOf } from './days.ts'
import { DELAYS, delaysOf } from './delays.ts'
import { enumerateCrashes } from './enumerate.ts'
import type { Crash, Enumerated } from './enumerate.ts'
import { samplePairs } from './pairs.ts'
import type { Pair } from './pairs.ts'

/** One processor each; more would not be faster on two. */
export const PROCESSES = 2

/** What one process plays of a day. */
export interface Part {
  readonly day: string
  readonly plan: number
  readonly tier: Tier
  readonly part: number
  readonly every: number
  /** Of the whole day; 0: every crash alone. */
  readonly pairs: number
  /** Of drawing pairs: each draws others. */
  readonly round: number
  readonly seed: number
  /** Every delay for each point, or two. */
  readonly isAll: boolean
}

export interface Played {
  readonly crashes: readonly Crash[]
  /** Null: pairs were played. */
  readonly enumerated: Enumerated | null
}

type Told =
  | { readonly kind: 'crash'; readonly crash: Crash }
  | { readonly kind: 'pair'; readonly pair: Pair }
  | { readonly kind: 'over'; readonly enumerated: Enumerated | null }

/** In the process of the part. */
export async function asPart(of: Part): Promise<void> {
  const tell = (told: Told): void => void process.send?.(told)
  const staged = await stagedBy(dayOf(of.day), of.plan, of.tier)
  const { part, every, pairs, seed } = of
  if (pairs > 0) {
    const prng = new Prng(seedOf(seed, `pairs ${of.day} ${of.round} ${part}`))
    const count = Math.floor((pairs + part) / PROCESSES)
    await samplePairs({ ...staged, prng, count, told: (pair) => tell({ kind: 'pair', pair }) })
    tell({ kind: 'over', enumerated: null })
  } else {
    const enumerated = await enumerateCrashes({
      ...staged,
      delays: of.isAll ? () => DELAYS : delaysOf,
      isMine: (point) => point % every === 0 && Math.floor(point / every) % PROCESSES === part,
      told: (crash) => tell({ kind: 'crash', crash }),
    })
    tell({ kind: 'over', enumerated })
  }
  process.disconnect()
}

export function playPart(
  of: Part,
  heard: (crash: Crash, pair: Pair | null) => void,
): Promise<Played> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'run.ts'), ['--part', JSON.stringify(of)])
    const crashes: Crash[] = []
    let over: Played | null = null
    child.on('message', (told: Told) => {
      if (told.kind === 'over') over = { crashes, enumerated: told.enumerated }
      else {
        const crash = told.kind === 'pair' ? told.pair.second : told.crash
        crashes.push(crash)
        heard(crash, told.kind === 'pair' ? told.pair : null)
      }
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0 && over !== null) resolve(over)
      else reject(new Error(`expected a part to end with 0, came ${code}`))
    })
  })
}
