import type { EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { CalendarDate, ConId, OptionContract, Ticker } from '../../domain/contract.ts'
import type { SessionList } from './market-sessions.ts'
import type { TradingSession } from './market.ts'
import type { OptionClass } from './replay-contracts.ts'
import { contractOf, INDEX_LATE_MINUTES, tickCentsOf } from './replay-contracts.ts'
import { hasOptionQuotes, readOptionDay } from './replay-option-files.ts'
import type { OptionDay } from './replay-option-files.ts'
import type { RecordedOption } from './replay-options.ts'

export interface RecordedOptions {
  readonly options: readonly RecordedOption[]
  readonly recorded: readonly number[]
  readonly lateMinutes: number
}

export interface OptionsWanted {
  readonly dir: string
  readonly symbol: Ticker
  readonly kind: 'stock' | 'index'
  readonly dates: readonly CalendarDate[]
  readonly sessions: SessionList
}

/** All recorded options on one underlying; null when no quotes of any were recorded. */
export function readOptions(wanted: OptionsWanted): Result<RecordedOptions | null, string> {
  const options = new Map<ConId, { contract: OptionContract; days: Map<number, OptionDay> }>()
  const recorded = new Set<number>()
  for (const { tradingClass, settlement } of classesOf(wanted)) {
    const days = readClass(wanted, tradingClass)
    if (!days.ok) return days
    const of: OptionClass = {
      symbol: wanted.symbol,
      tradingClass,
      settlement,
      lateMinutes: lateMinutesOf(wanted),
      tickCents: tickCentsOf(days.value.map(({ day }) => day)),
    }
    for (const { session, day } of days.value) {
      const contract = contractOf(of, day.name)
      const known = options.get(contract.conId) ?? { contract, days: new Map<number, OptionDay>() }
      if (!isSame(known.contract, contract)) {
        return fail(`${tradingClass}: two options share the id ${contract.conId}; report this`)
      }
      known.days.set(session, day)
      options.set(contract.conId, known)
      recorded.add(session)
    }
  }
  if (recorded.size === 0) return ok(null)
  return ok({
    options: [...options.values()].sort(inChainOrder),
    recorded: [...recorded].sort((one, other) => one - other),
    lateMinutes: lateMinutesOf(wanted),
  })
}

/** An index has two: one that settles by the opening price, and the one with a W, by the close. */
function classesOf({
  symbol,
  kind,
}: OptionsWanted): readonly Pick<OptionClass, 'tradingClass' | 'settlement'>[] {
  if (kind === 'stock') return [{ tradingClass: symbol, settlement: 'PM' }]
  return [
    { tradingClass: symbol, settlement: 'AM' },
    { tradingClass: `${symbol}W`, settlement: 'PM' },
  ]
}

function lateMinutesOf({ kind }: OptionsWanted): number {
  return kind === 'index' ? INDEX_LATE_MINUTES : 0
}

function readClass(
  wanted: OptionsWanted,
  tradingClass: string,
): Result<readonly { readonly session: number; readonly day: OptionDay }[], string> {
  const { dir, dates, sessions } = wanted
  const days: { session: number; day: OptionDay }[] = []
  for (const date of dates) {
    const number = sessions.numberOf(date) ?? -1
    const hours = sessions.get(number)
    if (hours === null) continue
    const of = { dir, tradingClass, session: later(hours, lateMinutesOf(wanted)) }
    if (!hasOptionQuotes(of)) continue
    const read = readOptionDay(of)
    if (!read.ok) return read
    for (const day of read.value) days.push({ session: number, day })
  }
  return ok(days)
}

function later(session: TradingSession, minutes: number): TradingSession {
  return { ...session, close: (session.close + minutes * 60_000) as EpochMs }
}

function isSame(one: OptionContract, other: OptionContract): boolean {
  return (
    one.tradingClass === other.tradingClass &&
    one.expiry === other.expiry &&
    one.strike === other.strike &&
    one.right === other.right
  )
}

function inChainOrder({ contract: one }: RecordedOption, { contract: other }: RecordedOption) {
  return (
    compare(one.tradingClass, other.tradingClass) ||
    compare(one.expiry, other.expiry) ||
    one.strike - other.strike ||
    compare(one.right, other.right)
  )
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
