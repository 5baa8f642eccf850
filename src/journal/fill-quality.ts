import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { notional } from '../domain/money.ts'
import type { Money, Price } from '../domain/money.ts'
import type { ClientOrderId, Order, OrderTerms, StructureId } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import type { Event } from '../trading/event.ts'
import type { Entry } from './rows.ts'

/** Bid and ask as they were known at one moment, both live. */
export interface Nbbo {
  readonly bid: Price
  readonly ask: Price
}

/** Positive is worse than the reference, negative better; of all units of the fill. */
export interface Slippage {
  readonly amount: Money
  /** Of the spread of the reference; null where it has none. */
  readonly ofSpread: number | null
}

/** One fill against what was quoted. What is not known is null, and never 0. */
export interface FillQuality {
  readonly execId: ExecId
  readonly orderId: ClientOrderId
  readonly structureId: StructureId | null
  readonly strategy: string | null
  readonly role: Order['role']
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly price: Price
  readonly at: EpochMs
  readonly synthetic: boolean
  /** Changes of price before it; 0: at the limit it was sent with. */
  readonly step: number
  /** What it was to trade at: limit or trigger at that moment; null of a market order. */
  readonly asked: Price | null
  /** Decided on, as sent, as last changed, as filled. Deciding and sending are one turn. */
  readonly quotes: Readonly<Record<'decision' | 'send' | 'step' | 'fill', Nbbo | null>>
  /** Against mid and far side of the decision: what waiting brought, and crossing would have. */
  readonly againstMid: Slippage | null
  readonly againstFar: Slippage | null
  /** Against the mid of the moment it filled at. */
  readonly againstFillMid: Slippage | null
  /** Against its own limit or trigger. */
  readonly againstAsked: Money | null
}

/** One entry: what was wanted, and what came of it. */
export interface EntryQuality {
  readonly orderId: ClientOrderId
  readonly symbol: string
  readonly at: EpochMs
  readonly quantity: number
  readonly filled: number
  readonly steps: number
  /** Filled in part or whole, or over without; null: not over. */
  readonly outcome: 'filled' | 'partly' | 'missed' | null
}

export interface FillLedger {
  readonly fills: readonly FillQuality[]
  readonly entries: readonly EntryQuality[]
}

/** A standing line is asked beside after so long: what is older than that is not known any more. */
const QUOTE_AGE_MS_MAX = 10_000

interface Kept {
  readonly order: Order
  readonly at: EpochMs
  readonly sent: Nbbo | null
  terms: OrderTerms
  before: OrderTerms
  changing: boolean
  steps: number
  step: Nbbo | null
  status: string
  filled: number
}

interface Fold {
  readonly approvals: Map<StructureId, Extract<Event, { type: 'EntryApproved' }>>
  readonly triggers: Map<StructureId, Nbbo | null>
  readonly orders: Map<ClientOrderId, Kept>
  readonly fills: Map<ExecId, FillQuality>
}

/** Every fill in its last revision, oldest first; a pure fold, safe to drop. */
export function fillLedgerOf(entries: Iterable<Entry>): FillLedger {
  const fold: Fold = {
    approvals: new Map(),
    triggers: new Map(),
    orders: new Map(),
    fills: new Map(),
  }
  for (const entry of entries) take(fold, entry)
  const kept = [...fold.orders.values()].filter(({ order }) => order.role === 'entry')
  return { fills: [...fold.fills.values()], entries: kept.map(entryOf) }
}

function take(fold: Fold, { event, at }: Entry): void {
  switch (event.type) {
    case 'EntryApproved':
      fold.approvals.set(event.structureId, event)
      return
    case 'ExitTriggered':
      fold.triggers.set(event.structureId, nbboOf(event.quote, at))
      return
    case 'OrderIntended': {
      const { order } = event
      const { terms } = order
      const sent = nbboOf(event.quote ?? null, at)
      const begun = { sent, terms, before: terms, changing: false, steps: 0, step: null, filled: 0 }
      fold.orders.set(order.id, { order, at, status: 'intent', ...begun })
      return
    }
    case 'ReplaceIntended':
      return changed(fold, event, at)
    case 'OrderMoved': {
      const kept = fold.orders.get(event.orderId)
      if (kept === undefined) return
      kept.status = event.to
      if (!kept.changing || event.from !== 'replace-pending') return
      kept.changing = false
      if (event.evidence.kind !== 'reported' && event.to !== 'filled') undone(kept)
      return
    }
    case 'OrderFilled':
      return filled(fold, event, at)
    default:
  }
}

function changed(
  { orders }: Fold,
  { change, quote }: Extract<Event, { type: 'ReplaceIntended' }>,
  at: EpochMs,
): void {
  const kept = orders.get(change.orderId)
  if (kept === undefined) return
  const isOther = priceOf(change.terms) !== priceOf(kept.terms)
  kept.before = kept.terms
  kept.terms = change.terms
  kept.changing = isOther
  if (!isOther) return
  kept.steps++
  kept.step = nbboOf(quote ?? null, at)
}

