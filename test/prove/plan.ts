import { assert } from '../../src/base/assert.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng, seedOf } from '../../src/base/prng.ts'
import { nextSession, sessionOf } from '../../src/domain/calendar.ts'
import type { Session } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { money } from '../../src/domain/money.ts'
import type { Written } from '../simulation/config-text.ts'
import { HeldMarket } from '../simulation/held-market.ts'
import {
  accountOf,
  betweenBars,
  entryOf,
  settingsOf,
  stageOf,
  VERSIONS,
  writtenBy,
} from '../simulation/plan.ts'
import type { Plan } from '../simulation/plan.ts'
import { pick } from '../outages/pick.ts'
import { NEEDED } from './kind.ts'
import type { Kind, Tier } from './kind.ts'
import type { Strike } from './strike.ts'
import { activeKinds, busyNumber, promisedKinds, strikesOf } from './swarm.ts'
import type { Hour } from './swarm.ts'

/** One trading day, whole, and what goes wrong on it. */
export interface ProveDay {
  readonly plan: Plan
  readonly strikes: readonly Strike[]
}

/** All that one seed decides before anything runs. */
export interface ProvePlan {
  readonly seed: number
  readonly tier: Tier
  /** What the seed may suffer from. */
  readonly kinds: readonly Kind[]
  /** What it plays whatever it draws. */
  readonly promised: readonly Kind[]
  /** Sessions in a row, on one journal and one account. */
  readonly days: readonly ProveDay[]
}

export interface Wanted {
  readonly seed: number
  readonly tier: Tier
  readonly days: number
  /** Instead of what it is promised by its number: nothing, where its strikes are written down. */
  readonly promised?: readonly Kind[]
}

const MINUTE = 60_000
/** A process starts before the open and ends after the close: its first and last bars count. */
const BEFORE_MS = 4 * MINUTE
const AFTER_MS = 2 * MINUTE
const HELD_MINUTES = 20
export const SYMBOLS = ['SPY', 'QQQ', 'AAPL'] as const
/** Seeds in a row share a market, and with it what it has made: they are played in a row. */
export const SEEDS_A_MARKET = 20

/** (seed, tier, days) and the commit decide everything. */
export function provePlanOf(of: Wanted): ProvePlan {
  const { seed, tier, days, promised = promisedKinds(seed, tier) } = of
  const isCalm = of.promised === undefined && busyNumber(seed) === null
  // Each part of its own: what is added to one leaves the seeds of the others as they were.
  const prng = new Prng(seedOf(seed, `prove ${tier}`))
  const number = Math.floor((seed - 1) / SEEDS_A_MARKET)
  const stage = stageOf(number)
  const kinds = activeKinds(new Prng(seedOf(seed, `prove ${tier} kinds`)), tier)
  const drawn = pick(prng, stage.days)
  const count = Math.max(days, ...promised.map((kind) => kind.days ?? 1))
  const first = number % STAGES === CHANGED_STAGE ? clocksChanged(seed, count) : drawn
  const hour = isCalm ? hourOf(new Prng(seedOf(seed, `prove ${tier} hour`))) : null
  const shared = {
    seed,
    // One for all days: the Gateway that is left of a day goes on with it.
    market: new HeldMarket(stage.market),
    ...(tier === 'direct' && { tier }),
    settings: settingsOf({
      ...writtenBy(prng),
      ...busy(prng),
      entry: entryOf(seed),
      ...neededBy(promised),
      ...(hour !== null && calm(hour)),
    }),
    account: accountFor({ isCalm, promised }, accountOf(prng)),
    version: pick(prng, VERSIONS),
    operator: null,
    crash: null,
  }
  return {
    seed,
    tier,
    kinds,
    promised,
    days: sessionsFrom(first, count).map((session, index): ProveDay => {
      const start = (session.open - BEFORE_MS) as EpochMs
      const until = betweenBars(session.close + AFTER_MS)
      const plan = { ...shared, session, start, until }
      const lengthMs = session.close - start
      const ofDay = new Prng(seedOf(seed, `prove ${tier} ${session.date}`))
      const due = promised.filter((kind) => index === 0 || kind.firstDay !== true)
      const within = hour === null ? null : withinDay(hour, session.open - start)
      return { plan, strikes: strikesOf(ofDay, { kinds, promised: due, lengthMs, hour: within }) }
    }),
  }
}

