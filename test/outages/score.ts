import type { Outcome } from './play.ts'

/** Without its braces: those are told, and not scored. */
export function bare(verdict: string | null): string {
  return (verdict ?? 'none').replace(/\{.*/, '')
}

export function isRight({ label, verdict }: Outcome): boolean {
  return bare(verdict) === label
}

export interface LabelScore {
  readonly label: string
  readonly samples: number
  readonly right: number
}

export interface Score {
  readonly samples: number
  readonly right: number
  readonly labels: readonly LabelScore[]
  /** The founding incident, its true cause in each form, and the causes it was searched in. */
  readonly founding: LabelScore
  /** PACING said of something else: one is a failure of the whole run. */
  readonly wrongPacing: number
  readonly told: Told
  readonly namedMs: Percentiles
}

/** How often an outage was told: once is right (promises.md P16). */
export interface Told {
  readonly once: number
  /** As two or more. */
  readonly more: readonly Outcome[]
  readonly not: readonly Outcome[]
}

export interface Percentiles {
  readonly count: number
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** `S0`, `S0-detached`, `S0w`, `S1` to `S5` in all their forms. */
const FOUNDING = /^(founding-incident$|S\d)/

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const labels = [...new Set(outcomes.map(({ label }) => label))].sort()
  const named = outcomes.filter(isRight).flatMap(({ namedAfterMs }) => namedAfterMs ?? [])
  return {
    samples: outcomes.length,
    right: outcomes.filter(isRight).length,
    labels: labels.map((label) => counted(label, outcomes, (each) => each.label === label)),
    founding: counted('founding set', outcomes, ({ kind }) => FOUNDING.test(kind)),
    wrongPacing: outcomes.filter((each) => each.saysPacing && each.label !== 'PACING').length,
    told: toldOf(outcomes),
    namedMs: percentiles(named),
  }
}

/** Shorter ones need not be told (P16). */
const TOLD_FROM_MS = 30_000

/** Of the outages in which the bot could not trade, or that it named. */
export function toldOf(outcomes: readonly Outcome[]): Told {
  const noticed = outcomes.filter(
    ({ durationMs, interrupted, incidents }) =>
      durationMs > TOLD_FROM_MS && (interrupted || incidents > 0),
  )
  return {
    once: noticed.filter(({ incidents }) => incidents === 1).length,
    more: noticed.filter(({ incidents }) => incidents > 1),
    not: noticed.filter(({ incidents }) => incidents === 0),
  }
}

/** So many in a hundred may be told otherwise than once. */
const OTHERWISE_MAX = 0.01

export function toldShortfalls({ once, more, not }: Told): readonly string[] {
  const otherwise = more.length + not.length
  if (otherwise <= OTHERWISE_MAX * (once + otherwise)) return []
  return [
    `${more.length} outages were told as two, ${not.length} not at all, ${once} once; ` +
      `${100 * OTHERWISE_MAX} % otherwise than once are allowed`,
  ]
}

function counted(
  label: string,
  outcomes: readonly Outcome[],
  isOne: (of: Outcome) => boolean,
): LabelScore {
  const own = outcomes.filter(isOne)
  return { label, samples: own.length, right: own.filter(isRight).length }
}

/** What must hold of a whole campaign (promises.md P16); empty: all of it does. */
export function shortfalls(score: Score): readonly string[] {
  const { samples, right, labels, founding, wrongPacing, told } = score
  const found: string[] = []
  if (right < 0.95 * samples) found.push(`${right} of ${samples} right; 95 % are expected`)
  for (const { label, samples: own, right: ownRight } of [...labels, founding]) {
    const share = label === founding.label ? 1 : 0.8
    if (own < 10) found.push(`${label}: ${own} samples; 10 are expected`)
    if (ownRight < share * own) {
      found.push(`${label}: ${ownRight} of ${own}; ${share * 100} % are expected`)
    }
  }
  if (wrongPacing > 0) found.push(`PACING was said of ${wrongPacing} outages of another cause`)
  return [...found, ...toldShortfalls(told)]
}

export function percentiles(numbers: readonly number[]): Percentiles {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share: number): number | null =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
