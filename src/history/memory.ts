import { ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { BarSeries, BarSize } from '../domain/bar.ts'
import { emptySeries } from '../domain/bar-series.ts'
import type { Ticker } from '../domain/contract.ts'
import type { BarStore } from '../engine/ports.ts'

/** For demos, backtests and tests. */
export class MemoryBarStore implements BarStore {
  readonly #series = new Map<string, BarSeries>()

  load(symbol: Ticker, size: BarSize): BarSeries {
    return this.#series.get(`${symbol} ${size}`) ?? emptySeries(symbol, size)
  }

  save(series: BarSeries): Result<void, never> {
    this.#series.set(`${series.symbol} ${series.size}`, series)
    return ok(undefined)
  }
}
