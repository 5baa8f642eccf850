import type { Prng } from '../../src/base/prng.ts'
import { pick } from '../outages/pick.ts'
import { KINDS } from './kinds.ts'
import type { Kind, Tier } from './kinds.ts'
import type { Strike } from './strike.ts'

/** Each kind is active in a quarter of the seeds (FoundationDB's Buggify). */
const ACTIVE = 0.25
/** The shortest list that a day draws from: what is drawn twice tells less. */
const KINDS_MIN = 4
/** Nothing begins in the first minutes, nor so late that the end could not show what it left. */
const FIRST_MS = 7 * 60_000
const LAST_MS = 20 * 60_000
const TAIL_MS = 5_000

/** What this seed may suffer from: a random part of all there is, so that some runs are of one kind. */
export function activeKinds(prng: Prng, tier: Tier): readonly Kind[] {
  const possible = possibleKinds(tier).filter(({ rare }) => rare !== true)
  const active = possible.filter(() => prng.chance(ACTIVE))
  while (active.length < KINDS_MIN) active.push(pick(prng, possible))
  return active
}

/** Kinds that a seed plays whatever it draws. */
const PROMISED: Readonly<Record<Tier, number>> = { direct: 1, codec: 4 }
/** How often on each of its days. */
const PROMISED_STRIKES = 2
/** Seeds go by tens: of a campaign with both tiers every tenth is over the codec. */
const TEN = 10

/**
 * They go round with the number of the seed, whether seeds follow one another or go by tens: every
 * kind of a tier comes within three tens of seeds in a row, and within as many tens as it takes
 * when only every tenth is of the tier. Neighbours in the list are alike, so one is of each part.
 */
export function promisedKinds(seed: number, tier: Tier): readonly Kind[] {
  const possible = possibleKinds(tier)
  const count = PROMISED[tier]
  const part = Math.ceil(possible.length / count)
  const at = (Math.floor(seed / TEN) + (seed % TEN) * Math.ceil(part / TEN)) % part
  return Array.from({ length: count }, (_, i) => possible[at + i * part]).flatMap(
    (kind) => kind ?? [],
  )
}

function possibleKinds(tier: Tier): readonly Kind[] {
  return KINDS.filter(({ tiers }) => tiers.includes(tier))
}

interface Of {
  readonly kinds: readonly Kind[]
  readonly promised: readonly Kind[]
  /** Of the day. */
  readonly lengthMs: number
}

/** The strikes of one day, in the order of their beginnings. */
export function strikesOf(prng: Prng, { kinds, promised, lengthMs }: Of): readonly Strike[] {
  const count = prng.int(10, 20)
  const drawn = Array.from({ length: count }, () => pick(prng, kinds))
  const sure = promised.flatMap((kind) => {
    const again = kind.rare === true ? 0 : PROMISED_STRIKES - 1
    const first = { kind, leastMs: kind.longMs ?? 0 }
    return [first, ...Array.from({ length: again }, () => ({ kind, leastMs: 0 }))]
  })
  return [...sure, ...drawn.map((kind) => ({ kind, leastMs: 0 }))]
    .flatMap((one) => struckOnce(prng, one, lengthMs))
    .toSorted((a, b) => a.atMs - b.atMs)
}

interface One {
  readonly kind: Kind
  readonly leastMs: number
}

function struckOnce(prng: Prng, { kind, leastMs }: One, lengthMs: number): readonly Strike[] {
  const drawn = kind.draw(prng, lengthMs)
  const { act, form = '', along = [] } = drawn
  const lastsMs = Math.max(drawn.lastsMs, leastMs)
  const anyTime = prng.int(FIRST_MS, lengthMs - LAST_MS)
  const atMs = drawn.atMs ?? anyTime
  const name = form === '' ? kind.name : `${kind.name} ${form}`
  const { number, tailMs = TAIL_MS } = kind
  const excuses = { ...kind.excuses, ...drawn.excuses }
  const first = { number, name, atMs, lastsMs, tailMs, act, excuses }
  const others = along.map(({ afterMs, ...more }): Strike => {
    return { ...more, atMs: atMs + afterMs, tailMs: TAIL_MS }
  })
  return [first, ...others]
}
