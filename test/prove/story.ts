import { stripVTControlCharacters } from 'node:util'
import { eventText } from '../../src/cockpit/describe.ts'
import { newYorkTimeText } from '../../src/domain/calendar.ts'
import { evolve } from '../../src/trading/evolve.ts'
import { initialState } from '../../src/trading/state.ts'
import { provePlanOf } from './plan.ts'
import type { ProvePlan, Wanted } from './plan.ts'
import { played } from './play.ts'
import type { Played } from './play.ts'
import { plantNamed } from './plants.ts'
import { strikeText } from './strike.ts'
import type { Strike } from './strike.ts'

export interface Story {
  readonly text: string
  readonly failures: readonly string[]
}

export interface Told {
  /** The strikes that are played, by their numbers in the plan; default all. */
  readonly keep?: readonly number[]
  /** Instead of those of the plan, on its first day. */
  readonly strikes?: readonly Strike[]
  /** Leaves out all that the failure does not need. */
  readonly shrink?: boolean
  /** The name of a planted bug. */
  readonly plant?: string
}

/** Plays at the most; each is a whole seed. */
const PLAYS_MAX = 60
/** What led to it, as far as a person reads on. */
const BEFORE_MS = 90_000
const LINES_MAX = 60

/** A seed played for a person: what went wrong, what led to it, and how to see it again. */
export async function storyOf(of: Wanted, told: Told): Promise<Story> {
  const { keep, shrink = false } = told
  const plant = told.plant ?? null
  const { strikes = null } = told
  const plan = striking(provePlanOf(strikes === null ? of : { ...of, promised: [] }), strikes)
  const all = plan.days.flatMap(({ strikes }) => strikes)
  const whole = keep ?? all.map((_, index) => index)
  const first = await tried(keeping(plan, whole), plant)
  const needed =
    shrink && first.checker !== null
      ? await shrunk({ plan, plant, checker: first.checker }, whole)
      : whole
  const last = needed.length === whole.length ? first : await tried(keeping(plan, needed), plant)
  return {
    text: textOf({ ...of, ...told }, last, { needed, of: all.length }),
    failures: last.failures,
  }
}

/** Of all its days. */
export function strikesIn(of: Wanted): number {
  return provePlanOf(of).days.reduce((sum, { strikes }) => sum + strikes.length, 0)
}

interface Tried {
  readonly plan: ProvePlan
  readonly played: Played | null
  /** The first that complained; `thrown` where the run did not come to its end; null: none did. */
  readonly checker: string | null
  readonly failures: readonly string[]
}

async function tried(plan: ProvePlan, plant: string | null): Promise<Tried> {
  try {
    const of = await played(plan, plantNamed(plant))
    const found = of.days.flatMap(({ violations }) => violations)
    const failures = found.map(({ checker, at, text }) => `${newYork(at)} ${checker}: ${text}`)
    return { plan, played: of, checker: found[0]?.checker ?? null, failures }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { plan, played: null, checker: 'thrown', failures: [text] }
  }
}

/** Halves, then quarters, then one by one (Zeller's ddmin): the same checker has to complain. */
async function shrunk(
  of: { readonly plan: ProvePlan; readonly plant: string | null; readonly checker: string },
  all: readonly number[],
): Promise<readonly number[]> {
  const { plan, plant, checker } = of
  let needed = all
  let plays = 0
  for (let size = Math.ceil(needed.length / 2); size >= 1;) {
    let without: readonly number[] | null = null
    for (let from = 0; from < needed.length && plays < PLAYS_MAX; from += size) {
      const left = needed.filter((_, index) => index < from || index >= from + size)
      plays++
      if ((await tried(keeping(plan, left), plant)).checker === checker) {
        without = left
        break
      }
    }
    if (without !== null) needed = without
    else if (size === 1) break
    else size = Math.ceil(size / 2)
    size = Math.max(1, Math.min(size, Math.ceil(needed.length / 2)))
    if (needed.length === 0) break
  }
  return needed
}

function striking(plan: ProvePlan, strikes: readonly Strike[] | null): ProvePlan {
  if (strikes === null) return plan
  return { ...plan, days: plan.days.map((day, index) => (index === 0 ? { ...day, strikes } : day)) }
}

/** The plan with these strikes alone, numbered over all of its days. */
export function keeping(plan: ProvePlan, keep: readonly number[]): ProvePlan {
  const kept = new Set(keep)
  let number = 0
  const days = plan.days.map((day) => ({
    ...day,
    strikes: day.strikes.filter(() => kept.has(number++)),
  }))
  return { ...plan, days }
}

function newYork(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${newYorkTimeText(at as never)}`
}

function textOf(
  { seed, tier, days, plant }: Wanted & Told,
  { plan, played: of, failures }: Tried,
  { needed, of: all }: { readonly needed: readonly number[]; readonly of: number },
): string {
  const command = [`npm run prove -- --seed ${seed} --tier ${tier} --days ${days}`]
  if (needed.length < all) command.push(`--keep ${needed.join(',') || 'none'}`)
  else command.push('--keep all')
  if (plant !== undefined) command.push(`--plant ${plant}`)
  return [
    '',
    `seed ${seed}, ${tier}, ${days} days from ${plan.days[0]?.plan.session.date}`,
    `${needed.length} of its ${all} strikes${needed.length === 0 ? '' : ':'}`,
    ...plan.days.flatMap(({ strikes, plan: { start } }) =>
      strikes.map((strike) => `  ${strikeText(strike, start)}`),
    ),
    ...(failures.length === 0 ? ['nothing is wrong'] : ['what is wrong:']),
    ...failures.map((failure) => `  ${failure}`),
    ...(of === null ? [] : ledTo(of)),
    `again: ${command.join(' ')}`,
  ].join('\n')
}

/** The journal in the time before the first complaint, as a person reads it. */
function ledTo({ days, world }: Played): readonly string[] {
  const [first] = days.flatMap(({ violations }) => violations)
  if (first === undefined) return []
  const lines: string[] = []
  let state = initialState('simulation', world.remains.gateway.core.accountId)
  for (const { at, event } of world.remains.journal.read()) {
    const text = eventText(event, state) ?? (event.type === 'CycleEnded' ? null : event.type)
    state = evolve(state, event, at)
    if (text === null || at < first.at - BEFORE_MS || at > first.at + 1_000) continue
    const [line = ''] = stripVTControlCharacters(text).split('\n')
    lines.push(`  ${new Date(at).toISOString().slice(11, 23)} ${line}`)
  }
  return ['what led to it, by the journal (UTC):', ...lines.slice(-LINES_MAX)]
}
