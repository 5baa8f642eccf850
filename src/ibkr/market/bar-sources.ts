import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Bar } from '../../domain/bar.ts'
import type { IndexContract, StockContract, UnderlyingKey } from '../../domain/contract.ts'
import { price } from '../../domain/money.ts'
import type { BarListener, Fault, MarketData } from '../../engine/ports.ts'
import type { Response, ResponseOf } from '../../wire/responses.ts'
import type { Budgets } from '../pacing/budgets.ts'
import type { Connection } from '../session/connection.ts'
import { streamPast, streamQuestion, tapeOf } from './history.ts'
import type { Place } from '../pacing/history-queue.ts'
import { FiveSecondFold, TradeFold } from './minute-fold.ts'
import type { Folded } from './minute-fold.ts'
import type { Question } from '../session/question.ts'
import { QuoteBuilder } from './quotes.ts'
import { contractToWire } from '../translate/translate-contract.ts'
import { quoteRequest } from '../translate/translate-quote-request.ts'

type Wanted = Parameters<MarketData['stream']>[0]
type Underlying = StockContract | IndexContract

export interface BarSourceOptions {
  readonly clock: Clock
  readonly budgets: Budgets
  readonly connection: () => Connection | null
  readonly resolve: (
    connection: Connection,
    key: UnderlyingKey,
  ) => Promise<Result<Underlying, Fault>>
}

interface Opening {
  readonly wanted: Wanted
  readonly connection: Connection
  readonly listener: BarListener
}

/** The three sources of bars as they form, each within its budget (limits-and-codes.md 2.1). */
export class BarSources {
  readonly #options: BarSourceOptions

  constructor(options: BarSourceOptions) {
    this.#options = options
  }

  open(wanted: Wanted, listener: BarListener): Result<Cancel, Fault> {
    const connection = this.#options.connection()
    if (connection === null) return fail(NOT_CONNECTED)
    if (wanted.source !== 'keep-up-to-date' && wanted.size !== '1m') {
      return fail(fault('refused', 'never', `${wanted.size} bars are not made by ${wanted.source}`))
    }
    const of = { wanted, connection, listener }
    switch (wanted.source) {
      case 'keep-up-to-date':
        return this.#keepUpToDate(of)
      case 'five-second':
        return this.#fiveSecond(of)
      default:
        return this.#quoteLine(of)
    }
  }

  /** The past since `from` and what follows it, in one request. */
  #keepUpToDate(of: Opening): Result<Cancel, Fault> {
    const { clock, budgets } = this.#options
    const { underlying, size, hours = 'regular', from = null } = of.wanted
    const past = streamPast({ size, hours }, from, clock.now())
    const tape = tapeOf(underlying)
    const identity = `${tape} ${size} ${hours} stream ${past.duration}`
    let cancel: Cancel = () => undefined
    const stop = budgets.history.tryStream({ identity, tape }, (place) => {
      cancel = this.#ask(of, place, (contract) => {
        const { version } = of.connection
        const now = (): EpochMs => clock.now()
        return streamQuestion(
          { contract, size, hours, version },
          { listener: of.listener, now, past },
        )
      })
    })
    if (stop === null) return fail(noRoom('a stream of historical bars'))
    return ok(() => {
      stop()
      cancel()
    })
  }

  /** It counts in P5 once, and holds a line for as long as it is open (P8). */
  #fiveSecond(of: Opening): Result<Cancel, Fault> {
    const { clock, budgets } = this.#options
    const line = budgets.lines.tryTake('bars')
    const counted = line === null ? null : budgets.history.tryFiveSeconds()
    if (line === null || counted === null) {
      line?.()
      return fail(noRoom('a stream of 5-second bars'))
    }
    const place = both(counted, line)
    return ok(this.#ask(of, place, (contract) => fiveSecondQuestion(contract, of, clock.now())))
  }

  #quoteLine(of: Opening): Result<Cancel, Fault> {
    const { clock, budgets } = this.#options
    const line = budgets.lines.tryTake('bars')
    if (line === null) return fail(noRoom('a quote line for bars'))
    const place: Place = { sent: () => undefined, freed: line }
    return ok(this.#ask(of, place, (contract) => quoteLineQuestion(contract, of.listener, clock)))
  }

  /** When its contract is known; until then the place is held, and given back if it is not used. */
  #ask(
    { wanted, connection, listener }: Opening,
    place: Place,
    questionOf: (contract: Underlying) => Question<never>,
  ): Cancel {
    let stop: Cancel = () => place.freed()
    let cancelled = false
    void this.#options.resolve(connection, wanted.underlying).then((found) => {
      if (cancelled) return
      if (!found.ok) {
        place.freed()
        return listener.ended(found.error)
      }
      const { sent, freed } = place
      const question = { ...questionOf(found.value), sent, freed }
      stop = connection.requests.open(question, (result) => {
        if (result.ok) return
        const { code, vendorCode } = result.error
        if (code === 'paced' && vendorCode !== null) this.#options.budgets.history.violated()
        listener.ended(result.error)
      })
    })
    return () => {
      cancelled = true
      stop()
    }
  }
}

