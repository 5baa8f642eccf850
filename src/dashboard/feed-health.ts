import type { EpochMs } from '../base/clock.ts'
import type { Budget, Gauges, SymbolTraded } from '../engine/budget.ts'
import type { Vitals } from '../engine/health.ts'
import type { LatencyFigures } from '../engine/latency.ts'
import type { CycleOutcome } from '../trading/input.ts'
import { priceText } from './feed-texts.ts'
import type {
  BreakerView,
  BudgetView,
  DecisionView,
  HealthView,
  RequestView,
  SymbolView,
} from './view.ts'

/** What the process itself knows, and the engine does not. */
export interface ProcessFacts {
  /** Resident, of all its threads. */
  readonly memoryBytes: number
  readonly uptimeMs: number
}

export function healthView(vitals: Vitals, gauges: Gauges, of: ProcessFacts): HealthView {
  return {
    lastAnswerAt: vitals.lastAnswerAt,
    lastCycleAt: vitals.lastCycleAt,
    loopDelayMsP99: vitals.loopDelayMsP99,
    loopDelayMsMax: vitals.loopDelayMsMax,
    ...of,
    requests: vitals.requests.map(requestView),
    breakers: vitals.breakers.map((breaker): BreakerView => ({ ...breaker })),
    budgets: gauges.budgets().map(budgetView),
    connections: gauges.connections(),
    farms: gauges.farms(),
    noticesLost: vitals.noticesLost,
  }
}

function requestView(of: LatencyFigures): RequestView {
  const { kind, count, p50, p90, p99, max, deadlineMs, answered, failed, timeouts } = of
  const figures = { kind, count, p50, p90, p99, max, deadlineMs }
  return { ...figures, answered, failed, timeouts, slowSince: of.slowSince }
}

function budgetView({ rule, used, limit, freesAtMs }: Budget): BudgetView {
  return { rule, used, limit, freesAt: freesAtMs }
}

/** Of the newest closed bar of a symbol. */
export interface Decided {
  readonly at: EpochMs
  readonly outcome: CycleOutcome
}

export function symbolViews(
  gauges: Gauges,
  decided: ReadonlyMap<string, Decided>,
): readonly SymbolView[] {
  const sources = new Map(gauges.bars().map(({ symbol, source }) => [symbol, source]))
  return gauges.symbols().map(({ symbol, strategies, last }: SymbolTraded) => {
    const newest = decided.get(symbol)
    return {
      symbol,
      source: sources.get(symbol) ?? null,
      strategies,
      last: last === null ? null : { price: priceText(last.price), at: last.at },
      decision: newest === undefined ? null : decisionView(newest),
    }
  })
}

/** Its id is what `explain` takes: `SPY@1773149460000`. */
export function decisionView({ at, outcome }: Decided): DecisionView {
  const { symbol, barStart, kind, reason } = outcome
  return { symbol, barStart, at, kind, reason, id: `${symbol}@${barStart}` }
}
