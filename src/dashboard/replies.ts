import { z } from 'zod'
import { amount, decision, incident, order, orNull, quote, side } from './replies-view.ts'
import { text, time, view, word } from './replies-view.ts'
import type * as Told from './view.ts'

/** Named in the document of the API; never written to after this module is loaded. */
export const replySchemas = z.registry<{ id: string }>()

function named<T>(id: string, schema: z.ZodType<T>): z.ZodType<T> {
  replySchemas.add(schema, { id })
  return schema
}

const problem = named<Told.ProblemReply>('Problem', z.object({ error: text, remedy: text }))

const number = z.number()
const maybe = orNull(number)

const symbolDetail: z.ZodType<Told.SymbolDetail> = z.object({
  symbol: text,
  seq: z.int(),
  bars: z.array(
    z.object({
      start: time,
      open: amount,
      high: amount,
      low: amount,
      close: amount,
      volume: number,
    }),
  ),
  indicators: z.array(
    z.object({
      name: text,
      pane: z.enum(['price', 'own']),
      points: z.array(z.object({ at: time, value: number })),
    }),
  ),
  marks: z.array(
    z.object({
      at: time,
      kind: z.enum(['signal', 'refused', 'entry', 'exit']),
      text,
      id: text,
    }),
  ),
  decisions: z.array(decision),
})

const greeks: z.ZodType<Told.GreeksView> = z.object({
  iv: maybe,
  delta: maybe,
  gamma: maybe,
  theta: maybe,
  vega: maybe,
})

const chain: z.ZodType<Told.ChainView> = z.object({
  symbol: text,
  at: time,
  spot: amount,
  strategy: text,
  outlook: text,
  rules: z.array(text),
  candidates: z.array(
    z.object({
      contract: text,
      strike: orNull(amount),
      expiry: orNull(text),
      right: orNull(z.enum(['C', 'P'])),
      stage: z.enum(['reach', 'glanced', 'quoted', 'picked']),
      quote: orNull(quote),
      volume: maybe,
      openInterest: maybe,
      greeks: orNull(greeks),
      passed: z.array(text),
      failed: z.array(text),
    }),
  ),
  pick: orNull(text),
  outcome: text,
})

const orderDetail: z.ZodType<Told.OrderDetail> = z.object({
  order,
  history: z.array(
    z.object({
      at: time,
      seq: z.int(),
      from: orNull(word<Told.OrderView['status']>()),
      to: word<Told.OrderView['status']>(),
      text,
    }),
  ),
  fills: z.array(
    z.object({
      execId: text,
      orderId: text,
      at: time,
      side,
      quantity: number,
      price: amount,
      commission: orNull(amount),
      slippage: orNull(amount),
    }),
  ),
})

const trade: z.ZodType<Told.TradeView> = z.object({
  structureId: text,
  strategy: text,
  symbol: text,
  contract: text,
  openedAt: time,
  closedAt: orNull(time),
  quantity: number,
  pnl: amount,
  commissions: amount,
  exit: orNull(text),
})

const line: z.ZodType<Told.JournalLine> = z.object({
  seq: z.int(),
  at: time,
  type: text,
  text,
  id: orNull(text),
})

const replayed: z.ZodType<Told.ReplayReply> = z.object({
  judged: z.int(),
  changed: z.array(
    z.object({ seq: z.int(), at: time, symbol: text, strategy: text, was: text, would: text }),
  ),
})

const latency: z.ZodType<Told.LatencyHistory> = z.object({
  kinds: z.array(
    z.object({
      kind: text,
      points: z.array(z.object({ at: time, p50: maybe, p99: maybe })),
    }),
  ),
  loop: z.array(z.object({ at: time, p99: maybe })),
  memory: z.array(z.object({ at: time, bytes: number })),
})

const settings: z.ZodType<Told.SettingsView> = z.object({
  file: text,
  hash: text,
  sections: z.array(z.object({ name: text, rows: z.array(z.object({ key: text, value: text })) })),
})

const session: z.ZodType<Told.SessionView> = z.object({
  user: text,
  role: z.enum(['viewer', 'trader', 'admin']),
  csrf: text,
  provenAt: time,
  expiresAt: time,
  hasPassword: z.boolean(),
})

const commanded: z.ZodType<Told.CommandReply> = z.object({
  seq: z.int(),
  tradingState: z.enum(['active', 'reduce-only', 'halt', 'kill']),
})

const confirmed: z.ZodType<Told.ConfirmationReply> = z.object({
  confirmation: text,
  expiresAt: time,
  effect: text,
})

const page: z.ZodType<Told.JournalPage> = z.object({
  seq: z.int(),
  entries: z.array(line),
  before: maybe,
})

export const viewReply = named('View', view)
export const symbolReply = named('SymbolDetail', symbolDetail)
export const chainReply = named('Chain', chain)
export const orderReply = named('OrderDetail', orderDetail)
export const ordersReply = named('Orders', z.array(order))
export const tradesReply = named('Trades', z.array(trade))
export const incidentsReply = named('Incidents', z.array(incident))
export const journalReply = named('JournalPage', page)
export const linesReply = named('JournalLines', z.array(line))
export const replayReply = named('Replay', replayed)
export const latencyReply = named('LatencyHistory', latency)
export const settingsReply = named('Settings', settings)
export const sessionReply = named('Session', session)
export const commandReply = named('Command', commanded)
export const confirmationReply = named('Confirmation', confirmed)
export const ticketReply = named('StreamTicket', z.object({ ticket: text, expiresAt: time }))
export const done = z.object({ done: z.literal(true) })
export const openapiReply = z.looseObject({ openapi: text })

/** What a route may answer: its reply, and a Problem for each way to say no. */
type Answers = Readonly<Record<number, unknown>>

/** Every route may also say 421, 403 and 429, and a defect 500: not each says so itself. */
export function answers(reply: z.ZodType, refusals: readonly number[]): Answers {
  const others = Object.fromEntries(refusals.map((status) => [status, problem]))
  return { 200: reply, ...others }
}

const as = (type: string, schema: z.ZodType) => ({
  description: type,
  content: { [type]: { schema } },
})

export const reportAnswers: Answers = {
  ...answers(text, [400, 401, 429, 503]),
  200: {
    description: 'A whole page, or JSON',
    content: {
      'text/html': { schema: text },
      'application/json': { schema: z.looseObject({}) },
    },
  },
}
export const streamAnswers: Answers = {
  ...answers(text, [400, 401, 403, 503]),
  200: as('text/event-stream', text),
}
const health = z.object({ ok: z.boolean(), viewAgeMs: maybe, mode: orNull(text) })
export const healthAnswers: Answers = { 200: health, 503: health }
export const metricsAnswers: Answers = {
  ...answers(text, [401, 404, 503]),
  200: as('text/plain', text),
}
