import type { EpochMs } from '../../base/clock.ts'
import { barEnd } from '../../domain/bar.ts'
import type { Bar } from '../../domain/bar.ts'
import { atNewYork, newYorkDate } from '../../domain/calendar.ts'
import type { CalendarDate, ConId, OptionContract } from '../../domain/contract.ts'
import { addDays } from '../../domain/date.ts'
import type { Imposed } from '../broker/condition.ts'
import { covers, holds } from '../broker/conditions.ts'
import type { Market, MarketQuote } from './market.ts'
import { multipliedBar, multipliedQuote } from './multiplied.ts'

/** A halt that nobody has ended yet may end at any moment: it is looked at so often. */
const LOOK_MS = 1_000

/**
 * A market under the conditions of its broker: halts, early closes, a split. Still a function of
 * time, and of what was imposed when: what is over stays part of its past.
 */
export class ConditionedMarket implements Market {
  readonly #of: Market
  readonly #imposed: readonly Imposed[]

  constructor(of: Market, imposed: readonly Imposed[]) {
    this.#of = of
    this.#imposed = imposed
  }

  get origin(): Market['origin'] {
    return this.#of.origin
  }

  get describe(): string {
    return this.#of.describe
  }

  get underlyings(): Market['underlyings'] {
    return this.#of.underlyings
  }

  session: Market['session'] = (id, date, hours) => {
    const session = this.#of.session(id, date, hours)
    const early = session === null ? null : this.#earlyOn(date)
    if (session === null || early === null) return session
    if (early.at === null || early.at <= session.open) return null
    return { ...session, close: Math.min(early.at, session.close) as EpochMs }
  }

  options: Market['options'] = (symbol, today) => {
    const options = this.#of.options(symbol, today)
    return this.#earlyOn(today) === null ? options : options.map((each) => this.#ended(each))
  }

  contract: Market['contract'] = (id) => {
    const contract = this.#of.contract(id)
    return contract?.kind === 'option' ? this.#ended(contract) : contract
  }

  quote: Market['quote'] = (id, at, adverse): MarketQuote | null => {
    if (this.#imposed.length === 0) return this.#of.quote(id, at, adverse)
    const halt = this.#haltOf(id, at)
    const moment = Math.min(at, halt?.since ?? at, this.#closedSince(at) ?? at) as EpochMs
    const quote = this.#of.quote(id, moment, adverse)
    if (quote === null) return null
    const shown = multipliedQuote(quote, this.#factorOf(id, at, at))
    return halt === null ? shown : { ...shown, halted: true, changedAt: halt.since }
  }

  nextChange: Market['nextChange'] = (id, at) => {
    if (this.#imposed.length === 0) return this.#of.nextChange(id, at)
    const halt = this.#haltOf(id, at)
    if (halt !== null) return (halt.until ?? at + LOOK_MS) as EpochMs
    if (this.#closedSince(at) === null) return this.#of.nextChange(id, at)
    const night = (atNewYork(addDays(newYorkDate(at), 1), '00:00') - 1) as EpochMs
    return this.#of.nextChange(id, night)
  }

  bars: Market['bars'] = (id, of) => {
    const bars = this.#of.bars(id, of)
    if (this.#imposed.length === 0) return bars
    return bars.flatMap((bar) => this.#shown(id, bar, of.at) ?? [])
  }

  formingBar: Market['formingBar'] = (id, of) => {
    const bar = this.#of.formingBar(id, of)
    return bar === null || this.#imposed.length === 0 ? bar : this.#shown(id, bar, of.at)
  }

  settlement: Market['settlement'] = (symbol, expiry) => this.#of.settlement(symbol, expiry)

  #haltOf(id: ConId, at: EpochMs): Imposed | null {
    if (!this.#imposed.some(({ condition }) => condition.kind === 'halted')) return null
    const contract = this.#of.contract(id) ?? this.#indexOf(id)
    if (contract === null) return null
    for (const imposed of this.#imposed) {
      const { condition } = imposed
      if (condition.kind !== 'halted' || !holds(imposed, at)) continue
      if (!covers(condition, contract)) continue
      imposed.uses++
      return imposed
    }
    return null
  }

  #indexOf(id: ConId) {
    return this.underlyings.find(({ contract }) => contract.conId === id)?.contract ?? null
  }

  /** A minute that begins after the close, or in which it was halted all along, has no trade. */
  #shown(id: ConId, bar: Bar, at: EpochMs): Bar | null {
    if (this.#closedSince(bar.start) !== null) return null
    const halt = this.#haltOf(id, bar.start)
    if (halt !== null && (halt.until ?? Infinity) >= barEnd(bar.start, '1m')) return null
    return multipliedBar(bar, this.#factorOf(id, bar.start, at))
  }

  /** How a date ends otherwise than listed; null: it does not. */
  #earlyOn(date: CalendarDate): { readonly at: EpochMs | null } | null {
    for (const imposed of this.#imposed) {
      const { condition, until } = imposed
      if (condition.kind !== 'closes' || condition.date !== date || until !== null) continue
      imposed.uses++
      return condition
    }
    return null
  }

  /** Since when the exchange is closed early at this moment; null: it is not. */
  #closedSince(at: EpochMs): EpochMs | null {
    const date = newYorkDate(at)
    const early = this.#earlyOn(date)
    if (early === null) return null
    const since = early.at ?? atNewYork(date, '00:00')
    return at >= since ? since : null
  }

  #ended(option: OptionContract): OptionContract {
    const end = this.#earlyOn(option.expiry)?.at ?? null
    return end === null || option.lastTradingAt <= end ? option : { ...option, lastTradingAt: end }
  }

  /** What prices of a moment are multiplied by, as they are told at another one. */
  #factorOf(id: ConId, of: EpochMs, told: EpochMs): number {
    let factor = 1
    for (const imposed of this.#imposed) {
      const { condition, since } = imposed
      if (condition.kind !== 'multiplied' || since > told) continue
      if (this.#of.contract(id)?.symbol !== condition.symbol) continue
      if (of < since && !condition.restated) continue
      imposed.uses++
      factor *= condition.factor
    }
    return factor
  }
}
