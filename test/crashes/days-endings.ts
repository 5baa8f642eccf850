import { fixedPlan } from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import { fillsOf, into, SECOND, told } from './day.ts'
import type { Day } from './day.ts'
import { faulty, scriptOf } from './script.ts'

const TODAY = { expiry: 'dte:0-0', sameDayExpiry: true } as const

/** Nothing of today is closed before its last minute. */
function toTheEnd(plan: Plan): Plan {
  const rules = { ...plan.settings.rules, closeBeforeExpiryMs: 60 * SECOND }
  return { ...plan, settings: { ...plan.settings, rules } }
}

/** Days that end, and options with them. */
export const endings: readonly Day[] = [
  {
    name: 'expiry',
    describe: 'an option that nobody buys any more expires in our hands',
    plans: ['15:54', '15:53', '15:55'].map((time) => () => {
      const written = { ...TODAY, strike: 'otm2', takeProfit: '900%', stopLoss: '90%' }
      return toTheEnd(fixedPlan({ date: '2026-03-10', time, minutes: 10, written }))
    }),
    script: (plan) =>
      scriptOf({ spans: [faulty(into(plan, 90), 600 * SECOND, { name: 'no-liquidity' })] }),
    reached: (world) =>
      told(world, 'PositionAdjusted').some(
        ({ cause }) => cause === 'expired' || cause === 'exercised',
      ),
  },
  {
    name: 'half-day',
    describe: 'a day that ends at 13:00: options of today are closed an hour before, then no more',
    plans: ['11:56', '11:55', '11:54', '11:57'].map((time) => () => {
      return fixedPlan({
        date: '2026-11-27',
        time,
        minutes: 6,
        written: { ...TODAY, strike: 'otm2' },
      })
    }),
    reached: (world) => {
      const closed = fillsOf(world).some(({ order }) => order.role === 'close')
      return (
        closed && told(world, 'ExitTriggered').some(({ reason }) => /last trading/.test(reason))
      )
    },
  },
]
