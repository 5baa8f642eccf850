import { assert } from '../../base/assert.ts'
import { seedOf } from '../../base/prng.ts'
import type { FactorDay } from './generated-days.ts'
import { FactorDays, LEVEL_MEAN, levelAfter } from './generated-days.ts'
import type { FactorPath } from './generated-path.ts'
import { factorPath } from './generated-path.ts'
import { VOLATILITY_INDEX } from './generated-profile.ts'
import type { Profile } from './generated-profile.ts'
import { allHoursTape } from './generated-all-hours.ts'
import { blended, makeTape, volatilityTape } from './generated-tape.ts'
import type { Tape } from './generated-tape.ts'
import { Recent } from './market-cache.ts'
import type { SessionList } from './market-sessions.ts'
import type { TradingSession } from './market.ts'

/** How long a price counts as where it has been. */
const RANGE_SESSIONS = 8
/** Of the move from a close to the next open. */
const EVENING_SHARE = 0.4
/** A path is 200 kB and takes about a millisecond to make. */
const PATHS_KEPT = 8

/** Every session of every symbol, made when asked for: a function of seed, symbol and date. */
export class Tapes {
  readonly #seed: number
  readonly #sessions: SessionList
  readonly #market: FactorDays
  readonly #own = new Map<string, FactorDays>()
  readonly #marketPaths = new Recent<number, FactorPath>(PATHS_KEPT)

  constructor(seed: number, sessions: SessionList) {
    this.#seed = seed
    this.#sessions = sessions
    const market = { name: 'market', volatility: LEVEL_MEAN, leads: true }
    this.#market = new FactorDays(seed, market, sessions)
  }

  /** Made anew each time; null before the market begins and beyond the calendar. */
  tape(profile: Profile, number: number): Tape | null {
    const session = number < 0 ? null : this.#sessions.get(number)
    if (session === null) return null
    if (profile.symbol === VOLATILITY_INDEX) {
      const levelAt = (second: number): number => this.level(number, second)
      return volatilityTape(session, minutesOf(session) * 60, levelAt)
    }
    const own = this.#day(this.#ownOf(profile), number)
    const together = this.#day(this.#market, number)
    return makeTape({
      profile,
      session,
      seed: seedOf(this.#seed, `${profile.symbol} ${session.date}`),
      open: this.open(profile, number),
      market: this.#marketPath(number),
      own: factorPath(own, minutesOf(session)),
      activity: blended(profile, together.activity, own.activity),
      range: this.#rangeBefore(profile, number),
    })
  }

  /** Implied volatility of the market at a second of a session. */
  level(number: number, second: number): number {
    const day = this.#day(this.#market, number)
    const { returns } = this.#marketPath(number)
    return levelAfter(day, (second + 1) / returns.length, day.gap + (returns[second] ?? 0))
  }

  /** All hours of the date of a session; null where there is no tape. */
  allHours(profile: Profile, number: number, session: TradingSession): Tape | null {
    const regular = this.tape(profile, number)
    if (regular === null) return null
    return allHoursTape({
      profile,
      session,
      regular,
      seed: seedOf(this.#seed, `${profile.symbol} ${session.date} all hours`),
      before: this.#evening(profile, number - 1),
      after: this.#evening(profile, number),
    })
  }

  /** Some of the way to the next open is gone by the end of the evening. */
  #evening(profile: Profile, number: number): number {
    const close = this.close(profile, number)
    if (number < 0 || this.#sessions.get(number + 1) === null) return close
    return close * (this.open(profile, number + 1) / close) ** EVENING_SHARE
  }

  /** What the first second of a session starts from, in dollars. */
  open(profile: Profile, number: number): number {
    const gap = profile.beta * this.#day(this.#market, number).gap
    const own = this.#day(this.#ownOf(profile), number).gap
    return this.close(profile, number - 1) * Math.exp(gap + own)
  }

  /** What the last second of a session is worth, in dollars, without making its tape. */
  close(profile: Profile, number: number): number {
    if (number < 0) return profile.price
    const together = profile.beta * this.#day(this.#market, number).position
    return profile.price * Math.exp(together + this.#day(this.#ownOf(profile), number).position)
  }

  #rangeBefore(profile: Profile, number: number): readonly [low: number, high: number] {
    const closes: number[] = []
    for (let back = 1; back <= RANGE_SESSIONS; back++)
      closes.push(this.close(profile, number - back))
    return [Math.min(...closes), Math.max(...closes)]
  }

  #marketPath(number: number): FactorPath {
    return this.#marketPaths.get(number, () => {
      const session = this.#sessions.get(number)
      return factorPath(this.#day(this.#market, number), session === null ? 0 : minutesOf(session))
    })
  }

  #ownOf(profile: Profile): FactorDays {
    let own = this.#own.get(profile.symbol)
    if (own === undefined) {
      const shape = { name: profile.symbol, volatility: profile.ownVolatility, leads: false }
      own = new FactorDays(this.#seed, shape, this.#sessions)
      this.#own.set(profile.symbol, own)
    }
    return own
  }

  #day(factor: FactorDays, number: number): FactorDay {
    const day = factor.day(number)
    assert(day !== null, 'a session that is asked about is in the calendar')
    return day
  }
}

function minutesOf(session: { readonly open: number; readonly close: number }): number {
  return (session.close - session.open) / 60_000
}
