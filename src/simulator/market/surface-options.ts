import type { EpochMs } from '../../base/clock.ts'
import type { Bar } from '../../domain/bar.ts'
import { barStart } from '../../domain/bar.ts'
import type { CalendarDate, ConId, OptionContract } from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import { amountOf } from '../../domain/money.ts'
import { DAYS_PER_YEAR, NIGHT_SHARE } from './generated-days.ts'
import { noiseAt, uniformAt } from './generated-noise.ts'
import type { OptionListing, Profile } from './generated-profile.ts'
import type { SessionList } from './market-sessions.ts'
import { UNWATCHED } from './market.ts'
import type { MarketQuote, ModelValues } from './market.ts'
import { bidAskOf, modelOf } from './surface-quote.ts'
import type { BidAsk, Spot } from './surface-quote.ts'
import type { Place, SpotSource } from './surface-source.ts'
import { firstStepWith, sessionBefore } from './surface-source.ts'
import { INDEX_SMILE, LONG_RUN, STOCK_SMILE } from './surface.ts'
import type { Smile } from './surface.ts'

export interface SurfaceSetup {
  readonly profile: Profile
  readonly listing: OptionListing
  readonly sessions: SessionList
  readonly source: SpotSource
  /** Around a recorded underlying the options were not recorded, and their quotes say so. */
  readonly synthetic: boolean
}

/** Open interest in days of volume, on average half of it. */
const DAYS_HELD = 12
/** An option of today still has this much of a session for the spread of its volume. */
const SESSION_PART_MIN = 0.3

/** The options of one underlying, quoted from the surface at every step of the underlying. */
export class SurfaceOptions {
  readonly #setup: SurfaceSetup
  readonly #smile: Smile
  readonly #days = new Map<ConId, OptionDay>()
  /** Bot, matching and account ask for the same step of the same contract, one after the other. */
  readonly #latest = new Map<ConId, Place & { readonly quote: MarketQuote }>()

  #lastValued: (Place & { readonly id: ConId; readonly value: Valued }) | null = null

  constructor(setup: SurfaceSetup) {
    this.#setup = setup
    const smile = setup.listing.expiries === 'daily' ? INDEX_SMILE : STOCK_SMILE
    this.#smile = { ...smile, longRun: LONG_RUN * setup.profile.impliedRatio }
  }

  /** Null when it is over, and before its underlying has a price. */
  quote(contract: OptionContract, at: EpochMs, to: Place['adverse']): MarketQuote | null {
    const { source } = this.#setup
    const adverse = source.isOnePath ? UNWATCHED : to
    if (at >= contract.lastTradingAt) return null
    const session = source.sessionAt(at)
    const index = source.indexAt(session, at)
    if (index < 0) return null
    const known = this.#latest.get(contract.conId)
    const isKnown = known?.session === session && known.index === index
    if (isKnown && known.adverse === adverse) return known.quote
    const quote = this.#quoted(contract, { session, index, adverse })
    this.#latest.set(contract.conId, { session, index, adverse, quote })
    return quote
  }

