import type { EpochMs } from '../../src/base/clock.ts'
import type { Prng } from '../../src/base/prng.ts'

/** When a bot is killed, unless an entry fills before: then it is killed in that very event. */
export type Moment =
  /** While it starts; a share of the time that a start takes. */
  | { readonly kind: 'starting'; readonly share: number }
  /** This long after it was ready. */
  | { readonly kind: 'early'; readonly afterMs: number }
  /** Ready, and looked at for as long as a position may be bare; `bare`: its exits are cancelled. */
  | { readonly kind: 'late'; readonly afterMs: number; readonly bare: boolean }

  /** A bar closes about now: it lives until an entry fills, or no longer than this. */
  | { readonly kind: 'entering'; readonly forMs: number }

const EARLY_MS_MAX = 2_500
const LATE_MS_MAX = 1_500

const MINUTE = 60_000
/** Before a bar closes the bot has to be up, however long a start takes on a busy machine. */
const BEFORE_CLOSE_MS = { min: 8_000, max: 40_000, starts: 1.3 } as const
/** After it: the entry is decided, sent and filled within seconds. */
const AFTER_CLOSE_MS = 15_000

/** Around the close of a bar it waits for an entry; else one in five is late. */
export function momentOf(
  prng: Prng,
  number: number,
  { now, startMs }: { readonly now: EpochMs; readonly startMs: number },
): Moment {
  const since = now % MINUTE
  const { min, max, starts } = BEFORE_CLOSE_MS
  const before = Math.min(max, Math.max(min, starts * startMs))
  if (since >= MINUTE - before || since < 2_000) {
    const until = AFTER_CLOSE_MS + (since < 2_000 ? 0 : MINUTE)
    return { kind: 'entering', forMs: until - since }
  }
  if (number % 5 === 0) {
    return { kind: 'late', afterMs: prng.int(0, LATE_MS_MAX), bare: prng.chance(0.7) }
  }
  if (prng.chance(0.5)) return { kind: 'starting', share: 0.1 + 0.95 * prng.next() }
  return { kind: 'early', afterMs: prng.int(0, EARLY_MS_MAX) }
}
