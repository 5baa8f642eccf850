import { limits } from '../risk/fixtures.testing.ts'
import type { EpochMs } from '../base/clock.ts'
import { atNewYork } from '../domain/calendar.ts'
import type { CalendarDate, ConId, OptionContract } from '../domain/contract.ts'
import type { ExecId, Fill } from '../domain/fill.ts'
import { money, price } from '../domain/money.ts'
import type { ClientOrderId, Order, StructureId, TrackedOrder } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Rules } from '../trading/command.ts'
import { initialState } from '../trading/state.ts'
import type { State } from '../trading/state.ts'
import { SPY } from './scripted-bars.testing.ts'

/** Values that tests of rules begin from; each changes only what its rule is about. */

const expiry = '2026-03-13' as CalendarDate

export const call: OptionContract = {
  kind: 'option',
  conId: 1 as ConId,
  symbol: SPY.symbol,
  exchange: 'SMART',
  currency: SPY.currency,
  expiry,
  strike: price(560),
  right: 'C',
  tradingClass: 'SPY',
  multiplier: 100,
  priceIncrements: [{ from: price(0), tick: price(0.01) }],
  settlement: 'PM',
  lastTradingAt: atNewYork(expiry, '16:00'),
}

/** At the far side at once. */
const crossing: Rules['entry'] = {
  start: 1,
  step: { kind: 'share', of: 0.25 },
  everyMs: 15_000,
  worst: 1,
  collarPct: 0.2,
  timeToLiveMs: 60_000,
}

export const rules: Rules = {
  limits: {
    ...limits,
    riskPerTradePct: 0.02,
    dailyLossPctMax: 0.05,
    openStructuresMax: 3,
    premiumPctMax: 0.1,
    orderCostMax: money(5_000),
    structureLossMax: money(5_000),
    quoteAgeMsMax: 2_000,
  },
  entry: crossing,
  underlyings: [SPY],
  takeProfitPct: 0.5,
  stopLossPct: 0.5,
  trailingStopPct: null,
  timeStop: null,
  accountKind: null,
  holdOvernight: false,
  intentMsMax: 5_000,
  ackMsMax: 5_000,
  proofAfterMs: 10_000,
  quarantineMs: 60_000,
  stopLateMsMax: 15_000,
  childResendMs: 50,
  unexplainedMsMax: 300_000,
  closeBeforeExpiryMs: 3_600_000,
  allowDelayed: false,
}

export const structureId = 'S1' as StructureId

export function order(changes: Partial<TrackedOrder> = {}): TrackedOrder {
  return {
    id: 'A1' as ClientOrderId,
    structureId,
    parentId: null,
    oca: null,
    role: 'entry',
    contract: call,
    side: 'BUY',
    quantity: 1,
    terms: { type: 'LMT', limit: price(1) },
    timeInForce: 'DAY',
    status: 'working',
    unknownFrom: null,
    filled: 0,
    pendingChange: null,
    permId: null,
    epoch: 1,
    parentMissedAt: null,
    resentAt: null,
    intendedAt: 0 as EpochMs,
    statusSince: 0 as EpochMs,
    ...changes,
  }
}

/** The order as it was intended, without what became of it. */
export function intended({ id, role, side, quantity }: TrackedOrder): Order {
  const { structureId: of, parentId, oca, contract, terms, timeInForce } = order()
  return { id, structureId: of, parentId, oca, role, contract, side, quantity, terms, timeInForce }
}

export function fill(changes: Partial<Fill> = {}): Fill {
  return {
    execId: 'E1' as ExecId,
    revision: 1,
    orderId: 'A1' as ClientOrderId,
    contract: call,
    side: 'BUY',
    quantity: 1,
    price: price(1),
    at: 0 as EpochMs,
    synthetic: false,
    ...changes,
  }
}

export function structure(changes: Partial<Structure> = {}): Structure {
  return {
    id: structureId,
    strategy: 'scalp',
    contract: call,
    quantity: 1,
    openPrice: price(1),
    openedAt: 0 as EpochMs,
    plan: {
      takeProfit: { price: price(1.5), watchedBy: 'broker' },
      stopLoss: { price: price(0.5), watchedBy: 'broker' },
      timeInForce: 'GTC',
    },
    triggered: null,
    triggeredAt: null,
    stopPassedAt: null,
    marks: [],
    ...changes,
  }
}

export function stateWith(changes: Partial<State> = {}): State {
  return { ...initialState('simulation', 'DU1'), link: 'up', epoch: 1, ...changes }
}

export function byId<T extends { readonly id: string }>(...items: readonly T[]): Map<T['id'], T> {
  return new Map(items.map((item) => [item.id, item]))
}
