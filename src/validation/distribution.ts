/** Neighbouring buckets are 5 % apart: a quantile is at most so much too high. */
const STEP = Math.log(1.05)

/** What is kept of a distribution in a file. */
export interface KeptDistribution {
  readonly buckets: readonly (readonly [bucket: number, count: number])[]
  readonly max: number
}

/** Milliseconds, in buckets: as small after a week as after an hour, and it can be kept. */
export class Distribution {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #max = 0

  static from({ buckets, max }: KeptDistribution): Distribution {
    const made = new Distribution()
    for (const [bucket, count] of buckets) {
      made.#buckets.set(bucket, count)
      made.#count += count
    }
    made.#max = max
    return made
  }

  get count(): number {
    return this.#count
  }

  get max(): number {
    return this.#max
  }

  add(ms: number): void {
    const bucket = ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / STEP)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count++
    this.#max = Math.max(this.#max, ms)
  }

  /** At least this share of all is not above it; null when there is none. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null
    const wanted = Math.ceil(share * this.#count)
    let passed = 0
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      passed += count
      if (passed >= wanted) return Math.min(this.#max, Math.exp(bucket * STEP))
    }
    return this.#max
  }

  kept(): KeptDistribution {
    return { buckets: [...this.#buckets], max: this.#max }
  }
}
