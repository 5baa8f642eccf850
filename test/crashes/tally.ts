import type { Day } from './day.ts'
import type { Crash, Enumerated } from './enumerate.ts'
import type { Played } from './parts.ts'

/** What must not happen, in the words of the promise, and the checkers that see it. */
const CHECKERS = {
  'duplicate entries': ['one-entry-a-signal', 'sent-once', 'within-intent'],
  oversells: ['never-oversold'],
  'unprotected too long': ['protected'],
  'lost fills': ['fills-once'],
} as const
type Named = keyof typeof CHECKERS
export type Kind = Named | 'other broken rules' | 'exceptions without a cause'
export const KINDS: readonly Kind[] = [
  ...(Object.keys(CHECKERS) as Named[]),
  'other broken rules',
  'exceptions without a cause',
]

export interface Tally {
  readonly day: string
  readonly describe: string
  readonly plan: number
  /** Null: crashes were drawn in pairs, not enumerated. */
  readonly enumerated: Enumerated | null
  readonly restarts: number
  /** Crashes by the kind of effect they came after. */
  readonly byEffect: Readonly<Record<string, number>>
  readonly byDelay: Readonly<Record<string, number>>
  readonly holding: number
  readonly beforeChildren: number
  readonly insideBracket: number
  readonly untold: number
  readonly expired: number
  readonly excepted: number
  readonly found: Readonly<Record<Kind, number>>
  readonly tookMs: number
  readonly restartsPerSecond: number
}

export function kindOf(checker: string): Kind {
  const named = Object.entries(CHECKERS).find(([, of]) =>
    (of as readonly string[]).includes(checker),
  )
  return (named?.[0] as Named | undefined) ?? 'other broken rules'
}

export function tallyOf(of: {
  readonly day: Day
  readonly plan: number
  readonly parts: readonly Played[]
  readonly tookMs: number
}): Tally {
  const { day, plan, parts, tookMs } = of
  const crashes = parts.flatMap((part) => part.crashes)
  const count = (is: (crash: Crash) => boolean): number => crashes.filter(is).length
  const by = (key: (crash: Crash) => string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const crash of crashes) counts[key(crash)] = (counts[key(crash)] ?? 0) + 1
    return counts
  }
  const found = (kind: Kind): number =>
    kind === 'exceptions without a cause'
      ? withoutCause(day, crashes)
      : count(({ violations }) => violations.some(({ checker }) => kindOf(checker) === kind))
  return {
    day: day.name,
    describe: day.describe,
    plan,
    enumerated: parts[0]?.enumerated ?? null,
    restarts: crashes.length,
    byEffect: by(({ kind }) => kind),
    byDelay: by(({ delay }) => delay),
    holding: count(({ holding }) => holding),
    beforeChildren: count(({ beforeChildren }) => beforeChildren),
    insideBracket: count(({ insideBracket }) => insideBracket),
    untold: count(({ untold }) => untold),
    expired: count(({ expired }) => expired),
    excepted: count(({ excepted }) => excepted.length > 0),
    found: Object.fromEntries(KINDS.map((kind) => [kind, found(kind)])) as Record<Kind, number>,
    tookMs: Math.round(tookMs),
    restartsPerSecond: Number((crashes.length / (tookMs / 1_000)).toFixed(1)),
  }
}

/** So few crashes may miss what is excepted: then nothing is said of it. */
const ENOUGH = 50

/** What a day excepts of a checker has to be said in it, or it need not be excepted. */
function withoutCause({ except = {} }: Day, crashes: readonly Crash[]): number {
  if (crashes.length < ENOUGH) return 0
  const said = new Set(crashes.flatMap(({ excepted }) => excepted))
  return Object.keys(except).filter((checker) => !said.has(checker)).length
}

const EFFECTS = {
  journaled: 'journal appends',
  received: 'order frames the Gateway received',
  heard: 'messages the bot read on its order connection',
  happened: 'events at the broker',
} as const

export function linesOf(tally: Tally): readonly string[] {
  const { enumerated, byEffect, byDelay, found, restarts } = tally
  const kinds = Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]
  const list = kinds.map((kind) => {
    const all = enumerated === null ? '' : `${enumerated.effects[kind]} `
    return `  ${all}${EFFECTS[kind]}; ${byEffect[kind] ?? 0} restarts after one`
  })
  const delays = Object.entries(byDelay).map(([delay, count]) => `${count} ${delay}`)
  const points = enumerated === null ? 'pairs' : `${enumerated.points} crash points that differ`
  const seconds = (tally.tookMs / 1_000).toFixed(0)
  return [
    `day ${tally.day} (plan ${tally.plan}): ${tally.describe}`,
    ...list,
    `  ${points}, ${restarts} restarts (${delays.join(', ')})`,
    `  ${tally.holding} with a position open, ${tally.beforeChildren} between a fill and its ` +
      `exits' acknowledgement, ${tally.insideBracket} inside a bracket`,
    `  ${tally.untold} after fills of an earlier date that nobody was told, with their commissions (P24)`,
    `  ${tally.expired} past the end of what was held, ${tally.excepted} with what is excepted`,
    `  ${KINDS.map((kind) => `${found[kind]} ${kind}`).join(', ')}`,
    `  ${seconds} s, ${tally.restartsPerSecond} restarts/s`,
  ]
}

/** All days together, on one line. */
export function sumOf(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((n, t) => n + of(t), 0)
  const list = KINDS.map((kind) => `${sum(({ found }) => found[kind])} ${kind}`)
  const restarts = sum((tally) => tally.restarts)
  const seconds = sum(({ tookMs }) => tookMs) / 1_000
  const rate = (restarts / Math.max(1, seconds)).toFixed(1)
  const points = sum(({ enumerated }) => enumerated?.points ?? 0)
  return (
    `${tallies.length} days, ${points} crash points, ${restarts} restarts in ` +
    `${seconds.toFixed(0)} s (${rate}/s): ${list.join(', ')}`
  )
}
