import type { EpochMs } from '../../base/clock.ts'
import type { CalendarDate, ConId, OptionContract } from '../../domain/contract.ts'
import { impliedVolatility } from '../../domain/implied-volatility.ts'
import type { Price } from '../../domain/money.ts'
import { amountOf, price } from '../../domain/money.ts'
import { greeksOf, yearsBetween } from '../../domain/pricing.ts'
import type { MinuteBars } from './market-bars.ts'
import { Recent } from './market-cache.ts'
import type { ChainPart, UnderlyingPart } from './market-parts.ts'
import type { SessionList } from './market-sessions.ts'
import { UNWATCHED } from './market.ts'
import type { Adverse, MarketQuote, ModelValues } from './market.ts'
import type { OptionDay } from './replay-option-files.ts'
import {
  barOf,
  extremesBy,
  nextEndAfter,
  nextStepAfter,
  priceAt,
  runningBar,
  standAt,
  volumeBy,
} from './replay-rows.ts'
import { recordedSides } from './replay-sides.ts'
import type { Sides } from './replay-sides.ts'

/** One contract and its recorded sessions, by number. */
export interface RecordedOption {
  readonly contract: OptionContract
  readonly days: ReadonlyMap<number, OptionDay>
}

export interface RecordedChainSetup {
  /** In chain order. */
  readonly options: readonly RecordedOption[]
  /** Numbers of the sessions in which options of this underlying were recorded, ascending. */
  readonly recorded: readonly number[]
  readonly sessions: SessionList
  readonly underlying: UnderlyingPart
  readonly lateMinutes: number
}

/** Recorded options: nothing is quoted that was not, and nothing before its time. */
export class RecordedChain implements ChainPart {
  readonly lateMinutes: number
  readonly #setup: RecordedChainSetup
  readonly #options: ReadonlyMap<ConId, RecordedOption>
  readonly #lists = new Recent<CalendarDate, readonly OptionContract[]>(8)

  constructor(setup: RecordedChainSetup) {
    this.#setup = setup
    this.lateMinutes = setup.lateMinutes
    this.#options = new Map(setup.options.map((each) => [each.contract.conId, each]))
  }

