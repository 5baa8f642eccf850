import type { LevelCause, TradingState } from '../../../src/domain/account.ts'
import { newYorkDate } from '../../../src/domain/calendar.ts'
import type { CalendarDate } from '../../../src/domain/contract.ts'
import type { Event } from '../../../src/trading/event.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

const LEVELS: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']

/**
 * I20, I21: levels only go up without a person or a new date; a date has one baseline, what the
 * broker began the day with.
 */
export function levelsLatched(): Checker {
  let latched: Latch = { level: 'active', cause: null, date: null }
  /** A person has resumed, and what that does is still being written. */
  let resuming = false
  let opened: CalendarDate | null = null
  let differs = false
  return {
    name: 'levels-latched',
    journaled({ at, event }, { gateway, plan, record, botNow }) {
      const { baselineDifferenceMax } = plan.settings.rules.limits
      const resumed = resuming
      if (event.type !== 'GateCleared') resuming = isResume(event)
      if (event.type === 'DayOpened') {
        const { date, amount, netLiquidation, dailyPnl } = event.baseline
        const again = opened === date
        opened = date
        const { dayStart } = gateway.core.state
        const broker = dayStart?.netLiquidation ?? amount
        const isRight = Math.abs(amount - broker) <= baselineDifferenceMax
        const isItsOwn = amount === netLiquidation - dailyPnl
        const says = `the baseline of ${date} is ${amount}, at the broker ${broker}`
        return unless(!again && date === newYorkDate(botNow) && isRight && isItsOwn, says)
      }
      if (event.type === 'BaselineChecked') {
        const isGated = record.gates.some(({ gate }) => gate === 'baseline')
        differs = Math.abs(event.difference) > baselineDifferenceMax && !isGated
        return null
      }
      // Of the turn that checked it, the gate is the next event.
      if (differs) {
        differs = false
        const isGated = event.type === 'GateSet' && event.set.gate === 'baseline'
        return unless(
          isGated,
          'the baseline is off by more than the tolerance, and nothing is gated',
        )
      }
      if (event.type !== 'TradingStateChanged') return null
      const before = latched
      latched = { level: event.to, cause: event.cause, date: newYorkDate(at) }
      const isLowered = LEVELS.indexOf(event.to) < LEVELS.indexOf(before.level)
      const allowed =
        !isLowered || (resumed && isResumed(event)) || isOver(before, event, newYorkDate(botNow))
      return unless(allowed, `the level went from ${before.level} to ${event.to} by ${event.cause}`)
    },
  }
}

interface Latch {
  readonly level: TradingState
  /** Why, and on which date; null: it never was set. */
  readonly cause: LevelCause | null
  readonly date: CalendarDate | null
}

type Changed = Extract<Event, { type: 'TradingStateChanged' }>

function isResume(event: Event): boolean {
  if (event.type !== 'OperatorCommanded' || event.refused !== undefined) return false
  return event.command.kind === 'resume'
}

/** A daily loss that was reached on this date outlasts the word of a person. */
function isResumed({ to, cause }: Changed): boolean {
  return cause === 'operator' ? to === 'active' : to === 'reduce-only' && cause === 'daily-loss'
}

/** Of all levels that of the daily loss ends by itself, with its New York date. */
function isOver(before: Latch, { to, cause }: Changed, today: CalendarDate): boolean {
  if (cause !== 'new-date' || to !== 'active') return false
  const { level, cause: was, date } = before
  return level === 'reduce-only' && was === 'daily-loss' && date !== null && today > date
}
