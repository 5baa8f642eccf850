import type { EpochMs } from '../../base/clock.ts'
import type { Contract } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Quote } from '../../domain/quote.ts'
import type { Response } from '../../wire/responses.ts'
import { countOf, quotedPrice } from '../translate/translate.ts'
import { SYNTHETIC } from '../translate/translate-fill.ts'

/** Tick types (protocol.md 8.1). Delayed ones say the same as their live counterparts, later. */
const DELAYED: ReadonlyMap<number, number> = new Map([
  [66, 1],
  [67, 2],
  [68, 4],
  [69, 0],
  [70, 3],
  [71, 5],
  [74, 8],
  [83, 13],
  [90, 49],
])

const OPEN_INTEREST = 22
const OPEN_INTEREST_BY_RIGHT = { C: 27, P: 28 } as const
/** Of bid, ask and last. Volume and open interest are counted elsewhere. */
const QUOTED_SIZES = [0, 3, 5]
const HALTED = [1, 2] // general, volatility; -1 is unknown and 0 is not

/** What a line has told so far, from its own ticks only. */
export class QuoteBuilder {
  readonly #openInterestTick: number
  readonly #prices = new Map<number, Price | null>()
  readonly #sizes = new Map<number, number | null>()
  #delta: number | null = null
  #delayed = false
  #halted = false
  #synthetic = false
  #receivedAt: EpochMs | null = null

  constructor(contract: Contract) {
    this.#openInterestTick =
      contract.kind === 'option' ? OPEN_INTEREST_BY_RIGHT[contract.right] : OPEN_INTEREST
  }

  take(response: Response, at: EpochMs): void {
    switch (response.kind) {
      case 'tickPrice': {
        const type = this.#typeOf(response.tickType)
        this.#prices.set(type, quotedPrice(response.price))
        // The size travels along, and again in a tick of its own, which is the one that counts.
        const sizeType = { 1: 0, 2: 3, 4: 5 }[type]
        if (sizeType !== undefined) this.#sizes.set(sizeType, countOf(response.size))
        break
      }
      case 'tickSize': {
        const type = this.#typeOf(response.tickType)
        this.#sizes.set(type, countOf(response.size))
        if (!QUOTED_SIZES.includes(type)) return this.#heard(at)
        break
      }
      case 'tickGeneric':
        if (this.#typeOf(response.tickType) !== 49) return
        this.#halted = HALTED.includes(response.value)
        break
      case 'tickString':
        if (response.tickType === 32 || response.tickType === 33) {
          this.#synthetic = response.value === SYNTHETIC
        }
        return
      case 'tickOptionComputation':
        // A model goes on computing while nobody quotes: it proves nothing of bid and ask.
        if (this.#typeOf(response.tickType) !== 13) return
        this.#delta = response.delta
        return this.#heard(at)
      case 'marketDataType':
        this.#delayed = response.type >= 3 // 3 delayed, 4 delayed and frozen
        return
      default:
        return
    }
    this.#receivedAt = at
  }

  /** Null until a tick has come. */
  quote(): Quote | null {
    const receivedAt = this.#receivedAt
    if (receivedAt === null) return null
    const price = (type: number): Price | null => this.#prices.get(type) ?? null
    const size = (type: number): number | null => this.#sizes.get(type) ?? null
    const [bid, ask] = [price(1), price(2)]
    return {
      bid,
      ask,
      last: price(4),
      bidSize: bid === null ? null : size(0),
      askSize: ask === null ? null : size(3),
      volume: size(8),
      openInterest: size(this.#openInterestTick) ?? size(OPEN_INTEREST),
      delta: this.#delta,
      receivedAt,
      aliveAt: receivedAt,
      delayed: this.#delayed,
      halted: this.#halted,
      synthetic: this.#synthetic,
    }
  }

  /** What proves nothing of a bid or an ask makes no quote newer than it is. */
  #heard(at: EpochMs): void {
    this.#receivedAt ??= at
  }

  #typeOf(tickType: number): number {
    const live = DELAYED.get(tickType)
    if (live !== undefined) this.#delayed = true
    return live ?? tickType
  }
}

/** Both sides with their sizes: enough to act on. */
export function hasBothSides(quote: Quote): boolean {
  const { bid, ask, bidSize, askSize } = quote
  return bid !== null && ask !== null && bidSize !== null && askSize !== null
}
