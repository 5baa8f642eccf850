import type { Cancel, EpochMs } from '../../base/clock.ts'
import { restartWindowAt } from '../../domain/restart-windows.ts'
import { verdictText, VERDICTS } from '../../domain/incident.ts'
import type { Attempted, Incident, Verdict } from '../../domain/incident.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { Told } from '../../trading/input.ts'
import type { CanaryAnswer } from './canary.ts'
import { verdictOf } from './diagnosis.ts'
import { evidenceOf } from './evidence-of.ts'
import { evidenceLines, incidentLine } from './incident-text.ts'
import { nextStep } from './ladder.ts'
import { isNumbered, NO_LINE } from './probe-question.ts'
import type { Step, Taken } from './ladder.ts'
import { classOf } from '../session/breakers.ts'
import type { RequestRecord } from './request-log.ts'
import { SessionMemory } from './session-memory.ts'
import { feedsProven, isMute, ORDERS_SILENT, symptomsOf } from './symptoms.ts'
import type { Sight, Symptom } from './symptoms.ts'

/** What the tracker can do, and whom it tells. */
export interface TrackerOptions {
  readonly sight: Sight
  /** Asks on a connection of its own; null: the first question there is. */
  readonly canary: (of: RequestRecord | null, done: (answer: CanaryAnswer) => void) => void
  /** On our own session; what comes of it shows in the log of requests. */
  readonly retry: (of: RequestRecord, done: (answered: boolean) => void) => boolean
  /** Streams that have told nothing since then, monotonic. */
  readonly resubscribe: (since: number) => void
  readonly queryOrders: () => void
  /** What failed was seen working: what was asked before was missed for a cause that is over. */
  readonly cleared: () => void
  /** Those that answer nothing, or all of them. */
  readonly reconnect: (which: 'mute' | 'all', reason: string) => void
  /** Null: no hook is configured, or it was used too recently. */
  readonly restartGateway: (() => void) | null
  readonly mayRestart: () => boolean
  readonly tell: (phase: 'opened' | 'updated' | 'ended', of: Incident, notice: Told | null) => void
  /** The verdict that stands, and what the evidence of now says; null: none. Some gate entries. */
  readonly changed: (verdict: Verdict | null, now: Verdict | null) => void
}

/** Of an outage, without a break: what it was found to be, and how long it was. */
interface Stretch {
  readonly verdict: Verdict
  readonly evidence: readonly string[]
  readonly ms: number
}

interface Current {
  /** Monotonic. */
  readonly since: number
  readonly symptom: string
  readonly sinceAt: EpochMs
  readonly timeline: { readonly at: EpochMs; readonly text: string }[]
  readonly tried: Attempted[]
  taken: Taken[]
  /** When this stretch began, monotonic; there is one more for each time it came back. */
  stretchSince: number
  /** Of those before this one; null: this is the first. */
  longest: Stretch | null
  /** Of this stretch. */
  verdict: Verdict
  /** The longest of all, which is told. */
  named: Stretch
  /** By the evidence of now alone. */
  now: Verdict
  /** What would decide, by the evidence of now. */
  missing: string
  evidence: readonly string[]
  /** When it was judged last, and by which signs. */
  judgedAt: number
  signs: string
  opened: boolean
  canaryAsked: boolean
  /** When the last symptom went; null: there are some. */
  clearSince: number | null
  /** Since when a person may count on being told, monotonic. */
  pageFrom: number
}

/** How a timeline says that the last sign is gone. */
export const CLEARED = 'no sign of it any more'
const LOOK_MS = 1_000
/** What is over comes back within this time, or with what was asked meanwhile, or not at all. */
const CLEAR_MS = 10_000
/** An incident is kept open for what was asked meanwhile no longer than this. */
const AWAITED_MS_MAX = 60_000
/** What is answered is answered by then. */
const ANSWERED_MS = 3_000
/** Services whose silence is a sign; of quotes it may be nobody who quotes. */
const AWAITED: ReadonlySet<RequestClass> = new Set<RequestClass>([
  'history',
  'contracts',
  'orders',
  'account',
])
/** Without confirmation a soft symptom is told as what it is, in time (P16). */
const CONFIRM_MS = 20_000
/** From then on a verdict is looked at again so often. */
const LONG_MS = 600_000
const LONG_LOOK_MS = 10_000
const TIMELINE_MAX = 60
/** How long what was asked again may take; its own deadline is longer than a verdict may. */
const RETRY_MS = 8_000

/** Looks each second, and after every notice: opens, judges, acts, and closes with a proof. */
export class IncidentTracker {
  readonly #options: TrackerOptions
  readonly #memory: SessionMemory
  #current: Current | null = null
  #stop: Cancel = () => undefined
  #dueMs = 0

