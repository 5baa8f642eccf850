import type { TradingState } from '../../../src/domain/account.ts'
import { newYorkDate } from '../../../src/domain/calendar.ts'
import type { CalendarDate } from '../../../src/domain/contract.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

const LEVELS: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']

/**
 * I20, I21: levels only go up without a person or a new date; a date has one baseline, what the
 * broker began the day with.
 */
export function levelsLatched(): Checker {
  let level: TradingState = 'active'
  let resumed = false
  let opened: CalendarDate | null = null
  let differs = false
  return {
    name: 'levels-latched',
    journaled({ event }, { gateway, plan, record, botNow }) {
      const { baselineDifferenceMax } = plan.settings.rules.limits
      if (event.type === 'OperatorCommanded') resumed = event.command.kind === 'resume'
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
      const lowered = LEVELS.indexOf(event.to) < LEVELS.indexOf(level)
      const from = level
      level = event.to
      const allowed = !lowered || resumed || event.cause === 'new-date'
      return unless(allowed, `the level went from ${from} to ${event.to} by ${event.cause}`)
    },
  }
}
