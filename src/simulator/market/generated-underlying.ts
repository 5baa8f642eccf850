import { assert } from '../../base/assert.ts'
import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import type { CalendarDate, ConId, IndexContract, StockContract } from '../../domain/contract.ts'
import type { Currency, Price } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import { noiseAt } from './generated-noise.ts'
import { VOLATILITY_INDEX } from './generated-profile.ts'
import type { Profile } from './generated-profile.ts'
import { bidAskCents, INDEX_SECONDS } from './generated-tape.ts'
import type { Tape } from './generated-tape.ts'
import type { Tapes } from './generated-tapes.ts'
import type { MinuteBars } from './market-bars.ts'
import { Recent } from './market-cache.ts'
import type { UnderlyingPart } from './market-parts.ts'
import type { SessionList } from './market-sessions.ts'
import type { Listed, MarketQuote } from './market.ts'
import type { Place, SpotSource } from './surface-source.ts'

const SECOND = 1000
const MINUTE_STEPS = 60
const CENT = 10_000
/** Half a megabyte each; today, the day before, and what a backfill reads in passing. */
const TAPES_KEPT = 4

/** A generated stock or index: its quote, its bars, and the spot that its options stand on. */
export class GeneratedUnderlying implements UnderlyingPart, SpotSource {
  readonly listed: Listed
  readonly isOnePath = true
  readonly minutes: MinuteBars
  readonly allMinutes: MinuteBars | null
  readonly #profile: Profile
  readonly #tapes: Tapes
  readonly #sessions: SessionList
  /** Null: it trades in regular hours alone. */
  readonly #allSessions: SessionList | null
  readonly #allKept = new Recent<number, Tape | null>(TAPES_KEPT)
  readonly #kept = new Recent<number, Tape | null>(TAPES_KEPT)
  /** Seconds between two of its quotes. */
  readonly #pace: number
  readonly #closes = new Map<number, number | undefined>()

  constructor(
    profile: Profile,
    tapes: Tapes,
    of: { readonly sessions: SessionList; readonly allSessions: SessionList | null },
  ) {
    this.#profile = profile
    this.#tapes = tapes
    this.#sessions = of.sessions
    this.#allSessions = profile.kind === 'stock' ? of.allSessions : null
    this.#pace = profile.symbol === VOLATILITY_INDEX ? INDEX_SECONDS : 1
    this.listed = listedAs(profile)
    this.minutes = {
      minutes: (session) => this.#minutes(this.#tape(session)),
      unfinished: (at) => this.#unfinished(this.#tape(this.#sessions.numberAt(at)), at),
    }
    const all = this.#allSessions
    this.allMinutes = all && {
      minutes: (session) => this.#minutes(this.#allTape(session)),
      unfinished: (at) => this.#unfinished(this.#allTape(all.numberAt(at)), at),
    }
  }

