import { Copy } from '../regressions/plant.ts'
import type { Outcome } from '../regressions/plant.ts'
import type { Mutant } from './mutant.ts'
import { asPattern } from './mutant.ts'

/** Milliseconds for one mutant, from the first edit to the last test (faults-and-checkers.md 7). */
export const CAP_MS = 60_000

export interface Tried extends Outcome {
  readonly mutant: Mutant
  /** Its killer ran and was red. One that was cut at the cap has shown nothing. */
  readonly isKilled: boolean
}

/** The killer of a mutant, with the mutant in the source. */
export async function tried(copy: Copy, mutant: Mutant, capMs = CAP_MS): Promise<Tried> {
  const { edits, killer } = mutant
  const named = asPattern(killer.test)
  const outcome = await copy.tried({ edits, files: [killer.file], named, capMs })
  return { mutant, ...outcome, isKilled: !outcome.isCut && outcome.red.length > 0 }
}

/**
 * All killers at once, without any mutant: one that is red then, or that is not found, kills
 * nothing.
 */
export async function redBefore(
  copy: Copy,
  mutants: readonly Mutant[],
): Promise<readonly string[]> {
  const titles = [...new Set(mutants.map(({ killer }) => killer.test))]
  const files = [...new Set(mutants.map(({ killer }) => killer.file))]
  const named = new RegExp(titles.map((title) => asPattern(title).source).join('|'))
  const { red, green } = await copy.tried({ edits: [], files, named })
  const lost = titles.filter((title) => ![...red, ...green].some((name) => name.includes(title)))
  return [...red, ...lost.map((title) => `not found: ${title}`)]
}

export interface KillOptions {
  readonly mutants: readonly Mutant[]
  /** Side by side; each has a copy of the source. */
  readonly copies: number
  readonly say: (line: string) => void
}

export interface Killed {
  readonly tried: readonly Tried[]
  /** Killers that are red without a mutant. */
  readonly redBefore: readonly string[]
  readonly seconds: number
  /** Every killer is green alone and red with its mutant. */
  readonly isAll: boolean
}

/** Plants them all, each in front of its killer, and says a line of each. */
export async function killAll({ mutants, copies, say }: KillOptions): Promise<Killed> {
  const begun = performance.now()
  const all = Array.from(
    { length: Math.max(1, Math.min(copies, mutants.length)) },
    () => new Copy(),
  )
  const [first] = all
  const red = first === undefined ? [] : await redBefore(first, mutants)
  for (const name of red) say(`red without a mutant: ${name}`)
  const waiting = [...mutants]
  const outcomes: Tried[] = []
  await Promise.all(
    all.map(async (copy) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const outcome = await tried(copy, next)
        outcomes.push(outcome)
        for (const line of linesOf(outcome)) say(line)
      }
      copy.remove()
    }),
  )
  const seconds = (performance.now() - begun) / 1_000
  const killed = outcomes.filter(({ isKilled }) => isKilled).length
  say(`${killed} of ${outcomes.length} killed; ${seconds.toFixed(0)} s`)
  const isAll = red.length === 0 && killed === outcomes.length
  return { tried: outcomes, redBefore: red, seconds, isAll }
}

function linesOf({ mutant, red, green, isKilled, isCut, tookMs }: Tried): readonly string[] {
  const { id, what, breaks, killer } = mutant
  const word = isKilled ? 'killed' : isCut ? `NOT KILLED, cut at ${CAP_MS / 1_000} s` : 'NOT KILLED'
  const head = `${id.padEnd(5)}${word}  ${(tookMs / 1_000).toFixed(1)} s  ${what} (${breaks.join(', ')})`
  const passed = isKilled || green.length === 0 ? [] : [`       green: ${green.join('; ')}`]
  return [
    head,
    `       by ${killer.file}: ${killer.test}`,
    ...red.map((name) => `       red: ${name}`),
    ...passed,
  ]
}
