import type { Cancel, EpochMs } from '../base/clock.ts'
import { VirtualClock } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import { barEnd, barStart } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import { atNewYork, sessionAt } from '../domain/calendar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { CalendarDate, StockKey, Ticker } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Currency, Price } from '../domain/money.ts'
import type { BarListener, BarsRequest, Fault, MarketData } from './ports.ts'

export const SPY: StockKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}
export const TODAY = '2026-03-10' as CalendarDate // a Tuesday

/** `10:00` or `10:00:30` in New York. */
export function at(time: string, date = TODAY): EpochMs {
  const seconds = Number(time.slice(6, 8))
  return (atNewYork(date, time.slice(0, 5)) + seconds * 1000) as EpochMs
}

export function clockAt(time: string): VirtualClock {
  return new VirtualClock({ start: at(time), settled: () => true, speed: null })
}

/** A market whose price is the minute of the day, told by a source that can be made to fail. */
export class ScriptedBars implements Pick<MarketData, 'history' | 'stream'> {
  readonly requests: BarsRequest[] = []
  readonly sources: string[] = []
  /** Minutes without a trade. */
  readonly quiet = new Set<EpochMs>()
  connected = true
  hours: Hours = 'regular'
  /** Subscribed and silent. */
  mute = false
  /** Sources that are refused. */
  refused = new Set<string>()
  /** Sources without room now. */
  readonly full = new Set<string>()
  /** What history says instead of bars. */
  answer: Fault | null = null
  /** By how much every price is restated. */
  factor = 1
  /** Prices are halved from here on, and those of before are not restated. */
  crashedFrom = Infinity
  #listener: BarListener | null = null
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  history(request: BarsRequest, signal: AbortSignal): Promise<Result<readonly Bar[], Fault>> {
    if (!this.connected) return Promise.resolve(fail(unconnected))
    this.requests.push(request)
    const { span, size } = request
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(fail(unconnected)))
      this.#clock.after(200, () => {
        const bars: Bar[] = []
        for (let start = barStart(span.from, size); start < span.to; start = barEnd(start, size)) {
          if (this.#trades(start) && barEnd(start, size) <= this.#clock.now())
            bars.push(this.#bar(start))
        }
        resolve(this.answer === null ? ok(bars) : fail(this.answer))
      })
    })
  }

  stream(of: Parameters<MarketData['stream']>[0], listener: BarListener): Result<Cancel, Fault> {
    if (!this.connected) return fail(unconnected)
    this.sources.push(of.source)
    if (this.refused.has(of.source)) return fail({ ...unconnected, code: 'refused' })
    if (this.full.has(of.source)) return fail({ ...unconnected, code: 'paced' })
    this.#listener = listener
    this.#beat(listener)
    return ok(() => {
      if (this.#listener === listener) this.#listener = null
    })
  }

  /** The connection is lost: the stream ends, and nothing is answered until it is back. */
  disconnect(): void {
    this.connected = false
    const listener = this.#listener
    this.#listener = null
    listener?.ended(unconnected)
  }

  /** An update that cannot be read: the stream ends. */
  drift(): void {
    const listener = this.#listener
    this.#listener = null
    listener?.ended({ ...unconnected, code: 'refused', retry: 'never', vendorCode: 505 })
  }

  /** Of a minute that will not be told. */
  price(last: Price): void {
    this.#listener?.price?.(last)
  }

  /** An update of the open bar every 5 s. */
  #beat(listener: BarListener): void {
    this.#clock.after(5000 - (this.#clock.now() % 5000) || 5000, () => {
      if (this.#listener !== listener) return
      const start = barStart((this.#clock.now() - 1) as EpochMs, '1m')
      if (!this.mute && this.#trades(start)) listener.bar(this.#bar(start), false)
      this.#beat(listener)
    })
  }

  #bar(start: EpochMs): Bar {
    const { open, high, low, close, ...rest } = barAt(start)
    const factor = this.factor * (start >= this.crashedFrom ? 0.5 : 1)
    const of = (each: Price): Price => (each * factor) as Price
    return { ...rest, open: of(open), high: of(high), low: of(low), close: of(close) }
  }

  #trades(start: EpochMs): boolean {
    return sessionAt(start, this.hours) !== null && !this.quiet.has(start)
  }
}

/** Each minute its own price, and no night a jump. */
export function barAt(start: EpochMs): Bar {
  const minute = price(10_000 + ((start / 60_000) % 1440))
  return { start, open: minute, high: minute, low: minute, close: minute, volume: 1 }
}

const unconnected: Fault = {
  code: 'not-connected',
  retry: 'after-reconnect',
  detail: 'the link is down',
  vendorCode: null,
}
