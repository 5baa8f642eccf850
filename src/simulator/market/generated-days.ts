import { Prng, seedOf } from '../../base/prng.ts'
import type { SessionList } from './market-sessions.ts'

/** Of trading days a year; the variance of one is its share of the annual one. */
export const DAYS_PER_YEAR = 252
/** Share of a day's variance that falls between the close and the next open. */
export const NIGHT_SHARE = 0.2

/** A day of one factor: the market itself, or what moves one symbol alone. Log returns. */
export interface FactorDay {
  readonly seed: number
  /** From the close before to the open. */
  readonly gap: number
  /** From the open to the close. */
  readonly move: number
  readonly kind: 'trend' | 'range' | 'plain'
  /** Standard deviation of the noise around the move, over the day. */
  readonly noise: number
  /** Volume as a multiple of the usual. */
  readonly activity: number
  /** The sum of all returns up to the close. */
  readonly position: number
  /** Implied volatility of the market at the close before, and its own change during the day. */
  readonly levelBefore: number
  readonly levelDrift: number
}

export interface FactorShape {
  readonly name: string
  /** Annualised, on average. */
  readonly volatility: number
  /** True for the market: its volatility level reacts to its own moves. */
  readonly leads: boolean
}

/** Where the implied volatility of the market comes back to, and how fast (a day). */
export const LEVEL_MEAN = 0.165
const LEVEL_PULL = 0.05
const LEVEL_NOISE = 0.03
/** A fall of 1 % raises the level by 4.5 %; the VIX does about that. */
export const LEVEL_PER_RETURN = 4.5
const LEVEL_MIN = 0.09
const LEVEL_MAX = 0.7
/** Implied volatility is usually above what is then realised. */
const REALISED_PER_IMPLIED = 0.9
/** Prices come back to their profile within about a year and a half, so no date is absurd. */
const PRICE_PULL = 0.7 / DAYS_PER_YEAR
/** Swings last eight days on average, and most trend days go with them. */
const SWING_TURN = 0.12
const SWING_FOLLOW = 0.85

/** The implied volatility level of the market after a return since the close before. */
export function levelAfter(day: FactorDay, sessionPart: number, fromClose: number): number {
  const log =
    Math.log(day.levelBefore) + day.levelDrift * sessionPart - LEVEL_PER_RETURN * fromClose
  return Math.min(LEVEL_MAX, Math.max(LEVEL_MIN, Math.exp(log)))
}

/** The daily chain of one factor: each day follows from the one before and a seed of its own. */
export class FactorDays {
  readonly #days: FactorDay[] = []
  readonly #shape: FactorShape
  readonly #seed: number
  readonly #sessions: SessionList
  #swing = 1
  #level = LEVEL_MEAN

  constructor(seed: number, shape: FactorShape, sessions: SessionList) {
    this.#seed = seedOf(seed, shape.name)
    this.#shape = shape
    this.#sessions = sessions
  }

  /** Null beyond the calendar. */
  day(number: number): FactorDay | null {
    while (this.#days.length <= number) {
      const session = this.#sessions.get(this.#days.length)
      if (session === null) return null
      this.#days.push(this.#draw(seedOf(this.#seed, session.date)))
    }
    return this.#days[number] ?? null
  }

  #draw(seed: number): FactorDay {
    const prng = new Prng(seed)
    const before = this.#days.at(-1)?.position ?? 0
    const usual = this.#shape.volatility
    const mood = this.#shape.leads ? (this.#level / LEVEL_MEAN) * REALISED_PER_IMPLIED : 1
    const stir = mood * Math.exp(0.2 * prng.normal())
    const volatility = usual * stir
    const night = volatility * Math.sqrt(NIGHT_SHARE / DAYS_PER_YEAR)
    const sd = volatility * Math.sqrt((1 - NIGHT_SHARE) / DAYS_PER_YEAR)
    if (prng.chance(SWING_TURN)) this.#swing = -this.#swing
    // Fat tails overnight: news comes when the market is closed.
    const gap = night * prng.normal() * (prng.chance(0.06) ? 2.5 : 0.85) - PRICE_PULL * before
    const kind = kindOf(prng.next())
    const way = prng.chance(SWING_FOLLOW) ? this.#swing : -this.#swing
    const size = prng.normal()
    const move = sd * moveOf[kind](size, way)
    const levelBefore = this.#level
    const levelDrift = LEVEL_PULL * Math.log(LEVEL_MEAN / levelBefore) + LEVEL_NOISE * prng.normal()
    // Volume follows the mood, and how far the day went.
    const far = BUSY_STILL + (1 - BUSY_STILL) * (Math.abs(gap + move) / (sd * MEAN_MOVE))
    const activity = Math.exp(0.15 * prng.normal()) * busy[kind] * Math.pow(stir, 0.7) * far
    const day: FactorDay = {
      seed,
      gap,
      move,
      kind,
      noise: sd * noisy[kind],
      activity,
      position: before + gap + move,
      levelBefore,
      levelDrift,
    }
    this.#level = levelAfter(day, 1, gap + move)
    return day
  }
}

function kindOf(draw: number): FactorDay['kind'] {
  if (draw < 0.45) return 'trend'
  return draw < 0.72 ? 'range' : 'plain'
}

const moveOf = {
  trend: (size: number, way: number) => way * (0.9 + 0.6 * Math.abs(size)),
  range: (size: number) => 0.3 * size,
  plain: (size: number) => 0.85 * size,
} as const
const noisy = { trend: 0.7, range: 0.9, plain: 0.9 } as const
const busy = { trend: 1.2, range: 0.9, plain: 1 } as const
/** Volume of a day that goes nowhere, as a share of the usual. */
const BUSY_STILL = 0.55
/** Mean of |gap + move| in standard deviations of the day. */
const MEAN_MOVE = 0.9
