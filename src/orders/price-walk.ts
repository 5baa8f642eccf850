import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from '../domain/contract.ts'
import { tickAt } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Approved, OrderChange, TrackedOrder, WalkBounds } from '../domain/order.ts'
import type { Quote } from '../domain/quote.ts'
import { entryLimit } from './exit-plan.ts'

/**
 * How the limit of an entry moves (R6). Shares are of the spread: 0 is our own side of it, 0.5 the
 * mid, 1 the far side, which would fill at once.
 */
export interface WalkTerms {
  readonly start: number
  readonly step:
    | { readonly kind: 'share'; readonly of: number }
    | { readonly kind: 'ticks'; readonly count: number }
  readonly everyMs: number
  readonly worst: number
  /** The worst price is at most this much of the mid beyond the mid. */
  readonly collarPct: number
  /** What has not filled by then is cancelled. */
  readonly timeToLiveMs: number
}

/** How far the limit of an entry has been asked to go, with this change. */
export function walkedAfter(order: TrackedOrder, { terms }: OrderChange): Price | undefined {
  if (order.role !== 'entry' || terms.type !== 'LMT') return order.walkedTo
  const { walkedTo = terms.limit, side } = order
  return nearest(side, walkedTo, terms.limit) === walkedTo ? terms.limit : walkedTo
}

interface Sides {
  /** Of the spread: ours is where a limit would join the queue. */
  readonly own: number
  readonly far: number
}

/** Null where the quote or the ticks of the contract give no price. */
export function walkBounds(
  entry: { readonly contract: Tradable; readonly side: Side; readonly quote: Quote },
  terms: WalkTerms,
): WalkBounds | null {
  const { contract, side, quote } = entry
  const sides = sidesOf(side, quote)
  if (sides === null) return null
  const mid = at(sides, 0.5)
  const collar = mid + gain(side) * Math.abs(mid) * terms.collarPct
  const furthest = nearest(side, at(sides, terms.worst), collar)
  const onTick = (amount: number) => entryLimit({ contract, side, price: whole(amount) })
  const worst = onTick(furthest)
  const first = nearest(side, onTick(at(sides, terms.start)), worst) as Price
  const isPriced = contract.kind === 'combo' || (first > 0 && worst > 0)
  return isPriced ? { first, worst } : null
}

export interface Walking {
  readonly order: TrackedOrder
  readonly now: EpochMs
  /** The newest there is; of what is unknown, one-sided, crossed, halted or old no step is made. */
  readonly quote: Quote | null
  readonly quoteAgeMsMax: number
  readonly allowDelayed: boolean
}

/**
 * The step that is due by now, or null: it stays as it is. Only ever towards the far side of the
 * quote of this moment, never beyond that nor beyond the worst price, which is what risk approved.
 * All of the quantity, filled units included, is the order's own; a fill in flight changes nothing.
 */
export function walkStep(walking: Walking, terms: WalkTerms): Approved<OrderChange> | null {
  const { order } = walking
  const limit = walkedLimit(walking, terms)
  if (limit === null) return null
  const change = { orderId: order.id, quantity: order.quantity, terms: { type: 'LMT', limit } }
  return change as OrderChange as Approved<OrderChange>
}

function walkedLimit({ order, ...seen }: Walking, terms: WalkTerms): Price | null {
  const { contract, side, worst } = order
  const { quote, now } = seen
  if (order.terms.type !== 'LMT' || worst === undefined || quote === null) return null
  const steps = Math.floor((now - order.intendedAt) / terms.everyMs)
  const sides = isLive(quote, seen) ? sidesOf(side, quote) : null
  if (sides === null || steps <= 0) return null
  // The market has left for good or for now: the limit waits where it is for it to come back.
  if (nearest(side, sides.own, worst) !== sides.own) return null
  const target = stepped(sides, { contract, side, steps, terms })
  const bounded = nearest(side, nearest(side, target, sides.far), worst)
  const limit = entryLimit({ contract, side, price: whole(bounded) })
  // A step whose outcome was lost may be in force: another one must not take it back.
  const { walkedTo = order.terms.limit } = order
  const isBehind = nearest(side, limit, walkedTo) !== walkedTo
  const advances = !isBehind && nearest(side, limit, order.terms.limit) !== limit
  return advances && (contract.kind === 'combo' || limit > 0) ? limit : null
}

/** After so many steps, by the spread of this moment; nothing bounds it yet. */
function stepped(
  sides: Sides,
  of: {
    readonly contract: Tradable
    readonly side: Side
    readonly steps: number
    readonly terms: WalkTerms
  },
): number {
  const { contract, side, steps } = of
  const { start, step } = of.terms
  if (step.kind === 'share') return at(sides, Math.min(1, start + steps * step.of))
  const from = at(sides, start)
  return from + gain(side) * steps * step.count * tickAt(contract, whole(from))
}

function isLive(quote: Quote, seen: Omit<Walking, 'order'>): boolean {
  const age = seen.now - quote.aliveAt
  if (age < 0 || age > seen.quoteAgeMsMax) return false
  return !quote.halted && (!quote.delayed || seen.allowDelayed)
}

/** Null where a side is missing, or they cross. */
function sidesOf(side: Side, { bid, ask }: Quote): Sides | null {
  if (bid === null || ask === null || bid > ask) return null
  return side === 'BUY' ? { own: bid, far: ask } : { own: ask, far: bid }
}

function at({ own, far }: Sides, share: number): number {
  return own + share * (far - own)
}

/** The one that costs less: of a purchase the lower one. */
function nearest(side: Side, one: number, other: number): number {
  return side === 'BUY' ? Math.min(one, other) : Math.max(one, other)
}

function gain(side: Side): 1 | -1 {
  return side === 'BUY' ? 1 : -1
}

/** Millionths are whole numbers; a share of a spread need not be. */
function whole(amount: number): Price {
  return Math.round(amount) as Price
}
