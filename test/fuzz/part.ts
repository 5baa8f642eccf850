import { fork } from 'node:child_process'
import { join } from 'node:path'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import type { Found, Fuzzed } from './fuzz.ts'

/** One processor each; more would not be faster on two. */
const PROCESSES = 2
/** Without a word for so long, an input hangs. */
const SILENT_MS_MAX = 180_000

export interface Part {
  readonly subject: string
  readonly seed: number
  readonly from: number
  readonly count: number
  readonly msMax: number | null
}

export type Told =
  | { readonly kind: 'progress'; readonly inputs: number }
  | { readonly kind: 'over'; readonly fuzzed: Omit<Fuzzed, 'reached'> & { reached: Reached } }

type Reached = readonly (readonly [string, number])[]

/** What all parts found together; `progress` is told of every input that is over. */
export async function inParts(
  whole: Omit<Part, 'from'>,
  progress: (inputs: number) => void,
): Promise<Fuzzed> {
  const share = Math.ceil(whole.count / PROCESSES)
  const reached: Counts = new Map()
  const [first, broken]: [Found[], Found[]] = [[], []]
  let inputs = 0
  const over = ({ fuzzed }: Extract<Told, { kind: 'over' }>): void => {
    inputs += fuzzed.inputs
    for (const [what, times] of fuzzed.reached) counted(reached, what, times)
    first.push(...fuzzed.first.filter(({ says }) => !first.some((one) => one.says === says)))
    broken.push(...fuzzed.broken)
  }
  const parts = Array.from({ length: PROCESSES }, (_, i) => {
    const from = i * share
    return { ...whole, from, count: Math.min(share, whole.count - from) }
  }).filter(({ count }) => count > 0)
  await Promise.all(
    parts.map((part) =>
      played(part, (told) => {
        if (told.kind === 'progress') progress(told.inputs)
        else over(told)
      }),
    ),
  )
  return { inputs, reached, first, broken }
}

function played(part: Part, heard: (told: Told) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'run.ts')
    const child = fork(file, ['--part', JSON.stringify(part)])
    let inputs = part.from
    let isOver = false
    let heardAt = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - heardAt < SILENT_MS_MAX) return
      clearInterval(watch)
      child.kill('SIGKILL')
      const after = `no input of ${part.subject} ended for ${SILENT_MS_MAX / 1_000} s`
      reject(new Error(`${after}, at about input ${inputs} of seed ${part.seed}: it hangs`))
    }, 5_000)
    child.on('message', (told) => {
      heardAt = performance.now()
      const of = told as Told
      if (of.kind === 'progress') inputs += of.inputs
      else isOver = true
      heard(of)
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      clearInterval(watch)
      if (code === 0 && isOver) resolve()
      else reject(new Error(`a part ended with ${code} and no result, at about ${inputs}`))
    })
  })
}
