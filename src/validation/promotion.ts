import type { EpochMs } from '../base/clock.ts'
import type { LevelCause } from '../domain/account.ts'
import { STAGES, type PromotionRules, type Stage } from '../domain/promotion.ts'
import { unprotectedSpans } from '../journal/protection.ts'
import type { Entry } from '../journal/rows.ts'
import type { Event } from '../trading/event.ts'
import { Decisions } from './decisions.ts'

/** What begins the count anew: the bot itself said that something must not go on. */
export interface Demerit {
  readonly at: EpochMs
  readonly mode: 'paper' | 'live'
  readonly what: string
}

/** Of one journal, since the last demerit of any. */
export interface StageEvidence {
  /** Trading days with decisions in so many different minutes, three hours of them. */
  readonly days: number
  readonly decisions: number
  /** Structures that were entered and filled. */
  readonly entries: number
  readonly incidents: number
  readonly unprotectedMsMax: number
  /** What is not explained now: an open incident, a position mismatch. */
  readonly open: readonly string[]
}

export interface Promotion {
  readonly earned: Stage
  /** What counts: earned, or what the configuration puts above it. */
  readonly stage: Stage
  readonly overridden: boolean
  readonly paper: StageEvidence
  readonly live: StageEvidence
  readonly demerits: readonly Demerit[]
  /** Of the next stage. */
  readonly missing: readonly string[]
}

export interface OnRecord {
  readonly paper: readonly Entry[]
  readonly live: readonly Entry[]
  /** When `doctor` last found something wrong, and has not found all well since; null: it has. */
  readonly doctorFailedAt: EpochMs | null
}

const BAD: ReadonlySet<LevelCause> = new Set<LevelCause>([
  'invariant',
  'position-mismatch',
  'account-mismatch',
  'repeated-execution',
  'decode-drift',
  'panic',
])
/** P30: protected, or being flattened, within 30 s. */
export const UNPROTECTED_MS_MAX = 30_000
/** Different minutes, whatever the number of symbols: three hours; a half day has 210. */
const MINUTES_A_DAY = 180

type LevelChanged = Extract<Event, { type: 'TradingStateChanged' }>

/** The bot itself said that something must not go on. */
export function isDemerit(event: Event): event is LevelChanged {
  return event.type === 'TradingStateChanged' && BAD.has(event.cause)
}

/** A fold of the journals: nothing is stored, so nothing can be forgotten or edited. */
export function promotionOf(record: OnRecord, rules: PromotionRules): Promotion {
  const doctor: readonly Demerit[] =
    record.doctorFailedAt === null
      ? []
      : [{ at: record.doctorFailedAt, mode: 'paper', what: 'doctor found something wrong' }]
  const demerits = [
    ...demeritsIn(record.paper, 'paper'),
    ...demeritsIn(record.live, 'live'),
    ...doctor,
  ].sort((a, b) => a.at - b.at)
  const since = demerits.at(-1)?.at ?? null
  const paper = evidenceOf(record.paper, since)
  const live = evidenceOf(record.live, since)
  const toOne = [
    ...(doctor.length > 0 ? ['doctor must find all well again'] : []),
    ...lacking('paper', paper, { days: rules.paperDays, entries: rules.paperEntries }),
  ]
  const { oneContractDays: days, oneContractEntries: entries } = rules
  const toLive = lacking('one contract', live, { days, entries })
  const earned = toOne.length > 0 ? 'paper' : toLive.length > 0 ? 'one-contract' : 'live'
  const wanted = rules.override === 'none' ? earned : rules.override
  const overridden = STAGES.indexOf(wanted) > STAGES.indexOf(earned)
  const missing = earned === 'paper' ? toOne : toLive
  const stage = overridden ? wanted : earned
  return { earned, stage, overridden, paper, live, demerits, missing }
}

