import type { EpochMs } from '../../src/base/clock.ts'
import type { Market, MarketQuote } from '../../src/simulator/market/market.ts'

/** What is done to the quotes; bars and contracts stay as they are. */
export type Hold = 'moving' | 'frozen' | 'dead'

/** A market whose quotes can be stopped: frozen at their last values, or gone altogether. */
export class HeldMarket implements Market {
  readonly #of: Market
  #hold: Hold = 'moving'
  #since = 0 as EpochMs

  constructor(of: Market) {
    this.#of = of
  }

  hold(hold: Hold, since: EpochMs): void {
    this.#hold = hold
    this.#since = since
  }

  quote: Market['quote'] = (id, at, adverse): MarketQuote | null => {
    if (this.#hold === 'moving') return this.#of.quote(id, at, adverse)
    const last = this.#of.quote(id, Math.min(at, this.#since) as EpochMs, adverse)
    if (this.#hold === 'frozen' || last === null) return last
    return { ...last, bid: null, ask: null, last: null, model: null, bidSize: null, askSize: null }
  }

  nextChange: Market['nextChange'] = (id, at) => {
    const next = this.#of.nextChange(id, at)
    return next !== null && this.#hold !== 'moving' && next > this.#since ? null : next
  }

  get origin(): Market['origin'] {
    return this.#of.origin
  }

  get describe(): string {
    return this.#of.describe
  }

  get underlyings(): Market['underlyings'] {
    return this.#of.underlyings
  }

  session: Market['session'] = (id, date, hours) => this.#of.session(id, date, hours)
  options: Market['options'] = (symbol, today) => this.#of.options(symbol, today)
  contract: Market['contract'] = (id) => this.#of.contract(id)
  bars: Market['bars'] = (id, of) => this.#of.bars(id, of)
  formingBar: Market['formingBar'] = (id, of) => this.#of.formingBar(id, of)
  settlement: Market['settlement'] = (symbol, expiry) => this.#of.settlement(symbol, expiry)
}
