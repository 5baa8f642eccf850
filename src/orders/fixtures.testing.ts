import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from '../domain/contract.ts'
import type { Currency } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import type { ClientOrderId, Order, StructureId, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import type { ProtectionTerms, ProtectionView } from './protect.ts'

export const now = atNewYork('2026-03-10' as CalendarDate, '10:30')

export const at = (ms: number): EpochMs => (now + ms) as EpochMs

export const call: OptionContract = {
  kind: 'option',
  conId: 7 as ConId,
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
  expiry: '2026-03-13' as CalendarDate,
  strike: price(600),
  right: 'C',
  tradingClass: 'SPY',
  multiplier: 100,
  // The penny programme's other half: nickels below three dollars, dimes above.
  priceIncrements: [
    { from: price(0), tick: price(0.05) },
    { from: price(3), tick: price(0.1) },
  ],
  settlement: 'PM',
  lastTradingAt: atNewYork('2026-03-13' as CalendarDate, '16:00'),
}

export const structureId = 'e' as StructureId

export function order(changes: Partial<TrackedOrder> = {}): TrackedOrder {
  return {
    id: 'e' as ClientOrderId,
    structureId,
    parentId: null,
    oca: null,
    role: 'entry',
    contract: call,
    side: 'BUY',
    quantity: 5,
    terms: { type: 'LMT', limit: price(2) },
    timeInForce: 'DAY',
    status: 'working',
    unknownFrom: null,
    filled: 0,
    pendingChange: null,
    permId: null,
    epoch: 1,
    resentAt: null,
    parentMissedAt: null,
    intendedAt: now,
    statusSince: now,
    ...changes,
  }
}

const oca = { name: 'oca-e', type: 'reduce-with-block' } as const
const child = { parentId: 'e' as ClientOrderId, oca, side: 'SELL', timeInForce: 'GTC' } as const

export function takeProfit(changes: Partial<TrackedOrder> = {}): TrackedOrder {
  const terms = { type: 'LMT', limit: price(2.4) } as const
  return order({ ...child, id: 'tp' as ClientOrderId, role: 'take-profit', terms, ...changes })
}

export function stopLoss(changes: Partial<TrackedOrder> = {}): TrackedOrder {
  const terms = { type: 'STP', trigger: price(1.9) } as const
  return order({ ...child, id: 'sl' as ClientOrderId, role: 'stop-loss', terms, ...changes })
}

export function structure(changes: Partial<Structure> = {}): Structure {
  return {
    id: structureId,
    strategy: 'scalp',
    contract: call,
    quantity: 5,
    openPrice: price(2),
    openedAt: now,
    plan: {
      takeProfit: { price: price(2.4), watchedBy: 'broker' },
      stopLoss: { price: price(1.9), watchedBy: 'broker' },
      timeInForce: 'GTC',
    },
    triggered: null,
    triggeredAt: null,
    stopPassedAt: null,
    marks: [],
    ...changes,
  }
}

export function quote(changes: Partial<Quote> = {}): Quote {
  return {
    bid: price(2),
    ask: price(2.05),
    last: price(2),
    bidSize: 10,
    askSize: 10,
    volume: 100,
    openInterest: 100,
    delta: 0.5,
    receivedAt: now,
    aliveAt: now,
    delayed: false,
    halted: false,
    synthetic: false,
    ...changes,
  }
}

export function view(changes: Partial<ProtectionView> = {}): ProtectionView {
  return {
    now,
    structure: structure(),
    exits: [takeProfit(), stopLoss()],
    opening: 0,
    closeFrom: null,
    quote: null,
    ...changes,
  }
}

export function terms(): ProtectionTerms {
  let ids = 0
  const nextId = () => `new-${++ids}` as ClientOrderId
  return { quoteAgeMsMax: 2_000, stopLateMsMax: 15_000, childResendMs: 50, nextId }
}

/** As it is tracked from the moment it is journaled. */
export function intended(of: Order, when: EpochMs = now): TrackedOrder {
  return order({ ...of, status: 'intent', intendedAt: when, statusSince: when })
}
