import type { Day } from './days.ts'
import type { Crash, Enumerated } from './enumerate.ts'

/** What must not happen, in the words of the promise, and the checkers that see it. */
const CHECKERS = {
  'duplicate entries': ['one-entry-a-signal', 'sent-once', 'within-intent'],
  oversells: ['never-oversold'],
  'unprotected too long': ['protected'],
  'lost fills': ['fills-once'],
} as const
type Named = keyof typeof CHECKERS
export type Kind = Named | 'other broken rules'
export const KINDS: readonly Kind[] = [...(Object.keys(CHECKERS) as Named[]), 'other broken rules']

export interface Tally {
  readonly day: string
  readonly describe: string
  readonly plan: number
  readonly effects: Enumerated['effects']
  readonly points: number
  readonly restarts: number
  /** Crashes by the kind of effect they came after. */
  readonly byEffect: Readonly<Record<string, number>>
  readonly byDelay: Readonly<Record<string, number>>
  readonly holding: number
  readonly beforeChildren: number
  readonly insideBracket: number
  readonly untold: number
  readonly found: Readonly<Record<Kind, number>>
  readonly tookMs: number
}

export function kindOf(checker: string): Kind {
  for (const kind of KINDS) {
    if (kind === 'other broken rules') continue
    if ((CHECKERS[kind] as readonly string[]).includes(checker)) return kind
  }
  return 'other broken rules'
}

export function tallyOf(of: {
  readonly day: Day
  readonly plan: number
  readonly crashes: readonly Crash[]
  readonly enumerated: Enumerated
  readonly tookMs: number
}): Tally {
  const { day, plan, crashes, enumerated, tookMs } = of
  const count = (is: (crash: Crash) => boolean): number => crashes.filter(is).length
  const by = (key: (crash: Crash) => string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const crash of crashes) counts[key(crash)] = (counts[key(crash)] ?? 0) + 1
    return counts
  }
  const found = (kind: Kind): number =>
    count(({ violations }) => violations.some(({ checker }) => kindOf(checker) === kind))
  return {
    day: day.name,
    describe: day.describe,
    plan,
    ...enumerated,
    restarts: crashes.length,
    byEffect: by(({ kind }) => kind),
    byDelay: by(({ delay }) => delay),
    holding: count(({ holding }) => holding),
    beforeChildren: count(({ beforeChildren }) => beforeChildren),
    insideBracket: count(({ insideBracket }) => insideBracket),
    untold: count(({ untold }) => untold),
    found: Object.fromEntries(KINDS.map((kind) => [kind, found(kind)])) as Record<Kind, number>,
    tookMs: Math.round(tookMs),
  }
}

const EFFECTS = {
  journaled: 'journal appends',
  received: 'order frames the Gateway received',
  heard: 'messages the bot read on its order connection',
  happened: 'events at the broker',
} as const

export function linesOf(tally: Tally): readonly string[] {
  const { effects, byEffect, byDelay, found } = tally
  const kinds = Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]
  const list = kinds.map((kind) => {
    return `  ${effects[kind]} ${EFFECTS[kind]}; ${byEffect[kind] ?? 0} restarts after one`
  })
  const delays = Object.entries(byDelay).map(([delay, count]) => `${count} after ${delay}`)
  return [
    `day ${tally.day} (plan ${tally.plan}): ${tally.describe}`,
    ...list,
    `  ${tally.points} crash points that differ, ${tally.restarts} restarts (${delays.join(', ')})`,
    `  ${tally.holding} with a position open, ${tally.beforeChildren} between a fill and its ` +
      `exits' acknowledgement, ${tally.insideBracket} inside a bracket`,
    `  ${tally.untold} after fills of an earlier date that nobody was told, with their commissions (P24)`,
    `  ${KINDS.map((kind) => `${found[kind]} ${kind}`).join(', ')}; ` +
      `${(tally.tookMs / 1_000).toFixed(0)} s`,
  ]
}
