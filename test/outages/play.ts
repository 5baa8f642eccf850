import type { VirtualClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { verdictText } from '../../src/domain/incident.ts'
import { incidentsOf } from '../../src/journal/incidents.ts'
import type { IncidentRecord } from '../../src/journal/incidents.ts'
import { playScenario } from '../../src/simulator/faults/scenario-play.ts'
import type { Sample } from './sample.ts'
import { Stage } from './stage.ts'

/** What became of one outage. */
export interface Outcome {
  readonly seed: number
  readonly kind: string
  readonly label: string
  /** Of the incident that overlaps it the longest; null: none was told. */
  readonly verdict: string | null
  /** From the beginning of the outage to the verdict that stands; null: there is none. */
  readonly namedAfterMs: number | null
  /** A PACING without evidence would be the worst that a diagnosis can say. */
  readonly saysPacing: boolean
  /** Incidents that overlap it: one is right. */
  readonly incidents: number
  readonly durationMs: number
  /** The bot could not trade at some moment of it. */
  readonly interrupted: boolean
  /** It was ready before the Gateway was well: there was a way around. */
  readonly wentAround: boolean
  /** From the Gateway's being well to the bot's being ready; null: never. */
  readonly recoveredMs: number | null
  /** Ready but for a position that a person must explain. */
  readonly unexplained: boolean
  /** 326 was said on the way: the old client id lingered. */
  readonly lingered: boolean
  /** Connections that the Gateway accepted, and how close two of one client came, milliseconds. */
  readonly closestConnectsMs: number | null
  /** For whoever looks into it. */
  readonly told: readonly string[]
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Longer than any recovery that is promised: who is not ready by then never will be. */
const NEVER_MS = 10 * MINUTE
/** Ready is who stays so. */
const STAYS_MS = 30 * SECOND
const HELD_WITHIN_MS = 150 * MINUTE
/** A sign of an outage is seen a while after it. */
const AFTER_MS = 15 * SECOND

/** One outage against the whole bot over memory sockets, in virtual time. */
export async function play(sample: Sample): Promise<Outcome> {
  const { lead, leadMs, scenario } = sample
  const stage = new Stage(sample)
  const { clock } = stage
  const stop = () =>
    playScenario({ gateway: stage.gateway, clock, local: stage.local, log: stage.note }, scenario)
  if (lead === 'before-start') {
    stop()
    await wait(clock, leadMs)
    stage.startBot()
  } else {
    stage.startBot()
    if (lead === 'held') await held(stage)
    await wait(clock, leadMs)
    stop()
  }
  await afterwards(stage, sample)
  return judged(stage, sample)
}

async function held(stage: Stage): Promise<void> {
  const until = stage.clock.now() + HELD_WITHIN_MS
  while (!stage.holds && stage.clock.now() < until) await wait(stage.clock, SECOND)
}

/** To the end of it, and on until the bot is ready for good, or long after. */
async function afterwards(stage: Stage, { operator, durationMs }: Sample): Promise<void> {
  const { clock } = stage
  // No fault outlives this; without it a step that never begins would never end.
  const limit = clock.now() + durationMs + 30 * MINUTE
  if (operator !== null) {
    await wait(clock, 2 * SECOND)
    stage.say(operator)
  }
  while (stage.endedAt === null && clock.now() < limit) await wait(clock, SECOND)
  const until = clock.now() + NEVER_MS
  while (clock.now() < until && !stage.isSettled(STAYS_MS)) await wait(clock, SECOND)
}

function wait(clock: VirtualClock, ms: number): Promise<void> {
  return clock.runUntil((clock.now() + ms) as EpochMs)
}

function judged(stage: Stage, sample: Sample): Outcome {
  const { seed, kind, label, momentary } = sample
  const begin = stage.beganAt ?? stage.clock.now()
  const end = stage.endedAt ?? stage.clock.now()
  const overlaps = incidentsOf(stage.journal.read()).filter(
    (each) => overlap(each, begin, end + AFTER_MS) > 0,
  )
  const [longest] = overlaps.toSorted(
    (a, b) => overlap(b, begin, end + AFTER_MS) - overlap(a, begin, end + AFTER_MS),
  )
  const verdict = longest === undefined ? null : verdictText(longest.incident.verdict)
  const wellAt = momentary ? (stage.firstUnreadyAt ?? end) : end
  const readyAt = stage.readyFrom(wellAt)
  return {
    seed,
    kind,
    label,
    verdict,
    namedAfterMs: longest === undefined ? null : namedAt(longest) - begin,
    saysPacing: overlaps.some(({ incident }) => incident.verdict.name === 'PACING'),
    incidents: overlaps.length,
    durationMs: end - begin,
    interrupted: stage.firstUnreadyAt !== null,
    // Who is not ready any more a while after it, because of it, had found no way around it.
    wentAround:
      !momentary && stage.firstUnreadyAt !== null && stage.wasReadyAt(end) && readyAt === end,
    recoveredMs: readyAt === null ? null : readyAt - wellAt,
    lingered: stage.lingered,
    unexplained: stage.isUnexplained,
    closestConnectsMs: stage.closestConnectsMs,
    told: [...overlaps.flatMap(textOf), ...stage.gates.slice(-6)],
  }
}

/** When the verdict was told that stands at the end. */
function namedAt({ incident, openedAt }: IncidentRecord): number {
  const last = incident.timeline.findLast(({ text }) => text.startsWith('verdict '))
  return Math.max(openedAt, last?.at ?? openedAt)
}

function overlap({ incident, endedAt }: IncidentRecord, begin: number, end: number): number {
  return Math.min(end, endedAt ?? end) - Math.max(begin, incident.since)
}

function textOf({ incident, endedAt }: IncidentRecord): readonly string[] {
  const at = (moment: number): string => new Date(moment).toISOString().slice(11, 23)
  const ended = endedAt === null ? 'open' : `ended ${at(endedAt)}`
  return [
    `${at(incident.since)} ${incident.symptom}: ${verdictText(incident.verdict)}, ${ended}`,
    ...incident.timeline.map((each) => `  ${at(each.at)} ${each.text}`),
    ...incident.evidence.map((line) => `    ${line}`),
  ]
}
