import type { EpochMs } from '../../base/clock.ts'
import type { OptionContract } from '../../domain/contract.ts'
import { impliedVolatility } from '../../domain/implied-volatility.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'
import { greeksOf, yearsBetween } from '../../domain/pricing.ts'
import type { OptionTerms } from '../../domain/pricing.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { MarketQuote, ModelValues } from '../market/market.ts'
import type { TickNumbers } from './session-ticks.ts'

type Computation = ResponseOf<'tickOptionComputation'>

/** protocol.md, section 12.11: the model at most once a second, the others every two seconds. */
const MODEL_MS = 1_000
const QUOTED_MS = 2_000
/** From prices and not from returns. */
const PRICE_BASED = 1

/** The computations of one option line, each at its own pace and only when a figure changed. */
export class Greeks {
  readonly #option: OptionContract
  readonly #reqId: number
  readonly #numbers: TickNumbers
  readonly #said = new Map<number, { readonly at: EpochMs; readonly of: Computation }>()

  constructor(option: OptionContract, reqId: number, numbers: TickNumbers) {
    this.#option = option
    this.#reqId = reqId
    this.#numbers = numbers
  }

  due(quote: MarketQuote, at: EpochMs): readonly Computation[] {
    const { model } = quote
    if (model === null) return []
    const [bid, ask, last, modelNumber] = this.#numbers.computations
    const sides: readonly (readonly [number, Price | null])[] = [
      [bid, quote.bid],
      [ask, quote.ask],
      [last, quote.last],
    ]
    const due: Computation[] = []
    for (const [tickType, price] of sides) {
      if (price === null || !this.#mayRepeat(tickType, at, QUOTED_MS)) continue
      this.#say(due, at, this.#ofPrice(tickType, amountOf(price), { model, at }))
    }
    if (this.#mayRepeat(modelNumber, at, MODEL_MS)) {
      this.#say(due, at, computation(this.#reqId, modelNumber, figuresOf(model)))
    }
    return due
  }

  /** All four have been said: what an option's snapshot waits for. */
  get isComplete(): boolean {
    return this.#numbers.computations.every((number) => this.#said.has(number))
  }

  #mayRepeat(tickType: number, at: EpochMs, pauseMs: number): boolean {
    const said = this.#said.get(tickType)
    return said === undefined || at - said.at >= pauseMs
  }

  #say(due: Computation[], at: EpochMs, of: Computation): void {
    const said = this.#said.get(of.tickType)?.of
    if (said !== undefined && isSame(said, of)) return
    this.#said.set(of.tickType, { at, of })
    due.push(of)
  }

  #ofPrice(
    tickType: number,
    price: number,
    { model, at }: { readonly model: ModelValues; readonly at: EpochMs },
  ): Computation {
    const terms = termsAt(this.#option, model.underlyingPrice, at)
    const volatility = impliedVolatility(terms, price)
    const greeks = volatility === null ? NO_GREEKS : greeksOf(terms, volatility)
    const figures = figuresFrom(greeks, volatility, { optPrice: price, undPrice: terms.spot })
    return computation(this.#reqId, tickType, figures)
  }
}

type Figures = Pick<
  Computation,
  'impliedVol' | 'delta' | 'optPrice' | 'gamma' | 'vega' | 'theta' | 'undPrice'
>
type Greek = Pick<Figures, 'delta' | 'gamma' | 'vega' | 'theta'>

const NO_GREEKS: Greek = { delta: null, gamma: null, vega: null, theta: null }

function figuresFrom(
  { delta, gamma, vega, theta }: Greek,
  impliedVol: number | null,
  { optPrice, undPrice }: Pick<Figures, 'optPrice' | 'undPrice'>,
): Figures {
  return { impliedVol, delta, optPrice, gamma, vega, theta, undPrice }
}

/** Field by field: there are some of them every second for each line of an option. */
function computation(reqId: number, tickType: number, figures: Figures): Computation {
  return {
    kind: 'tickOptionComputation',
    reqId,
    tickType,
    tickAttrib: PRICE_BASED,
    impliedVol: figures.impliedVol,
    delta: figures.delta,
    optPrice: figures.optPrice,
    pvDividend: 0,
    gamma: figures.gamma,
    vega: figures.vega,
    theta: figures.theta,
    undPrice: figures.undPrice,
  }
}

function isSame(one: Computation, other: Computation): boolean {
  return (
    one.theta === other.theta &&
    one.gamma === other.gamma &&
    one.vega === other.vega &&
    one.delta === other.delta &&
    one.impliedVol === other.impliedVol &&
    one.optPrice === other.optPrice &&
    one.undPrice === other.undPrice
  )
}

function figuresOf(model: ModelValues): Figures {
  return {
    impliedVol: model.impliedVolatility,
    delta: model.delta,
    optPrice: model.price,
    gamma: model.gamma,
    vega: model.vega,
    theta: model.theta,
    undPrice: model.underlyingPrice,
  }
}

/** Without interest and dividends, which the simulated markets do not know. */
export function termsAt(option: OptionContract, spot: number, at: EpochMs): OptionTerms {
  return {
    right: option.right,
    spot,
    strike: amountOf(option.strike),
    years: yearsBetween(at, option.lastTradingAt),
    rate: 0,
    dividendYield: 0,
  }
}

/** The answer to calcImpliedVolatility and calcOptionPrice: tick type 53. */
export function customComputation(
  reqId: number,
  terms: OptionTerms,
  volatility: number,
): Computation {
  const greeks = greeksOf(terms, volatility)
  const prices = { optPrice: greeks.value, undPrice: terms.spot }
  return computation(reqId, 53, figuresFrom(greeks, volatility, prices))
}
