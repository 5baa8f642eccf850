import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import { CLEARED } from '../ibkr/diagnosis/incident-tracker.ts'
import { readJournal } from '../journal/sqlite.ts'
import { barsOf } from '../validation/facts.ts'
import type { Period, RunFacts, Setup } from '../validation/facts.ts'
import { noticedIn, outagesOf, type Noticed } from '../validation/outages.ts'
import { lengthOf, type Stretch } from '../validation/plan.ts'
import { CommandError } from './exit-codes.ts'
import type { Watch } from './validate-watch.ts'
import type { ValidateWorld } from './validate-world.ts'

export interface Seen {
  readonly setup: Setup
  readonly world: ValidateWorld
  readonly watch: Watch
  /** Of all processes that watched, this one last. */
  readonly periods: readonly Period[]
  readonly stretches: readonly Stretch[]
  readonly interrupted: boolean
}

/** What it all came to; the journal is read back from its file. */
export function factsOf(seen: Seen): RunFacts {
  const { setup, world, watch, periods, stretches, interrupted } = seen
  const entries = readJournal(world.journalPath)
  if (!entries.ok) throw new CommandError('journal', entries.error.detail)
  const decided = entries.value.flatMap(({ event }) =>
    event.type === 'CycleEnded' ? [event.outcome] : [],
  )
  const noticed = noticedIn(entries.value, CLEARED).map((each) => endedWith(each, periods))
  const open = noticed.find(({ clearedAt }) => clearedAt === null)
  const judged = open === undefined ? stretches : upTo(stretches, endOf(open, world))
  const outages = outagesOf({ planted: world.planted(), noticed, linkUps: watch.linkUps })
  const dates = new Set(stretches.map(({ from }) => newYorkDate(from)))
  return {
    setup,
    periods,
    interrupted,
    outages,
    tally: watch.tally,
    bars: barsOf(world.closed(judged), decided),
    cycles: watch.cycles,
    tradingDays: dates.size,
    trades: world.trades(),
  }
}

/** An incident that was open when its process ended is over with it, as far as is known. */
function endedWith(noticed: Noticed, periods: readonly Period[]): Noticed {
  if (noticed.clearedAt !== null) return noticed
  const own = periods.slice(0, -1).findLast(({ from }) => noticed.since >= from)
  return own === undefined || noticed.since > own.to ? noticed : { ...noticed, clearedAt: own.to }
}

/** What somebody else broke and did not mend yet is no reason to miss a bar. */
function endOf({ since }: Noticed, { planted }: ValidateWorld): EpochMs {
  return planted().length > 0 ? (Infinity as EpochMs) : since
}

function upTo(stretches: readonly Stretch[], until: EpochMs): readonly Stretch[] {
  return stretches
    .map(({ from, to }) => ({ from, to: Math.min(to, until) as EpochMs }))
    .filter(({ from, to }) => from < to)
}

/** One process that watched, as it stands now. */
export function periodOf(
  { data }: ValidateWorld,
  of: { readonly from: EpochMs; readonly to: EpochMs; readonly stretches: readonly Stretch[] },
): Period {
  const { historicalRequests, orderFramesSent } = data.counters
  const marketMs = lengthOf(of.stretches)
  return { ...of, marketMs, historicalRequests, orderFrames: orderFramesSent }
}
