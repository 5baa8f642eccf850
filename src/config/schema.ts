import { z } from 'zod'
import type { Mode } from '../domain/account.ts'
import { UTC, zoneNamed } from '../domain/calendar.ts'
import type { Currency } from '../domain/money.ts'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import { DEFAULT_RESTART_WINDOWS, parseRestartWindow } from '../domain/restart-windows.ts'
import type { SelectionRules } from '../selection/rules.ts'
import { strategyNames } from '../strategy/registry.ts'
import { dashboardSchema } from './dashboard.ts'
import { exitsSchema } from './exits.ts'
import { entrySchema } from './entry.ts'
import { promotionSchema } from './live.ts'
import { pacingSchema } from './pacing.ts'
import { notifySchema, watchdogSchema } from './notify.ts'
import { structureSchema } from './structure.ts'
import { seconds } from './units.ts'
import { otmRange, vixRegimeSchema } from './vix-regime.ts'
import { lastLookSchema } from './last-look.ts'
import { liquidityFields } from './liquidity.ts'
import { riskSchema } from './risk.ts'

export const modes = ['demo', 'dry-run', 'paper', 'live'] as const satisfies readonly Mode[]
export type ConfiguredMode = (typeof modes)[number]
export type PortSide = 'paper' | 'live'

const ticker = z
  .string()
  .regex(/^[A-Z][A-Z0-9. ]{0,11}$/, 'expected an IBKR symbol in capitals, like "SPY"')
  .transform((text) => text as Ticker)
const port = z.int().min(1).max(65_535)
const strategyRef = z.union(
  [
    z.enum(strategyNames),
    z.strictObject({
      file: z.string().regex(/\.m?js$/, 'expected a module, like "./my-strategy.mjs"'),
    }),
  ],
  { error: `expected one of ${strategyNames.join(', ')}, or {file: ./my-strategy.mjs}` },
)

/**
 * A symbol alone is a US stock or ETF on SMART in dollars, traded by the strategies of the file.
 */
const symbol = z.union(
  [
    ticker.transform((name) => ({ underlying: underlyingKey(name, {}), strategies: null })),
    z
      .strictObject({
        symbol: ticker,
        kind: z.enum(['stock', 'index']).default('stock'),
        exchange: z.string().min(1).default('SMART'),
        strategies: z.array(strategyRef).min(1).optional(),
      })
      .transform((entry) => ({
        underlying: underlyingKey(entry.symbol, entry),
        strategies: entry.strategies ?? null,
      })),
  ],
  { error: 'expected a symbol like SPY, or {symbol, kind, exchange, strategies}' },
)

function underlyingKey(
  name: Ticker,
  listing: { readonly kind?: 'stock' | 'index'; readonly exchange?: string },
): UnderlyingKey {
  const venue = { exchange: listing.exchange ?? 'SMART', currency: 'USD' as Currency }
  return { kind: listing.kind ?? 'stock', symbol: name, ...venue }
}

const expiry = z
  .string()
  .regex(/^(weekly|dte:\d{1,3}-\d{1,3})$/, 'expected "weekly" or a range of days like "dte:3-10"')
  .transform((text): SelectionRules['expiry'] => {
    const days = /^dte:(\d+)-(\d+)$/.exec(text)
    return days === null
      ? { kind: 'weekly' }
      : { kind: 'dte', min: Number(days[1]), max: Number(days[2]) }
  })
  .refine(
    (rule) => rule.kind === 'weekly' || rule.min <= rule.max,
    'expected dte:FROM-TO, FROM <= TO',
  )

const strike = z
  .string()
  .regex(
    /^(atm|(itm|otm)\d{1,2}|delta:0\.\d{1,2}|otm:\S+)$/,
    'expected "atm", "itm1", "otm2", a delta like "delta:0.40" or a range like "otm:5%-10%"',
  )
  .transform((text, context): SelectionRules['strike'] => {
    if (text.startsWith('otm:')) {
      const range = otmRange.safeParse(text.slice(4))
      if (range.success) return { kind: 'otm', ...range.data }
      context.addIssue('expected a range out of the money, like "otm:5%-10%"')
      return z.NEVER
    }
    if (text.startsWith('delta:')) return { kind: 'delta', target: Number(text.slice(6)) }
    const steps = text === 'atm' ? 0 : Number(text.slice(3))
    return { kind: 'offset', steps: text.startsWith('itm') ? -steps : steps }
  })

