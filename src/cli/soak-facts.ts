import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Ticker } from '../domain/contract.ts'
import { CLEARED } from '../ibkr/diagnosis/incident-tracker.ts'
import { readJournal } from '../journal/sqlite.ts'
import { barsOf } from '../validation/facts.ts'
import type { RunFacts, Setup } from '../validation/facts.ts'
import { noticedIn, outagesOf, type Planted } from '../validation/outages.ts'
import { lengthOf, minutesOf } from '../validation/plan.ts'
import type { Tally } from '../validation/tally.ts'
import { CommandError } from './exit-codes.ts'
import type { GatewayCounters } from './soak-pair.ts'
import type { StateFolder } from './state-folder.ts'

export interface Soaked {
  readonly setup: Setup
  readonly state: StateFolder
  readonly tally: Tally
  readonly from: EpochMs
  readonly to: EpochMs
  /** That the Gateway was sent between the two. */
  readonly requests: number
  readonly counters: GatewayCounters
  readonly planted: readonly Planted[]
  readonly isWhole: boolean
}

interface Decided {
  readonly symbol: Ticker
  readonly barStart: EpochMs
  readonly at: EpochMs
}

/** The last bar is decided within seconds. */
const LATE_MS = 15_000
const MINUTE_MS = 60_000

/** What it all came to; the journal is read once the bot has left it. */
export function soakFacts(of: Soaked): RunFacts {
  const { setup, tally, from, to, planted } = of
  const entries = readJournal(of.state.journal)
  if (!entries.ok) throw new CommandError('journal', entries.error.detail)
  const decided = entries.value.flatMap(({ at, event }): readonly Decided[] =>
    event.type === 'CycleEnded'
      ? [{ at, symbol: event.outcome.symbol, barStart: event.outcome.barStart }]
      : [],
  )
  const stretch = { from, to: (to - LATE_MS) as EpochMs }
  const minutes = minutesOf([stretch])
  const noticed = noticedIn(entries.value, CLEARED)
  withCycles(tally, decided)
  const { violations, historicalRequests } = of.counters
  if (violations > tally.violations.length) {
    tally.remark('violations', { at: to, text: `${violations} counted by the Gateway` })
  }
  const period = { from, to, stretches: [stretch], marketMs: lengthOf([stretch]) }
  return {
    setup,
    tally,
    periods: [{ ...period, historicalRequests, orderFrames: 0 }],
    interrupted: !of.isWhole,
    bars: barsOf(new Map(setup.symbols.map((symbol) => [symbol, minutes])), decided),
    cycles: decided.length,
    tradingDays: 1,
    outages: outagesOf({ planted, noticed, linkUps: [] }),
    trades: null,
    soak: {
      messagesPerSecond: of.requests / Math.max(1, (to - from) / 1_000),
      resumed: planted.flatMap((each) => resumedAfter(each, { decided, symbols: setup.symbols })),
    },
  }
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
