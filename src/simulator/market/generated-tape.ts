import { LEVEL_MEAN } from './generated-days.ts'
import type { FactorPath } from './generated-path.ts'
import { busyAt } from './generated-path.ts'
import { noiseAt } from './generated-noise.ts'
import type { Profile } from './generated-profile.ts'
import type { TradingSession } from './market.ts'
import { volatilityIndex } from './surface.ts'

/** One session of one symbol, second by second. */
export interface Tape {
  readonly session: TradingSession
  readonly seed: number
  /** Where bid and ask are around, in dollars; finer than a cent. */
  readonly mid: Float64Array
  /** Last trade, or the value of an index, in cents. */
  readonly last: Int32Array
  /** Of the session so far, in cents. */
  readonly high: Int32Array
  readonly low: Int32Array
  /** Traded since the open. Of an index it only paces the volume of its options. */
  readonly shares: Float64Array
}

export interface TapeDay {
  readonly profile: Profile
  readonly session: TradingSession
  readonly seed: number
  /** In dollars. */
  readonly open: number
  readonly market: FactorPath
  readonly own: FactorPath
  /** Volume as a multiple of the usual. */
  readonly activity: number
  /** Lowest and highest close of the sessions before, in dollars. */
  readonly range: readonly [low: number, high: number]
}

/** Bid and ask in cents at one second, from the mid; a tick apart at the least. */
export function bidAskCents(
  profile: Profile,
  tape: Tape,
  second: number,
): readonly [number, number] {
  const width = widthCents(profile, noiseAt(tape.seed, second))
  const bid = Math.round((tape.mid[second] ?? 0) * 100 - width / 2)
  return [bid, bid + width]
}

/** Now and then, once in sixteen seconds, the quote is a cent wider. */
function widthCents(profile: Profile, draw: number): number {
  return profile.spreadCents + ((draw & 30) === 0 ? 1 : 0)
}

export function makeTape(day: TapeDay): Tape {
  const { profile, session, seed, open } = day
  const { beta } = profile
  const together = day.market.returns
  const alone = day.own.returns
  const seconds = alone.length
  const mid = new Float64Array(seconds)
  const last = new Int32Array(seconds)
  const shares = new Float64Array(seconds)
  const usual = sharesPerSecond(day)
  let print = Math.round(day.open * 100)
  let total = 0
  for (let second = 0; second < seconds; second++) {
    const value = open * Math.exp(beta * (together[second] ?? 0) + (alone[second] ?? 0))
    const draw = noiseAt(seed, second)
    // Squared, so that trades come in bursts; the mean of a square is one third.
    // The opening cross trades what a minute does.
    const burst = second === 0 ? 60 : 3 * ((draw >>> 8) / 2 ** 24) ** 2
    const traded = Math.floor((usual[(second / 60) | 0] ?? 0) * burst)
    if (profile.kind === 'index') {
      print = Math.round(value * 100)
    } else if (traded > 0) {
      const width = widthCents(profile, draw)
      const bid = Math.round(value * 100 - width / 2)
      print = (draw & 1) === 0 ? bid : bid + width
    }
    total += traded
    mid[second] = value
    last[second] = print
    shares[second] = total
  }
  last[seconds - 1] = Math.round((mid[seconds - 1] ?? 0) * 100) // the closing cross
  return { session, seed, mid, last, ...extremesOf(last), shares }
}

/** The volatility index reads the market's level: no trades, one value each 15 seconds. */
export function volatilityTape(
  session: TradingSession,
  seconds: number,
  levelAt: (second: number) => number,
): Tape {
  const mid = new Float64Array(seconds)
  const last = new Int32Array(seconds)
  for (let second = 0; second < seconds; second++) {
    const isNew = second % INDEX_SECONDS === 0
    mid[second] = isNew ? volatilityIndex(levelAt(second)) : (mid[second - 1] ?? NaN)
    last[second] = Math.round((mid[second] ?? 0) * 100)
  }
  const shares = new Float64Array(seconds)
  return { session, seed: 0, mid, last, ...extremesOf(last), shares }
}

export function extremesOf(last: Int32Array): Pick<Tape, 'high' | 'low'> {
  const high = last.slice()
  const low = last.slice()
  for (let second = 1; second < last.length; second++) {
    high[second] = Math.max(high[second] ?? 0, high[second - 1] ?? 0)
    low[second] = Math.min(low[second] ?? 0, low[second - 1] ?? 0)
  }
  return { high, low }
}

/** Cboe publishes the VIX every fifteen seconds. */
export const INDEX_SECONDS = 15

const FULL_DAY = 390
const BUSY_SUM = Array.from({ length: FULL_DAY }, (_, minute) => busyAt(minute, FULL_DAY)).reduce(
  (sum, each) => sum + each,
  0,
)

/** Where the price has not been for days it draws attention, and volume: this much more. */
const ATTENTION = 1

/** Of two activities, the market's and the symbol's own, each by its share of the variance. */
export function blended(profile: Profile, together: number, alone: number): number {
  const own = profile.ownVolatility ** 2
  const ownShare = own / (own + (profile.beta * LEVEL_MEAN) ** 2)
  return together ** (1 - ownShare) * alone ** ownShare
}

/** By minute. */
function sharesPerSecond(day: TapeDay): Float64Array {
  const { profile, market, own } = day
  const [low, high] = day.range
  const usual = (profile.sharesPerDay * day.activity) / (BUSY_SUM * 60)
  return own.activity.map((each, minute) => {
    const price = priceAt(day, minute * 60)
    const attention = low <= price && price <= high ? 1 : 1 + ATTENTION
    return usual * attention * blended(profile, market.activity[minute] ?? 0, each)
  })
}

function priceAt({ profile, open, market, own }: TapeDay, second: number): number {
  return open * Math.exp(profile.beta * (market.returns[second] ?? 0) + (own.returns[second] ?? 0))
}