  /** What has been recorded on or before this day and has not expired. */
  listed(today: CalendarDate): readonly OptionContract[] {
    return this.#lists.get(today, () => {
      const now = this.#setup.sessions.numberUpTo(today)
      return this.#setup.options
        .filter(({ contract, days }) => contract.expiry >= today && firstOf(days) <= now)
        .map(({ contract }) => contract)
    })
  }

  contract(id: ConId): OptionContract | null {
    return this.#options.get(id)?.contract ?? null
  }

  quote(contract: OptionContract, at: EpochMs, adverse: Adverse): MarketQuote | null {
    if (at >= contract.lastTradingAt) return null
    const { session, day } = this.#dayAt(contract, at)
    const open = this.#setup.sessions.get(session)?.open
    if (day === null || open === undefined) return null
    const traded = standAt(day.trades, at)
    const minute = traded === null ? undefined : day.trades[traded.row]
    const sides = recordedSides(day.quotes, { at, adverse, open })
    return {
      ...sides,
      ...extremesBy(day.trades, traded, adverse),
      last: minute === undefined ? null : priceAt(minute, traded?.step ?? 0, adverse),
      lastSize: null,
      volume: volumeBy(day.trades, at),
      openInterest: this.#interestAt(contract, session, at),
      previousClose: this.#closeBefore(contract, session),
      model: this.#model(contract, sides, at),
      halted: false,
    }
  }

  nextChange(contract: OptionContract, at: EpochMs): EpochMs | null {
    const { day } = this.#dayAt(contract, at)
    const published = day?.openInterest?.from ?? null
    const times = [
      day && nextStepAfter(day.quotes, at),
      day && nextStepAfter(day.trades, at),
      day && nextEndAfter(day.trades, at),
      published !== null && published > at ? published : null,
      this.#nextOpen(contract, at),
    ].filter((each) => each !== null && each < contract.lastTradingAt)
    return times.length === 0 ? null : (Math.min(...times.map(Number)) as EpochMs)
  }

  minutes(contract: OptionContract): MinuteBars {
    const days = this.#options.get(contract.conId)?.days
    return {
      minutes: (session) => (days?.get(session)?.trades ?? []).map(barOf),
      unfinished: (at) => {
        const { day } = this.#dayAt(contract, at)
        return day === null ? null : runningBar(day.trades, at)
      },
    }
  }

  /** Quotes are filled forward within a session only; one without any row shows nothing. */
  #dayAt(contract: OptionContract, at: EpochMs): { session: number; day: OptionDay | null } {
    const { recorded, sessions } = this.#setup
    const now = sessions.numberAt(at)
    const session = recorded.findLast((each) => each <= now) ?? -1
    const days = this.#options.get(contract.conId)?.days
    if (days === undefined || firstOf(days) > session) return { session, day: null }
    return { session, day: days.get(session) ?? SILENT }
  }

  #nextOpen(contract: OptionContract, at: EpochMs): EpochMs | null {
    const { recorded, sessions } = this.#setup
    const first = firstOf(this.#options.get(contract.conId)?.days ?? new Map())
    const now = sessions.numberAt(at)
    const next = recorded.find((each) => each > now && each >= first)
    return next === undefined ? null : (sessions.get(next)?.open ?? null)
  }

  /** The latest figure that was published by `at`. */
  #interestAt(contract: OptionContract, session: number, at: EpochMs): number | null {
    const days = this.#options.get(contract.conId)?.days ?? new Map<number, OptionDay>()
    const published = [...days]
      .filter(([number]) => number <= session)
      .flatMap(([, day]) => (day.openInterest === null ? [] : [day.openInterest]))
    return published.findLast((each) => each.from <= at)?.value ?? null
  }

  #closeBefore(contract: OptionContract, session: number): Price | null {
    const day = this.#options.get(contract.conId)?.days.get(session - 1)
    const close = day?.trades.at(-1)?.close
    return close === undefined ? null : price(close)
  }

  /** What the recorded mid implies, at a rate of zero; null where it implies nothing. */
  #model(contract: OptionContract, { bid, ask }: Sides, at: EpochMs): ModelValues | null {
    const spot = midOf(this.#setup.underlying.quote(at, UNWATCHED))
    const mid = midOf({ bid, ask, last: null, synthetic: false })
    if (spot === null || mid === null) return null
    const { right, lastTradingAt } = contract
    const years = yearsBetween(at, lastTradingAt)
    const strike = amountOf(contract.strike)
    const terms = { right, spot, strike, years, rate: 0, dividendYield: 0 }
    const implied = impliedVolatility(terms, mid)
    if (implied === null) return null
    const { value, delta, gamma, vega, theta } = greeksOf(terms, implied)
    const greeks = { price: value, delta, gamma, vega, theta }
    return { impliedVolatility: implied, ...greeks, underlyingPrice: spot }
  }
}

const SILENT: OptionDay = {
  name: { expiry: '' as CalendarDate, strike: 0, right: 'C' },
  quotes: [],
  trades: [],
  openInterest: null,
}

function firstOf(days: ReadonlyMap<number, OptionDay>): number {
  return Math.min(...days.keys())
}

/** In dollars; the last trade where a side is missing, or both were derived from it. */
function midOf(
  quote: Pick<MarketQuote, 'bid' | 'ask' | 'last' | 'synthetic'> | null,
): number | null {
  if (quote === null) return null
  const { bid, ask, last, synthetic } = quote
  if (bid === null || ask === null || synthetic) return last === null ? null : amountOf(last)
  return (amountOf(bid) + amountOf(ask)) / 2
}
