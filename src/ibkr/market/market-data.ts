import { setMaxListeners } from 'node:events'
import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import type { Bar } from '../../domain/bar.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { OptionChain } from '../../domain/chain.ts'
import { netQuote } from '../../domain/combo-quote.ts'
import type {
  CalendarDate,
  ContractKey,
  IndexContract,
  StockContract,
  Ticker,
  Tradable,
  UnderlyingKey,
} from '../../domain/contract.ts'
import type { Price } from '../../domain/money.ts'
import type { Candidate, Quote } from '../../domain/quote.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { BarListener, BarsRequest, Fault, MarketData, QuoteLine } from '../../engine/ports.ts'
import { chainQuestion, chainsFrom } from './chains.ts'
import type { Connection } from '../session/connection.ts'
import type { ContractBook } from './contracts.ts'
import { closedBars, historyQuestion, historySteps, identityOf } from './history.ts'
import type { HistoryWanted } from '../pacing/history-queue.ts'
import type { Question } from '../session/question.ts'
import { BarSources } from './bar-sources.ts'
import type { Budgets } from '../pacing/budgets.ts'
import { Coalesced } from './coalesced.ts'
import type { LineUse } from '../pacing/lines.ts'
import { netLine } from './net-line.ts'
import { quoteOf } from './quote-lines.ts'
import type { QuoteWanted } from './quote-lines.ts'
import { hasBothSides } from './quotes.ts'
import { standingLine } from './standing-lines.ts'
import { ABORTED, ask } from '../session/ask.ts'

/** After both sides are known, so long for what else a line may tell, milliseconds. */
const RANKING_GRACE_MS = 1_000
const CANDIDATE_GRACE_MS = 2_000
const REQUOTE_GRACE_MS = 500

export interface MarketDataOptions {
  readonly clock: Clock
  readonly contracts: ContractBook
  readonly budgets: Budgets
  readonly connection: () => Connection | null
  /** Why this service is not asked: what it was asked now would be lost. Null: it is. */
  readonly outage: (of: RequestClass) => string | null
  /** Dry-run only: a delayed price of an underlying is taken as its spot. */
  readonly allowDelayed: boolean
  /** Since when nothing keeps quotes from coming; null: something does. */
  readonly wellSince: () => EpochMs | null
}

type How = Omit<QuoteWanted, 'contract' | 'freed'>

/** The `MarketData` port on the data connection. */
export class IbkrMarketData implements MarketData {
  readonly #options: MarketDataOptions
  readonly #asked = new Coalesced<readonly Bar[]>()
  readonly #sources: BarSources
  readonly #chains = new Map<
    Ticker,
    { readonly date: CalendarDate; readonly chains: readonly OptionChain[] }
  >()