/** The broker refused, or nobody knows: the old terms are taken to be in force. */
function undone(kept: Kept): void {
  kept.terms = kept.before
  kept.steps = Math.max(0, kept.steps - 1)
}

function filled(
  fold: Fold,
  { fill, quote }: Extract<Event, { type: 'OrderFilled' }>,
  at: EpochMs,
): void {
  const kept = fold.orders.get(fill.orderId)
  // Legs of a combo move positions; the fill of the combo itself is the one that was asked for.
  if (kept === undefined || kept.order.contract.kind !== fill.contract.kind) return
  const known = fold.fills.get(fill.execId)
  kept.filled += fill.quantity - (known?.quantity ?? 0)
  if (fill.quantity <= 0) {
    fold.fills.delete(fill.execId) // a correction took it back
    return
  }
  // Of a correction the moment of the first report is the one that its quotes are of.
  const quoted = known === undefined ? nbboOf(quote ?? null, at) : known.quotes.fill
  fold.fills.set(fill.execId, qualityOf(fold, kept, { fill, quoted, step: known?.step ?? null }))
}

function qualityOf(
  fold: Fold,
  kept: Kept,
  of: { readonly fill: Fill; readonly quoted: Nbbo | null; readonly step: number | null },
): FillQuality {
  const { fill, quoted } = of
  const { order } = kept
  const { structureId, role } = order
  const approval = structureId === null ? undefined : fold.approvals.get(structureId)
  const decision = decisionOf(fold, kept, approval)
  // A change may still be on its way: what the old terms allow was filled by them.
  const isEarly = kept.changing && allows(order.side, kept.before, fill.price)
  const asked = priceOf(isEarly ? kept.before : kept.terms)
  const sign = fill.side === 'BUY' ? 1 : -1
  const worth = (by: number): Money =>
    notional((by === 0 ? 0 : sign * by) as Price, fill.quantity, fill.contract.multiplier)
  const against = (nbbo: Nbbo | null, reference: number | null): Slippage | null => {
    if (nbbo === null || reference === null) return null
    const spread = nbbo.ask - nbbo.bid
    const by = sign * (fill.price - reference)
    return {
      amount: worth(Math.round(fill.price - reference)),
      ofSpread: spread > 0 ? by / spread : null,
    }
  }
  const { execId, orderId, contract, side, quantity, price, at, synthetic } = fill
  return {
    execId,
    orderId,
    structureId,
    role,
    contract,
    side,
    quantity,
    price,
    at,
    synthetic,
    strategy: approval?.request.strategy ?? null,
    step: of.step ?? kept.steps - (isEarly ? 1 : 0),
    asked,
    quotes: { decision, send: kept.sent ?? decision, step: kept.step, fill: quoted },
    againstMid: against(decision, midOf(decision)),
    againstFar: against(decision, farOf(side, decision)),
    againstFillMid: against(quoted, midOf(quoted)),
    againstAsked: asked === null ? null : worth(price - asked),
  }
}

/** Of an exit that rests there is none but its own price; of a close, what triggered it. */
function decisionOf(
  { triggers }: Fold,
  { order: { role, structureId }, sent }: Kept,
  approval: Extract<Event, { type: 'EntryApproved' }> | undefined,
): Nbbo | null {
  if (role === 'entry' && approval !== undefined) {
    return sidesOf(approval.request.candidate.quote)
  }
  if (role !== 'close' || structureId === null) return null
  return triggers.get(structureId) ?? sent
}

/** Whether these terms could have filled at this price; a market order fills at any. */
function allows(side: Side, terms: OrderTerms, price: Price): boolean {
  if (terms.type !== 'LMT') return terms.type === 'MKT'
  return side === 'BUY' ? price <= terms.limit : price >= terms.limit
}

function priceOf(terms: OrderTerms): Price | null {
  if (terms.type === 'LMT') return terms.limit
  return terms.type === 'STP' ? terms.trigger : null
}

function nbboOf(quote: Quote | null, at: EpochMs): Nbbo | null {
  const age = quote === null ? Infinity : at - quote.aliveAt
  return quote === null || age < 0 || age > QUOTE_AGE_MS_MAX ? null : sidesOf(quote)
}

function sidesOf({ bid, ask }: Quote): Nbbo | null {
  return bid === null || ask === null || bid > ask ? null : { bid, ask }
}

function midOf(nbbo: Nbbo | null): number | null {
  return nbbo === null ? null : (nbbo.bid + nbbo.ask) / 2
}

function farOf(side: Side, nbbo: Nbbo | null): number | null {
  if (nbbo === null) return null
  return side === 'BUY' ? nbbo.ask : nbbo.bid
}

const OVER: ReadonlySet<string> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'denied',
  'quarantine-cancelled',
])

function entryOf({ order, at, steps, filled: units, status }: Kept): EntryQuality {
  const isOver = OVER.has(status)
  const outcome =
    units >= order.quantity ? 'filled' : !isOver ? null : units > 0 ? 'partly' : 'missed'
  const { id: orderId, contract, quantity } = order
  return { orderId, symbol: contract.symbol, at, quantity, filled: units, steps, outcome }
}
