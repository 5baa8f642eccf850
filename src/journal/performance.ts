import type { EpochMs } from '../base/clock.ts'
import type { Mode } from '../domain/account.ts'
import { atNewYork, newYorkDate, newYorkTime, sessionOf } from '../domain/calendar.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { CalendarDate } from '../domain/contract.ts'
import { addDays, weekday } from '../domain/date.ts'
import type { ExecId } from '../domain/fill.ts'
import { addMoney, type Money } from '../domain/money.ts'
import type { Event } from '../trading/event.ts'
import { adjustedAt, settlementsOf, type Unvalued } from './expiries.ts'
import { groupOf, type FillGroup } from './fill-groups.ts'
import { fillLedgerOf } from './fill-quality.ts'
import {
  dailyRatio,
  drawdownOf,
  figuresOf,
  groupsOf,
  type CurvePoint,
  type Drawdown,
  type Figures,
  type Group,
  type PerformanceTrade,
  type Ratio,
} from './performance-figures.ts'
import { unprotectedSpans } from './protection.ts'
import { realizationsOf } from './realized.ts'
import type { Entry } from './rows.ts'
import { ledgerOf, tradesOf, type RoleFill } from './trades.ts'

export type Period = 'day' | 'week' | 'all'

export interface PerformanceAsked {
  readonly period: Period
  /** Its New York date is the last day of the period; what is bare then has been so until then. */
  readonly now: EpochMs
  /** New York dates, both included, instead of those of the period. */
  readonly from?: CalendarDate | null
  readonly to?: CalendarDate | null
}

/** Counted by a key, the most frequent first. */
export interface Count {
  readonly key: string
  readonly count: number
}

export interface Day {
  readonly date: CalendarDate
  readonly realized: Money
  /** Structures. */
  readonly closed: number
}

/**
 * What a bot did in a period, by its journal. Amounts are millionths of the base currency, times
 * epoch milliseconds, dates of New York, shares 0 to 1. What is not known is null.
 */
export interface Performance {
  readonly period: Period
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly now: EpochMs
  /** Of the last run; null: the journal names none. */
  readonly mode: Mode | null
  /** Net liquidation less the day's result, when the period began: what percentages are of. */
  readonly equity: Money | null
  readonly all: Figures
  readonly curve: readonly CurvePoint[]
  /** Trading days on which it decided or closed something, oldest first. */
  readonly days: readonly Day[]
  readonly drawdown: Drawdown | null
  readonly ratio: Ratio
  readonly by: Readonly<Record<GroupName, readonly Group[]>>
  readonly exits: readonly Group[]
  readonly trades: readonly PerformanceTrade[]
  /** Held when the period ends. */
  readonly open: number
  /** Expired without a delivery: closed at $0, and in every figure. An estimate. */
  readonly closedByExpiry: number
  /** Exercised, assigned, settled in cash or gone: no fill says at what, so they are in no rate. */
  readonly endedWithoutFill: number
  /** What those had cost, negative: had brought in; null: not known of all. */
  readonly endedCost: Money | null
  /** Fills of orders that close what no structure explains; they are in no figure. */
  readonly unattributedFills: number
  /** Fills against quotes that nobody gave, and fills that no execution told. */
  readonly syntheticFills: number
  readonly estimatedFills: number
  readonly slippage: { readonly entries: FillGroup; readonly exits: FillGroup }
  /** Structures that held more than their exits covered, by the times of the journal. */
  readonly unprotected: { readonly spans: number; readonly ms: number; readonly msMax: number }
  readonly decisions: number
  readonly outcomes: readonly Count[]
  readonly approved: number
  readonly refused: number
  /** One entry may be refused by several rules. */
  readonly refusals: readonly Count[]
}

export const GROUP_NAMES = ['strategy', 'symbol', 'hour', 'weekday'] as const
export type GroupName = (typeof GROUP_NAMES)[number]

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const keys: Readonly<Record<GroupName, (trade: PerformanceTrade) => string>> = {
  strategy: ({ strategy }) => strategy,
  symbol: ({ symbol }) => symbol,
  // Of the entry, in New York.
  hour: ({ openedAt }) => `${String(newYorkTime(openedAt).hour).padStart(2, '0')}:00`,
  weekday: ({ openedAt }) => weekdayOf(newYorkDate(openedAt)),
}

function weekdayOf(date: CalendarDate): string {
  return WEEKDAYS[weekday(date) - 1] ?? ''
}

