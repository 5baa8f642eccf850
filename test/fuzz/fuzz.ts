import { Prng, seedOf } from '../../src/base/prng.ts'
import { WholeCore } from './core.ts'
import type { Counts } from './edges.ts'
import { OneOrder } from './statuses.ts'
import type { Played, Subject } from './subject.ts'
import { thrown } from './timed.ts'

export interface Found {
  /** Of the input, which with the seed gives it again. */
  readonly number: number
  readonly says: string
  readonly text: string | null
}

export interface Fuzzed {
  readonly inputs: number
  /** Edges that were walked, error texts that were seen: how often. */
  readonly reached: Counts
  /** The first input that reached each. */
  readonly first: readonly Found[]
  readonly broken: readonly Found[]
}

/** Kept of what goes wrong: the first say enough. */
const BROKEN_MAX = 20

export interface Share {
  readonly subject: Subject
  readonly seed: number
  readonly from: number
  readonly count: number
  /** No input is begun after this many milliseconds. */
  readonly msMax?: number
  /** Every second or so, how many inputs there were since. */
  readonly progress?: (inputs: number) => void
}

const TELL_EVERY_MS = 1_000

export async function fuzzed(share: Share): Promise<Fuzzed> {
  const { subject, seed, from, count, msMax = Infinity, progress } = share
  const reached: Counts = new Map()
  const first: Found[] = []
  const broken: Found[] = []
  const begun = performance.now()
  let told = { at: begun, number: from }
  let number = from
  for (; number < from + count && performance.now() - begun < msMax; number++) {
    const known = reached.size
    const { says, text } = await outcomeOf(subject, prngOf(subject, seed, number), reached)
    if (says !== null && broken.length < BROKEN_MAX) broken.push({ number, says, text: text() })
    if (reached.size > known) {
      const line = text()
      const fresh = [...reached.keys()].slice(known)
      if (line !== null) first.push(...fresh.map((shape) => ({ number, says: shape, text: line })))
    }
    const now = performance.now()
    if (now - told.at < TELL_EVERY_MS) continue
    progress?.(number + 1 - told.number)
    told = { at: now, number: number + 1 }
  }
  return { inputs: number - from, reached, first, broken }
}

/** The input of this number, and of nothing else. */
export function prngOf({ name }: Subject, seed: number, number: number): Prng {
  return new Prng(seedOf(seed, `${name} ${number}`))
}

interface Outcome {
  readonly says: string | null
  readonly text: Played['text']
}

async function outcomeOf(subject: Subject, prng: Prng, reached: Counts): Promise<Outcome> {
  let text: Played['text'] = () => null
  try {
    const played = subject.play(prng, reached)
    ;({ text } = played)
    const { judged } = played
    const says = typeof judged === 'string' || judged === null ? judged : await judged
    return { says, text }
  } catch (error) {
    return { says: thrown(error), text }
  }
}

/** The state machine and its fold. */
export const order: Subject = {
  name: 'order',
  what: 'event sequences through the order state machine and its fold',
  inputs: 1_000_000,
  play: (prng, walked) => ({ judged: new OneOrder(prng, walked).run(), text: () => null }),
  written: null,
}

/** Decide and evolve, exits and pictures included. */
export const core: Subject = {
  name: 'core',
  what: 'event sequences through decide and evolve, with pictures, ticks, links and operators',
  inputs: 100_000,
  play: (prng, walked) => ({ judged: new WholeCore(prng, walked).run(), text: () => null }),
  written: null,
}
