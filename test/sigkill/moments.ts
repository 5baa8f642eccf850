import type { Prng } from '../../src/base/prng.ts'

/** When a bot is killed. */
export type Moment =
  /** This long after it was ready and found in order; `bare`: its exits are cancelled meanwhile. */
  | { readonly kind: 'running'; readonly afterMs: number; readonly bare: boolean }
  /** While it starts; a share of the time that a start takes. */
  | { readonly kind: 'starting'; readonly share: number }
  /** The broker has filled an entry, and has not said a word about its exits yet. */
  | { readonly kind: 'filled' }

/** Ten. The bars close once a minute, so what waits for none comes between those that do. */
export function momentsOf(prng: Prng): readonly Moment[] {
  const running = (): Moment => ({ kind: 'running', afterMs: prng.int(0, 6_000), bare: true })
  const starting = (): Moment => ({ kind: 'starting', share: 0.2 + 0.8 * prng.next() })
  const filled: Moment = { kind: 'filled' }
  const early: Moment = { kind: 'running', afterMs: prng.int(0, 2_000), bare: false }
  const between = (): readonly Moment[] =>
    prng.chance(0.5) ? [running(), starting()] : [starting(), running()]
  return [early, filled, ...between(), filled, ...between(), filled, ...between()]
}
