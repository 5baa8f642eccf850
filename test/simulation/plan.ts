import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import { parseSettings } from '../../src/config/load.ts'
import type { Settings } from '../../src/config/settings.ts'
import { atNewYork, nextSession, sessionOf } from '../../src/domain/calendar.ts'
import type { Session } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { money } from '../../src/domain/money.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import type { GatewayOptions } from '../../src/simulator/gateway.ts'
import type { Market } from '../../src/simulator/market/market.ts'
import { configText } from './config-text.ts'
import type { Written } from './config-text.ts'
import { HeldMarket } from './held-market.ts'

/** `close`: whatever is held then. */
export type Command = 'reduce' | 'halt' | 'kill' | 'close'

/** All that one seed decides before anything runs. */
export interface Plan {
  readonly seed: number
  /** `direct`: without a wire, the ports straight over the broker; default over one. */
  readonly tier?: 'direct'
  readonly market: HeldMarket
  readonly session: Session
  readonly start: EpochMs
  readonly until: EpochMs
  readonly settings: Settings
  readonly account: NonNullable<GatewayOptions['account']>
  /** The newest server version that the bot announces. */
  readonly version: number
  /** From `at` on, as soon as there is something to stop. */
  readonly operator: { readonly at: EpochMs; readonly command: Command } | null
  /** The process ends at the first effect from then on; another one is started after a while. */
  readonly crash: { readonly from: EpochMs; readonly downMs: number } | null
  /** Connections end and nobody listens; default never. */
  readonly outage?: { readonly from: EpochMs; readonly until: EpochMs }
}

const MINUTE = 60_000
/** A bar may close 5 s late, and be looked into for 25 s. */
const DECIDED_MS = 35_000
const YEAR = '2026-01-01' as CalendarDate
/** Seeds in a row share a market and some of its days: what a market made is kept. */
const SEEDS_A_MARKET = 20
const DAYS_A_MARKET = 3

/** `written`: what is said of every seed, whatever it draws. */
export function planOf(seed: number, minutes: number, written: Partial<Written> = {}): Plan {
  const prng = new Prng(seedOf(seed, 'simulation'))
  const { market, days } = stageOf(Math.floor((seed - 1) / SEEDS_A_MARKET))
  const when = whenOf(prng, days, minutes)
  return {
    seed,
    market: new HeldMarket(market),
    ...when,
    settings: settingsOf({ ...writtenBy(prng), entry: entryOf(seed), ...written }),
    account: accountOf(prng),
    version: pick(prng, VERSIONS),
    operator: operatorOf(prng, when),
    crash: crashOf(prng, when),
  }
}

/** Addresses with parts that nobody else may read; nothing is sent there. */
const SECRET = 'https://hooks.example.com/canary-path-4711?key=canary-key-4712'
const ENVIRONMENT = {
  IBKR_BOT__NOTIFY__WEBHOOK_URL: SECRET,
  IBKR_BOT__NOTIFY__DEAD_MAN_URL: SECRET,
}

export function settingsOf(written: Partial<Written>): Settings {
  const settings = parseSettings(configText(written), { path: 'seed', environment: ENVIRONMENT })
  assert(settings.ok, `a seed draws settings that hold: ${settings.ok || settings.error.join()}`)
  return settings.value
}

/** Where the protocol changes; what the bot may announce (architecture.md, section 5). */
export const VERSIONS = [176, 178, 187, 193, 193, 200] as const
const TICKERS = ['SPY', 'QQQ', 'AAPL'] as const

/** Of the year that the calendar and the market are asked about. */
const SESSIONS: readonly Session[] = sessionsOfYear()
const HALF_DAYS = SESSIONS.filter(({ open, close }) => close - open < 5 * 60 * MINUTE)

function sessionsOfYear(): readonly Session[] {
  const sessions: Session[] = []
  for (let day = nextSession('2025-12-31' as CalendarDate); day !== null;) {
    if (!day.date.startsWith('2026')) break
    sessions.push(day)
    day = nextSession(day.date)
  }
  return sessions
}

interface Stage {
  readonly market: Market
  readonly days: readonly Session[]
}

const stages = new Map<number, Stage>()

export function stageOf(number: number): Stage {
  const known = stages.get(number)
  if (known !== undefined) return known
  const prng = new Prng(seedOf(number, 'stage'))
  const symbols = [...TICKERS, 'VIX'] as string[] as Ticker[]
  const market = generatedMarket({ seed: number + 1, start: YEAR, symbols })
  const days = Array.from({ length: DAYS_A_MARKET }, () =>
    pick(prng, prng.chance(0.1) ? HALF_DAYS : SESSIONS),
  )
  stages.clear() // one is enough to keep: seeds come in order
  stages.set(number, { market, days })
  return { market, days }
}

/** Minutes to the close around which things end: the day, entries, options of today. */
const ENDINGS = [3, 15, 18, 60, 63] as const

