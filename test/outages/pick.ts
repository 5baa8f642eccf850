import { assert } from '../../src/base/assert.ts'
import type { Prng } from '../../src/base/prng.ts'

export function pick<T>(prng: Prng, of: readonly T[]): T {
  const picked = of[prng.int(0, of.length - 1)]
  assert(picked !== undefined, 'there is something to pick from')
  return picked
}
