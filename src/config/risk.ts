import { z } from 'zod'
import { parseDate } from '../domain/date.ts'
import { parseRestartWindow } from '../domain/restart-windows.ts'
import type { DayTradePolicy } from '../risk/day-trade-policy.ts'
import type { EntryHours, RiskLimits } from '../risk/limits.ts'
import { dollars, limit, percent, seconds, secondsFrom } from './units.ts'

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
  .meta({ value: 'range of days', bounds: '0-999', example: '0-45' })

const HOURS = 'expected two times of a day in New York, like "09:30-16:00"'
const entryHours = z
  .string({ error: HOURS })
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, HOURS)
  .transform((text): EntryHours => {
    const [from = '', to = ''] = text.split('-')
    return { from: minutesOf(from), to: minutesOf(to) }
  })
  .refine(({ from, to }) => from < to, 'expected FROM-TO, FROM before TO')
  .meta({ value: 'two New York times', example: '09:30-16:00' })

function minutesOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  return 60 * hour + minute
}

const noEntryWindow = z
  .string()
  .transform((text, context) => {
    const window = parseRestartWindow(text)
    if (window !== null) return window
    context.addIssue('expected a window like "Mon-Fri 12:00-13:00 America/New_York"')
    return z.NEVER
  })
  .meta({ value: 'window: days, times, zone', example: 'Mon-Fri 12:00-13:00 America/New_York' })

const dated = z
  .string()
  .transform((text, context) => {
    const date = parseDate(text)
    if (date !== null) return date
    context.addIssue('expected a date like "2026-06-04"')
    return z.NEVER
  })
  .meta({ value: 'date', example: '2026-06-04' })
  .optional()
const inForce = {
  from: dated.describe('the first New York date on which it is in force'),
  until: dated.describe('the last one'),
}
const POLICY = 'expected a policy: off, broker or count'
const policy = <P extends DayTradePolicy['kind']>(kind: P) =>
  z.literal(kind).meta({
    example: 'broker',
    description:
      "`off`, `broker` (as many as the account's DayTradesRemaining says) or `count` (from our " +
      'own fills; not of an account that says CASH)',
  })
const dayTradePolicy = z
  .discriminatedUnion(
    'policy',
    [
      z.strictObject({ policy: policy('off'), ...inForce }),
      z.strictObject({ policy: policy('broker'), ...inForce }),
      z.strictObject({
        policy: policy('count'),
        ...inForce,
        max: z.int().min(0).max(100).meta({ example: '3', description: 'day trades at most' }),
        sessions: z.int().min(1).max(20).meta({ example: '5', description: 'in so many sessions' }),
        below_equity: dollars.meta({
          example: '$25000',
          description: 'net liquidation from which on it does not count',
        }),
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
  max_risk_per_trade: percent(5).meta({
    example: '0.5%',
    description: 'of net liquidation, by the distance to the stop; a spread by all it can lose',
  }),
  max_daily_loss: percent(50).meta({
    example: '5%',
    description: "of the day's baseline; beyond it nothing is entered until the next date",
  }),
  max_baseline_difference: dollars.meta({
    example: '$250',
    description:
      'stored and observed beginning of the day may differ by this; beyond it nothing is entered',
  }),
  max_open_structures: count(100).meta({
    example: '6',
    description: 'structures held or being entered',
  }),
  max_per_underlying: count(100).meta({ example: '2', description: 'of these, in one symbol' }),
  max_per_expiry: count(100).meta({
    example: '4',
    description: 'of these, that end on the same date',
  }),
  max_contracts: count(1_000).meta({ example: '20', description: 'units of one entry' }),
  max_premium: percent(100).meta({
    example: '10%',
    description: 'of net liquidation, for one entry: an option can gap through its stop',
  }),
  max_order_cost: limit.meta({ example: '$2000', description: 'what one entry may cost' }),
  max_structure_loss: limit.meta({ example: '$2000', description: 'what one entry may lose' }),
  max_quote_age: seconds
    .refine((ms) => ms > 0 && ms <= 2000, 'expected 1s or 2s')
    .meta({ bounds: '1s to 2s', example: '2s', description: 'of the quote that is decided on' }),
  max_through_nbbo: percent(20).meta({
    example: '5%',
    description: "how far an entry's limit may be beyond the far side of its quote",
  }),
  min_quote_size: z.int().min(0).meta({
    example: '1',
    description: 'contracts on the side that is taken; 0 asks for none',
  }),
  days_to_expiry: daysToExpiry.describe(
    'of what is entered; within this `selection.expiry` chooses',
  ),
  entry_hours: entryHours.describe('entries only: exits and cancels never wait for the hour'),
  no_entry_windows: z.array(noEntryWindow).meta({
    value: 'list of windows',
    example: '[Mon-Fri 12:00-13:00 America/New_York]',
    description: 'more times without entries; `[]` for none',
  }),
  max_open_orders: count(1_000).meta({
    example: '40',
    description: 'at the broker, exits and orders of others included; an entry needs three',
  }),
  max_orders_per_minute: count(1_000).meta({
    example: '30',
    description: 'of every kind; what is over it stops entries, never an exit',
  }),
  max_orders_per_day: count(100_000).meta({ example: '300', description: 'of a New York date' }),
  day_trades: z.array(dayTradePolicy).min(1).meta({
    value: 'list of policies',
    example: '[{ policy: broker, from: 2026-06-04 }]',
    description: 'the first that is in force today counts; none that is refuses every entry',
  }),
  max_delta: limit.meta({
    example: '$500000',
    description: 'of all that is held or may still fill: what stock would move alike',
  }),
  max_gamma: limit.meta({
    example: '$400000',
    description: 'what delta changes by when the underlying moves by one percent',
  }),
  max_vega: limit.meta({ example: '$1500', description: 'for a point of volatility' }),
  max_theta: limit.meta({ example: '$3000', description: 'for a calendar day' }),
  max_shock_loss: limit.meta({
    example: '$6000',
    description: 'what the worst of the shocks below may cost',
  }),
  shock_moves: z.array(percent(50)).min(1).max(5).meta({
    value: 'list of percentages',
    example: '[5%, 10%]',
    description: 'moves of every underlying at once, up and down',
  }),
  shock_volatility: percent(99).meta({
    example: '25%',
    description: 'with volatility as it is, and higher and lower by this much of itself',
  }),
  max_repeats: count(1_000).meta({
    example: '10',
    description: 'so many entries of one strategy in one symbol, and the bot halts',
  }),
  repeats_within: secondsFrom(60, 86_400).meta({
    example: '1800s',
    description: 'the time within which they are counted',
  }),
}

/** No defaults: an absent limit is an error. */
export const riskSchema = z
  .strictObject(riskFields)
  .describe('Limits of entries. Exits are never held back by one. No key has a default.')
  .transform(sectionOf)

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
