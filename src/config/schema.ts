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
import { seconds, secondsFrom } from './units.ts'
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
  .meta({ value: 'IBKR symbol', example: 'SPY' })
/** What the file says of a symbol, for who asks before there is a file; null: it is right. */
export function symbolObjection(text: string): string | null {
  return ticker.safeParse(text).error?.issues[0]?.message ?? null
}

/** What the file says of a host; null: it is one. */
export function hostObjection(text: string): string | null {
  return host.safeParse(text).error?.issues[0]?.message ?? null
}

/** What begins like an address is one: no name does. */
function isHost(text: string): boolean {
  if (/^\d+\.\d+/.test(text)) return z.ipv4().safeParse(text).success
  return text.includes(':')
    ? z.ipv6().safeParse(text).success
    : z.hostname().safeParse(text).success
}

const host = z
  .string()
  .refine(isHost, 'expected a host name or an address, like "127.0.0.1" or "gateway.lan"')
  .meta({ value: 'host or address', example: '192.168.1.20' })
const port = z.int().min(1).max(65_535).meta({ example: '4002' })
const strategyRef = z
  .union(
    [
      z.enum(strategyNames),
      z.strictObject({
        file: z
          .string()
          .regex(/\.m?js$/, 'expected a module, like "./my-strategy.mjs"')
          .meta({
            value: 'path',
            example: './my-strategy.mjs',
            description: 'a strategy of your own, relative to the configuration',
          }),
      }),
    ],
    { error: `expected one of ${strategyNames.join(', ')}, or {file: ./my-strategy.mjs}` },
  )
  .meta({
    value: 'strategy',
    bounds: `${strategyNames.map((each) => `\`${each}\``).join(', ')}, or a file`,
  })

/**
 * A symbol alone is a US stock or ETF on SMART in dollars, traded by the strategies of the file.
 */
const symbol = z
  .union(
    [
      ticker.transform((name) => ({ underlying: underlyingKey(name, {}), strategies: null })),
      z
        .strictObject({
          symbol: ticker.describe('its ticker'),
          kind: z
            .enum(['stock', 'index'])
            .default('stock')
            .describe('an index is observed and has options; it is not traded itself'),
          exchange: z
            .string()
            .min(1)
            .default('SMART')
            .meta({ value: 'IBKR exchange', description: 'where it is quoted and sent' }),
          strategies: z.array(strategyRef).min(1).optional().meta({
            value: 'list of strategies',
            example: '[whale]',
            description: 'of this symbol alone; left out: those of the file',
          }),
        })
        .transform((entry) => ({
          underlying: underlyingKey(entry.symbol, entry),
          strategies: entry.strategies ?? null,
        })),
    ],
    { error: 'expected a symbol like SPY, or {symbol, kind, exchange, strategies}' },
  )
  .meta({ value: 'symbol, or its long form' })

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
  .meta({ value: '`weekly`, or `dte:FROM-TO` in days', example: 'dte:3-10' })

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
  .meta({
    value: '`atm`, `itm1`, `otm2`, `delta:0.40` or `otm:5%-10%`',
    example: 'delta:0.40',
  })

export const selectionSchema = z
  .strictObject({
    structure: structureSchema.describe('what an entry signal becomes (structures.md)'),
    expiry: expiry.describe(
      'the listed expiry of this trading week, or a range of days from today',
    ),
    same_day_expiry: z.boolean().describe('true allows options that expire today'),
    strike: strike.describe("from the holder's side; of a vertical the near leg"),
    ...liquidityFields,
    candidates: z.int().min(1).max(10).meta({
      example: '3',
      description: 'how many contracts get a short-lived quote line',
    }),
  })
  .describe('Which contract an entry buys. Its filters are limits too.')
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
  .meta({ value: 'time and zone', example: '23:45 America/New_York' })
const restartWindow = z
  .string()
  .transform((text, context) => {
    const window = parseRestartWindow(text)
    if (window !== null) return window
    context.addIssue('expected a window like "Sun-Fri 00:15-01:45 America/New_York"')
    return z.NEVER
  })
  .meta({ value: 'window: days, times, zone', example: 'Fri 23:00-03:00 America/New_York' })

export const gatewaySchema = z
  .strictObject({
    host: host.default('127.0.0.1').describe('where IB Gateway or TWS listens'),
    port: port.describe('Gateway: 4002 paper, 4001 live; TWS: 7497 paper, 7496 live'),
    client_id_base: z
      .int()
      .min(1)
      .max(9_990)
      .default(30)
      .describe('orders +0, data +1, canary +2, panic +3, doctor +4; never changes at run time'),
    ports: z
      .record(z.string().regex(/^\d+$/, 'expected a port number'), z.enum(['paper', 'live']))
      .default({})
      .meta({
        value: 'port number: `paper` or `live`',
        example: '{ 14002: paper }',
        description: "what is behind a relayed port that is not one of IBKR's four",
      }),
    auto_restart: restart
      .optional()
      .describe("the Gateway's own restart, as set in it; `doctor` holds it against market hours"),
    restart_windows: z
      .array(restartWindow)
      .prefault([...DEFAULT_RESTART_WINDOWS])
      .meta({
        value: 'list of windows',
        description:
          'announced restarts, in which nobody is paged; `auto_restart` is one more (23:45 New ' +
          'York where it is left out)',
      }),
    restart_command: z.array(z.string().min(1)).min(1).optional().meta({
      value: 'program and arguments; no shell',
      example: '[/usr/local/bin/restart-gateway]',
      description: 'run when the Gateway hangs; left out: only a person restarts it',
    }),
    restart_command_every: secondsFrom(60, 86_400)
      .prefault('900s')
      .describe('it is run at most once in this time'),
  })
  .describe('Where IB Gateway or TWS listens. Needed in every mode but demo.')

export const fileSchema = z.strictObject({
  mode: z
    .enum(modes, {
      error: (issue) =>
        issue.input === undefined
          ? `expected a mode, one of ${modes.join(', ')}; there is no default mode`
          : `expected one of ${modes.join(', ')}`,
    })
    .meta({
      example: 'paper',
      description:
        'demo: the built-in simulated Gateway. dry-run: your market data, simulated orders, no ' +
        'way for an order to leave. paper: a paper account. live: your money, locked (live.md). ' +
        'There is no default mode',
    }),
  account: z
    .string()
    .regex(/^[A-Z]{1,3}\d{4,10}$/, 'expected an IBKR account id, like "DU1234567"')
    .optional()
    .meta({
      value: 'IBKR account id',
      example: 'DU1234567',
      description: 'the account that may be traded; needed in modes paper (DU or DF) and live',
    }),
  account_kind: z
    .enum(['cash', 'margin'])
    .optional()
    .describe(
      'what it is, where the broker says neither; left out, both rules hold: entries from ' +
        'settled cash only, and day trades are counted',
    ),
  gateway: gatewaySchema.optional(),
  symbols: z
    .array(symbol)
    .min(1, 'expected at least one symbol')
    .refine(
      (all) => new Set(all.map((each) => each.underlying.symbol)).size === all.length,
      'expected each symbol once',
    )
    .meta({
      value: 'list of symbols, or of their long form',
      example: '[SPY, { symbol: GLD, strategies: [vix-regime] }]',
      description: 'US stocks and ETFs by their ticker; each once',
    }),
  strategies: z.array(strategyRef).min(1).meta({
    value: 'list of strategies',
    example: '[whale, scalp]',
    description: 'asked in this order; the first that wants to enter is followed (strategies.md)',
  }),
  vix_regime: vixRegimeSchema.prefault({}),
  schedule: z
    .strictObject({
      interval: seconds
        .refine((ms) => [60_000, 180_000, 600_000].includes(ms), 'expected 60s, 180s or 600s')
        .meta({
          bounds: '60s, 180s or 600s',
          example: '60s',
          description: 'between two decisions; a closed bar off this grid is recorded and skipped',
        }),
      hours: z
        .enum(['regular', 'all'])
        .default('regular')
        .describe(
          '`all` follows bars of 04:00 to 20:00 New York too; options trade in regular hours',
        ),
      max_concurrent_symbols: z
        .int()
        .min(1)
        .max(32)
        .default(4)
        .describe('symbols that are quoted for an entry at the same time'),
    })
    .describe('When decisions are made.'),
  selection: selectionSchema,
  entry: entrySchema,
  exits: exitsSchema,
  risk: riskSchema,
  last_look: lastLookSchema,
  pacing: pacingSchema,
  allow_delayed: z
    .boolean()
    .default(false)
    .describe('delayed quotes, in mode dry-run only; everything that came of one is marked'),
  notify: notifySchema.prefault({}),
  watchdog: watchdogSchema.prefault({}),
  dashboard: dashboardSchema.prefault({}),
  promotion: promotionSchema.prefault({}),
  state_folder: z.string().min(1).default('state').meta({
    value: 'path',
    description: 'journal, latch, log and control socket; made when missing, for its owner alone',
  }),
})

export type ConfigFile = z.infer<typeof fileSchema>
