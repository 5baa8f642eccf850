import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../base/clock.ts'

/** What was said to a command. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface KeyRules {
  /** For how long a key is known. */
  readonly keysMs: number
  readonly keysMax: number
}

interface Used {
  /** Of whom, which command and which body. */
  readonly print: string
  /** Of the wall clock, which outlives a restart. */
  readonly at: number
  /** Null: whoever began it is gone. */
  answer: Promise<Answer> | null
}

/** "Ask again": not what became of a command, so no key keeps it. */
const UNANSWERED = 503

/** A full file is not gone through for every command. */
const PRUNE_MS_MIN = 60_000

/** `other`: used for something else. `lost`: begun in a run that ended before it did. */
export type Seen =
  | { readonly kind: 'new' | 'other' | 'lost' }
  | { readonly kind: 'same'; readonly answer: Promise<Answer> }

interface Line {
  readonly key: string
  readonly print: string
  readonly at: number
  readonly answer?: Answer
}

/**
 * The keys of commands (T9). A key is on the disk before its command has an effect, so that after
 * a crash it is known that there may have been one.
 */
export class Keys {
  readonly #path: string
  readonly #clock: Clock
  readonly #limits: KeyRules
  #used = new Map<string, Used>()
  #file: number
  #prunedAt: number

  constructor(path: string, clock: Clock, limits: KeyRules) {
    this.#path = path
    this.#clock = clock
    this.#limits = limits
    this.#prunedAt = clock.now()
    for (const line of linesIn(path)) {
      const { key, print, at, answer = null } = line
      this.#used.set(key, { print, at, answer: answer && Promise.resolve(answer) })
    }
    this.#file = this.#rewritten([...linesIn(path)])
  }

  seen(key: string, print: string): Seen {
    const used = this.#used.get(key)
    if (used === undefined || this.#isOver(used)) return { kind: 'new' }
    if (used.print !== print) return { kind: 'other' }
    return used.answer === null ? { kind: 'lost' } : { kind: 'same', answer: used.answer }
  }

  /** Whether more fit in; what is older than a day is forgotten first. */
  hasRoom(): boolean {
    const isFull = () => this.#used.size >= this.#limits.keysMax
    if (isFull() && this.#clock.now() - this.#prunedAt > PRUNE_MS_MIN) this.#prune()
    return !isFull()
  }

  /** The older half makes room: for commands that do no harm when they are said again. */
  makeRoom(): void {
    if (this.hasRoom()) return
    const kept = [...this.#used].slice(-Math.floor(this.#limits.keysMax / 2) || this.#used.size)
    this.#used = new Map(kept)
    this.#prune()
  }

  /** On the disk when it returns; throws what the disk says. */
  begin(key: string, print: string): void {
    if (this.#clock.now() - this.#prunedAt > this.#limits.keysMs) this.#prune()
    this.#write({ key, print, at: this.#clock.now() })
    fsyncSync(this.#file)
  }

  /** From here on the same question has the same answer, also while it is not known yet. */
  answered(key: string, print: string, answer: Promise<Answer>): void {
    const at = this.#clock.now()
    this.#used.set(key, { print, at, answer })
    // Not awaited on the disk: what is lost of it is answered with "see the journal".
    void answer.then((known) => {
      if (known.status === UNANSWERED) this.#used.delete(key)
      else if (this.#used.get(key)?.answer === answer) {
        this.#writeGently({ key, print, at, answer: known })
      }
    })
  }

  close(): void {
    const file = this.#file
    this.#file = -1
    closeSync(file)
  }

  #isOver({ at }: { readonly at: number }): boolean {
    return this.#clock.now() - at > this.#limits.keysMs
  }

  #write(line: Line): void {
    // The break comes first: what a full disk cut off does not spoil what is written after it.
    writeFileSync(this.#file, `\n${JSON.stringify(line)}`)
  }

  #writeGently(line: Line): void {
    if (this.#file < 0) return // closed before its answer came
    try {
      this.#write(line)
    } catch {
      // The effect was told to whoever asked; after a restart the key answers with the journal.
    }
  }

  #prune(): void {
    this.#prunedAt = this.#clock.now()
    for (const [key, used] of this.#used) if (this.#isOver(used)) this.#used.delete(key)
    const old = this.#file
    this.#file = this.#rewritten(linesIn(this.#path).filter(({ key }) => this.#used.has(key)))
    closeSync(old)
  }

  /** What still counts, in a file that takes the place of the old one as a whole. */
  #rewritten(lines: readonly Line[]): number {
    const kept = new Map(lines.map((line) => [line.key, line]))
    const text = [...kept.values()]
      .filter((line) => !this.#isOver(line))
      .map((line) => `\n${JSON.stringify(line)}`)
      .join('')
    const next = `${this.#path}.next`
    const file = openSync(next, 'w', 0o600)
    writeFileSync(file, text)
    fsyncSync(file)
    renameSync(next, this.#path)
    syncFolder(dirname(this.#path))
    return file
  }
}

/** A line that a crash cut off was never acted on: its key was not on the disk yet. */
function linesIn(path: string): readonly Line[] {
  if (!existsSync(path)) return [] // the first start
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line) => {
    try {
      const read = JSON.parse(line) as Line
      return typeof read.key === 'string' ? [read] : []
    } catch {
      return []
    }
  })
}

/** Else a crash of the host may bring the old file back. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  fsyncSync(file)
  closeSync(file)
}
