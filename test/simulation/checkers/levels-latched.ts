import type { TradingState } from '../../../src/domain/account.ts'
import { newYorkDate } from '../../../src/domain/calendar.ts'
import type { CalendarDate } from '../../../src/domain/contract.ts'
import { unless } from './checker.ts'
import type { Checker } from './checker.ts'

const LEVELS: readonly TradingState[] = ['active', 'reduce-only', 'halt', 'kill']

/** I20, I21: levels only go up without a person or a new date, and a date has one baseline. */
export function levelsLatched(): Checker {
  let level: TradingState = 'active'
  let resumed = false
  let opened: CalendarDate | null = null
  return {
    name: 'levels-latched',
    journaled({ at, event }, { gateway }) {
      if (event.type === 'OperatorCommanded') resumed = event.command.kind === 'resume'
      if (event.type === 'DayOpened') {
        const { date, amount } = event.baseline
        const again = opened === date
        opened = date
        const { dayStart } = gateway.core.state
        const broker = dayStart?.netLiquidation ?? amount
        const says = `the baseline of ${date} is ${amount}, at the broker ${broker}`
        return unless(!again && date === newYorkDate(at) && amount === broker, says)
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