function both(counted: Place, line: Cancel): Place {
  return {
    sent: () => counted.sent(),
    freed: () => {
      counted.freed()
      line()
    },
  }
}

/** Told with every row of five seconds, closed with the last one of its minute. */
function fiveSecondQuestion(
  contract: Underlying,
  { listener, wanted }: Opening,
  now: EpochMs,
): Question<never> {
  const fold = new FiveSecondFold(now)
  return {
    kind: 'realTimeBars',
    lane: 6,
    streams: true,
    request: (reqId) => ({
      kind: 'reqRealTimeBars',
      reqId,
      contract: contractToWire(contract),
      barSize: 5,
      whatToShow: 'TRADES',
      useRTH: wanted.hours !== 'all',
      options: [],
    }),
    cancel: (reqId) => ({ kind: 'cancelRealTimeBars', reqId }),
    answer: (response) => {
      if (response.kind !== 'realTimeBar') return null
      tell(listener, rowOf(response, contract), fold)
      return null
    },
  }
}

function tell(listener: BarListener, row: Bar | null, fold: FiveSecondFold): void {
  const folded: Folded | null = row === null ? null : fold.add(row)
  if (folded !== null) listener.bar(folded.bar, folded.closed)
  else if (row !== null) listener.price?.(row.close)
}

/** Null: no trade. An index has no volume, and its rows count all the same. */
function rowOf(row: ResponseOf<'realTimeBar'>, { kind }: Underlying): Bar | null {
  const prices = [row.open, row.high, row.low, row.close]
  if (prices.some((each) => !(each > 0)) || (kind === 'stock' && !(row.volume > 0))) return null
  return {
    start: (row.time * 1_000) as EpochMs,
    open: price(row.open),
    high: price(row.high),
    low: price(row.low),
    close: price(row.close),
    volume: Math.max(0, row.volume),
  }
}

/** Told with every trade that the line tells; a minute is closed by the next, or by the clock. */
function quoteLineQuestion(
  contract: Underlying,
  listener: BarListener,
  clock: Clock,
): Question<never> {
  const fold = new TradeFold(clock.now())
  const builder = new QuoteBuilder(contract)
  return {
    kind: 'quoteLine',
    lane: 6,
    streams: true,
    ...quoteRequest(contractToWire(contract)),
    answer: (response) => {
      const now = clock.now()
      builder.take(response, now)
      if (!isTrade(response)) return null // most ticks are of the sides
      const quote = builder.quote()
      if (quote?.delayed === true) return fail(DELAYED)
      const bar = quote === null ? null : barOf(response, { quote, fold, now })
      if (bar !== null) listener.bar(bar, false)
      return null
    },
    subscribes: true,
  }
}

const LAST = 4
const DAY_VOLUME = 8
const TRADES: ReadonlySet<number> = new Set([LAST, DAY_VOLUME, 68, 74]) // 68 and 74 are delayed

function isTrade(response: Response): boolean {
  return (
    (response.kind === 'tickPrice' || response.kind === 'tickSize') && TRADES.has(response.tickType)
  )
}

function barOf(
  response: Response,
  {
    quote,
    fold,
    now,
  }: { quote: NonNullable<ReturnType<QuoteBuilder['quote']>>; fold: TradeFold; now: EpochMs },
): Bar | null {
  if (response.kind === 'tickPrice' && response.tickType === LAST) {
    return quote.last === null ? null : fold.traded(quote.last, now)
  }
  if (response.kind === 'tickSize' && response.tickType === DAY_VOLUME) {
    return quote.volume === null ? null : fold.dayVolume(quote.volume, now)
  }
  return null
}

function noRoom(what: string): Fault {
  return fault('paced', 'later', `there is no room for ${what} now`)
}

function fault(code: Fault['code'], retry: Fault['retry'], detail: string): Fault {
  return { code, retry, detail, vendorCode: null }
}

const NOT_CONNECTED = fault('not-connected', 'after-reconnect', 'the data connection is not up')
const DELAYED = fault('no-permission', 'never', 'the line tells delayed prices only')
