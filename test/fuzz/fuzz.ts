import { Prng, seedOf } from '../../src/base/prng.ts'
import { WholeCore } from './core.ts'
import type { Counts } from './edges.ts'
import { OneOrder } from './statuses.ts'

/** `order`: the state machine and its fold. `core`: decide and evolve, exits and pictures included. */
export type Subject = 'order' | 'core'

export interface Fuzzed {
  readonly subject: Subject
  readonly sequences: number
  readonly walked: Counts
  /** With the number of the sequence, which with the seed gives it again. */
  readonly broken: readonly string[]
}

/** Kept of what goes wrong: the first say enough. */
const BROKEN_MAX = 20

export interface Share {
  readonly subject: Subject
  readonly seed: number
  readonly from: number
  readonly count: number
  /** Every so many sequences, how many there were since. */
  readonly progress?: (sequences: number) => void
}

const TELL_EVERY = 5_000

export function fuzzed({ subject, seed, from, count, progress }: Share): Fuzzed {
  const walked: Counts = new Map()
  const broken: string[] = []
  for (let number = from; number < from + count; number++) {
    const found = outcomeOf(subject, new Prng(seedOf(seed, `${subject} ${number}`)), walked)
    if (found !== null && broken.length < BROKEN_MAX) broken.push(`sequence ${number}: ${found}`)
    if ((number - from + 1) % TELL_EVERY === 0) progress?.(TELL_EVERY)
  }
  return { subject, sequences: count, walked, broken }
}

function outcomeOf(subject: Subject, prng: Prng, walked: Counts): string | null {
  const one = subject === 'order' ? new OneOrder(prng, walked) : new WholeCore(prng, walked)
  try {
    return one.run()
  } catch (error) {
    return `exception: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}