  constructor(options: TrackerOptions) {
    this.#options = options
    this.#memory = new SessionMemory(options.sight)
  }

  start(): void {
    const { clock } = this.#options.sight
    this.#dueMs = clock.monotonicMs() + LOOK_MS
    const turn = (): void => {
      this.#memory.timerCame(clock.monotonicMs() - this.#dueMs)
      this.look()
      this.#dueMs = clock.monotonicMs() + LOOK_MS
      this.#stop = clock.after(LOOK_MS, turn)
    }
    this.#stop = clock.after(LOOK_MS, turn)
  }

  stop(): void {
    this.#stop()
  }

  /** What is known of the one that is open; null: none is. */
  get incident(): Incident | null {
    return this.#current?.opened === true ? incidentOf(this.#current) : null
  }

  /** Something that a person should hear of the one that is open. */
  alert(notice: Told): void {
    if (this.#current !== null) this.#update(this.#current, notice)
  }

  look(): void {
    const { sight } = this.#options
    const now = sight.clock.monotonicMs()
    const symptoms = symptomsOf(sight)
    this.#memory.look(this.#current !== null || symptoms.length > 0)
    const proofs = sight.sessions.flatMap(({ watch }) => watch.orders.takeProofs())
    for (const proof of proofs) if (this.#current !== null) this.#note(this.#current, proof)
    const [first] = symptoms
    if (first === undefined) return this.#quiet(now)
    const current = this.#current ?? this.#begin(first)
    this.#current = current
    const { clearSince, timeline } = current
    const isNew = timeline.every(({ text }) => text !== first.name)
    if (clearSince !== null && now - clearSince >= CLEAR_MS && isNew) this.#turns(current, first)
    if (current.clearSince !== null && current.opened)
      this.#options.changed(current.verdict, current.now)
    current.clearSince = null
    if (this.#isJudgedAgain(current, symptoms, now)) this.#judge(current, symptoms)
    this.#openOnce(current, symptoms)
    this.#climb(current)
  }

  /** Each second at first; what has lasted for minutes changes with a new sign, or slowly. */
  #isJudgedAgain(current: Current, symptoms: readonly Symptom[], now: number): boolean {
    const signs = symptoms.map(({ name }) => name).join()
    const isOld = now - current.since > LONG_MS && now - current.judgedAt < LONG_LOOK_MS
    if (isOld && signs === current.signs) return false
    current.judgedAt = now
    current.signs = signs
    return true
  }

  #begin(symptom: Symptom): Current {
    const { clock } = this.#options.sight
    const now = clock.monotonicMs()
    const since = Math.min(now, symptom.since)
    const sinceAt = (clock.now() - (now - since)) as EpochMs
    this.#memory.begin(since)
    const verdict = verdictOf(evidenceOf(this.#options.sight, this.#memory.kept()))
    return {
      since,
      symptom: symptom.name,
      sinceAt,
      timeline: [],
      tried: [],
      taken: [],
      evidence: [],
      judgedAt: now,
      signs: '',
      opened: false,
      canaryAsked: false,
      clearSince: null,
      pageFrom: since,
      stretchSince: since,
      longest: null,
      verdict,
      named: { verdict, evidence: [], ms: 0 },
      now: verdict,
      missing: '',
    }
  }

  /**
   * One outage, though it looked over: the connection is back, and then its bars do not come. What
   * is wrong by now is found from what is seen by now; the longest stretch names all of it.
   */
  #turns(current: Current, { since }: Symptom): void {
    const { sight } = this.#options
    current.longest = current.named
    current.stretchSince = Math.min(sight.clock.monotonicMs(), since)
    current.taken = current.taken.filter(({ step }) => step !== 'retry' && step !== 'canary')
    current.canaryAsked = false
    this.#memory.end()
    this.#memory.begin(current.stretchSince)
    current.verdict = verdictOf(evidenceOf(sight, this.#memory.kept()))
    current.now = current.verdict
    current.evidence = []
  }

  /** What was determined stays, until other evidence determines something else. */
  #judge(current: Current, symptoms: readonly Symptom[]): void {
    const { sight } = this.#options
    const evidence = evidenceOf(sight, this.#memory.kept())
    const verdict = verdictOf(evidence)
    for (const { name } of symptoms) this.#note(current, name)
    if (restartWindowAt(sight.restartWindows, evidence.at) !== null) {
      current.pageFrom = sight.clock.monotonicMs()
    }
    current.missing = verdict.missing.join()
    const isOther = titleOf(verdict) !== titleOf(current.now)
    current.now = verdict
    if (isOther && current.opened) this.#options.changed(current.verdict, verdict)
    const keeps = !supersedes(verdict, current.verdict)
    if (!keeps) current.evidence = evidenceLines(evidence)
    if (!keeps) current.verdict = verdict
    const before = titleOf(current.named.verdict)
    const ms = sight.clock.monotonicMs() - current.stretchSince
    current.named = longer(current.longest, {
      verdict: current.verdict,
      evidence: current.evidence,
      ms,
    })
    if (titleOf(current.named.verdict) === before) return
    this.#note(current, `verdict ${verdictText(current.named.verdict)}`)
    this.#update(current, null)
  }

  #openOnce(current: Current, symptoms: readonly Symptom[]): void {
    if (current.opened) return
    const age = this.#options.sight.clock.monotonicMs() - current.since
    const decided = current.verdict.name !== 'UNDETERMINED'
    if (!symptoms.some(({ hard }) => hard) && !decided && age < CONFIRM_MS) return
    current.opened = true
    const incident = incidentOf(current)
    const level = current.verdict.name === 'NO_DATA_EXPECTED' ? 'info' : 'warning'
    this.#options.tell('opened', incident, { level, message: incidentLine(incident) })
    this.#options.changed(current.verdict, current.now)
  }

  #climb(current: Current): void {
    const { sight, mayRestart } = this.#options
    const now = sight.clock.monotonicMs()
    this.#probe(current, now - current.since)
    if (!current.opened) return
    const step = nextStep({
      verdict: current.verdict.name,
      scoped: current.verdict.scope !== null,
      ageMs: now - current.since,
      pageAgeMs: now - current.pageFrom,
      taken: current.taken,
      connected: sight.sessions.some(
        ({ link: { connection } }) =>
          connection !== null && (!isOfSession(current.verdict) || isMute(connection)),
      ),
      mayRestart: mayRestart(),
    })
    if (step !== null) this.#attempt(current, step, now - current.since)
  }

  /** A question that would have told more could not be asked: the record says so, once. */
  skipped(why: string): void {
    const current = this.#current
    if (current === null || current.timeline.some(({ text }) => text === why)) return
    this.#note(current, why)
    this.#update(current, null)
  }

  /** What would decide is asked at once; a feed that is only quiet is asked about here first. */
  #probe(current: Current, atMs: number): void {
    const { missing, canaryAsked, taken } = current
    const quiet = /once more/.test(missing)
    const failing = this.#memory.unanswered()
    const retried = taken.some(({ step }) => step === 'retry')
    if (!retried && isAskedAgain(failing) && missing !== '') this.#attempt(current, 'retry', atMs)
    if (canaryAsked || quiet || !/canary/.test(missing)) return
    this.#attempt(current, 'canary', atMs)
  }

  #retried(current: Current, answered: boolean): void {
    if (this.#current !== current || this.#memory.retried !== null) return
    const { sight, resubscribe } = this.#options
    this.#memory.retried = answered
    this.#note(current, `asked again: ${answered ? 'answered' : 'not answered'}`)
    if (answered && feedsProven(sight)) resubscribe(current.since)
    this.look()
  }

  #canaryAnswered(current: Current, answer: CanaryAnswer): void {
    if (this.#current !== current) return
    if (answer.answered === null) return this.skipped(NO_LINE)
    this.#memory.canary = answer
    this.#note(current, `canary ${answer.answered ? 'answered' : 'not answered'}`)
    this.look()
  }

  #attempt(current: Current, step: Step, atMs: number): void {
    const { sight, retry, canary, queryOrders, reconnect, restartGateway } = this.#options
    const failing = this.#memory.unanswered()
    current.taken.push({ step, atMs })
    // There is nothing that could be asked again, or it is being asked.
    if (step === 'retry' && !isAskedAgain(failing)) return
    if (step === 'canary' && current.canaryAsked) return
    current.canaryAsked ||= step === 'canary'
    current.tried.push({ at: sight.clock.now(), step })
    this.#note(current, step)
    if (step === 'page') return this.#page(current)
    if (current.opened) this.#update(current, null)
    if (step === 'retry' && isAskedAgain(failing)) {
      if (!retry(failing, (answered) => this.#retried(current, answered))) this.skipped(NO_LINE)
      else sight.clock.after(RETRY_MS, () => this.#retried(current, false))
    }
    if (step === 'canary') canary(failing, (answer) => this.#canaryAnswered(current, answer))
    if (step === 'query-orders') queryOrders()
    if (step === 'reconnect') {
      const which = isOfSession(current.verdict) ? 'mute' : 'all'
      reconnect(which, `${verdictText(current.verdict)}: a new connection`)
    }
    if (step === 'restart-gateway') restartGateway?.()
  }

  #page(current: Current): void {
    const message = incidentLine(incidentOf(current))
    this.#update(current, { level: 'critical', message })
  }

  #update(current: Current, notice: Told | null): void {
    if (!current.opened) return
    this.#options.tell('updated', incidentOf(current), notice)
    if (current.clearSince === null) this.#options.changed(current.verdict, current.now)
  }

  #quiet(now: number): void {
    const current = this.#current
    if (current === null) return
    if (current.clearSince === null) {
      current.clearSince = now
      this.#note(current, CLEARED)
      // Entries wait for what is wrong, and not for the record of it to be closed.
      if (current.opened) this.#options.changed(null, null)
      if (current.opened) this.#options.cleared()
    }
    // What never was told needs no end to be told.
    if (current.opened && now - current.clearSince < CLEAR_MS) return
    if (current.opened && now - current.clearSince < AWAITED_MS_MAX && this.#awaits(now)) return
    if (current.opened && this.#owesCancels(current)) return
    this.#current = null
    this.#memory.end()
    if (!current.opened) return
    const seconds = Math.round((current.clearSince - current.since) / 1_000)
    const incident = incidentOf(current)
    const message = `incident over after ${seconds} s: ${verdictText(incident.verdict)}`
    this.#options.tell('ended', incident, { level: 'info', message })
    this.#options.changed(null, null)
  }

  /** No answer yet, and none missed for good: whether it is over shows when one comes. */
  #awaits(now: number): boolean {
    const { log } = this.#options.sight
    if ([...AWAITED].some((of) => log.silence(of) !== null)) return true
    return [...log.open].some(({ kind, connection, writtenAt, matchedAt }) => {
      const of = classOf(kind)
      if (of === null || !AWAITED.has(of) || connection === 'canary') return false
      return writtenAt !== null && matchedAt === null && now - writtenAt >= ANSWERED_MS
    })
  }

  /** The end of a connection, or of the hours of trading, answers no cancel that was a sign. */
  #owesCancels({ timeline }: Current): boolean {
    if (timeline.every(({ text }) => text !== ORDERS_SILENT)) return false
    return this.#options.sight.sessions.some(({ watch }) => watch.orders.owesCancels())
  }

  /** A line when it is new. */
  #note(current: Current, text: string): void {
    if (current.timeline.length >= TIMELINE_MAX) return
    if (current.timeline.at(-1)?.text === text) return
    const isSymptom = !/verdict|canary|retry|asked|reconnect|page|sign|gateway$|query/.test(text)
    if (isSymptom && current.timeline.some((each) => each.text === text)) return
    current.timeline.push({ at: this.#options.sight.clock.now(), text })
  }
}

/** A session is silent as a whole: one that answers is not what is wrong. */
function isOfSession({ name }: Verdict): boolean {
  return OF_SESSION.has(name)
}

const OF_SESSION: ReadonlySet<Verdict['name']> = new Set<Verdict['name']>([
  'LOCAL_READER_STALLED',
  'LOCAL_WRITER_STALLED',
  'NETWORK_BLACKHOLE',
  'GATEWAY_HUNG',
])

/** A quote would cost a line that is kept for candidates. */
function isAskedAgain(failing: RequestRecord | null): failing is RequestRecord {
  return failing !== null && classOf(failing.kind) !== 'quotes' && isNumbered(failing.request)
}

/**
 * Of one incident the verdict stands that is highest in the table: what comes after a cause may
 * follow from it. A plan explains an outage only as long as its window lasts.
 */
function supersedes(now: Verdict, before: Verdict): boolean {
  if (now.name === 'UNDETERMINED') return before.name === 'UNDETERMINED'
  if (before.name === 'PLANNED_RESTART') return true
  return VERDICTS.indexOf(now.name) <= VERDICTS.indexOf(before.name)
}

function titleOf({ name, scope }: Verdict): string {
  return scope === null ? name : `${name}{${scope}}`
}

/** Of two stretches of one incident the longer names it, if it was determined. */
function longer(one: Stretch | null, other: Stretch): Stretch {
  if (one === null || one.verdict.name === 'UNDETERMINED') return other
  return other.ms > one.ms && other.verdict.name !== 'UNDETERMINED' ? other : one
}

function incidentOf(current: Current): Incident {
  const { symptom, sinceAt: since, timeline, tried } = current
  const { verdict, evidence } = current.named
  const id = `i-${since.toString(36)}`
  return { id, symptom, since, verdict, evidence, timeline: [...timeline], tried: [...tried] }
}