/** One market in so many is of the days on which the clocks have changed (F71). */
const STAGES = 10
const CHANGED_STAGE = 3
const CHANGES = [
  { before: '2026-03-06', after: '2026-03-09' },
  { before: '2026-10-30', after: '2026-11-02' },
] as const

/** The first session after a change, or, where several days are played, the last before it. */
function clocksChanged(seed: number, days: number): Session {
  const { before, after } = CHANGES[Math.floor(seed / 10) % 2] ?? CHANGES[0]
  const session = sessionOf((days > 1 ? before : after) as CalendarDate)
  assert(session !== null, `${before} and ${after} are sessions`)
  return session
}

/** What the bot is told so that what a seed is promised comes about. */
function neededBy(promised: readonly Kind[]): Partial<Written> {
  // With limits that are seldom met it trades all the same; without them nothing is cancelled.
  const needs = (['trades', 'cancels'] as const).filter((need) =>
    promised.some((kind) => kind.needs === need),
  )
  const each = needs.map((need) => NEEDED[need])
  const own = promised.flatMap(({ written }) => (written === undefined ? [] : [written]))
  const all = [...each, ...own]
  const more = [...new Set(all.flatMap((one) => one.more ?? []))].join('\n')
  return { ...(Object.assign({}, ...all) as Partial<Written>), more }
}

/** It can bear what it is to trade. */
function accountFor(
  { isCalm, promised }: { readonly isCalm: boolean; readonly promised: readonly Kind[] },
  drawn: Plan['account'],
): Plan['account'] {
  if (!isCalm && promised.every(({ needs }) => needs === undefined)) return drawn
  return { ...drawn, kind: 'margin', cash: money(1_000_000) }
}

/** What keeps three symbols trading all day; the rest is as the seeds draw it. */
function busy(prng: Prng) {
  return {
    symbols: SYMBOLS.join(', '),
    interval: prng.chance(0.1) ? '180s' : '60s',
    structuresMax: prng.int(2, 6),
    spreadMax: pick(prng, ['4%', '20%']),
    dailyLossMax: pick(prng, ['5%', '20%']),
  }
}

/** When a calm bot enters: minutes after the open. */
interface EntryHour {
  readonly from: number
  readonly to: number
}

/** Early enough for half a day too. */
function hourOf(prng: Prng): EntryHour {
  const from = 5 * prng.int(3, 18)
  return { from, to: from + 5 * prng.int(7, 12) }
}

function withinDay({ from, to }: EntryHour, openMs: number): Hour {
  return { fromMs: openMs + from * MINUTE, toMs: openMs + (to + HELD_MINUTES) * MINUTE }
}

/** The day of a bot that is left alone: a few entries in an hour of its own, each held for minutes. */
function calm({ from, to }: EntryHour): Partial<Written> {
  const at = (minutes: number): string => {
    const time = 9 * 60 + 30 + minutes
    const part = (of: number): string => String(of).padStart(2, '0')
    return `${part(Math.floor(time / 60))}:${part(time % 60)}`
  }
  return {
    ...NEEDED.calm,
    entryHours: `${at(from)}-${at(to)}`,
    exits: `  time_stop: ${HELD_MINUTES}m`,
  }
}

/** Fewer where the year of the markets ends. */
function sessionsFrom(first: Session, count: number): readonly Session[] {
  const sessions = [first]
  while (sessions.length < count) {
    const next = nextSession((sessions.at(-1) ?? first).date)
    if (next === null || next.date.slice(0, 4) !== first.date.slice(0, 4)) break
    sessions.push(next)
  }
  return sessions
}
