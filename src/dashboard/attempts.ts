import type { Clock } from '../base/clock.ts'

export interface AttemptRules {
  readonly perSource: number
  readonly perSourceMs: number
  readonly inAll: number
  readonly inAllMs: number
}

/** How often somebody may be wrong. It is asked at the door alone, never on the way to a kill. */
export class Attempts {
  readonly #clock: Clock
  readonly #rules: AttemptRules
  #made: { readonly source: string; readonly at: number }[] = []

  constructor(clock: Clock, rules: AttemptRules) {
    this.#clock = clock
    this.#rules = rules
  }

  /** Counts an attempt before it is judged, so that a hundred at once are no way around it. */
  enter(source: string): { readonly waitMs: number } | { readonly forgive: () => void } {
    const now = this.#clock.monotonicMs()
    const { perSource, perSourceMs, inAll, inAllMs } = this.#rules
    this.#made = this.#made.filter(({ at }) => at > now - Math.max(inAllMs, perSourceMs))
    const ofSource = this.#made.filter((one) => one.source === source && one.at > now - perSourceMs)
    const ofAll = this.#made.filter(({ at }) => at > now - inAllMs)
    const waitMs = Math.max(
      waitOf(ofSource, { max: perSource, windowMs: perSourceMs }),
      waitOf(ofAll, { max: inAll, windowMs: inAllMs }),
    )
    if (waitMs > 0) return { waitMs: waitMs - now }
    const attempt = { source, at: now }
    this.#made.push(attempt)
    return { forgive: () => void (this.#made = this.#made.filter((one) => one !== attempt)) }
  }
}

/** The moment at which one more is allowed; 0: now. */
function waitOf(
  made: readonly { readonly at: number }[],
  { max, windowMs }: { readonly max: number; readonly windowMs: number },
): number {
  const blocking = made[made.length - max]
  return blocking === undefined ? 0 : blocking.at + windowMs
}
