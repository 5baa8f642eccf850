import type { Prng } from '../../src/base/prng.ts'

/** One of them; undefined only where there are none. */
export function oneOf<T>(prng: Prng, of: readonly T[]): T | undefined {
  return of[prng.int(0, of.length - 1)]
}

/** One of them, or `fallback` where there are none. */
export function oneElse<T>(prng: Prng, of: readonly T[], fallback: T): T {
  return oneOf(prng, of) ?? fallback
}

/** Positions in a run of `length` at which it is cut, ascending. */
export function cutsOf(prng: Prng, length: number): readonly number[] {
  if (length < 2 || prng.chance(0.2)) return []
  if (length <= 400 && prng.chance(0.15)) return Array.from({ length: length - 1 }, (_, i) => i + 1)
  const cuts = new Set<number>()
  const wanted = prng.int(1, 6)
  for (let i = 0; i < wanted; i++) cuts.add(prng.int(1, length - 1))
  return [...cuts].sort((a, b) => a - b)
}

/** The pieces between the cuts. */
export function piecesOf(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    if (to > from && to <= bytes.length) pieces.push(bytes.subarray(from, to))
    from = Math.max(from, to)
  }
  return pieces
}

/** Bytes as text that any editor shows, one character a byte. */
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const unlatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

const ODD_BYTES = [0, 0, 1, 9, 10, 13, 34, 45, 46, 48, 57, 59, 92, 123, 127, 128, 195, 233, 255]

/** Bytes changed, put in, taken out, doubled or moved. */
export function bitten(prng: Prng, bytes: Uint8Array, most = 4): Uint8Array {
  let found = [...bytes]
  const bites = prng.int(1, most)
  for (let i = 0; i < bites; i++) {
    const at = prng.int(0, found.length)
    const run = prng.int(1, prng.chance(0.2) ? 40 : 4)
    const byte = prng.chance(0.6) ? oneElse(prng, ODD_BYTES, 0) : prng.int(0, 255)
    switch (prng.int(0, 5)) {
      case 0:
        found.splice(at, run)
        break
      case 1:
        found.splice(at, 0, ...Array.from({ length: run }, () => byte))
        break
      case 2:
        found.splice(at, 0, ...found.slice(at, at + run))
        break
      case 3:
        if (at < found.length) found[at] = (found[at] ?? 0) ^ (1 << prng.int(0, 7))
        break
      case 4:
        found = found.slice(0, at)
        break
      default:
        if (at < found.length) found[at] = byte
    }
  }
  return new Uint8Array(found)
}
