import { z } from 'zod'
import { parseDate } from '../domain/date.ts'
import { parseRestartWindow } from '../domain/restart-windows.ts'
import type { DayTradePolicy } from '../risk/day-trade-policy.ts'
import type { EntryHours, RiskLimits } from '../risk/limits.ts'
import { dollars, limit, percent, seconds } from './units.ts'

/** What `risk:` itself says; the rest of the limits is of `selection:`. */
export type RiskSection = Omit<
  RiskLimits,
  'spreadPctMax' | 'volumeMin' | 'openInterestMin' | 'longOnly'
>

const count = (most: number) => z.int().min(1).max(most)

const DAYS = 'expected a range of days, like "0-45"'
const daysToExpiry = z
  .string({ error: DAYS })
  .regex(/^\d{1,3}-\d{1,3}$/, DAYS)
  .transform((text) => {
    const [min = 0, max = 0] = text.split('-').map(Number)
    return { min, max }
  })
  .refine(({ min, max }) => min <= max, 'expected FROM-TO, FROM <= TO')

const HOURS = 'expected two times of a day in New York, like "09:30-16:00"'
const entryHours = z
  .string({ error: HOURS })
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, HOURS)
  .transform((text): EntryHours => {
    const [from = '', to = ''] = text.split('-')
    return { from: minutesOf(from), to: minutesOf(to) }
  })
  .refine(({ from, to }) => from < to, 'expected FROM-TO, FROM before TO')

function minutesOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  return 60 * hour + minute
}

const noEntryWindow = z.string().transform((text, context) => {
  const window = parseRestartWindow(text)
  if (window !== null) return window
  context.addIssue('expected a window like "Mon-Fri 12:00-13:00 America/New_York"')
  return z.NEVER
})

const dated = z
  .string()
  .transform((text, context) => {
    const date = parseDate(text)
    if (date !== null) return date
    context.addIssue('expected a date like "2026-06-04"')
    return z.NEVER
  })
  .optional()
const inForce = { from: dated, until: dated }
const POLICY = 'expected a policy: off, broker or count'
const dayTradePolicy = z
  .discriminatedUnion(
    'policy',
    [
      z.strictObject({ policy: z.literal('off'), ...inForce }),
      z.strictObject({ policy: z.literal('broker'), ...inForce }),
      z.strictObject({
        policy: z.literal('count'),
        ...inForce,
        max: z.int().min(0).max(100),
        sessions: z.int().min(1).max(20),
        below_equity: dollars,
      }),
    ],
    { error: POLICY },
  )
  .transform((of): DayTradePolicy => {
    const dates = { from: of.from ?? null, until: of.until ?? null }
    if (of.policy !== 'count') return { kind: of.policy, ...dates }
    const { max, sessions, below_equity: belowEquity } = of
    return { kind: 'count', ...dates, max, sessions, belowEquity }
  })

/** Each limit of `risk:` by its name, with its unit and its bounds. */
export const riskFields = {
  max_risk_per_trade: percent(5),
  max_daily_loss: percent(50),
  max_baseline_difference: dollars,
  max_open_structures: count(100),
  max_per_underlying: count(100),
  max_per_expiry: count(100),
  max_contracts: count(1_000),
  max_premium: percent(100),
  max_order_cost: limit,
  max_structure_loss: limit,
  max_quote_age: seconds.refine((ms) => ms > 0 && ms <= 2000, 'expected 1s or 2s'),
  max_through_nbbo: percent(20),
  min_quote_size: z.int().min(0),
  days_to_expiry: daysToExpiry,
  entry_hours: entryHours,
  no_entry_windows: z.array(noEntryWindow),
  max_open_orders: count(1_000),
  max_orders_per_minute: count(1_000),
  max_orders_per_day: count(100_000),
  day_trades: z.array(dayTradePolicy).min(1),
  max_delta: limit,
  max_gamma: limit,
  max_vega: limit,
  max_theta: limit,
  max_shock_loss: limit,
  shock_moves: z.array(percent(50)).min(1).max(5),
  shock_volatility: percent(99),
  max_repeats: count(1_000),
  repeats_within: seconds.refine(
    (ms) => ms >= 60_000 && ms <= 86_400_000,
    'expected 60s to 86400s',
  ),
}

/** No defaults: an absent limit is an error. */
export const riskSchema = z.strictObject(riskFields).transform(sectionOf)

function sectionOf(risk: z.output<z.ZodObject<typeof riskFields>>): RiskSection {
  return {
    riskPerTradePct: risk.max_risk_per_trade,
    dailyLossPctMax: risk.max_daily_loss,
    baselineDifferenceMax: risk.max_baseline_difference,
    openStructuresMax: risk.max_open_structures,
    perUnderlyingMax: risk.max_per_underlying,
    perExpiryMax: risk.max_per_expiry,
    quantityMax: risk.max_contracts,
    premiumPctMax: risk.max_premium,
    orderCostMax: risk.max_order_cost,
    structureLossMax: risk.max_structure_loss,
    quoteAgeMsMax: risk.max_quote_age,
    collarPctMax: risk.max_through_nbbo,
    quoteSizeMin: risk.min_quote_size,
    daysToExpiry: risk.days_to_expiry,
    entryHours: risk.entry_hours,
    noEntryWindows: risk.no_entry_windows,
    openOrdersMax: risk.max_open_orders,
    ordersPerMinuteMax: risk.max_orders_per_minute,
    ordersPerDayMax: risk.max_orders_per_day,
    dayTrades: risk.day_trades,
    greeks: {
      delta: risk.max_delta,
      gamma: risk.max_gamma,
      vega: risk.max_vega,
      theta: risk.max_theta,
    },
    shocks: {
      lossMax: risk.max_shock_loss,
      movesPct: risk.shock_moves,
      volatilityPct: risk.shock_volatility,
    },
    repeats: { max: risk.max_repeats, withinMs: risk.repeats_within },
  }
}
