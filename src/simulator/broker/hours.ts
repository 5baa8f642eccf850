import type { EpochMs } from '../../base/clock.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { ConId, IndexContract, OptionContract, Ticker } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import type { SimContract } from './state.ts'
import type { Market, TradingSession } from '../market/market.ts'

/** The longest closure since 2000 was 6 days; a market that is closed for longer has ended. */
const CLOSURE_DAYS_MAX = 10

type Quoted = SimContract | IndexContract

/** When contracts trade: the regular hours of their underlying. Remembers, but decides nothing. */
export class Hours {
  readonly #market: Market
  readonly #latest = new Map<Ticker, TradingSession>()

  constructor(market: Market) {
    this.#market = market
  }

  /** A session ends otherwise than was thought. */
  forget(): void {
    this.#latest.clear()
  }

  /** From the open up to, and without, the close; an option ends with its last trading time. */
  isOpen(contract: Quoted, at: EpochMs): boolean {
    if (contract.kind === 'option' && at >= contract.lastTradingAt) return false
    const session = this.#from(contract, at)
    return session !== null && session.open <= at
  }

  /** Of the session after the one that is open; null when there is none. */
  nextOpen(contract: Quoted, at: EpochMs): EpochMs | null {
    const session = this.#from(contract, at)
    if (session === null || session.open > at) return session?.open ?? null
    return this.#from(contract, session.close)?.open ?? null
  }

  /** When a DAY order that came at this moment is over: with this session, or with the next. */
  dayEnd(contract: Quoted, at: EpochMs): EpochMs | null {
    return this.#from(contract, at)?.close ?? null
  }

  /** When an option that is held settles: at its end, or, by an opening price, on the next open. */
  settlesAt(option: OptionContract): EpochMs {
    if (option.settlement === 'PM') return option.lastTradingAt
    return this.nextOpen(option, option.lastTradingAt) ?? option.lastTradingAt
  }

  /** The session that is open at this moment, or the next one. */
  #from(contract: Quoted, at: EpochMs): TradingSession | null {
    const latest = this.#latest.get(contract.symbol)
    if (latest !== undefined && latest.open <= at && at < latest.close) return latest
    const id = this.#underlying(contract)
    const today = newYorkDate(at)
    for (let days = 0; days <= CLOSURE_DAYS_MAX; days++) {
      const session = this.#market.session(id, addDays(today, days))
      if (session !== null && at < session.close) {
        this.#latest.set(contract.symbol, session)
        return session
      }
    }
    return null
  }

  #underlying(contract: Quoted): ConId {
    const listed = this.#market.underlyings.find((each) => each.contract.symbol === contract.symbol)
    return listed?.contract.conId ?? contract.conId
  }
}
