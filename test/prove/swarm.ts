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
  const possible = KINDS.filter(({ tiers }) => tiers.includes(tier))
  const active = possible.filter(() => prng.chance(ACTIVE))
  while (active.length < KINDS_MIN) active.push(pick(prng, possible))
  return active
}

/** The strikes of one day, in the order of their beginnings; `lengthMs`: of the day. */
export function strikesOf(
  prng: Prng,
  of: { readonly kinds: readonly Kind[]; readonly lengthMs: number },
): readonly Strike[] {
  const { kinds, lengthMs } = of
  const count = prng.int(10, 20)
  const strikes = Array.from({ length: count }, (): Strike => {
    const kind = pick(prng, kinds)
    const drawn = kind.draw(prng)
    const { act, lastsMs, form = '' } = drawn
    const atMs = prng.int(FIRST_MS, lengthMs - LAST_MS)
    const name = form === '' ? kind.name : `${kind.name} ${form}`
    const { number, tailMs = TAIL_MS } = kind
    const excuses = { ...kind.excuses, ...drawn.excuses }
    return { number, name, atMs, lastsMs, tailMs, act, excuses }
  })
  return strikes.toSorted((a, b) => a.atMs - b.atMs)
}
