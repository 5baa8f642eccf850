import type { Edit } from '../regressions/planted.ts'

/** The test that must turn red: its file, from the root, and its title or the beginning of it. */
export interface Killer {
  readonly file: string
  readonly test: string
}

/** A patch of the product, small and wrong. */
export interface Mutant {
  readonly id: string
  readonly what: string
  /** Whose mistake it was; null: nobody's that we know. */
  readonly origin: string | null
  /** The promises that it breaks (promises.md). */
  readonly breaks: readonly string[]
  readonly killer: Killer
  /** Another defence that would hide it, and how it is kept out of the way. */
  readonly hidden: string | null
  readonly edits: readonly Edit[]
}

type Of = Pick<Mutant, 'what' | 'breaks'> & Partial<Pick<Mutant, 'origin' | 'hidden'>>

export function mutant(
  id: string,
  of: Of & { readonly killer: readonly [file: string, test: string] },
  ...edits: readonly Edit[]
): Mutant {
  const { killer, origin = null, hidden = null, ...rest } = of
  const [file, test] = killer
  return { ...rest, id, origin, hidden, edits, killer: { file: inPlace(file), test } }
}

/** Tests stand beside the source, or in `test/`. */
function inPlace(file: string): string {
  return file.startsWith('test/') ? file : `src/${file}`
}

export function edit(file: string, from: string, to: string): Edit {
  return { file, from, to }
}

export function asPattern(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`))
}
