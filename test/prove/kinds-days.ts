import { BOTH, CODEC, DIRECT, fault, HOUR, MINUTE, oneOf, seldom } from './kind.ts'
import type { Along, Kind, Told } from './kind.ts'

/** From before the open to the end of the day. */
const ALL_DAY: Pick<Told, 'at' | 'from' | 'to'> = {
  at: () => 0,
  from: 400 * MINUTE,
  to: 400 * MINUTE,
}
const EXERCISED = {
  'books-agree': 'an option became shares, and no books but those of the broker have it',
  protected: 'shares that an exercise brought are nobody of ours to protect',
  'within-limits': 'it counts what our own orders hold',
  'never-oversold': 'a put sells shares that nobody holds',
}
/** Before the last quarter of an hour, in which nothing is held over night is closed. */
const LAST_MS = 16 * MINUTE

const NOT_BACK = {
  'gates-clear': 'nobody is connected before the night',
  'every-bar-decided': 'nobody hears of the last bars before the night',
}

/** Nobody hears how the day ends; back a minute after the close, or not before the night. */
function unheard(link: Pick<Along, 'number' | 'name' | 'act'>, of: Pick<Kind, 'tiers'>): Kind {
  return {
    number: 'F58',
    name: 'close-unheard',
    ...of,
    rare: true,
    needs: 'trades',
    written: { holdOvernight: false },
    draw: (prng, lengthMs) => {
      const isBack = prng.chance(0.5)
      return {
        act: { do: 'fault', spec: { name: 'no-liquidity' } },
        atMs: lengthMs - LAST_MS,
        lastsMs: 20 * MINUTE,
        along: [
          {
            ...link,
            afterMs: LAST_MS - MINUTE,
            lastsMs: (isBack ? 2 : 20) * MINUTE,
            ...(!isBack && { excuses: NOT_BACK }),
          },
        ],
      }
    },
  }
}

/** Days and markets that are not as any other, and what becomes of options at their end. */
export const special: readonly Kind[] = [
  fault('F57', 'early-close', {
    tiers: BOTH,
    with: oneOf('at', ['11:30', '12:15', '12:45']),
    rare: true,
    from: 400 * MINUTE,
    to: 400 * MINUTE,
    at: (prng) => prng.int(10, 100) * MINUTE,
  }),
  fault('F72', 'closed-day', { tiers: BOTH, rare: true, ...ALL_DAY }),
  seldom('F59', 'exercise', {
    spec: 'broker-acts',
    tiers: BOTH,
    with: () => ({ what: 'exercised' }),
    excuses: EXERCISED,
  }),
  seldom('F47', 'cancel-waits', { tiers: BOTH, needs: 'cancels' }),
  {
    number: 'F60',
    name: 'expiry',
    rare: true,
    tiers: BOTH,
    needs: 'trades',
    written: { expiry: 'dte:0-0', sameDayExpiry: true },
    excuses: { 'books-agree': 'what expires is no fill' },
    // Nobody takes what has to be closed an hour before its end.
    draw: (_, lengthMs) => ({
      act: { do: 'fault', spec: { name: 'no-liquidity' } },
      atMs: lengthMs - 62 * MINUTE,
      lastsMs: 70 * MINUTE,
    }),
  },
  fault('F60', 'expired-zero', { ...ALL_DAY }),
  seldom('F66', 'adjusted', {
    spec: 'corporate-action',
    with: oneOf('what', ['adjusted-class', 'adjusted-multiplier', 'renamed']),
  }),
  fault('F66', 'repriced', {
    spec: 'corporate-action',
    tiers: BOTH,
    rare: true,
    with: oneOf('what', ['dividend', 'split'], { factor: 0.5 }),
    from: 20 * MINUTE,
    to: 2 * HOUR,
  }),
  unheard(
    { number: 'F10', name: 'link-down', act: { do: 'port', fault: { port: 'link-down' } } },
    { tiers: DIRECT },
  ),
  unheard(
    { number: 'F10', name: 'refuse', act: { do: 'fault', spec: { name: 'refuse' } } },
    { tiers: CODEC },
  ),
]
