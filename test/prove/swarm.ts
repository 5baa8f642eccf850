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
/** Of a day with one hour of entries so much begins in it, or so long before it. */
const AROUND = 0.7
const BEFORE_MS = 5 * 60_000

/** What this seed may suffer from: a random part of all there is, so that some runs are of one kind. */
export function activeKinds(prng: Prng, tier: Tier): readonly Kind[] {
  const possible = possibleKinds(tier).filter(({ rare }) => rare !== true)
  const active = possible.filter(() => prng.chance(ACTIVE))
  while (active.length < KINDS_MIN) active.push(pick(prng, possible))
  return active
}

/** Kinds that a seed plays whatever it draws. */
const PROMISED: Readonly<Record<Tier, number>> = { direct: 2, codec: 8 }
/** How often on each of its days. */
const PROMISED_STRIKES = 2
/** Seeds go by tens: of a campaign with both tiers every tenth is over the codec. */
const TEN = 10
/** By the last digit of a seed, or of how many tens it is. */
const BUSY = [1, 6]

/**
 * Two seeds of ten trade all day and are promised something; the others enter in an hour of
 * theirs, as a bot does that is left alone, and what befalls them is drawn. Null: one of these.
 * Else which of the busy it is, whether seeds follow one another or go by tens.
 */
export function busyNumber(seed: number): number | null {
  if (seed > 0 && seed % TEN === 0) return busyNumber(seed / TEN)
  const place = BUSY.indexOf(seed % TEN)
  return place === -1 ? null : Math.floor(seed / TEN) * BUSY.length + place
}

/**
 * They go round with the number among the busy seeds: every kind of a tier comes within as many of
 * them as there are kinds to a part. Neighbours in the list are alike, so one is of each part.
 */
export function promisedKinds(seed: number, tier: Tier): readonly Kind[] {
  const busy = busyNumber(seed)
  if (busy === null) return []
  const possible = possibleKinds(tier)
  const count = PROMISED[tier]
  const part = Math.ceil(possible.length / count)
  const at = busy % part
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
  /** When it may enter, into the day; null: all day. Most of what is drawn begins around then. */
  readonly hour: Hour | null
}

export interface Hour {
  readonly fromMs: number
  readonly toMs: number
}

/** The strikes of one day, in the order of their beginnings. */
export function strikesOf(prng: Prng, of: Of): readonly Strike[] {
  const { kinds, promised, hour } = of
  const count = hour === null ? prng.int(10, 20) : prng.int(18, 28)
  const drawn = Array.from({ length: count }, () => pick(prng, kinds))
  const sure = promised.flatMap((kind) => {
    const again = kind.rare === true ? 0 : PROMISED_STRIKES - 1
    const first = { kind, leastMs: kind.longMs ?? 0 }
    return [first, ...Array.from({ length: again }, () => ({ kind, leastMs: 0 }))]
  })
  return [...sure, ...drawn.map((kind) => ({ kind, leastMs: 0 }))]
    .flatMap((one) => struckOnce(prng, one, of))
    .toSorted((a, b) => a.atMs - b.atMs)
}

interface One {
  readonly kind: Kind
  readonly leastMs: number
}

function struckOnce(prng: Prng, { kind, leastMs }: One, { lengthMs, hour }: Of): readonly Strike[] {
  const drawn = kind.draw(prng, lengthMs)
  const { act, form = '', along = [] } = drawn
  const lastsMs = Math.max(drawn.lastsMs, leastMs)
  const lastMs = lengthMs - LAST_MS
  const isAround = hour !== null && prng.chance(AROUND)
  const anyTime = isAround
    ? prng.int(Math.max(FIRST_MS, hour.fromMs - BEFORE_MS), Math.min(lastMs, hour.toMs))
    : prng.int(FIRST_MS, lastMs)
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
