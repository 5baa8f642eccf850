import type { EpochMs } from '../base/clock.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { CalendarDate } from '../domain/contract.ts'
import type { Fill } from '../domain/fill.ts'
import { ledgerOf, type Holding } from '../domain/ledger.ts'
import { amountOf, type Money } from '../domain/money.ts'
import { isCashSettled } from '../domain/settlement.ts'
import { isUnprotected } from '../engine/health.ts'
import { heldStructures } from '../trading/alive.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { dollarsText } from './event-notices.ts'

type Counts = Readonly<Record<string, number>>

/** What a New York date has come to, beside what the state itself still knows. */
export interface DayCounts {
  readonly date: CalendarDate
  readonly decisions: Counts
  /** By the rule that refused an entry. */
  readonly refused: Counts
  /** By verdict. */
  readonly incidents: Counts
  /** Why contracts are gone without a fill, by conId: `expired`, `assigned`. */
  readonly gone?: Readonly<Record<string, string>>
  /** Highest profit of the day by the broker, at least 0, and the deepest fall from it. */
  readonly peak: Money
  readonly drawdown: Money | null
  readonly unprotectedMs: number
  /** Since when something has been unprotected; null: nothing is. */
  readonly bareSince: EpochMs | null
}

export function emptyDay(date: CalendarDate): DayCounts {
  const counts = { decisions: {}, refused: {}, incidents: {} }
  const none = { peak: 0 as Money, drawdown: null, unprotectedMs: 0, bareSince: null }
  return { date, ...counts, ...none }
}

/** With one more event, or with the first one of another date. */
export function dayAfter(
  day: DayCounts,
  event: Event,
  { state, at }: { readonly state: State; readonly at: EpochMs },
): DayCounts {
  const date = newYorkDate(at)
  const today = day.date === date ? day : { ...emptyDay(date), bareSince: day.bareSince && at }
  return watched(counted(today, event), state, at)
}

function counted(day: DayCounts, event: Event): DayCounts {
  switch (event.type) {
    case 'CycleEnded':
      return { ...day, decisions: plusOne(day.decisions, event.outcome.kind) }
    case 'EntryRefused': {
      const rules = event.refusals.map(({ rule }) => rule)
      return { ...day, refused: rules.reduce(plusOne, day.refused) }
    }
    case 'IncidentEnded':
      return { ...day, incidents: plusOne(day.incidents, event.incident.verdict.name) }
    case 'AccountObserved': {
      const pnl = event.account.dailyPnl
      if (pnl === null) return day
      const peak = Math.max(day.peak, pnl) as Money
      const drawdown = Math.max(day.drawdown ?? 0, peak - pnl) as Money
      return { ...day, peak, drawdown }
    }
    case 'PositionAdjusted': {
      const { contract, quantity } = event.position
      if (quantity !== 0 || event.cause === 'unexplained') return day
      return { ...day, gone: { ...day.gone, [contract.conId]: event.cause } }
    }
    default:
      return day
  }
}

function watched(day: DayCounts, state: State, at: EpochMs): DayCounts {
  const isBare = heldStructures(state).some((structure) => isUnprotected(state, structure))
  if (isBare) return day.bareSince === null ? { ...day, bareSince: at } : day
  if (day.bareSince === null) return day
  const unprotectedMs = day.unprotectedMs + Math.max(0, at - day.bareSince)
  return { ...day, unprotectedMs, bareSince: null }
}

function plusOne(counts: Counts, name: string): Counts {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 }
}

/** One fact a line. */
export function dayText(day: DayCounts, state: State, now: EpochMs): string {
  const { date, drawdown, bareSince } = day
  const today = newYorkDate
  const trades = tradesOf(state, day)
  const { account } = state
  const isOfToday = account !== null && today(account.at) === date
  const brokers = isOfToday && account.dailyPnl !== null ? dollarsText(account.dailyPnl) : 'unknown'
  const bareMs = day.unprotectedMs + (bareSince === null ? 0 : Math.max(0, now - bareSince))
  const fall = drawdown === null ? 'unknown' : `$${amountOf(drawdown).toFixed(2)}`
  return [
    `day ${date}`,
    `closed ${trades.closed}${rateText(trades)}${endedText(trades)}; ` +
      `still open ${heldStructures(state).length}`,
    `realized ${dollarsText(trades.realized)} by our fills, ` +
      `commissions ${commissionsText(trades)}; by the broker ${brokers}`,
    `worst drawdown of the day ${fall}`,
    `unprotected ${Math.round(bareMs / 1_000)} s`,
    `incidents ${countsText(day.incidents)}`,
    `decisions ${countsText(day.decisions)}`,
    `entries refused ${countsText(day.refused)}`,
  ].join('\n')
}

