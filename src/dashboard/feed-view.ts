import type { EpochMs } from '../base/clock.ts'
import { maskedAccounts } from '../base/masked.ts'
import type { Account } from '../domain/account.ts'
import { newYorkDate, nextSession, sessionOf } from '../domain/calendar.ts'
import type { Session } from '../domain/calendar.ts'
import { exclusionLines, verdictText } from '../domain/incident.ts'
import type { Incident, VerdictName } from '../domain/incident.ts'
import type { Money } from '../domain/money.ts'
import type { StructureId } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { Gauges } from '../engine/budget.ts'
import type { Vitals } from '../engine/health.ts'
import { dayLoss } from '../risk/checks.ts'
import type { LimitUse } from '../risk/limits-in-use.ts'
import type { State } from '../trading/state.ts'
import { alarmsOf } from './feed-alarms.ts'
import type { DayLoss } from './feed-alarms.ts'
import { healthView, symbolViews } from './feed-health.ts'
import type { Decided, ProcessFacts } from './feed-health.ts'
import {
  foreignViews,
  ledgerShown,
  orderViews,
  positionViews,
  protectionView,
  structureViews,
} from './feed-held.ts'
import { dollarsText } from './feed-texts.ts'
import type { DayView, EquityView, IncidentView, MarketView, View } from './view.ts'

/** Everything a view is made of. It reads and changes nothing. */
export interface Shown {
  readonly at: EpochMs
  readonly version: string
  readonly isSimulated: boolean
  readonly speed: number | null
  readonly state: State
  readonly vitals: Vitals
  readonly gauges: Gauges
  /** Of our own limits; they are given, because they need not be counted with every view. */
  readonly limits: readonly LimitUse[]
  readonly quoteOf: (id: StructureId) => Quote | null
  readonly decided: ReadonlyMap<string, Decided>
  readonly process: ProcessFacts
  readonly remedyOf: (verdict: VerdictName) => string
}

/** What the dashboard shows, true of one `seq`. */
export function viewOf(shown: Shown): View {
  const { at, state, vitals, gauges, quoteOf } = shown
  const loss = lossOf(shown)
  const { tradingState, levelCause, flattenWaits, armedOn } = state
  const alarms = alarmsOf({ state, vitals, at, loss, remedyOf: shown.remedyOf })
  return {
    seq: state.seq,
    at,
    version: shown.version,
    mode: state.mode,
    account: maskedAccounts(state.accountId),
    isSimulated: shown.isSimulated,
    speed: shown.speed,
    market: marketView(at),
    level: { state: tradingState, cause: levelCause, flattenWaits, armedOn },
    gates: state.gates.map((of) => ({ ...of, reason: maskedAccounts(of.reason) })),
    link: state.link,
    epoch: state.epoch,
    equity: state.account === null ? null : equityView(state.account),
    day: dayView(shown, loss),
    reconciledAt: vitals.reconciledAt,
    journal: null, // the thread that reads it says so
    protection: protectionView(state, vitals),
    structures: structureViews(state, quoteOf),
    positions: positionViews(state),
    orders: orderViews(state),
    foreignOrders: foreignViews(state),
    incidents: [...state.incidents.values()].map((incident) =>
      incidentView(incident, { endedAt: null, remedyOf: shown.remedyOf }),
    ),
    health: healthView(vitals, gauges, shown.process),
    limits: shown.limits,
    symbols: symbolViews(gauges, shown.decided),
    alarms: alarms.map((of) => ({ ...of, text: maskedAccounts(of.text) })),
  }
}

/** Only of the date it is: yesterday's baseline says nothing of today. */
function lossOf({ at, state, gauges }: Shown): DayLoss | null {
  const rules = gauges.rules()
  if (rules === null || state.baseline?.date !== newYorkDate(at)) return null
  return dayLoss(state, rules.limits.dailyLossPctMax)
}

export function marketView(at: EpochMs): MarketView {
  const date = newYorkDate(at)
  const today = sessionOf(date)
  const session = today !== null && at < today.close ? today : nextSession(date)
  const isOpen = session !== null && session.open <= at && at < session.close
  const hours = session === null ? null : { open: session.open, close: session.close }
  return { isOpen, session: hours, isEarlyClose: session !== null && isEarly(session) }
}

/** Regular hours are six and a half; half days end at 13:00. */
const REGULAR_MS = 23_400_000

function isEarly({ open, close }: Session): boolean {
  return close - open < REGULAR_MS
}

function equityView(account: Account): EquityView {
  return {
    netLiquidation: dollarsText(account.netLiquidation),
    availableFunds: dollarsText(account.availableFunds),
    settledCash: dollarsText(account.settledCash),
    kind: account.kind,
    at: account.at,
  }
}

function dayView({ at, state }: Shown, loss: DayLoss | null): DayView {
  const { realized, commissions } = ledgerShown(state.fills, state.commissions)
  const date = newYorkDate(at)
  const { account } = state
  // With the link down the broker's last word may be of yesterday.
  const said = account !== null && newYorkDate(account.at) === date ? account : null
  const pnl = said?.dailyPnl ?? null
  const baseline = state.baseline?.date === date ? state.baseline.amount : null
  const lost = loss === null ? null : (Math.max(0, loss.lost) as Money)
  return {
    date,
    at: pnl === null || said === null ? null : said.at,
    pnl: orNull(pnl),
    realizedEver: dollarsText(realized),
    commissionsEver: dollarsText(commissions),
    baseline: orNull(baseline),
    lost: orNull(lost),
    lossMax: orNull(loss?.max ?? null),
  }
}

function orNull(amount: Money | null): string | null {
  return amount === null ? null : dollarsText(amount)
}

export function incidentView(
  incident: Incident,
  of: { readonly endedAt: EpochMs | null; readonly remedyOf: (verdict: VerdictName) => string },
): IncidentView {
  const { id, symptom, since, verdict, evidence, timeline, tried } = incident
  const plain = (texts: readonly string[]) => texts.map(maskedAccounts)
  return {
    id,
    symptom: maskedAccounts(symptom),
    since,
    endedAt: of.endedAt,
    verdict: verdict.name,
    verdictText: verdictText(verdict),
    evidence: plain(evidence),
    excluded: plain(exclusionLines(verdict)),
    missing: plain(verdict.missing),
    timeline: timeline.map(({ at, text }) => ({ at, text: maskedAccounts(text) })),
    tried,
    remedy: of.remedyOf(verdict.name),
  }
}