function demeritsIn(entries: readonly Entry[], mode: Demerit['mode']): readonly Demerit[] {
  const isReal = realRuns(entries)
  const halts = entries.flatMap(({ at, event }): Demerit[] => {
    if (!isDemerit(event) || !isReal(at)) return []
    return [{ at, mode, what: `${event.to}: ${event.reason}` }]
  })
  const last = entries.at(-1)?.at ?? 0
  const bare = unprotectedSpans(entries).flatMap(({ structureId, from, to }): Demerit[] => {
    const ms = (to ?? last) - from
    if (ms <= UNPROTECTED_MS_MAX || !isReal(from)) return []
    const what = `${structureId} was unprotected for ${Math.round(ms / 1000)} s`
    return [{ at: (to ?? last) as EpochMs, mode, what }]
  })
  return [...halts, ...bare]
}

function evidenceOf(all: readonly Entry[], since: EpochMs | null): StageEvidence {
  const from = since ?? -Infinity
  const isReal = realRuns(all)
  const decisions = new Decisions()
  const entryOf = new Map<string, string>()
  const entered = new Set<string>()
  const open = new Map<string, string>()
  let incidents = 0
  for (const { at, event } of all) {
    switch (event.type) {
      case 'OrderIntended': {
        const { id, role, structureId } = event.order
        if (role === 'entry') entryOf.set(id, structureId ?? id)
        break
      }
      case 'OrderFilled': {
        const structure = entryOf.get(event.fill.orderId)
        if (structure !== undefined && at > from && isReal(at)) entered.add(structure)
        break
      }
      case 'CycleEnded':
        decisions.ended(event.outcome, at > from && isReal(at))
        break
      case 'IncidentOpened':
        if (at > from && isReal(at)) incidents++
        open.set(`incident ${event.incident.id}`, `incident ${event.incident.id} is open`)
        break
      case 'IncidentEnded':
        open.delete(`incident ${event.incident.id}`)
        break
      case 'GateSet': {
        const { gate, symbol, reason } = event.set
        decisions.gated(gate, symbol)
        if (gate === 'reconcile' && symbol !== null) open.set(`${gate} ${symbol}`, reason)
        break
      }
      case 'GateCleared':
        decisions.cleared(event.gate, event.symbol)
        open.delete(`${event.gate} ${event.symbol ?? ''}`)
        break
      case 'TradingStateChanged':
        decisions.level = event.to
        break
      case 'RunStarted':
        decisions.begun()
        break
      default:
    }
  }
  const bare = unprotectedSpans(all).filter(
    ({ from: began, to }) => (to ?? Infinity) > from && isReal(began),
  )
  const last = all.at(-1)?.at ?? 0
  return {
    days: decisions.days(MINUTES_A_DAY),
    decisions: decisions.count,
    entries: entered.size,
    incidents,
    unprotectedMsMax: Math.max(0, ...bare.map(({ from: began, to }) => (to ?? last) - began)),
    open: [...open.values()],
  }
}

/** Whether the run of a moment was one at IBKR: one at a simulated Gateway is no evidence. */
function realRuns(entries: readonly Entry[]): (at: number) => boolean {
  const runs = entries.flatMap(({ at, event }) =>
    event.type === 'RunStarted' ? [{ at, isReal: event.rehearsal === undefined }] : [],
  )
  return (at) => runs.findLast((run) => run.at <= at)?.isReal ?? true
}

function lacking(
  stage: string,
  of: StageEvidence,
  needed: { readonly days: number; readonly entries: number },
): readonly string[] {
  const short = (had: number, wanted: number, what: string): readonly string[] =>
    had >= wanted ? [] : [`${wanted - had} more ${what} of ${stage} (${had} of ${wanted})`]
  return [
    ...short(of.days, needed.days, 'clean trading days'),
    ...short(of.entries, needed.entries, 'entries'),
    ...of.open.map((what) => `${stage} is not clean: ${what}`),
  ]
}