/** A pure fold, safe to drop and to build again. */
export function reportFor(entries: readonly Entry[], asked: PerformanceAsked): Performance {
  const { from, to } = datesOf(entries, asked)
  const start = atNewYork(from, '00:00')
  const end = atNewYork(addDays(to, 1), '00:00')
  const isIn = (at: EpochMs): boolean => at >= start && at < end
  const known = entries.filter(({ at, event }) => timeOf(event, at) < end)
  const within = known.filter(({ at }) => isIn(at))
  const trades = tradesIn(known, isIn).filter(({ unvalued, row }) => {
    return unvalued === null || unvalued.at >= start || row.isOpenedHere
  })
  const curve = curveOf(trades)
  const equity = equityOf(known, start)
  const days = daysOf(within, trades)
  const left = trades.flatMap(({ unvalued }) => unvalued ?? [])
  const rows = trades.map(({ row }) => row)
  return {
    period: asked.period,
    from,
    to,
    now: asked.now,
    mode: modeOf(known),
    equity,
    all: figuresOf(rows),
    curve,
    days,
    drawdown: drawdownOf(curve, { start, equity }),
    ratio: dailyRatio(days.map(({ realized }) => realized)),
    by: {
      strategy: groupsOf(rows, keys.strategy),
      symbol: groupsOf(rows, keys.symbol),
      hour: groupsOf(rows, keys.hour),
      weekday: groupsOf(rows, keys.weekday, WEEKDAYS),
    },
    exits: groupsOf(
      rows.filter(({ isClosedHere }) => isClosedHere),
      ({ exit }) => exit ?? 'unknown',
    ),
    trades: rows,
    open: trades.filter(({ row, unvalued }) => row.closedAt === null && unvalued === null).length,
    closedByExpiry: rows.filter(({ exit, isClosedHere }) => exit === 'expiry' && isClosedHere)
      .length,
    endedWithoutFill: left.length,
    endedCost: left.some(({ cost }) => cost === null)
      ? null
      : addMoney(...left.map(({ cost }) => cost ?? (0 as Money))),
    ...fillsIn(known, isIn),
    unprotected: unprotectedIn(known, { start, end, now: asked.now }),
    ...decisionsIn(within),
  }
}

/** From when on a report of a period counts decisions; trades are folded from the beginning. */
export function periodStart(period: Period, now: EpochMs): EpochMs {
  if (period === 'all') return 0 as EpochMs
  return atNewYork(datesOf([], { period, now }).from, '00:00')
}

/**
 * The New York dates of a period that ends with that of `now`, and of `day` with its first one;
 * weeks begin on Monday.
 */
function datesOf(
  entries: readonly Entry[],
  { period, now, from, to }: PerformanceAsked,
): { readonly from: CalendarDate; readonly to: CalendarDate } {
  const last = to ?? (period === 'day' ? from : null) ?? newYorkDate(now)
  const first = {
    day: last,
    week: addDays(last, 1 - weekday(last)),
    all: newYorkDate(entries[0]?.at ?? now),
  }[period]
  const begin = from ?? (first > last ? last : first)
  return { from: begin, to: last }
}

/** A fill counts when it was made, whenever it became known; a commission with its fill. */
function timeOf(event: Event, at: EpochMs): number {
  if (event.type === 'OrderFilled') return event.fill.at
  if (event.type === 'PositionAdjusted') return adjustedAt(event, at)
  return event.type === 'CommissionReported' ? -Infinity : at
}

interface Seen {
  readonly row: PerformanceTrade
  readonly unvalued: Unvalued | null
  readonly realizations: readonly CurvePoint[]
}

/** Structures with a fill or a result within the period, and those still held in it. */
function tradesIn(entries: readonly Entry[], isIn: (at: EpochMs) => boolean): readonly Seen[] {
  const { commissions } = ledgerOf(entries)
  const settled = settlementsOf(entries, commissions)
  return tradesOf(entries).flatMap((told): readonly Seen[] => {
    const { trade, unvalued } = settled(told)
    const { fills, openedAt, closedAt } = trade
    const fillsHere = fills.filter(({ at }) => isIn(at))
    if (fillsHere.length === 0 && closedAt !== null) return []
    const realizations = realizationsOf(fills, commissions)
      .filter(({ at }) => isIn(at))
      .map(({ at, amount }) => ({ at, realized: amount }))
    const row: PerformanceTrade = {
      structureId: trade.structureId,
      strategy: trade.strategy,
      symbol: trade.contract.symbol,
      contract: nameOf(trade.contract),
      openedAt,
      closedAt,
      quantity: trade.quantity,
      pnl: trade.pnl,
      realized: addMoney(...realizations.map(({ realized }) => realized)),
      commissions: addMoney(
        ...fillsHere.map(({ execId }) => commissions.get(execId) ?? (0 as Money)),
      ),
      fillsWithoutCommission: fillsHere.filter((fill) => !isCharged(fill, commissions)).length,
      exit: closedAt === null ? null : (fills.at(-1)?.role ?? null),
      unvaluedBy: unvalued?.by ?? null,
      isClosedHere: closedAt !== null && isIn(closedAt) && unvalued === null,
      isOpenedHere: isIn(openedAt),
    }
    return [{ row, unvalued, realizations }]
  })
}