export const selectionSchema = z
  .strictObject({
    structure: structureSchema,
    expiry,
    same_day_expiry: z.boolean(),
    strike,
    ...liquidityFields,
    candidates: z.int().min(1).max(10),
  })
  .transform((rules): Omit<SelectionRules, 'allowDelayed'> => ({
    structure: rules.structure,
    expiry: rules.expiry,
    sameDayExpiry: rules.same_day_expiry,
    strike: rules.strike,
    spreadPctMax: rules.max_spread,
    volumeMin: rules.min_volume,
    openInterestMin: rules.min_open_interest,
    candidates: rules.candidates,
  }))

/** Time of day and zone of the Gateway's own auto-restart. */
const restart = z
  .string({ error: 'expected a time and a zone, like "23:45 America/New_York"' })
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d \S+$/,
    'expected a time and a zone, like "23:45 America/New_York"',
  )
  .transform((text) => ({ time: text.slice(0, 5), zone: zoneNamed(text.slice(6)) }))
  .refine(({ zone }) => zone !== null, 'expected a time zone by its IANA name')
  .transform(({ time, zone }) => ({ time, zone: zone ?? UTC }))
const restartWindow = z.string().transform((text, context) => {
  const window = parseRestartWindow(text)
  if (window !== null) return window
  context.addIssue('expected a window like "Sun-Fri 00:15-01:45 America/New_York"')
  return z.NEVER
})

export const gatewaySchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port,
  client_id_base: z.int().min(1).max(9_990).default(30),
  /** Ports beyond IBKR's own four, as a relayed container port: what is behind each. */
  ports: z
    .record(z.string().regex(/^\d+$/, 'expected a port number'), z.enum(['paper', 'live']))
    .default({}),
  auto_restart: restart.optional(),
  restart_windows: z.array(restartWindow).prefault([...DEFAULT_RESTART_WINDOWS]),
  /** A program and its arguments; no shell is asked. */
  restart_command: z.array(z.string().min(1)).min(1).optional(),
  restart_command_every: seconds
    .refine((ms) => ms >= 60_000 && ms <= 86_400_000, 'expected 60s to 86400s')
    .prefault('900s'),
})

export const fileSchema = z.strictObject({
  mode: z.enum(modes, {
    error: (issue) =>
      issue.input === undefined
        ? `expected a mode, one of ${modes.join(', ')}; there is no default mode`
        : `expected one of ${modes.join(', ')}`,
  }),
  account: z
    .string()
    .regex(/^[A-Z]{1,3}\d{4,10}$/, 'expected an IBKR account id, like "DU1234567"')
    .optional(),
  account_kind: z.enum(['cash', 'margin']).optional(),
  gateway: gatewaySchema.optional(),
  symbols: z
    .array(symbol)
    .min(1, 'expected at least one symbol')
    .refine(
      (all) => new Set(all.map((each) => each.underlying.symbol)).size === all.length,
      'expected each symbol once',
    ),
  strategies: z.array(strategyRef).min(1),
  vix_regime: vixRegimeSchema.prefault({}),
  schedule: z.strictObject({
    interval: seconds.refine(
      (ms) => [60_000, 180_000, 600_000].includes(ms),
      'expected 60s, 180s or 600s',
    ),
    hours: z.enum(['regular', 'all']).default('regular'),
    max_concurrent_symbols: z.int().min(1).max(32).default(4),
  }),
  selection: selectionSchema,
  entry: entrySchema,
  exits: exitsSchema,
  risk: riskSchema,
  last_look: lastLookSchema,
  pacing: pacingSchema,
  allow_delayed: z.boolean().default(false),
  notify: notifySchema.prefault({}),
  watchdog: watchdogSchema.prefault({}),
  dashboard: dashboardSchema.prefault({}),
  promotion: promotionSchema.prefault({}),
  state_folder: z.string().min(1).default('state'),
})

export type ConfigFile = z.infer<typeof fileSchema>
