import type { EpochMs } from '../base/clock.ts'
import type { Entry } from '../journal/rows.ts'

/** What was broken on purpose, as the one who broke it knows it. */
export interface Planted {
  readonly name: string
  /** The right verdict; null: there is nothing to diagnose. */
  readonly label: string | null
  readonly beganAt: EpochMs
  /** Null: it never was whole again. */
  readonly healedAt: EpochMs | null
}

/** One interruption, as the bot told it. */
export interface Noticed {
  readonly id: string
  readonly symptom: string
  readonly since: EpochMs
  /** As it was known last. */
  readonly verdict: string
  /** Every verdict that it had, and when it was journaled first. */
  readonly named: readonly { readonly verdict: string; readonly at: EpochMs }[]
  /** Since when there was no sign of it any more; null: it is not over. */
  readonly clearedAt: EpochMs | null
}

/** One outage: what was planted, what was noticed of it; one of the two may be missing. */
export interface Outage {
  readonly planted: Planted | null
  readonly noticed: readonly Noticed[]
  /** When the Gateway answered again, as far as that is known. */
  readonly answersAt: EpochMs | null
}

const UNDETERMINED = 'UNDETERMINED'
/** Signs that are told a little later belong to what caused them. */
const AFTER_MS = 90_000

/** Incidents of a journal, oldest first. `cleared`: how its timeline says that it is over. */
export function noticedIn(entries: Iterable<Entry>, cleared: string): readonly Noticed[] {
  const found = new Map<string, Noticed>()
  for (const { at, event } of entries) {
    if (
      event.type !== 'IncidentOpened' &&
      event.type !== 'IncidentUpdated' &&
      event.type !== 'IncidentEnded'
    ) {
      continue
    }
    const { id, symptom, since, verdict, timeline } = event.incident
    const before = found.get(id)?.named ?? []
    const isNew = before.every((each) => each.verdict !== verdict.name)
    const quiet = timeline.findLast(({ text }) => text === cleared)
    found.set(id, {
      id,
      symptom,
      since,
      verdict: verdict.name,
      named: isNew ? [...before, { verdict: verdict.name, at }] : before,
      clearedAt: event.type === 'IncidentEnded' ? (quiet?.at ?? at) : null,
    })
  }
  return [...found.values()]
}

/**
 * What was noticed beside what was planted. `linkUps`: when a connection came up, for those that
 * nobody planted.
 */
export function outagesOf(of: {
  readonly planted: readonly Planted[]
  readonly noticed: readonly Noticed[]
  readonly linkUps: readonly EpochMs[]
}): readonly Outage[] {
  const { planted, noticed, linkUps } = of
  const owners = new Map(noticed.map((each) => [each, ownerOf(each, planted)]))
  const ofPlanted = planted.map((each): Outage => {
    const own = noticed.filter((one) => owners.get(one) === each)
    return { planted: each, noticed: own, answersAt: each.healedAt }
  })
  const others = noticed
    .filter((each) => owners.get(each) === null)
    .map((each): Outage => {
      const ups = linkUps.filter((at) => at > each.since && at <= (each.clearedAt ?? Infinity))
      return { planted: null, noticed: [each], answersAt: ups.at(-1) ?? null }
    })
  return [...ofPlanted, ...others]
}

/** What caused it: of those that may have, the one that began last. */
function ownerOf({ since }: Noticed, planted: readonly Planted[]): Planted | null {
  const causes = planted.filter(({ beganAt, healedAt }) => {
    const until = healedAt === null ? Infinity : healedAt + AFTER_MS
    return since >= beganAt - 1_000 && since <= until
  })
  return causes.sort((a, b) => a.beganAt - b.beganAt).at(-1) ?? null
}

/** The verdict that it ended with: of several incidents the first that was determined. */
export function verdictOfOutage({ noticed }: Outage): string | null {
  const determined = noticed.find(({ verdict }) => verdict !== UNDETERMINED)
  return determined?.verdict ?? noticed[0]?.verdict ?? null
}

/** From the first sign to the right verdict, or to any that is one; null: it never came. */
export function namedAfterMs(outage: Outage): number | null {
  const { planted, noticed } = outage
  const isRight = (verdict: string): boolean =>
    planted?.label == null ? verdict !== UNDETERMINED : verdict === planted.label
  const times = noticed.flatMap(({ named, since }) =>
    named.filter(({ verdict }) => isRight(verdict)).map(({ at }) => at - since),
  )
  return times.length === 0 ? null : Math.min(...times)
}

/** From when the Gateway answered again to the last sign; 0 when there was none after that. */
export function recoveredAfterMs({ noticed, answersAt }: Outage): number | null {
  if (answersAt === null || noticed.some(({ clearedAt }) => clearedAt === null)) return null
  return Math.max(0, ...noticed.map(({ clearedAt }) => (clearedAt ?? answersAt) - answersAt))
}

/** Whether something was broken at this moment, or shortly before. */
export function isBroken(outages: readonly Outage[], at: EpochMs): boolean {
  return outages.some(({ planted, noticed }) => {
    const from = Math.min(...noticed.map(({ since }) => since), planted?.beganAt ?? Infinity)
    const ends = [...noticed.map(({ clearedAt }) => clearedAt), planted?.healedAt ?? null]
    const isOver = planted === null || planted.healedAt !== null
    const known = ends.filter((end) => end !== null)
    const open = !isOver || noticed.some(({ clearedAt }) => clearedAt === null)
    const until = open ? Infinity : Math.max(...known) + AFTER_MS
    return at >= from - AFTER_MS && at <= until
  })
}