/** Any minute of a session, often around its open or one of its ends, at any second of it. */
function whenOf(
  prng: Prng,
  days: readonly Session[],
  minutes: number,
): Pick<Plan, 'session' | 'start' | 'until'> {
  const session = pick(prng, days)
  const { open, close } = session
  const length = (close - open) / MINUTE
  const where = prng.next()
  const minute =
    where < 0.15
      ? prng.int(-3, 0)
      : where < 0.35
        ? length - pick(prng, ENDINGS) - prng.int(2, minutes - 2)
        : prng.int(1, length - minutes)
  const start = open + minute * MINUTE + prng.int(0, 59_999)
  return { session, start: start as EpochMs, until: betweenBars(start + (minutes - 1) * MINUTE) }
}

/** The next moment when the last bar has been decided, and none is due while things come to rest. */
export function betweenBars(at: number): EpochMs {
  return (Math.ceil((at - DECIDED_MS) / MINUTE) * MINUTE + DECIDED_MS) as EpochMs
}

/** In three seeds of four somebody has something to say. */
function operatorOf(prng: Prng, { start, until }: Pick<Plan, 'start' | 'until'>): Plan['operator'] {
  if (!prng.chance(3 / 4)) return null
  const at = prng.int(start + MINUTE, (start + until) / 2) as EpochMs
  return { at, command: pick(prng, ['reduce', 'halt', 'kill', 'close']) }
}

/** In one seed of three: at once, after a moment, or after minutes in which the market goes on. */
function crashOf(prng: Prng, { start, until }: Pick<Plan, 'start' | 'until'>): Plan['crash'] {
  if (!prng.chance(1 / 3)) return null
  const from = prng.int(start + MINUTE, until - MINUTE) as EpochMs
  return { from, downMs: pick(prng, [0, 0, 1_000, 20_000, 2 * MINUTE]) }
}

export function accountOf(prng: Prng): Plan['account'] {
  const kind = prng.chance(0.2) ? 'cash' : 'margin'
  return { id: 'DU1234567', kind, cash: money(pick(prng, [5_000, 30_000, 100_000, 1_000_000])) }
}

export function writtenBy(prng: Prng): Partial<Written> {
  const wide = prng.chance(0.3)
  return {
    symbols: prng.chance(0.4) ? pair(prng) : pick(prng, TICKERS),
    strategies: prng.chance(0.1) ? 'scalp, whale' : 'scalp',
    interval: prng.chance(0.2) ? '180s' : '60s',
    expiry: pick(prng, ['weekly', 'dte:0-5', 'dte:1-14']),
    sameDayExpiry: prng.chance(0.5),
    strike: pick(prng, ['atm', 'itm1', 'otm1', 'otm2', 'delta:0.40']),
    spreadMax: pick(prng, ['2%', '4%', '20%']),
    volumeMin: pick(prng, [0, 50]),
    openInterestMin: pick(prng, [0, 100]),
    candidates: prng.int(1, 4),
    takeProfit: wide ? '50%' : `${prng.int(1, 8)}%`,
    stopLoss: wide ? '50%' : `${prng.int(1, 12)}%`,
    holdOvernight: prng.chance(0.5),
    riskMax: pick(prng, ['1%', '2%', '5%']),
    dailyLossMax: pick(prng, ['1%', '5%', '20%']),
    structuresMax: prng.int(1, 4),
    premiumMax: pick(prng, ['5%', '10%', '50%']),
    orderCostMax: `$${pick(prng, [1_000, 5_000, 20_000])}`,
    structureLossMax: `$${pick(prng, [2_000, 20_000])}`,
    quoteAgeMax: pick(prng, ['1s', '2s']),
  }
}

/** How entries walk: at once, as the example has it, and from far away in many small steps. */
const ENTRIES = [
  '{ start: 100% }',
  '{}',
  '{ start: 0%, step: 50%, every: 5s, time_to_live: 30s }',
  '{ start: 50%, step: 1 tick, every: 5s, worst: 80%, time_to_live: 20s }',
  '{ start: 25%, step: 100%, every: 20s, collar: 1% }',
] as const

/** Of a generator of its own: what else a seed draws stays as it was. */
export function entryOf(seed: number): string {
  return pick(new Prng(seedOf(seed, 'entry')), ENTRIES)
}

function pair(prng: Prng): string {
  const left = prng.int(0, TICKERS.length - 1)
  return TICKERS.filter((_, index) => index !== left).join(', ')
}

function pick<T>(prng: Prng, of: readonly T[]): T {
  const picked = of[prng.int(0, of.length - 1)]
  assert(picked !== undefined, 'there is something to pick from')
  return picked
}

export interface FixedPlan {
  /** New York: `2026-03-10`, `10:30`. */
  readonly date: string
  readonly time: string
  readonly minutes: number
  readonly written: Partial<Written>
}

/** A plan that is written down, for tests that wait for something certain. */
export function fixedPlan({ date, time, minutes, written }: FixedPlan): Plan {
  const session = sessionOf(date as CalendarDate)
  assert(session !== null, `${date} is a session`)
  const start = atNewYork(session.date, time)
  return {
    seed: 1,
    market: new HeldMarket(stageOf(1).market),
    session,
    start,
    until: betweenBars(start + minutes * MINUTE),
    settings: settingsOf(written),
    account: { id: 'DU1234567', kind: 'margin', cash: money(100_000) },
    version: 193,
    operator: null,
    crash: null,
  }
}
