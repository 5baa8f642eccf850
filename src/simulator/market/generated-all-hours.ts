import { Prng, seedOf } from '../../base/prng.ts'
import { noiseAt, quickNormal } from './generated-noise.ts'
import type { Profile } from './generated-profile.ts'
import { extremesOf } from './generated-tape.ts'
import type { Tape } from './generated-tape.ts'
import type { TradingSession } from './market.ts'

const SECOND = 1_000
/** Of a usual day's volume, before and after regular hours together: the order of magnitude. */
const VOLUME_SHARE = 0.03
/** Nobody trades in most seconds: one in so many has a trade. */
const TRADE_ONE_IN = 20
/** Of a usual day's standard deviation, how much the price strays on its way through the night. */
const STRAY_SHARE = 0.15
const DAY_SD = 0.01

export interface AllHoursDay {
  readonly profile: Profile
  /** 04:00 to 20:00. */
  readonly session: TradingSession
  /** 09:30 to 16:00. */
  readonly regular: Tape
  readonly seed: number
  /** What it was worth the evening before, and what it will be worth this evening, in dollars. */
  readonly before: number
  readonly after: number
}

/** The tape of regular hours, with what is traded before and after them, second by second. */
export function allHoursTape({
  profile,
  session,
  regular,
  seed,
  before,
  after,
}: AllHoursDay): Tape {
  const early = (regular.session.open - session.open) / SECOND
  const late = (session.close - regular.session.close) / SECOND
  const [open, close] = [regular.mid[0] ?? before, regular.mid.at(-1) ?? after]
  const morning = quiet({ profile, seed: seedOf(seed, 'morning'), seconds: early }, [before, open])
  const evening = quiet({ profile, seed: seedOf(seed, 'evening'), seconds: late }, [close, after])
  const last = joined(Int32Array, [morning.last, regular.last, evening.last])
  const shares = joined(Float64Array, [morning.shares, regular.shares, evening.shares])
  // Each part counts from nothing: what was traded before it comes on top.
  const byOpen = morning.shares.at(-1) ?? 0
  const byClose = byOpen + (regular.shares.at(-1) ?? 0)
  for (let second = early; second < shares.length; second++) {
    const traded = second < early + regular.shares.length ? byOpen : byClose
    shares[second] = traded + (shares[second] ?? 0)
  }
  const mid = joined(Float64Array, [morning.mid, regular.mid, evening.mid])
  return { session, seed, mid, last, ...extremesOf(last), shares }
}

interface Stretch {
  readonly profile: Profile
  readonly seed: number
  readonly seconds: number
}

/** From one price to another with little going on: a bridge of small steps, and few trades. */
function quiet(
  { profile, seed, seconds }: Stretch,
  [from, to]: readonly [number, number],
): Pick<Tape, 'mid' | 'last' | 'shares'> {
  const prng = new Prng(seed)
  const walk = new Float64Array(seconds)
  const unit = (STRAY_SHARE * DAY_SD) / Math.sqrt(Math.max(1, seconds))
  let at = 0
  for (let second = 0; second < seconds; second++) {
    at += unit * quickNormal(prng)
    walk[second] = at
  }
  const drift = Math.log(to / from) - at
  const mid = walk.map((each, second) => from * Math.exp(each + (drift * (second + 1)) / seconds))
  const last = new Int32Array(seconds)
  const shares = new Float64Array(seconds)
  const lot = Math.max(1, (profile.sharesPerDay * VOLUME_SHARE * TRADE_ONE_IN) / 34_200)
  let print = Math.round(from * 100)
  let total = 0
  for (let second = 0; second < seconds; second++) {
    const draw = noiseAt(seed, second)
    if (draw % TRADE_ONE_IN === 0) {
      const half = profile.spreadCents / 2
      print = Math.round((mid[second] ?? from) * 100 + ((draw >>> 8) % 2 === 0 ? half : -half))
      total += 1 + Math.floor(lot * 2 * ((draw >>> 12) / 2 ** 20))
    }
    last[second] = print
    shares[second] = total
  }
  return { mid, last, shares }
}

function joined<T extends Int32Array | Float64Array>(
  Kind: new (length: number) => T,
  parts: readonly T[],
): T {
  const whole = new Kind(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
