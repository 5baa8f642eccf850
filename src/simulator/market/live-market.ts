import type { EpochMs } from '../../base/clock.ts'
import { sessionOf } from '../../domain/calendar.ts'
import type { Session } from '../../domain/calendar.ts'
import { legsOf } from '../../domain/contract.ts'
import type { CalendarDate, ConId, Tradable } from '../../domain/contract.ts'
import type { Candidate, Quote } from '../../domain/quote.ts'
import type { Market, MarketQuote } from './market.ts'
import type { SimContract } from '../broker/state.ts'

/**
 * A market of quotes that somebody else brings: it knows the newest of each contract, nothing of
 * the past and nothing of the future. What was not proven alive lately still values what is held,
 * but it is quoted as halted, so nothing trades against it.
 */
export class LiveMarket implements Market {
  readonly origin = 'live'
  readonly describe = 'live quotes, simulated fills'
  readonly underlyings = []
  readonly #quoteAgeMsMax: number
  readonly #contracts = new Map<ConId, SimContract>()
  readonly #quotes = new Map<ConId, Quote>()

  constructor(quoteAgeMsMax: number) {
    this.#quoteAgeMsMax = quoteAgeMsMax
  }

  /** A contract that an order or a position names. */
  know(contract: Tradable): void {
    for (const leg of legsOf(contract)) this.#contracts.set(leg.contract.conId, leg.contract)
  }

  /** A quote that came; an older one than is known is ignored. */
  learn({ contract, quote }: Candidate): void {
    if (contract.kind === 'combo') return
    this.know(contract)
    const known = this.#quotes.get(contract.conId)
    if (known === undefined || known.aliveAt <= quote.aliveAt) {
      this.#quotes.set(contract.conId, quote)
    }
  }

  session(_contract: ConId, date: CalendarDate): Session | null {
    return sessionOf(date)
  }

  contract(id: ConId): SimContract | null {
    return this.#contracts.get(id) ?? null
  }

  options = (): readonly never[] => []
  bars = (): readonly never[] => []
  nextChange = (): null => null
  formingBar = (): null => null
  settlement = (): null => null

  quote(id: ConId, at: EpochMs): MarketQuote | null {
    const quote = this.#quotes.get(id)
    if (quote === undefined) return null
    const { bid, ask, last, bidSize, askSize, volume, openInterest, synthetic } = quote
    const dead = at - quote.aliveAt > this.#quoteAgeMsMax
    return {
      bid,
      ask,
      last,
      bidSize,
      askSize,
      lastSize: null,
      volume,
      openInterest,
      open: null,
      high: null,
      low: null,
      previousClose: null,
      model: null,
      halted: quote.halted || dead,
      synthetic: synthetic || quote.delayed, // what was quoted a while ago could not be had
      changedAt: quote.receivedAt,
    }
  }
}
