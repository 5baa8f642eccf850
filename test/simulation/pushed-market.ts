import type { EpochMs } from '../../src/base/clock.ts'
import type { ConId } from '../../src/domain/contract.ts'
import { price } from '../../src/domain/money.ts'
import type { Price } from '../../src/domain/money.ts'
import type { Market, MarketQuote } from '../../src/simulator/market/market.ts'
import { HeldMarket } from './held-market.ts'

/** What is done to the quotes of one contract from a moment on. */
export interface Push {
  readonly since: EpochMs
  /** What its prices are multiplied by. */
  readonly factor?: number
  readonly size?: number
}

/** A market that can be told what happens in it, for stories that wait for something certain. */
export class PushedMarket extends HeldMarket {
  readonly #of: Market
  readonly #pushes = new Map<ConId, Push>()
  #settlement: number | null = null

  constructor(of: Market) {
    super(of)
    this.#of = of
    const { quote, nextChange } = this
    this.quote = (id, at, adverse) => {
      const push = this.#pushes.get(id)
      const told = quote(id, at, adverse)
      return push === undefined || told === null || at < push.since ? told : pushed(told, push)
    }
    this.nextChange = (id, at) => {
      const next = nextChange(id, at)
      const push = this.#pushes.get(id)
      if (push === undefined || push.since <= at) return next
      return (next === null ? push.since : Math.min(next, push.since)) as EpochMs
    }
    this.settlement = (symbol, expiry) =>
      this.#settlement === null ? this.#of.settlement(symbol, expiry) : price(this.#settlement)
  }

  push(id: ConId, push: Push): void {
    this.#pushes.set(id, push)
  }

  /** What every option settles at, in dollars. */
  settleAt(dollars: number): void {
    this.#settlement = dollars
  }
}

function pushed(quote: MarketQuote, { since, factor = 1, size }: Push): MarketQuote {
  const moved = (of: Price | null): Price | null =>
    of === null ? null : ((Math.max(1, Math.round((of * factor) / 10_000)) * 10_000) as Price)
  return {
    ...quote,
    bid: factor === 1 ? quote.bid : moved(quote.bid),
    ask: factor === 1 ? quote.ask : moved(quote.ask),
    bidSize: size ?? quote.bidSize,
    askSize: size ?? quote.askSize,
    changedAt: Math.max(quote.changedAt, since) as EpochMs,
  }
}