  #quoted(contract: OptionContract, place: Place): MarketQuote {
    const { source, synthetic } = this.#setup
    const { session, index } = place
    const { bid, ask, model, at: changedAt } = this.#valued(contract, place)
    const day = this.#day(contract, session)
    const volume = Math.floor(day.perShare * source.shares(session, index))
    const sizes = noiseAt(contract.conId, index)
    return {
      bid,
      ask,
      last: this.#lastOf(contract, day, volume),
      bidSize: bid === null ? null : 1 + (sizes % 80),
      askSize: 1 + ((sizes >>> 8) % 80),
      lastSize: volume === 0 ? null : 1 + (noiseAt(contract.conId, volume) % 9),
      volume,
      openInterest: day.openInterest,
      open: null,
      high: null,
      low: null,
      previousClose: day.previousClose,
      model,
      halted: false,
      synthetic,
      changedAt,
    }
  }

  /** Minutes with trades, from one step of a session up to and with another. */
  minutes(contract: OptionContract, session: number, steps: Steps): readonly Bar[] {
    if (steps.until < steps.from) return []
    const { source } = this.#setup
    const { perShare } = this.#day(contract, session)
    const tradedBy = (index: number): number =>
      index < 0 ? 0 : Math.floor(perShare * source.shares(session, index))
    const bars: Bar[] = []
    for (let index = steps.from; index <= steps.until; index++) {
      const volume = tradedBy(index) - tradedBy(index - 1)
      if (volume === 0) continue
      const { at } = source.step({ session, index, adverse: UNWATCHED })
      if (at >= contract.lastTradingAt) break
      addTrade(bars, { at, paid: this.#paid(contract, session, index), volume })
    }
    return bars
  }

  /** A quote and the trade that came with it are valued at one step, one after the other. */
  #valued(contract: OptionContract, place: Place): Valued {
    const { session, index, adverse } = place
    const last = this.#lastValued
    const isSame = last?.id === contract.conId && last.session === session && last.index === index
    if (isSame && last.adverse === adverse) return last.value
    const value = this.#valuedAnew(contract, place)
    this.#lastValued = { id: contract.conId, session, index, adverse, value }
    return value
  }

  #valuedAnew(contract: OptionContract, place: Place): Valued {
    const { listing } = this.#setup
    const spot = this.#spot(contract, place)
    const model = modelOf(contract, spot, this.#smile)
    const mood = 1 + 0.6 * uniformAt(contract.conId, 1)
    const quote = { listing, mood, yearsLeft: spot.yearsLeft }
    return { ...bidAskOf(model, contract, quote), model, at: spot.at }
  }

  #spot(contract: OptionContract, place: Place): Spot {
    const { source, sessions, profile } = this.#setup
    // A put falls when its underlying rises: its own low comes with the other's high.
    const isTurned = contract.right === 'P'
    const { at, price, level } = source.step(isTurned ? turned(place) : place)
    const yearsLeft = yearsLeftAt(sessions, contract.expiry, { session: place.session, at })
    return { at, price, level: level * profile.impliedRatio, yearsLeft }
  }

  /** Contracts traded for each share of the underlying, fixed by what is known at the open. */
  #perShare(contract: OptionContract, session: number): number {
    const { listing, profile } = this.#setup
    const open = this.#spot(contract, { session, index: 0, adverse: UNWATCHED })
    const days = Math.max(SESSION_PART_MIN, open.yearsLeft * DAYS_PER_YEAR)
    const deviation = open.level * Math.sqrt(days / DAYS_PER_YEAR)
    const distance = Math.abs(Math.log(amountOf(contract.strike) / open.price)) / deviation
    // Strikes share out like a Laplace density; near expiries have most of the volume.
    const ofStrike = (Math.exp(-distance) * listing.strikeStep) / (2 * deviation * open.price)
    const ofExpiry = 0.35 / (1 + days)
    const mood = 0.2 + 1.6 * uniformAt(contract.conId, session)
    return (listing.contractsPerDay / profile.sharesPerDay) * (ofStrike / 2) * ofExpiry * mood
  }

  /** What stays the same for a session, and the last trade as long as no other follows. */
  #day(contract: OptionContract, session: number): OptionDay {
    const known = this.#days.get(contract.conId)
    if (known?.session === session) return known
    const { source, profile } = this.#setup
    const perShare = this.#perShare(contract, session)
    const held = perShare * profile.sharesPerDay * DAYS_HELD * uniformAt(contract.conId, 0)
    const before = sessionBefore(source, session)
    const previousClose = before < 0 ? null : this.#paid(contract, before, source.steps(before) - 1)
    const openInterest = Math.floor(held)
    const day = { session, perShare, openInterest, previousClose, volume: 0, last: null }
    this.#days.set(contract.conId, day)
    return day
  }

  #lastOf(contract: OptionContract, day: OptionDay, volume: number): Price | null {
    if (volume === 0) return null // whatever was asked about later in the day before
    if (day.volume !== volume) {
      const index = firstStepWith(this.#setup.source, day.session, volume / day.perShare)
      day.last = index < 0 ? null : this.#paid(contract, day.session, index)
      day.volume = volume
    }
    return day.last
  }

  /** A trade at a step takes the bid or the ask. */
  #paid(contract: OptionContract, session: number, index: number): Price {
    const { bid, ask } = this.#valued(contract, { session, index, adverse: UNWATCHED })
    return (noiseAt(contract.conId, index) & 1) === 0 ? (bid ?? ask) : ask
  }
}

type Valued = BidAsk & { readonly model: ModelValues; readonly at: EpochMs }

/** The last two fields are a memory of the answer for one volume. */
interface OptionDay {
  readonly session: number
  readonly perShare: number
  readonly openInterest: number
  readonly previousClose: Price | null
  volume: number
  last: Price | null
}

export interface Steps {
  readonly from: number
  readonly until: number
}

function turned(place: Place): Place {
  return { ...place, adverse: place.adverse === 'low-first' ? 'high-first' : 'low-first' }
}

/** Trading time to an expiry: what is left of the session, and whole sessions after it. */
export function yearsLeftAt(
  sessions: SessionList,
  expiry: CalendarDate,
  now: { readonly session: number; readonly at: EpochMs },
): number {
  const session = sessions.get(now.session)
  if (session === null) return 0
  const left = Math.max(0, session.close - now.at) / (session.close - session.open)
  const whole = sessions.numberUpTo(expiry) - now.session
  return ((1 - NIGHT_SHARE) * left + whole) / DAYS_PER_YEAR
}

interface Trade {
  readonly at: EpochMs
  readonly paid: Price
  readonly volume: number
}

function addTrade(bars: Bar[], { at, paid, volume }: Trade): void {
  const start = barStart(at, '1m')
  const bar = bars.at(-1)
  if (bar?.start !== start) {
    bars.push({ start, open: paid, high: paid, low: paid, close: paid, volume })
    return
  }
  const high = paid > bar.high ? paid : bar.high
  const low = paid < bar.low ? paid : bar.low
  bars[bars.length - 1] = { ...bar, high, low, close: paid, volume: bar.volume + volume }
}
