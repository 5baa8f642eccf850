import { VERDICTS } from '../../src/domain/incident.ts'
import type { Gate } from '../../src/domain/account.ts'
import type { Step } from '../../src/ibkr/diagnosis/ladder.ts'
import { EDGES } from '../fuzz/edges.ts'
import { countedAs } from './kind.ts'
import type { Tier } from './kind.ts'
import { KINDS } from './kinds.ts'
import { REASONS } from './reasons.ts'
import type { Sum } from './report.ts'

/** Whatever is not in the type does not compile, and what is missing neither. */
const RUNGS: Readonly<Record<Step, true>> = {
  retry: true,
  'query-orders': true,
  canary: true,
  reconnect: true,
  'restart-gateway': true,
  page: true,
}

const GATES: Readonly<Record<Gate, true>> = {
  link: true,
  connectivity: true,
  heartbeat: true,
  farm: true,
  reconcile: true,
  risen: true,
  unnamed: true,
  'stale-data': true,
  breaker: true,
  pacing: true,
  window: true,
  skew: true,
  'low-funds': true,
  journal: true,
  account: true,
  baseline: true,
}

const LEVELS = ['active', 'reduce-only', 'halt', 'kill'] as const

/** Of section 6 of the design: what each campaign must have been to. */
const MOMENTS = [
  'a crash',
  'a kill during a reconnect',
  'a day after the clocks changed',
  'an early close',
  'a position adjusted: assigned',
  'an execution corrected',
  'a fill while the disk was struck',
  'a fill of what was cancelled',
] as const

export type Group = 'fault' | 'edge' | 'rung' | 'verdict' | 'gate' | 'level' | 'moment'

/** One thing that a campaign should reach at least once. */
export interface Want {
  readonly group: Group
  readonly name: string
  /** Of a fault: where it is struck. */
  readonly tier: Tier | null
}

const want = (group: Group, name: string, tier: Tier | null = null): Want => ({ group, name, tier })

/** A fault is wanted on each of its tiers; what only a session can show, where there is one. */
export function wantedOn(tiers: readonly Tier[]): readonly Want[] {
  const isCodec = tiers.includes('codec')
  return [
    ...tiers.flatMap((tier) => kindsOn(tier).map((name) => want('fault', name, tier))),
    ...EDGES.map(({ edge }) => want('edge', `edge ${edge}`)),
    ...(isCodec ? Object.keys(RUNGS).map((rung) => want('rung', `step ${rung}`)) : []),
    ...(isCodec ? VERDICTS.map((name) => want('verdict', `verdict ${name}`)) : []),
    ...Object.keys(GATES).flatMap((gate) =>
      ['set', 'cleared'].map((what) => want('gate', `gate ${gate} ${what}`)),
    ),
    ...LEVELS.map((level) => want('level', `level ${level}`)),
    ...MOMENTS.map((moment) => want('moment', moment)),
  ]
}

/** By the name under which they are counted, each once. */
export function kindsOn(tier: Tier): readonly string[] {
  return [...new Set(KINDS.filter(({ tiers }) => tiers.includes(tier)).map(countedAs))]
}

export function countOf({ struck, reached }: Sum, { name, tier }: Want): number {
  return (tier === null ? reached[name] : struck[tier].fired[name]) ?? 0
}

const BECAUSE = new Map(REASONS.flatMap((reason) => reason.what.map((name) => [name, reason])))

export function reasonOf({ name }: Pick<Want, 'name'>): (typeof REASONS)[number] | null {
  return BECAUSE.get(name) ?? null
}

/** What the whole campaign should have been to, and was not; without a reason. */
export function unreached(sum: Sum, tiers: readonly Tier[]): readonly string[] {
  return wantedOn(tiers)
    .filter((each) => countOf(sum, each) === 0 && reasonOf(each) === null)
    .map(textOf)
}

/** Said to be out of reach, and reached after all: the reason is none. */
export function reachedAfterAll(sum: Sum): readonly string[] {
  return REASONS.filter(({ seldom }) => seldom !== true).flatMap(({ what }) =>
    what.filter((name) => (sum.reached[name] ?? 0) > 0),
  )
}

export function textOf({ name, tier }: Want): string {
  return tier === null ? name : `${tier} ${name}`
}

/** From so many seeds of both tiers on, everything must have been reached. */
const SEEDS_FOR_ALL = 800

export function isForAll({ seeds }: Sum, tiers: readonly Tier[]): boolean {
  return seeds >= SEEDS_FOR_ALL && tiers.length === 2
}