/** Whether it is known what a fill cost; a combo's own, a bust and an expiry cost nothing. */
function isCharged(fill: RoleFill, commissions: ReadonlyMap<ExecId, Money>): boolean {
  const { contract, quantity, role, execId } = fill
  if (contract.kind === 'combo' || quantity === 0 || role === 'expiry') return true
  return commissions.has(execId)
}

function curveOf(trades: readonly Seen[]): readonly CurvePoint[] {
  const all = trades.flatMap(({ realizations }) => realizations).sort((a, b) => a.at - b.at)
  let sum = 0
  return all.map(({ at, realized }) => {
    sum += realized
    return { at, realized: sum as Money }
  })
}

/** The first baseline of a day within the period, else the last one before it. */
function equityOf(entries: readonly Entry[], start: EpochMs): Money | null {
  let before: Money | null = null
  for (const { at, event } of entries) {
    if (event.type !== 'DayOpened') continue
    if (at >= start) return event.baseline.amount
    before = event.baseline.amount
  }
  return before
}

function daysOf(within: readonly Entry[], trades: readonly Seen[]): readonly Day[] {
  const days = new Map<CalendarDate, { realized: number; closed: number }>()
  const dayOf = (at: EpochMs) => {
    const date = newYorkDate(at)
    const day = days.get(date) ?? { realized: 0, closed: 0 }
    days.set(date, day)
    return day
  }
  for (const { at, event } of within) {
    if (event.type === 'CycleEnded' && sessionOf(newYorkDate(at)) !== null) dayOf(at)
  }
  for (const { row, realizations } of trades) {
    for (const { at, realized } of realizations) dayOf(at).realized += realized
    if (row.isClosedHere && row.closedAt !== null) dayOf(row.closedAt).closed++
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, { realized, closed }]) => ({ date, realized: realized as Money, closed }))
}

function modeOf(entries: readonly Entry[]): Mode | null {
  const run = entries.findLast(({ event }) => event.type === 'RunStarted')?.event
  return run?.type === 'RunStarted' ? run.mode : null
}

function fillsIn(entries: readonly Entry[], isIn: (at: EpochMs) => boolean) {
  const { fills, orders } = ledgerOf(entries)
  const here = [...fills.values()].filter(({ at }) => isIn(at))
  const quality = fillLedgerOf(entries).fills.filter(({ at }) => isIn(at))
  return {
    unattributedFills: here.filter(({ orderId }) => {
      const order = orders.get(orderId)
      return order === undefined || order.structureId === null
    }).length,
    syntheticFills: here.filter(({ synthetic }) => synthetic).length,
    estimatedFills: here.filter(({ estimated }) => estimated === true).length,
    slippage: {
      entries: groupOf(
        'entries',
        quality.filter(({ role }) => role === 'entry'),
      ),
      exits: groupOf(
        'exits',
        quality.filter(({ role }) => role !== 'entry'),
      ),
    },
  }
}

function unprotectedIn(
  entries: readonly Entry[],
  { start, end, now }: { readonly start: number; readonly end: number; readonly now: number },
): Performance['unprotected'] {
  const until = Math.min(end, Math.max(now, start))
  const spans = unprotectedSpans(entries)
    .map(({ from, to }) => Math.min(to ?? until, until) - Math.max(from, start))
    .filter((ms) => ms > 0)
  const ms = spans.reduce((sum, each) => sum + each, 0)
  return { spans: spans.length, ms, msMax: Math.max(0, ...spans) }
}

function decisionsIn(within: readonly Entry[]) {
  const outcomes = new Map<string, number>()
  const refusals = new Map<string, number>()
  const count = { approved: 0, refused: 0, decisions: 0 }
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1)
  for (const { event } of within) {
    if (event.type === 'EntryApproved') count.approved++
    if (event.type === 'EntryRefused') {
      count.refused++
      for (const rule of new Set(event.refusals.map((each) => each.rule))) add(refusals, rule)
    }
    if (event.type !== 'CycleEnded') continue
    count.decisions++
    add(outcomes, event.outcome.kind)
  }
  return { ...count, outcomes: counted(outcomes), refusals: counted(refusals) }
}

function counted(of: ReadonlyMap<string, number>): readonly Count[] {
  const counts = [...of].map(([key, count]) => ({ key, count }))
  return counts.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
}