  constructor(options: MarketDataOptions) {
    this.#options = options
    const { clock, budgets } = options
    this.#sources = new BarSources({
      clock,
      budgets,
      connection: () => this.#connection('history'),
      resolve: (on, key) => this.#underlyingOn(on, key),
    })
  }

  async history(
    { underlying, size, span, hours = 'regular', urgency = 'waited-for' }: BarsRequest,
    signal: AbortSignal,
  ): Promise<Result<readonly Bar[], Fault>> {
    if (this.#connection('history') === null) return fail(NOT_CONNECTED)
    const found = await this.#underlying(underlying)
    if (!found.ok) return found
    const { connection, contract } = found.value
    const asked = { contract, size, hours, version: connection.version }
    const bars: Bar[] = []
    for (const step of historySteps(size, span, hours)) {
      const wanted = { ...identityOf(asked, step), urgency }
      const answer = await this.#asked.ask(wanted.identity, signal, (given) =>
        this.#inTurn(connection, wanted, { question: historyQuestion(asked, step), signal: given }),
      )
      if (!answer.ok) return answer
      bars.push(...answer.value)
    }
    return ok(closedBars(bars, { size, span, hours, now: this.#options.clock.now() }))
  }

  stream(
    wanted: Parameters<MarketData['stream']>[0],
    listener: BarListener,
  ): Result<Cancel, Fault> {
    return this.#sources.open(wanted, listener)
  }

  async spot(underlying: UnderlyingKey, signal: AbortSignal): Promise<Result<Price, Fault>> {
    const found = await this.#underlying(underlying)
    if (!found.ok) return found
    const sided = underlying.kind === 'stock' // an index has no bid and no ask
    const quote = await this.#quote(found.value, 'underlying', {
      snapshot: false,
      complete: (seen) => (sided && !seen.synthetic ? hasBothSides(seen) : seen.last !== null),
      usable: (seen) => seen.last !== null,
      graceMs: RANKING_GRACE_MS,
    })(signal)
    if (!quote.ok) return quote
    if (quote.value.delayed && !this.#options.allowDelayed) {
      return fail(fault('stale', 'later', `the price of ${underlying.symbol} is delayed`))
    }
    // Sides that were derived from the last trade say no more than it does.
    const spot = quote.value.synthetic
      ? quote.value.last
      : (middle(quote.value) ?? quote.value.last)
    return spot === null ? fail(noPrice(underlying.symbol)) : ok(spot)
  }

  async chains(
    underlying: UnderlyingKey,
    signal: AbortSignal,
  ): Promise<Result<readonly OptionChain[], Fault>> {
    const date = newYorkDate(this.#options.clock.now())
    const known = this.#chains.get(underlying.symbol)
    if (known?.date === date) return ok(known.chains)
    const found = await this.#underlying(underlying)
    if (!found.ok) return found
    const { connection, contract } = found.value
    const rows = await ask(connection.requests, chainQuestion(contract), signal)
    if (!rows.ok) return rows
    const chains = chainsFrom(rows.value, underlying, contract.currency)
    if (chains.length === 0) {
      return fail(fault('no-data', 'later', `${underlying.symbol} lists no options`))
    }
    this.#chains.set(underlying.symbol, { date, chains })
    return ok(chains)
  }

  glance(
    keys: readonly ContractKey[],
    signal: AbortSignal,
  ): Promise<Result<readonly Candidate[], Fault>> {
    return this.#each(keys, {
      use: 'ranking',
      signal,
      how: {
        snapshot: true,
        // An option that was not traded today never completes its snapshot before 11 s.
        complete: (seen) => hasBothSides(seen) && seen.delta !== null && seen.volume !== null,
        usable: hasBothSides,
        graceMs: RANKING_GRACE_MS,
      },
    })
  }

  candidates(
    keys: readonly ContractKey[],
    signal: AbortSignal,
  ): Promise<Result<readonly Candidate[], Fault>> {
    return this.#each(keys, {
      use: 'candidate',
      signal,
      how: {
        snapshot: false,
        complete: (seen) =>
          hasBothSides(seen) && seen.delta !== null && seen.volume !== null && hasInterest(seen),
        usable: hasBothSides,
        graceMs: CANDIDATE_GRACE_MS,
      },
    })
  }

  /** A line of its own, never one that was open before: its first ticks are the quote. */
  async requote(contract: Tradable, signal: AbortSignal): Promise<Result<Candidate, Fault>> {
    const connection = this.#connection('quotes')
    if (connection === null) return fail(NOT_CONNECTED)
    const quote = await this.#priced({ connection, contract }, 'decision', {
      snapshot: false,
      complete: (seen) => hasBothSides(seen) && seen.delta !== null && hasInterest(seen),
      usable: hasBothSides,
      graceMs: REQUOTE_GRACE_MS,
    })(signal)
    return quote.ok ? ok({ contract, quote: quote.value }) : quote
  }

  watch(contract: Tradable, ended: (fault: Fault) => void): Result<QuoteLine, Fault> {
    const { clock, budgets, wellSince } = this.#options
    const connection = this.#connection('quotes')
    if (connection === null) return fail(NOT_CONNECTED)
    return netLine(contract, ended, (leg, legEnded) => {
      const freed = budgets.lines.tryTake('held')
      if (freed === null) return fail(fault('paced', 'later', 'there is no free market-data line'))
      return standingLine({ connection, clock, contract: leg, freed, wellSince }, legEnded)
    })
  }

  /** Of no use to this service while that is known to be out of reach: who asks tries again. */
  #connection(of: RequestClass): Connection | null {
    return this.#options.outage(of) === null ? this.#options.connection() : null
  }

  /** When P2 to P5 let it, then in its lane. */
  #inTurn(
    { requests }: Connection,
    wanted: HistoryWanted,
    of: { readonly question: Question<readonly Bar[]>; readonly signal: AbortSignal },
  ): Promise<Result<readonly Bar[], Fault>> {
    const { history } = this.#options.budgets
    const { question, signal } = of
    return new Promise((resolve) => {
      let leave: Cancel = () => undefined
      const gone = (): void => {
        leave()
        resolve(fail(ABORTED))
      }
      signal.addEventListener('abort', gone, { once: true })
      leave = history.offer(wanted, {
        run: (place) => {
          signal.removeEventListener('abort', gone)
          const { sent, freed } = place
          void ask(requests, { ...question, sent, freed }, signal).then((answer) => {
            if (!answer.ok && isViolation(answer.error)) history.violated()
            resolve(answer)
          })
        },
        aged: () => {
          signal.removeEventListener('abort', gone)
          resolve(fail(fault('paced', 'later', 'no historical request had room for it in time')))
        },
      })
    })
  }

  /** Those that exist and were quoted; the rest are left out. Only a lost link fails them all. */
  async #each(
    keys: readonly ContractKey[],
    {
      use,
      signal,
      how,
    }: { readonly use: LineUse; readonly signal: AbortSignal; readonly how: How },
  ): Promise<Result<readonly Candidate[], Fault>> {
    const connection = this.#connection('quotes')
    if (connection === null) return fail(NOT_CONNECTED)
    setMaxListeners(0, signal) // every line waits for it
    const found = await Promise.all(
      keys.map(async (key) => {
        const contract = await this.#options.contracts.tradable(connection.requests, key)
        if (!contract.ok) return null
        const of = { connection, contract: contract.value }
        const quote = await this.#priced(of, use, how)(signal)
        return quote.ok ? { contract: contract.value, quote: quote.value } : null
      }),
    )
    if (signal.aborted) return fail(ABORTED)
    if (!connection.isUp) return fail(NOT_CONNECTED)
    return ok(found.filter((candidate) => candidate !== null))
  }

  /** A combo is quoted leg by leg, at the same time, each over a line of its own. */
  #priced(
    { connection, contract }: { readonly connection: Connection; readonly contract: Tradable },
    use: LineUse,
    how: How,
  ): (signal: AbortSignal) => Promise<Result<Quote, Fault>> {
    if (contract.kind !== 'combo') return this.#quote({ connection, contract }, use, how)
    return async (signal) => {
      const told = await Promise.all(
        contract.legs.map(({ contract: leg }) => {
          // Shares have no delta and no open interest to wait for.
          const own = leg.kind === 'stock' ? { ...how, complete: hasBothSides } : how
          return this.#quote({ connection, contract: leg }, use, own)(signal)
        }),
      )
      const quotes: Quote[] = []
      for (const each of told) {
        if (!each.ok) return each
        quotes.push(each.value)
      }
      return ok(netQuote(contract, quotes))
    }
  }

  #quote(
    of: { readonly connection: Connection; readonly contract: QuoteWanted['contract'] },
    use: LineUse,
    how: How,
  ): (signal: AbortSignal) => Promise<Result<Quote, Fault>> {
    const { connection, contract } = of
    const { clock, budgets } = this.#options
    return async (signal) => {
      const giveBack = await budgets.lines.take(use, signal)
      if (giveBack === null) return fail(ABORTED)
      const wanted = { ...how, contract, freed: giveBack }
      return quoteOf({ connection, clock }, wanted, signal)
    }
  }

  async #underlying(key: UnderlyingKey): Promise<
    Result<
      {
        readonly connection: Connection
        readonly contract: StockContract | IndexContract
      },
      Fault
    >
  > {
    const connection = this.#connection('contracts')
    if (connection === null) return fail(NOT_CONNECTED)
    const contract = await this.#underlyingOn(connection, key)
    return contract.ok ? ok({ connection, contract: contract.value }) : contract
  }

  async #underlyingOn(
    { requests }: Connection,
    key: UnderlyingKey,
  ): Promise<Result<StockContract | IndexContract, Fault>> {
    const found = await this.#options.contracts.byKey(requests, key)
    if (!found.ok) return found
    const contract = found.value
    if (contract.kind !== 'stock' && contract.kind !== 'index') return fail(noPrice(key.symbol))
    return ok(contract)
  }
}

/** The Gateway's own word, not that of our lanes. */
function isViolation({ code, vendorCode }: Fault): boolean {
  return code === 'paced' && vendorCode !== null
}

function hasInterest({ openInterest }: Quote): boolean {
  return openInterest !== null
}

/** Between the sides, unless they are crossed. */
function middle({ bid, ask: offer }: Quote): Price | null {
  if (bid === null || offer === null || bid > offer) return null
  return Math.round((bid + offer) / 2) as Price
}

function noPrice(symbol: Ticker): Fault {
  return fault('no-data', 'later', `${symbol} has no price`)
}

function fault(code: Fault['code'], retry: Fault['retry'], detail: string): Fault {
  return { code, retry, detail, vendorCode: null }
}

const NOT_CONNECTED = fault('not-connected', 'after-reconnect', 'the data connection is not up')
