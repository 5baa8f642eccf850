import { z } from 'zod'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Event } from '../trading/event.ts'

/**
 * The shape of every event that was ever journaled. Objects are loose, because later versions may
 * add optional fields; what is here must be there, because `evolve` and the read models use it.
 */
const text = z.string()
const whole = z.int()
const micros = z.int() // Price and Money
const millis = z.number()
const side = z.enum(['BUY', 'SELL'])

const venue = { exchange: text, currency: text }
const listing = {
  ...venue,
  multiplier: z.number().positive(),
  priceIncrements: z.array(z.looseObject({ from: micros, tick: micros })),
}
const stock = z.looseObject({ kind: z.literal('stock'), conId: whole, symbol: text, ...listing })
const option = z.looseObject({
  kind: z.literal('option'),
  conId: whole,
  symbol: text,
  expiry: text,
  strike: micros,
  right: z.enum(['C', 'P']),
  tradingClass: text,
  settlement: z.enum(['AM', 'PM']),
  lastTradingAt: millis,
  ...listing,
})
const leg = z.looseObject({ contract: z.union([stock, option]), ratio: whole, side })
const combo = z.looseObject({
  kind: z.literal('combo'),
  symbol: text,
  legs: z.array(leg),
  ...listing,
})
const tradable = z.discriminatedUnion('kind', [stock, option, combo])

const quote = z.looseObject({
  bid: micros.nullable(),
  ask: micros.nullable(),
  receivedAt: millis,
  aliveAt: millis,
})
const terms = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('MKT') }),
  z.looseObject({ type: z.literal('LMT'), limit: micros }),
  z.looseObject({ type: z.literal('STP'), trigger: micros }),
])
const order = z.looseObject({
  id: text,
  structureId: text.nullable(),
  parentId: text.nullable(),
  oca: z.looseObject({ name: text, type: text }).nullable(),
  role: z.enum(['entry', 'take-profit', 'stop-loss', 'close']),
  contract: tradable,
  side,
  quantity: z.int().positive(),
  terms,
  timeInForce: z.enum(['DAY', 'GTC', 'IOC']),
  worst: micros.optional(),
})
const change = z.looseObject({ orderId: text, quantity: whole, terms })
const status = z.enum([
  'intent',
  'sending',
  'unknown',
  'staged',
  'acked',
  'held',
  'working',
  'cancel-pending',
  'replace-pending',
  'quarantine-cancelled',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
])
const fill = z.looseObject({
  execId: text,
  revision: whole,
  orderId: text,
  contract: tradable,
  side,
  quantity: z.number(),
  price: micros,
  at: millis,
})
const baseline = z.looseObject({
  date: text,
  amount: micros,
  netLiquidation: micros,
  dailyPnl: micros,
  at: millis,
})
const exit = z.looseObject({ price: micros, watchedBy: z.enum(['broker', 'local']) })
const plan = z.looseObject({
  takeProfit: exit.nullable(),
  stopLoss: exit.nullable(),
  timeInForce: z.enum(['DAY', 'GTC']),
})
const request = z.looseObject({
  strategy: text,
  signalKey: text,
  candidate: z.looseObject({ contract: tradable, quote }),
  side,
  signal: z.looseObject({ kind: z.literal('enter'), outlook: text, confidence: z.number() }),
  margin: z.looseObject({ kind: text }).optional(), // rows of earlier versions have none
})
const refusal = z.looseObject({ rule: text, detail: text })
const link = z.enum(['down', 'reconciling', 'up'])
const dated = z.looseObject({ at: millis })
const incident = z.looseObject({
  id: text,
  symptom: text,
  since: millis,
  verdict: z.looseObject({
    name: text,
    scope: text.nullable(),
    excluded: z.array(z.looseObject({ verdict: text, because: text })),
    candidates: z.array(text),
    missing: z.array(text),
  }),
  evidence: z.array(text),
  timeline: z.array(dated),
  tried: z.array(dated),
})
const level = z.enum(['active', 'reduce-only', 'halt', 'kill'])

const shapes = {
  RunStarted: {
    mode: text,
    accountId: text,
    version: text,
    configHash: text,
    clientIdBase: whole.optional(),
    rehearsal: text.optional(),
  },
  DayOpened: { baseline },
  BaselineChecked: { observed: baseline, difference: micros },
  AccountObserved: {
    account: z.looseObject({
      id: text,
      netLiquidation: micros,
      availableFunds: micros,
      settledCash: micros,
      dailyPnl: micros.nullable(),
      exchangeRates: z.array(z.tuple([text, z.number()])),
      at: millis,
    }),
  },
  CycleEnded: {
    outcome: z.looseObject({ symbol: text, barStart: millis, kind: text, reason: text }),
  },
  EntryApproved: {
    structureId: text,
    request,
    quantity: whole,
    maxLoss: micros,
    plan,
    basis: z.looseObject({ price: micros.nullable() }).optional(),
  },
  EntryRefused: { request, refusals: z.array(refusal).min(1) },
  OrderIntended: { order, quote: quote.nullish() },
  ChildResent: { orderId: text },
  CancelIntended: { orderId: text, cause: text.nullish() },
  ReplaceIntended: { change, quote: quote.nullish() },
  OrderMoved: {
    orderId: text,
    from: status,
    to: status,
    evidence: z.looseObject({ kind: text }),
  },
  OrderFilled: { fill, quote: quote.nullish() },
  CommissionReported: { execId: text, commission: micros },
  PlanChanged: { structureId: text, plan, reason: text },
  StopPassed: { structureId: text, quote },
  StopRecovered: { structureId: text },
  ExitTriggered: { structureId: text, exit: text, quote: quote.nullable(), reason: text },
  PositionAdjusted: {
    position: z.looseObject({
      contract: z.union([stock, option]),
      quantity: z.number(),
      cost: micros,
    }),
    cause: text,
    detail: text,
    by: z.array(text).optional(),
    structureId: text.optional(),
  },
  ForeignOrderSeen: { order: z.looseObject({ permId: z.number() }) },
  ForeignOrderGone: { permId: z.number() },
  IncidentOpened: { incident },
  IncidentUpdated: { incident },
  IncidentEnded: { incident },
  ClockSetBack: { byMs: z.number().positive() },
  LinkChanged: { link, epoch: whole },
  OperatorCommanded: {
    by: text,
    command: z.looseObject({ kind: text }),
    refused: text.optional(),
  },
  FlattenDeferred: { reason: text },
  GateSet: { set: z.looseObject({ gate: text, symbol: text.nullable(), since: millis }) },
  GateCleared: { gate: text, symbol: text.nullable(), reason: text },
  TradingStateChanged: { to: level, cause: text, reason: text },
} satisfies Record<Event['type'], z.ZodRawShape>

const schemas = new Map<string, z.ZodType>(
  Object.entries(shapes).map(([type, shape]) => [type, z.looseObject(shape)]),
)

/** From what a row holds to an event; an unknown type and a missing or ill-typed field refuse. */
export function parseEvent(type: string, body: string): Result<Event, string> {
  const schema = schemas.get(type)
  if (schema === undefined) return fail(`unknown event type ${type}; a newer version wrote it`)
  const fields = parseJson(body)
  if (!fields.ok) return fields
  const checked = schema.safeParse(fields.value)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return fail(`${type}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'ill-typed'}`)
  }
  return ok({ type, ...(fields.value as object) } as Event)
}

function parseJson(body: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(body))
  } catch {
    return fail(`expected JSON, came ${body.slice(0, 40)}`)
  }
}