interface DayTrades {
  readonly closed: number
  readonly won: number
  /** Of the date: what was earned by its end less what had been earned before it. */
  readonly realized: Money
  readonly commissions: Money
  /** Fills whose commission was not told. */
  readonly untold: number
  /** Of those closed: with nothing delivered, so at $0. */
  readonly expired: number
  /** Over at a value that no fill tells: neither closed nor in a rate. */
  readonly unvalued: number
}

function tradesOf(state: State, { date, gone = {} }: DayCounts): DayTrades {
  const byStructure = new Map<string, Fill[]>()
  for (const fill of state.fills.values()) {
    const id = state.orders.get(fill.orderId)?.structureId
    if (id === undefined || id === null) continue
    byStructure.set(id, [...(byStructure.get(id) ?? []), fill])
  }
  const { commissions } = state
  const sum = { closed: 0, won: 0, realized: 0, commissions: 0, untold: 0, expired: 0, unvalued: 0 }
  for (const [id, fills] of byStructure) {
    const ofDate = fills.filter(({ at }) => newYorkDate(at) === date)
    const upTo = ledgerOf(
      fills.filter(({ at }) => newYorkDate(at) <= date),
      commissions,
    )
    const structure = [...state.structures.values()].find((each) => each.id === id)
    const isOver = structure !== undefined && structure.quantity === 0
    const left = [...upTo.holdings.values()].filter(({ quantity }) => quantity !== 0)
    const causes = left.map(({ contract }) => gone[contract.conId] ?? null)
    const isGone = isOver && left.length > 0 && causes.every((cause) => cause !== null)
    if (ofDate.length === 0 && !isGone) continue
    const before = ledgerOf(
      fills.filter(({ at }) => newYorkDate(at) < date),
      commissions,
    )
    sum.untold += ofDate.filter((fill) => !isCharged(fill, commissions)).length
    sum.commissions += upTo.commissions - before.commissions
    const isWorthless = isGone && left.every((each, i) => expiresAtZero(each, causes[i] ?? null))
    // What expired at $0 has lost what it cost, or keeps what it brought in.
    const expired = isWorthless ? left.reduce((of, { cost }) => of - cost, 0) : 0
    sum.realized += upTo.realized - before.realized + expired
    if (!isOver) continue
    if (left.length > 0 && !isWorthless) {
      sum.unvalued++
      continue
    }
    sum.closed++
    if (isWorthless) sum.expired++
    if (upTo.realized + expired > 0) sum.won++
  }
  const { realized, commissions: paid, ...counts } = sum
  return { ...counts, realized: realized as Money, commissions: paid as Money }
}

function expiresAtZero({ contract }: Holding, cause: string | null): boolean {
  return cause === 'expired' && contract.kind === 'option' && !isCashSettled(contract)
}

function isCharged({ contract, quantity, execId }: Fill, of: State['commissions']): boolean {
  return contract.kind === 'combo' || quantity === 0 || of.has(execId)
}

/** What is not told yet is never $0.00. */
function commissionsText({ commissions, untold }: DayTrades): string {
  const known = `$${amountOf(commissions).toFixed(2)}`
  if (untold === 0) return known
  return `${commissions === 0 ? 'unknown' : known} (of ${untold} fills not known, not in it)`
}

function endedText({ expired, unvalued }: DayTrades): string {
  const byExpiry = expired === 0 ? '' : `, of them ${expired} by expiry at $0`
  return unvalued === 0 ? byExpiry : `${byExpiry}; over at no known value ${unvalued}`
}

function rateText({ closed, won }: DayTrades): string {
  return closed === 0 ? '' : `, won ${won} (${Math.round((100 * won) / closed)}%)`
}

/** `HMDS_DOWN 2, PACING 1`. */
function countsText(counts: Counts): string {
  const all = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return all.length === 0 ? 'none' : all.map(([name, count]) => `${name} ${count}`).join(', ')
}
