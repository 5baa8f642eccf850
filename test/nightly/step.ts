/** What a night is about: its date decides its seeds. */
export interface Night {
  /** `2026-03-10`. */
  readonly date: string
  /** The date as a number: every night has seeds of its own. */
  readonly seed: number
  /** Of the counts that a night of eight hours has. */
  readonly scale: number
  /** A few of each, in minutes: to try the script, not to prove anything. */
  readonly quick: boolean
  /** For what its steps leave behind. */
  readonly folder: string
  /** Another Node, to compare hashes with; null: none was given. */
  readonly node: string | null
}

export interface Step {
  readonly name: string
  readonly what: string
  /** Of package.json. */
  readonly script: string
  /** Null: this machine lacks what it needs, which is what `lacks` says. */
  readonly args: (night: Night) => readonly string[] | null
  readonly lacks?: string
  /** How many processors it keeps busy. */
  readonly cores: 1 | 2
  /** Minutes that it may take in a night of eight hours. */
  readonly minutes: number
  readonly quickMinutes: number
  /** What a shorter night leaves it; default 10. */
  readonly leastMinutes?: number
  /** Its exit code for "too short to be judged": in a quick night that is what was expected. */
  readonly shortCode?: number
  /** The line that says what came of it: a step without one has proven nothing. */
  readonly result: RegExp
}

/** `SKIPPED`: this machine lacks what it needs. `NOT PLAYED`: its turn did not come. */
export type Outcome = 'PASS' | 'FAIL' | 'NOT PLAYED' | 'SKIPPED'

/** What came of a step. */
export interface Done {
  readonly name: string
  readonly what: string
  readonly command: string
  readonly seed: number
  readonly startedAt: string | null
  readonly seconds: number
  readonly exitCode: number | null
  readonly result: string | null
  readonly outcome: Outcome
  /** Of what did not pass; null: it did. */
  readonly reason: string | null
  /** Beside the report. */
  readonly log: string | null
}

/** A day that there is: not 2026-02-30. */
export function isDate(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

export function seedOf(date: string): number {
  return Number(date.replaceAll('-', ''))
}