  quote(at: EpochMs): MarketQuote | null {
    const session = (this.#allSessions ?? this.#sessions).numberAt(at)
    const tape = this.#allSessions === null ? this.#tape(session) : this.#allTape(session)
    if (tape === null) return null
    const latest = secondOf(tape, at)
    const second = latest - (latest % this.#pace)
    const isStock = this.#profile.kind === 'stock'
    const [bid, ask] = isStock ? bidAskCents(this.#profile, tape, second) : [null, null]
    const sizes = noiseAt(tape.seed, second)
    return {
      bid: cents(bid),
      ask: cents(ask),
      last: cents(tape.last[second]),
      bidSize: isStock ? 100 * (1 + ((sizes >>> 5) % 20)) : null,
      askSize: isStock ? 100 * (1 + ((sizes >>> 13) % 20)) : null,
      lastSize: isStock ? lastSize(tape, second) : null,
      volume: isStock ? (tape.shares[second] ?? 0) : null,
      openInterest: null,
      open: cents(tape.last[0]),
      high: cents(tape.high[second]),
      low: cents(tape.low[second]),
      previousClose: cents(this.#closeCents(session - 1)),
      model: null,
      halted: false,
      synthetic: false,
      changedAt: this.#timeOf(tape, second),
    }
  }

  nextChange(at: EpochMs): EpochMs | null {
    return this.#changeIn(this.#allSessions ?? this.#sessions, at)
  }

  /** In regular hours, in which its options are quoted. */
  nextRegularChange(at: EpochMs): EpochMs | null {
    return this.#changeIn(this.#sessions, at)
  }

  #changeIn(sessions: SessionList, at: EpochMs): EpochMs | null {
    const number = sessions.numberAt(at)
    const session = sessions.get(number)
    if (session !== null) {
      const paceMs = this.#pace * SECOND
      const next = session.open + (Math.floor((at - session.open) / paceMs) + 1) * paceMs
      if (next < session.close) return next as EpochMs
    }
    return sessions.get(number + 1)?.open ?? null
  }

  settlement(expiry: CalendarDate): Price | null {
    return cents(this.#closeCents(this.#sessions.numberOf(expiry) ?? -1))
  }

  sessionAt(at: EpochMs): number {
    return this.#sessions.numberAt(at)
  }

  steps(session: number): number {
    const hours = this.#sessions.get(session)
    return hours === null ? 0 : (hours.close - hours.open) / SECOND
  }

  indexAt(session: number, at: EpochMs): number {
    const hours = this.#sessions.get(session)
    if (hours === null) return -1
    return Math.min(Math.floor((at - hours.open) / SECOND), this.steps(session) - 1)
  }

  step({ session, index }: Place): { at: EpochMs; price: number; level: number } {
    const tape = this.#tape(session)
    assert(tape !== null, 'a step is of a session that exists')
    const level = this.#tapes.level(session, index)
    return { at: this.#timeOf(tape, index), price: tape.mid[index] ?? NaN, level }
  }

  shares(session: number, index: number): number {
    return this.#tape(session)?.shares[index] ?? 0
  }

  #tape(session: number): Tape | null {
    return this.#kept.get(session, () => this.#tapes.tape(this.#profile, session))
  }

  #allTape(number: number): Tape | null {
    const session = this.#allSessions?.get(number) ?? null
    if (session === null) return null
    return this.#allKept.get(number, () => this.#tapes.allHours(this.#profile, number, session))
  }

  #timeOf({ session }: Tape, second: number): EpochMs {
    return (session.open + second * SECOND) as EpochMs
  }

  /** The closing cross. */
  #closeCents(session: number): number | undefined {
    if (!this.#closes.has(session)) this.#closes.set(session, this.#tape(session)?.last.at(-1))
    return this.#closes.get(session)
  }

  #minutes(tape: Tape | null): readonly Bar[] {
    if (tape === null) return []
    const bars: Bar[] = []
    for (let from = 0; from < tape.last.length; from += MINUTE_STEPS) {
      const bar = this.#bar(tape, from, from + MINUTE_STEPS - 1)
      if (bar !== null) bars.push(bar)
    }
    return bars
  }

  #unfinished(tape: Tape | null, at: EpochMs): Bar | null {
    if (tape === null || at >= tape.session.close) return null
    const second = secondOf(tape, at)
    return this.#bar(tape, second - (second % MINUTE_STEPS), second)
  }

  /** Null without a trade; an index has a value every second. */
  #bar(tape: Tape, from: number, until: number): Bar | null {
    const isStock = this.#profile.kind === 'stock'
    let before = from === 0 ? 0 : (tape.shares[from - 1] ?? 0)
    const volume = (tape.shares[until] ?? 0) - before
    if (isStock && volume === 0) return null
    let open: number | null = null
    let [high, low, close] = [-Infinity, Infinity, 0]
    for (let second = from; second <= until; second++) {
      const shares = tape.shares[second] ?? 0
      if (isStock && shares === before) continue
      before = shares
      close = tape.last[second] ?? 0
      open ??= close
      if (close > high) high = close
      if (close < low) low = close
    }
    return {
      start: this.#timeOf(tape, from),
      open: ((open ?? close) * CENT) as Price,
      high: (high * CENT) as Price,
      low: (low * CENT) as Price,
      close: (close * CENT) as Price,
      volume: isStock ? volume : 0,
    }
  }
}

/** The second of its tape that shows at this moment; after its end the last one. */
function secondOf({ session, last }: Tape, at: EpochMs): number {
  return Math.min(Math.floor((at - session.open) / SECOND), last.length - 1)
}

/** Of the last second with a trade. */
function lastSize(tape: Tape, second: number): number {
  let at = second
  while (at > 0 && tape.shares[at] === tape.shares[at - 1]) at -= 1
  return (tape.shares[at] ?? 0) - (at === 0 ? 0 : (tape.shares[at - 1] ?? 0))
}

function cents(value: number | null | undefined): Price | null {
  return value === null || value === undefined ? null : ((value * CENT) as Price)
}

export function listedAs(profile: Profile): Listed {
  const { symbol, longName, primaryExchange } = profile
  const conId = profile.conId as ConId
  const currency = 'USD' as Currency
  const contract: StockContract | IndexContract =
    profile.kind === 'index'
      ? { kind: 'index', conId, symbol, exchange: primaryExchange, currency }
      : {
          kind: 'stock',
          conId,
          symbol,
          exchange: 'SMART',
          currency,
          multiplier: 1,
          priceIncrements: [{ from: price(0), tick: price(0.01) }],
        }
  return { contract, longName, primaryExchange, optionClass: profile.options?.tradingClass ?? null }
}
