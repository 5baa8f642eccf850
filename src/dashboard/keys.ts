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
  /** Of one person. */
  readonly keysPerUser: number
}

/** Who said what. */
export interface Said {
  /** Of whom, which command and which body. */
  readonly print: string
  readonly by: string
}

interface Used extends Said {
  /** Of the wall clock, which outlives a restart. */
  readonly at: number
  /** Null: whoever began it is gone. */
  readonly answer: Promise<Answer> | null
  /** It was answered: it may be forgotten, when others need the room. */
  isOver: boolean
}

/** "Ask again": not what became of a command, so no key keeps it. */
const UNANSWERED = 503

/** A full file is not gone through for every command. */
const PRUNE_MS_MIN = 60_000
/** Of every key two lines, and as many again that are forgotten. */
const LINES_A_KEY = 4

/** `other`: used for something else. `lost`: begun in a run that ended before it did. */
export type Seen =
  | { readonly kind: 'new' | 'other' | 'lost' }
  | { readonly kind: 'same'; readonly answer: Promise<Answer> }

interface Line extends Said {
  readonly key: string
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
  #lines = 0

  constructor(path: string, clock: Clock, limits: KeyRules) {
    this.#path = path
    this.#clock = clock
    this.#limits = limits
    this.#prunedAt = clock.now()
    for (const line of linesIn(path)) {
      const { key, print, by, at, answer = null } = line
      const isOver = answer !== null
      this.#used.set(key, { print, by, at, answer: answer && Promise.resolve(answer), isOver })
    }
    while (this.#used.size > limits.keysMax && this.#forgotten(() => true));
    this.#file = this.#rewritten([...linesIn(path)])
  }

  seen(key: string, print: string): Seen {
    const used = this.#used.get(key)
    if (used === undefined || this.#isOld(used)) return { kind: 'new' }
    if (used.print !== print) return { kind: 'other' }
    return used.answer === null ? { kind: 'lost' } : { kind: 'same', answer: used.answer }
  }

  /**
   * On the disk when it returns; false: all that are known wait for their answers. The oldest that
   * has one makes room, of the same person first. Throws what the disk says.
   */
  begin(key: string, said: Said): boolean {
    if (!this.#hasRoomFor(said.by)) return false
    const isLong = this.#lines > LINES_A_KEY * this.#limits.keysMax
    if (isLong || this.#clock.now() - this.#prunedAt > this.#limits.keysMs) this.#prune()
    this.#write({ key, ...said, at: this.#clock.now() })
    fsyncSync(this.#file)
    return true
  }

  /** From here on the same question has the same answer, also while it is not known yet. */
  answered(key: string, said: Said, answer: Promise<Answer>): void {
    const at = this.#clock.now()
    const used: Used = { ...said, at, answer, isOver: false }
    this.#used.set(key, used)
    // Not awaited on the disk: what is lost of it is answered with "see the journal".
    void answer.then((known) => {
      used.isOver = true
      if (known.status === UNANSWERED) this.#used.delete(key)
      else if (this.#used.get(key) === used) this.#writeGently({ key, ...said, at, answer: known })
    })
  }

  close(): void {
    const file = this.#file
    this.#file = -1
    closeSync(file)
  }

  #isOld({ at }: { readonly at: number }): boolean {
    return this.#clock.now() - at > this.#limits.keysMs
  }

  #hasRoomFor(by: string): boolean {
    const { keysMax, keysPerUser } = this.#limits
    const isFull = (): boolean => this.#used.size >= keysMax
    if (isFull() && this.#clock.now() - this.#prunedAt > PRUNE_MS_MIN) this.#prune()
    let own = 0
    for (const used of this.#used.values()) if (used.by === by) own++
    const isOwn = (used: Used): boolean => used.by === by
    if (own >= keysPerUser && !this.#forgotten(isOwn)) return false
    return !isFull() || this.#forgotten(() => true)
  }

  /** The oldest of these that was answered; false: there is none. */
  #forgotten(isOne: (used: Used) => boolean): boolean {
    for (const [key, used] of this.#used) {
      if (used.isOver && isOne(used)) return this.#used.delete(key)
    }
    return false
  }

  #write(line: Line): void {
    // The break comes first: what a full disk cut off does not spoil what is written after it.
    writeFileSync(this.#file, `\n${JSON.stringify(line)}`)
    this.#lines++
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
    for (const [key, used] of this.#used) if (this.#isOld(used)) this.#used.delete(key)
    const old = this.#file
    this.#file = this.#rewritten(linesIn(this.#path).filter(({ key }) => this.#used.has(key)))
    closeSync(old)
  }

  /** What still counts, in a file that takes the place of the old one as a whole. */
  #rewritten(lines: readonly Line[]): number {
    const kept = new Map(lines.map((line) => [line.key, line]))
    this.#lines = kept.size
    const text = [...kept.values()]
      .filter((line) => !this.#isOld(line))
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
      const read = JSON.parse(line) as Omit<Line, 'by'> & { readonly by?: string }
      // A line of an earlier version does not say who.
      return typeof read.key === 'string' ? [{ ...read, by: read.by ?? '' }] : []
    } catch {
      return []
    }
  })
}

/** Else a crash of the host may bring the old file back. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  fsyncSync(file)
  closeSync(file)
}
