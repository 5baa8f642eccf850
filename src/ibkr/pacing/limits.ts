/**
 * IBKR's limits as the bot keeps them: the rules P1 to P14 of limits-and-codes.md section 2 as
 * data, and the meters that count against them. The simulated Gateway has a table of its own, on
 * purpose: a mistake in one of the two shows in the other.
 */
export type RuleId =
  | 'P1'
  | 'P2'
  | 'P3'
  | 'P4'
  | 'P5'
  | 'P6'
  | 'P7'
  | 'P8'
  | 'P9'
  | 'P10'
  | 'P11'
  | 'P12'
  | 'P13'
  | 'P14'

export interface Rule {
  readonly id: RuleId
  readonly name: string
  readonly scope: 'connection' | 'login' | 'gateway' | 'account' | 'process'
  /** Which messages count, with their number on the wire. */
  readonly counts: string
  /** What partitions the count; null: everything together. */
  readonly key: string | null
  /** A frame counts for so long, milliseconds; null: while what it opened is open. */
  readonly windowMs: number | null
  /** What IBKR allows. */
  readonly limit: number
  /** What we allow ourselves, at most. */
  readonly ours: number
  readonly source: string
}

const PACING = 'TWS API, Pacing Limitations'
const HISTORY = 'TWS API, Historical Data Limitations'
const LINES = 'TWS API, Market Data Lines'
const TICKS = 'TWS API, Tick-by-Tick Data'
const SUMMARY = 'TWS API, Account Summary'
const ORDERS = 'TWS API, Order Limitations'
const OWN = 'client-library.md S10'

export const RULES: Readonly<Record<RuleId, Rule>> = {
  P1: {
    id: 'P1',
    name: 'message-rate',
    scope: 'connection',
    counts: 'every frame after startApi',
    key: null,
    windowMs: 1_000,
    limit: 50,
    ours: 45, // 5 less, for how they bunch on the way
    source: PACING,
  },
  P2: {
    id: 'P2',
    name: 'hist-open',
    scope: 'login',
    counts: '20 until its end, 25 or 10182; 87 until 90; 96 until its answer',
    key: null,
    windowMs: null,
    limit: 50,
    ours: 46, // 4 stay free for other clients of the login
    source: HISTORY,
  },
  P3: {
    id: 'P3',
    name: 'hist-identical',
    scope: 'login',
    counts: '20, 87, 96; the Gateway only where bars are of 30 s and less',
    key: 'the whole request',
    windowMs: 15_000,
    limit: 1,
    ours: 1,
    source: HISTORY,
  },
  P4: {
    id: 'P4',
    name: 'hist-burst',
    scope: 'login',
    counts: '20, 87, 96, as P3',
    key: 'contract, exchange, data',
    windowMs: 2_000,
    limit: 5,
    ours: 5,
    source: HISTORY,
  },
  P5: {
    id: 'P5',
    name: 'hist-total',
    scope: 'login',
    counts: '20 of bars up to 30 s, 87, 96 and 50; BID_ASK twice',
    key: null,
    windowMs: 600_000,
    limit: 60,
    ours: 55,
    source: HISTORY,
  },
  P6: {
    id: 'P6',
    name: 'tick-by-tick-repeat',
    scope: 'login',
    counts: '97',
    key: 'instrument',
    windowMs: 15_000,
    limit: 1,
    ours: 1,
    source: TICKS,
  },
  P7: {
    id: 'P7',
    name: 'tick-by-tick-open',
    scope: 'login',
    counts: '97 until 98',
    key: null,
    windowMs: null,
    limit: 5,
    ours: 5, // 5 % of 100 lines
    source: TICKS,
  },
  P8: {
    id: 'P8',
    name: 'lines-open',
    scope: 'login',
    counts: '1 until 2, or 57 or an error of a snapshot; 50 until 51',
    key: null,
    windowMs: null,
    limit: 100,
    ours: 90,
    source: LINES,
  },
  P9: {
    id: 'P9',
    name: 'depth-open',
    scope: 'login',
    counts: '10 until 11',
    key: null,
    windowMs: null,
    limit: 3,
    ours: 3,
    source: LINES,
  },
  P10: {
    id: 'P10',
    name: 'regulatory-snapshot',
    scope: 'login',
    counts: '1 that is regulatory',
    key: null,
    windowMs: 1_000,
    limit: 1,
    ours: 1,
    source: LINES,
  },
  P11: {
    id: 'P11',
    name: 'summary-open',
    scope: 'connection',
    counts: '62 until 63',
    key: null,
    windowMs: null,
    limit: 2,
    ours: 2,
    source: SUMMARY,
  },
  P12: {
    id: 'P12',
    name: 'api-clients',
    scope: 'gateway',
    counts: 'connections past startApi',
    key: null,
    windowMs: null,
    limit: 32,
    ours: 32,
    source: PACING,
  },
  P13: {
    id: 'P13',
    name: 'active-orders',
    scope: 'account',
    counts: 'working orders',
    key: 'contract, side',
    windowMs: null,
    limit: 20,
    ours: 20,
    source: ORDERS,
  },
  P14: {
    id: 'P14',
    name: 'connect-rate',
    scope: 'process',
    counts: 'TCP connects',
    key: 'connection',
    windowMs: 1_000,
    limit: 1,
    ours: 1,
    source: OWN,
  },
}

/** P13 of older pages, which we keep for options. */
export const ACTIVE_OPTION_ORDERS = 15
/**
 * Bars of a minute and more have no limit that is counted, only a throttle that depends on the
 * load (L7). Ours is a meter of its own over the window of P5.
 */
export const MINUTE_HISTORY = 120
/** P3 to P5 are about bars up to this length, seconds. */
export const SMALL_BAR_SECONDS = 30

/** What counted at a moment of the monotonic clock, milliseconds. */
export interface Counted {
  readonly key: string
  readonly at: number
  readonly weight: number
}

/** What a rule with a window has counted, oldest first. */
export type Counts = readonly Counted[]

export interface Look {
  readonly windowMs: number
  readonly key: string
  readonly now: number
}

/** Without what has left the window `(now - windowMs, now]`. */
export function countsSince(counts: Counts, { windowMs, now }: Omit<Look, 'key'>): Counts {
  const first = counts.findIndex(({ at }) => at > now - windowMs)
  return first < 0 ? [] : first === 0 ? counts : counts.slice(first)
}

export function counted(counts: Counts, of: Counted, windowMs: number): Counts {
  return [...countsSince(counts, { windowMs, now: of.at }), of]
}

/** The weight that counts for this key at this moment. */
export function weightOf(counts: Counts, { windowMs, key, now }: Look): number {
  let weight = 0
  for (const each of counts) if (each.at > now - windowMs && each.key === key) weight += each.weight
  return weight
}

/** The moment from which `more` weight fits; null when it never does. */
export function fitsAt(counts: Counts, look: Look, { more, limit }: Fit): number | null {
  if (more > limit) return null
  let over = weightOf(counts, look) + more - limit
  if (over <= 0) return look.now
  for (const { key, at, weight } of counts) {
    if (key !== look.key || at <= look.now - look.windowMs) continue
    over -= weight
    if (over <= 0) return at + look.windowMs
  }
  return null
}

export interface Fit {
  readonly more: number
  readonly limit: number
}

/** What is open under a rule without a window, by owner. */
export type Opened = ReadonlySet<string>

export function withOpened(open: Opened, owner: string): Opened {
  return new Set([...open, owner])
}

export function withoutClosed(open: Opened, owner: string): Opened {
  return new Set([...open].filter((each) => each !== owner))
}
