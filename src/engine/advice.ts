import { barEnd } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import type { StructureId } from '../domain/order.ts'
import type { EntrySignal, Signal } from '../domain/signal.ts'
import type { Strategy } from '../strategy/strategy.ts'
import { entryKey } from '../trading/state.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { leavesOf, WAITS } from './guards.ts'
import { barsFor, heldIn, isJudged, tradesNow } from './question.ts'
import type { Question } from './question.ts'

/**
 * A bar is entered on in the first cycle after it has closed, and this late at the most (P43): what
 * was decided before this run began, or could not be, is history.
 */
const LATE_MS_MAX = 5_000

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

/**
 * Asks every strategy, and the guards of what is held; the first that wants to enter is followed,
 * and every exit is.
 */
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
  const guarded = leavesOf(question)
  const said = opinions.map(({ strategy, signal }) => {
    const waits = signal.kind === 'exit' && !isOpen ? WAITS : ''
    return `${strategy.name} ${signal.kind}${waits}: ${signal.reason}`
  })
  return {
    entry: followed === undefined ? null : entryOf(plan, followed),
    // What would close an option outside regular hours waits for them.
    exits: [
      ...guarded.leaves,
      ...(isOpen ? opinions.flatMap((opinion) => exitsOf(opinion, question)) : []),
    ],
    reason: [...said, ...guarded.text].join('; '),
    heard: opinions.some(({ bar }) => bar !== null),
  }
}

function opinionOf(strategy: Strategy, question: Question): Opinion {
  const { plan, judged, state, now, closedAt, indexAt } = question
  const { symbol } = plan.underlying
  const { size, index } = strategy.needs
  const silent = (reason: string, bar: Bar | null): Opinion => {
    return { strategy, bar, signal: { kind: 'hold', reason } }
  }
  const known = barsFor(strategy.needs, question)
  if (!known.ok) return silent(known.error, null)
  const { bars, last: bar } = known.value
  if (isJudged(strategy, judged, bar)) return silent(`no new ${size} bar`, bar)
  const ageMs = closedAt - barEnd(bar.start, size, plan.feed.hours)
  const isLate = ageMs > plan.intervalMs + LATE_MS_MAX
  const held = heldIn(question)
  const late = (): Opinion => silent(`${size} bar closed ${ageMs / 1000} s ago`, bar)
  if (isLate && held.length === 0) return late()
  const lastEntryAt = state.lastEntryAt.get(entryKey(strategy.name, symbol)) ?? null
  const level = index === undefined ? null : (indexAt?.(index) ?? null)
  const signal = strategy.evaluate({ now, symbol, bars, held, lastEntryAt, index: level })
  // A reason to leave is none the worse for having waited.
  return isLate && signal.kind !== 'exit' ? late() : { strategy, signal, bar }
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
function exitsOf({ strategy, signal }: Opinion, question: Question): Advice['exits'] {
  if (signal.kind !== 'exit') return []
  return heldIn(question)
    .filter((structure) => structure.strategy === strategy.name)
    .map(({ id }) => ({ structureId: id, reason: `${strategy.name}: ${signal.reason}` }))
}
