/** The whole state of a generator: four 32-bit words, cloneable. */
export type PrngState = readonly [number, number, number, number]

/**
 * Seeded randomness (sfc32, Chris Doty-Humphrey's "small fast counting" generator; public domain).
 * The only source of randomness in the repository; everything drawn is a function of the seed.
 */
export class Prng {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  constructor(seed: number | PrngState) {
    if (typeof seed === 'number') {
      this.#a = seed >>> 0
      this.#b = Math.floor(seed / 2 ** 32) >>> 0
      this.#c = 0x9e3779b9
      for (let i = 0; i < 15; i++) this.uint32() // sfc32 mixes its seed in about twelve rounds
    } else {
      ;[this.#a, this.#b, this.#c, this.#counter] = seed
    }
  }

  get state(): PrngState {
    return [this.#a, this.#b, this.#c, this.#counter]
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0
    this.#counter = (this.#counter + 1) >>> 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.uint32() / 2 ** 32
  }

  /** A whole number in [from, to], both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Standard normal, by Box-Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return radius * Math.cos(2 * Math.PI * this.next())
  }
}

/** A seed for a named part, so that parts do not disturb each other's draws. FNV-1a, 32 bits. */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32) >>> 0, 0x85ebca6b)
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
