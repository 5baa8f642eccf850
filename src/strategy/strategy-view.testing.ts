import type { EpochMs } from '../base/clock.ts'
import type { Bar } from '../domain/bar.ts'
import type { CalendarDate, ConId, Right, Ticker, UnderlyingKey } from '../domain/contract.ts'
import type { Currency, Price } from '../domain/money.ts'
import { price } from '../domain/money.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { StrategyView } from './strategy.ts'
import type { VixRules } from './vix-regime.ts'

export const VIX: UnderlyingKey = {
  kind: 'index',
  symbol: 'VIX' as Ticker,
  exchange: 'CBOE',
  currency: 'USD' as Currency,
}

export const universe: VixRules = {
  index: VIX,
  puts: { SPY: { dte: { min: 30, max: 60 }, otm: { min: 0.05, max: 0.1 } } },
  calls: { GLD: { dte: { min: 60, max: 90 }, otm: { min: 0.02, max: 0.05 } } },
  coolDownMs: 86_400_000,
}

export const NOW = 1_770_000_000_000 as EpochMs

export function view(bars: readonly Bar[], more: Partial<StrategyView> = {}): StrategyView {
  return {
    now: NOW,
    symbol: 'SPY' as Ticker,
    bars,
    held: [],
    lastEntryAt: null,
    index: null,
    ...more,
  }
}

/** High and low 0.05 to either side; a close of NaN makes every price NaN. */
export function closingAt(close: number, volume = 1000): Bar {
  const at = (amount: number): Price => (Number.isNaN(amount) ? (NaN as Price) : price(amount))
  const extremes = { high: at(close + 0.05), low: at(close - 0.05) }
  return { start: 0 as EpochMs, open: at(close), ...extremes, close: at(close), volume }
}

export function holding(strategy: string, right: Right): Structure {
  return {
    id: 'structure' as StructureId,
    strategy,
    contract: {
      kind: 'option',
      symbol: 'SPY' as Ticker,
      tradingClass: 'SPY',
      expiry: '2026-03-13' as CalendarDate,
      strike: price(600),
      right,
      multiplier: 100,
      exchange: 'SMART',
      currency: 'USD' as Currency,
      conId: 1 as ConId,
      priceIncrements: [{ from: price(0), tick: price(0.01) }],
      settlement: 'PM',
      lastTradingAt: NOW,
    },
    quantity: 1,
    openPrice: price(2),
    openedAt: NOW,
    plan: { takeProfit: null, stopLoss: null, timeInForce: 'GTC' },
    triggered: null,
    triggeredAt: null,
    stopPassedAt: null,
    marks: [],
  }
}
