import { z } from 'zod'
import type { EpochMs } from '../base/clock.ts'
import { VERDICTS } from '../domain/incident.ts'
import type * as Told from './view.ts'

/**
 * The shapes of view.ts for the document of the API. The compiler holds them to the types there;
 * nothing is validated on its way out.
 */

/** Times are whole milliseconds. */
export const time = z.int().min(0) as unknown as z.ZodType<EpochMs>
/** One of the words of the glossary; which they are stands in the type alone. */
const word = <T extends string>() => z.string() as unknown as z.ZodType<T>
const text = z.string()
const amount = z.string().regex(/^-?\d+(\.\d+)?$/)
const orNull = <T>(schema: z.ZodType<T>) => schema.nullable()
export { amount, orNull, text, word }

const exitKind = z.enum(['take-profit', 'stop-loss'])
export const side = z.enum(['BUY', 'SELL'])

export const quote: z.ZodType<Told.QuoteView> = z.object({
  bid: orNull(amount),
  ask: orNull(amount),
  last: orNull(amount),
  aliveAt: time,
  isDelayed: z.boolean(),
  isHalted: z.boolean(),
})

const structure: z.ZodType<Told.StructureView> = z.object({
  id: text,
  strategy: text,
  symbol: text,
  contract: text,
  quantity: z.number(),
  openPrice: amount,
  openedAt: time,
  quote: orNull(quote),
  unrealized: orNull(amount),
  exits: z.array(
    z.object({
      kind: exitKind,
      price: amount,
      watchedBy: z.enum(['broker', 'local']),
      orderId: orNull(text),
      status: orNull(word<NonNullable<Told.ExitView['status']>>()),
    }),
  ),
  timeInForce: z.enum(['DAY', 'GTC']),
  isProtected: z.boolean(),
  triggered: orNull(z.enum(['take-profit', 'stop-loss', 'close'])),
})

export const order: z.ZodType<Told.OrderView> = z.object({
  id: text,
  structureId: orNull(text),
  role: z.enum(['entry', 'take-profit', 'stop-loss', 'close']),
  symbol: text,
  contract: text,
  side,
  quantity: z.number(),
  filled: z.number(),
  type: z.enum(['MKT', 'LMT', 'STP']),
  price: orNull(amount),
  timeInForce: z.enum(['DAY', 'GTC', 'IOC']),
  status: word<Told.OrderView['status']>(),
  statusSince: time,
  intendedAt: time,
})

export const incident: z.ZodType<Told.IncidentView> = z.object({
  id: text,
  symptom: text,
  since: time,
  endedAt: orNull(time),
  verdict: z.enum(VERDICTS),
  verdictText: text,
  evidence: z.array(text),
  excluded: z.array(text),
  missing: z.array(text),
  timeline: z.array(z.object({ at: time, text })),
  tried: z.array(z.object({ at: time, step: text })),
  remedy: text,
})

const ms = orNull(z.number())
const health: z.ZodType<Told.HealthView> = z.object({
  lastAnswerAt: orNull(time),
  lastCycleAt: orNull(time),
  loopDelayMsP99: ms,
  loopDelayMsMax: z.number(),
  memoryBytes: z.number(),
  uptimeMs: z.number(),
  requests: z.array(
    z.object({
      kind: text,
      count: z.number(),
      p50: ms,
      p90: ms,
      p99: ms,
      max: ms,
      deadlineMs: ms,
      answered: z.number(),
      failed: z.number(),
      timeouts: z.number(),
      slowSince: orNull(time),
    }),
  ),
  breakers: z.array(
    z.object({
      class: text,
      phase: z.enum(['open', 'half-open']),
      openings: z.number(),
      probeInMs: z.number(),
    }),
  ),
  budgets: z.array(
    z.object({ rule: text, used: z.number(), limit: z.number(), freesAt: orNull(time) }),
  ),
  connections: z.array(
    z.object({
      name: z.enum(['order', 'data', 'canary']),
      isUp: z.boolean(),
      since: orNull(time),
      reconnects: z.number(),
    }),
  ),
  farms: z.array(
    z.object({ name: text, state: z.enum(['ok', 'inactive', 'down', 'unknown']), since: time }),
  ),
  noticesLost: z.number(),
})

export const decision: z.ZodType<Told.DecisionView> = z.object({
  symbol: text,
  barStart: time,
  at: time,
  kind: z.enum(['proposed', 'hold', 'none-picked', 'skipped']),
  reason: text,
  id: text,
})

const equity: z.ZodType<Told.EquityView> = z.object({
  netLiquidation: amount,
  availableFunds: amount,
  settledCash: amount,
  kind: z.enum(['cash', 'margin', 'unknown']),
  at: time,
})

const day: z.ZodType<Told.DayView> = z.object({
  date: text,
  at: orNull(time),
  pnl: orNull(amount),
  realizedEver: amount,
  commissionsEver: amount,
  baseline: orNull(amount),
  lost: orNull(amount),
  lossMax: orNull(amount),
})

const symbolRow: z.ZodType<Told.SymbolView> = z.object({
  symbol: text,
  source: orNull(z.enum(['keep-up-to-date', 'five-second', 'quote-line', 'polled'])),
  strategies: z.array(text),
  last: orNull(z.object({ price: amount, at: time })),
  decision: orNull(decision),
})

export const view: z.ZodType<Told.View> = z.object({
  seq: z.int(),
  at: time,
  version: text,
  mode: z.enum(['demo', 'dry-run', 'paper', 'live', 'backtest', 'simulation']),
  account: text,
  isSimulated: z.boolean(),
  speed: orNull(z.number()),
  market: z.object({
    isOpen: z.boolean(),
    session: orNull(z.object({ open: time, close: time })),
    isEarlyClose: z.boolean(),
  }),
  level: z.object({
    state: z.enum(['active', 'reduce-only', 'halt', 'kill']),
    cause: orNull(word<NonNullable<Told.LevelView['cause']>>()),
    flattenWaits: orNull(text),
    armedOn: orNull(text),
  }),
  gates: z.array(
    z.object({
      gate: word<Told.GateView['gate']>(),
      symbol: orNull(text),
      since: time,
      reason: text,
    }),
  ),
  link: z.enum(['down', 'reconciling', 'up']),
  epoch: z.int(),
  equity: orNull(equity),
  day,
  reconciledAt: orNull(time),
  journal: orNull(z.object({ seq: z.int(), isBehind: z.boolean(), error: orNull(text) })),
  protection: z.object({
    structures: z.int(),
    unprotected: z.int(),
    unprotectedSince: orNull(time),
    watchedHere: z.int(),
    coverage: orNull(z.number()),
  }),
  structures: z.array(structure),
  positions: z.array(
    z.object({ contract: text, quantity: z.number(), cost: amount, isUnattributed: z.boolean() }),
  ),
  orders: z.array(order),
  foreignOrders: z.array(
    z.object({ permId: z.number(), contract: text, side, quantity: z.number(), status: text }),
  ),
  incidents: z.array(incident),
  health,
  limits: z.array(
    z.object({
      rule: text,
      used: orNull(z.number()),
      max: orNull(z.number()),
      unit: z.enum(['dollars', 'count']),
      by: orNull(text),
    }),
  ),
  symbols: z.array(symbolRow),
  alarms: z.array(
    z.object({
      severity: z.enum(['critical', 'warning', 'info']),
      text,
      since: orNull(time),
      remedy: orNull(text),
    }),
  ),
})
