import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import { CLEARED } from '../ibkr/diagnosis/incident-tracker.ts'
import type { Entry } from '../journal/rows.ts'
import { walkJournal } from '../journal/sqlite.ts'
import { barsOf } from '../validation/facts.ts'
import type { RunFacts, Setup } from '../validation/facts.ts'
import { noticedIn, outagesOf, type Planted } from '../validation/outages.ts'
import { lengthOf, minutesOf, openFrom, type Stretch } from '../validation/plan.ts'
import type { Tally } from '../validation/tally.ts'
import type { GatewayCounters } from './soak-pair.ts'
import type { StateFolder } from './state-folder.ts'

export interface Soaked {
  readonly setup: Setup
  readonly state: StateFolder
  readonly tally: Tally
  readonly from: EpochMs
  readonly to: EpochMs
  /** What the Gateway was sent while the market was open, and how long that was watched. */
  readonly load: Load
  readonly counters: GatewayCounters
  readonly planted: readonly Planted[]
  readonly isWhole: boolean
}

export interface Load {
  requests: number
  ms: number
}

interface Decided {
  readonly symbol: Ticker
  readonly barStart: EpochMs
  readonly at: EpochMs
}

/** The last bar is decided within seconds. */
const LATE_MS = 15_000
/** After a fault what was missed is asked for and decided. */
const CAUGHT_UP_MS = 120_000
const MINUTE_MS = 60_000

/** What it all came to; the journal is read once the bot has left it. */
export function soakFacts(of: Soaked): RunFacts {
  const { setup, tally, from, to, planted, load } = of
  const { decided, told } = journaled(of)
  const stretches = openFrom(from, decidedUntil(of) - from)
  const minutes = minutesOf(stretches)
  const noticed = noticedIn(told, CLEARED)
  withCycles(tally, decided)
  const { violations, historicalRequests } = of.counters
  if (violations > tally.violations.length) {
    tally.remark('violations', { at: to, text: `${violations} counted by the Gateway` })
  }
  const period = { from, to, stretches, marketMs: lengthOf(stretches) }
  return {
    setup,
    tally,
    periods: [{ ...period, historicalRequests, orderFrames: 0 }],
    interrupted: !of.isWhole,
    bars: barsOf(new Map(setup.symbols.map((symbol) => [symbol, minutes])), decided),
    cycles: decided.length,
    tradingDays: stretches.length,
    outages: outagesOf({ planted, noticed, linkUps: [] }),
    trades: null,
    soak: {
      messagesPerSecond: load.requests / Math.max(1, load.ms / 1_000),
      resumed: planted
        .filter(({ healedAt }) => isFollowed(healedAt, stretches))
        .flatMap((each) => resumedAfter(each, { decided, symbols: setup.symbols })),
    },
  }
}

/** Of a run that was stopped in a fault, or soon after one, its bars may have been on their way. */
function decidedUntil({ to, planted, isWhole }: Soaked): number {
  const last = planted.findLast(({ healedAt }) => healedAt === null || to - healedAt < CAUGHT_UP_MS)
  return Math.min(to - LATE_MS, isWhole ? Infinity : (last?.beganAt ?? Infinity))
}

/** Of days of events only what the report is about; what cannot be read is a defect of ours. */
function journaled({ state, tally, to }: Soaked): {
  readonly decided: readonly Decided[]
  readonly told: readonly Entry[]
} {
  const decided: Decided[] = []
  const told: Entry[] = []
  const read = walkJournal(state.journal, (entry) => {
    const { at, event } = entry
    if (event.type.startsWith('Incident')) told.push(entry)
    if (event.type !== 'CycleEnded') return
    decided.push({ at, symbol: event.outcome.symbol, barStart: event.outcome.barStart })
  })
  if (!read.ok) tally.remark('defects', { at: to, text: read.error.detail })
  return { decided, told }
}

/** A bar began after it, and ended before the market closed or all was over. */
function isFollowed(healedAt: EpochMs | null, stretches: readonly Stretch[]): boolean {
  if (healedAt === null) return false
  return stretches.some(({ from, to }) => healedAt >= from && healedAt <= to - 2 * MINUTE_MS)
}

/** Until the last of the symbols had decided a bar that closed after the fault was over. */
function resumedAfter(
  { name, healedAt }: Planted,
  {
    decided,
    symbols,
  }: { readonly decided: readonly Decided[]; readonly symbols: readonly Ticker[] },
) {
  if (healedAt === null) return []
  const firsts = symbols.map((symbol) =>
    decided.find((each) => each.symbol === symbol && barEnd(each.barStart, '1m') > healedAt),
  )
  const times = firsts.map((first) => (first === undefined ? Infinity : first.at - healedAt))
  const most = Math.max(...times)
  return [{ name, afterMs: Number.isFinite(most) ? most : null }]
}

/** Of the minute before each point: the journal knows, nobody counted. */
function withCycles(tally: Tally, decided: readonly Decided[]): void {
  const points = tally.points.map((point) => {
    const since = point.at - MINUTE_MS
    return { ...point, cycles: decided.filter(({ at }) => at > since && at <= point.at).length }
  })
  tally.points.splice(0, tally.points.length, ...points)
}
