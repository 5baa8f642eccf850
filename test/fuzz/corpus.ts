import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Counts } from './edges.ts'
import type { Found } from './fuzz.ts'
import type { Subject } from './subject.ts'
import { settledOr } from './timed.ts'

/** One input that is kept, and what it was kept for. */
export interface Kept {
  /** What it reached first, or the law that it broke. */
  readonly for: string
  /** `seed 5, input 12`. */
  readonly from: string
  readonly input: unknown
}

const FOLDER = join(import.meta.dirname, 'corpus')
/** Of one input, and of all inputs of one subject, in letters. */
const LINE_MAX = 2_000
const FILE_MAX = 40_000

function pathOf({ name }: Subject): string {
  return join(FOLDER, name, 'inputs.jsonl')
}

export function keptOf(subject: Subject): readonly Kept[] {
  const path = pathOf(subject)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Kept)
}

/** Adds what is not there yet, made small; how many that were. */
export async function keep(
  subject: Subject,
  found: {
    readonly seed: number
    readonly first: readonly Found[]
    readonly broken: readonly Found[]
  },
): Promise<number> {
  if (subject.written === null) return 0
  const kept = [...keptOf(subject)]
  const known = new Set(kept.map((one) => one.for))
  let size = kept.reduce((sum, one) => sum + JSON.stringify(one).length + 1, 0)
  const before = kept.length
  for (const { number, says, text } of [...found.broken, ...found.first]) {
    const what = says.split('\n')[0]?.slice(0, 200) ?? ''
    if (text === null || known.has(what)) continue
    known.add(what)
    const small = await minimised(subject, text, says)
    const one = { for: what, from: `seed ${found.seed}, input ${number}`, input: JSON.parse(small) }
    const length = JSON.stringify(one).length + 1
    if (length > LINE_MAX || size + length > FILE_MAX) continue
    size += length
    kept.push(one)
  }
  if (kept.length === before) return 0
  mkdirSync(join(FOLDER, subject.name), { recursive: true })
  writeFileSync(pathOf(subject), kept.map((one) => `${JSON.stringify(one)}\n`).join(''))
  return kept.length - before
}

/** Of one input: what it may cost to make it smaller. */
const TRIES_MAX = 400
const MS_MAX = 5_000

/** The smallest that was found which still says, or still reaches, the same. */
async function minimised({ written }: Subject, text: string, says: string): Promise<string> {
  if (written === null) return text
  const until = performance.now() + MS_MAX
  let tries = 0
  let best = text
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false
    for (const candidate of written.smaller(best)) {
      if (++tries > TRIES_MAX || performance.now() > until) return best
      if (candidate.length >= best.length) continue
      const reached: Counts = new Map()
      const told = await settledOr(() => written.judge(candidate, reached))
      if (told?.split('\n')[0] !== says.split('\n')[0] && !reached.has(says)) continue
      best = candidate
      isSmaller = true
      break
    }
  }
  return best
}
