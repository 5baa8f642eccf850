import type { Prng } from '../../base/prng.ts'

/** Randomness that can be asked at any index: 32 bits, by the finalizer of MurmurHash3. */
export function noiseAt(seed: number, index: number): number {
  let hash = seed ^ Math.imul(index + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Uniform in [0, 1), at any index. */
export function uniformAt(seed: number, index: number): number {
  return noiseAt(seed, index) / 2 ** 32
}

/** Four bytes of one draw: mean 510, variance 4 x (256^2 - 1) / 12. */
const BYTES_SD = Math.sqrt(65_535 / 3)

/** Nearly normal, bounded at 3.45, for the seconds of a day: one draw and no functions. */
export function quickNormal(prng: Prng): number {
  const bits = prng.uint32()
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
  return (sum - 510) / BYTES_SD
}
