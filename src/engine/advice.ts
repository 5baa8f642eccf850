import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Ticker } from '../domain/contract.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { EntrySignal, Signal } from '../domain/signal.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { heldStructures } from '../trading/alive.ts'
import { entryKey } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import type { CyclePlan } from './cycle-plan.ts'

/**
 * A bar is entered on in the first cycle after it has closed, and this late at the most (P43): what
 * was decided before this run began, or could not be, is history.
 */
const LATE_MS_MAX = 5_000

/** The last bar each strategy has judged: one that needs larger bars judges each of them once. */
export type Judged = Map<string, EpochMs>

export interface Question {
  readonly plan: CyclePlan
  readonly judged: Judged
  readonly state: State
  readonly now: EpochMs
  /** The end of the bar that is decided; later bars, if there are any, are not known yet. */
  readonly closedAt: EpochMs
}

/** What the strategies of one symbol say of one closed bar. */
export interface Advice {
  readonly entry: WantedEntrySignal | null
  readonly exits: readonly { readonly structureId: StructureId; readonly reason: string }[]
  /** What each of them said, with its numbers. */
  readonly reason: string
  /** False: none of them had the bars that it needs. */
  readonly heard: boolean
}

export interface WantedEntrySignal {
  readonly strategy: string
  readonly signal: EntrySignal
  readonly signalKey: string
}

interface Opinion {
  readonly strategy: Strategy
  readonly signal: Signal
  /** The bar it rests on; null: the bars are missing. */
  readonly bar: Bar | null
}

/** Asks every strategy; the first that wants to enter is followed, and every exit is. */
export function adviceOf(question: Question): Advice {
  const { plan, judged } = question
  const opinions = plan.strategies.map((strategy) => opinionOf(strategy, question))
  const followed = opinions.find(({ signal }) => signal.kind === 'enter')
  const isOpen = tradesNow(question)
  for (const opinion of opinions) {
    const { strategy, signal, bar } = opinion
    const outvoted = signal.kind === 'enter' && opinion !== followed
    const waits = signal.kind === 'exit' && !isOpen
    if (bar !== null && !outvoted && !waits) judged.set(strategy.name, bar.start)
  }
  return {
    entry: followed === undefined ? null : entryOf(plan, followed),
    // Nobody quotes an option outside regular hours: what would close one waits for them.
    exits: isOpen ? opinions.flatMap((opinion) => exitsOf(opinion, question)) : [],
    reason: opinions
      .map(({ strategy, signal }) => {
        const waits = signal.kind === 'exit' && !isOpen ? ' (waits for regular hours)' : ''
        return `${strategy.name} ${signal.kind}${waits}: ${signal.reason}`
      })
      .join('; '),
    heard: opinions.some(({ bar }) => bar !== null),
  }
}

function opinionOf(strategy: Strategy, question: Question): Opinion {
  const { plan, judged, state, now, closedAt } = question
  const { symbol } = plan.underlying
  const { size, count } = strategy.needs
  const known = plan.feed.closed(symbol, size, count)
  const silent = (reason: string, bar: Bar | null): Opinion => {
    return { strategy, bar, signal: { kind: 'hold', reason } }
  }
  if (!known.ok) return silent(known.error.detail, null)
  const { hours } = plan.feed
  const bars = known.value.filter(({ start }) => barEnd(start, size, hours) <= closedAt)
  const bar = bars.at(-1)
  if (bar === undefined) return silent(`no ${size} bars`, null)
  if (size !== '1m' && judged.get(strategy.name) === bar.start) {
    return silent(`no new ${size} bar`, bar)
  }
  const ageMs = closedAt - barEnd(bar.start, size, hours)
  const isLate = ageMs > plan.intervalMs + LATE_MS_MAX
  const held = heldIn(state, symbol)
  const late = (): Opinion => silent(`${size} bar closed ${ageMs / 1000} s ago`, bar)
  if (isLate && held.length === 0) return late()
  const lastEntryAt = state.lastEntryAt.get(entryKey(strategy.name, symbol)) ?? null
  const signal = strategy.evaluate({ now, symbol, bars, held, lastEntryAt })
  // A reason to leave is none the worse for having waited.
  return isLate && signal.kind !== 'exit' ? late() : { strategy, signal, bar }
}

/** Options on an index trade on for a quarter of an hour. */
const LATE_TRADING_MS = 900_000

function tradesNow({ plan, now }: Question): boolean {
  if (sessionAt(now) !== null) return true
  return plan.underlying.kind === 'index' && sessionAt((now - LATE_TRADING_MS) as EpochMs) !== null
}

/** At most one live entry for each strategy, underlying, bar close and outlook. */
function entryOf(
  { underlying, feed }: CyclePlan,
  { strategy, signal, bar }: Opinion,
): Advice['entry'] {
  if (signal.kind !== 'enter' || bar === null) return null
  const closedAt = barEnd(bar.start, strategy.needs.size, feed.hours)
  const signalKey = `${strategy.name} ${underlying.symbol} ${closedAt} ${signal.outlook}`
  return { strategy: strategy.name, signal, signalKey }
}

/** A strategy ends what it opened, and nothing else. */
function exitsOf({ strategy, signal }: Opinion, { plan, state }: Question): Advice['exits'] {
  if (signal.kind !== 'exit') return []
  return heldIn(state, plan.underlying.symbol)
    .filter((structure) => structure.strategy === strategy.name)
    .map(({ id }) => ({ structureId: id, reason: `${strategy.name}: ${signal.reason}` }))
}

function heldIn(state: State, symbol: Ticker): readonly Structure[] {
  return heldStructures(state).filter((structure) => structure.contract.symbol === symbol)
}
