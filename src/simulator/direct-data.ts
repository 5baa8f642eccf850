import type { Cancel, EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { ok } from '../base/result.ts'
import { barEnd, barMs } from '../domain/bar.ts'
import type { Bar, BarSize } from '../domain/bar.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Hours as TradingHours } from '../domain/calendar.ts'
import type { OptionChain } from '../domain/chain.ts'
import { keyOf } from '../domain/contract-key.ts'
import { comboOf } from '../domain/combo.ts'
import { netQuote } from '../domain/combo-quote.ts'
import { legsOf } from '../domain/contract.ts'
import type {
  ComboKey,
  ContractKey,
  IndexContract,
  OptionContract,
  StockContract,
  Ticker,
  Tradable,
  UnderlyingKey,
} from '../domain/contract.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import type { BarListener, Fault, MarketData } from '../engine/ports.ts'
import { answerAfter, fault } from './broker/answers.ts'
import type { GatewayCore } from './broker/core.ts'
import { Hours } from './broker/hours.ts'
import type { MarketQuote } from './market/market.ts'

/** How long answers take, in milliseconds, as measured of a live Gateway (protocol.md 12). */
const ANSWER_MS = { history: 150, chains: 100, spot: 30, quotes: 60 } as const
/** IBKR's real-time bars come every 5 s; the open bar is told as often, a moment after the step. */
const UPDATE_MS = 5_000
const UPDATE_LAG_MS = 250

/** The market data port straight over the market, as the core quotes it. */
export function directMarketData(core: GatewayCore): MarketData {
  const { clock, market } = core
  const contracts = new ContractIndex(core)
  const answer = <T>(
    ms: number,
    signal: AbortSignal,
    of: () => Result<T, Fault>,
  ): Promise<Result<T, Fault>> => answerAfter({ clock, ms, signal }, of)
  const quoted = (keys: readonly ContractKey[], signal: AbortSignal) =>
    answer<readonly Candidate[]>(ANSWER_MS.quotes, signal, () =>
      ok(
        keys.flatMap((key) => {
          const contract = contracts.find(key)
          const candidate = contract === null ? null : candidateOf(core, contract)
          return candidate === null ? [] : [candidate]
        }),
      ),
    )
  return {
    history: ({ underlying, size, span, hours = 'regular' }, signal) =>
      answer(ANSWER_MS.history, signal, () => {
        const listed = underlyingOf(core, underlying)
        if (listed === null) return unknown(underlying)
        return ok(market.bars(listed.conId, { size, ...span, hours, at: clock.now() }))
      }),
    stream({ underlying, size, hours = 'regular' }, listener) {
      const listed = underlyingOf(core, underlying)
      return listed === null
        ? unknown(underlying)
        : ok(follow(core, { listed, size, hours, listener }))
    },
    spot: (underlying, signal) =>
      answer(ANSWER_MS.spot, signal, () => {
        const listed = underlyingOf(core, underlying)
        if (listed === null) return unknown(underlying)
        const quote = core.quote(listed.conId)
        const last = quote?.last ?? null
        return last === null ? fault('no-data', `${underlying.symbol} has no price`) : ok(last)
      }),
    chains: (underlying, signal) =>
      answer(ANSWER_MS.chains, signal, () => {
        const options = market.options(underlying.symbol, newYorkDate(clock.now()))
        return options.length === 0
          ? fault('no-data', `${underlying.symbol} has no options`, 'never')
          : ok(chainsOf(underlying, options))
      }),
    glance: quoted,
    candidates: quoted,
    requote: (contract, signal) =>
      answer(ANSWER_MS.quotes, signal, () => {
        const candidate = candidateOf(core, contract)
        return candidate === null ? fault('no-data', 'the contract has no quote') : ok(candidate)
      }),
    watch: (contract) => {
      const latest = () => candidateOf(core, contract)?.quote ?? null
      return ok({ latest, confirm: () => undefined, close: () => undefined })
    },
  }
}

/** As a domain quote; its line is alive whenever the market answers. */
export function quoteFrom(quote: MarketQuote, now: EpochMs): Quote {
  const { bid, ask, last, bidSize, askSize, volume, openInterest, halted, synthetic } = quote
  return {
    bid,
    ask,
    last,
    bidSize,
    askSize,
    volume,
    openInterest,
    delta: quote.model?.delta ?? null,
    receivedAt: quote.changedAt,
    aliveAt: now,
    delayed: false,
    halted,
    synthetic,
  }
}

/** Of a combo from its legs; null while one of them is not quoted. */
function candidateOf(core: GatewayCore, contract: Tradable): Candidate | null {
  const quotes = legsOf(contract).flatMap(({ contract: { conId } }) => {
    const quote = core.quote(conId)
    return quote === null ? [] : [quoteFrom(quote, core.clock.now())]
  })
  const [first] = quotes
  if (first === undefined || quotes.length < legsOf(contract).length) return null
  return { contract, quote: contract.kind === 'combo' ? netQuote(contract, quotes) : first }
}

function underlyingOf(
  core: GatewayCore,
  { symbol, kind }: UnderlyingKey,
): StockContract | IndexContract | null {
  const listed = core.market.underlyings.find(
    ({ contract }) => contract.symbol === symbol && contract.kind === kind,
  )
  return listed?.contract ?? null
}

function unknown({ symbol }: UnderlyingKey): { readonly ok: false; readonly error: Fault } {
  return fault('no-data', `${symbol} is not listed`, 'never')
}

/** One chain for each trading class and multiplier. */
function chainsOf(
  underlying: UnderlyingKey,
  options: readonly OptionContract[],
): readonly OptionChain[] {
  const classes = new Map<string, OptionContract[]>()
  for (const option of options) {
    const name = `${option.tradingClass} ${option.multiplier}`
    const members = classes.get(name)
    if (members === undefined) classes.set(name, [option])
    else members.push(option)
  }
  return [...classes.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const { exchange, currency, tradingClass, multiplier } = first
    const expiries = [...new Set(members.map((each) => each.expiry))].sort()
    const strikes = [...new Set(members.map((each) => each.strike))].sort((a, b) => a - b)
    return [{ underlying, exchange, currency, tradingClass, multiplier, expiries, strikes }]
  })
}

/** Contracts by key, read once a date and symbol: chains are long and are asked about often. */
class ContractIndex {
  readonly #core: GatewayCore
  readonly #bySymbol = new Map<Ticker, { date: string; byKey: Map<string, OptionContract> }>()

  constructor(core: GatewayCore) {
    this.#core = core
  }

  find(key: ContractKey): Tradable | null {
    if (key.kind === 'combo') return this.#combo(key)
    if (key.kind === 'option') return this.#options(key.symbol).get(keyOf(key)) ?? null
    const listed = underlyingOf(this.#core, key)
    return listed?.kind === 'stock' ? listed : null
  }

  #combo({ legs }: ComboKey): Tradable | null {
    const found = legs.flatMap(({ key, ratio, side }) => {
      const contract = this.find(key)
      return contract === null || contract.kind === 'combo' ? [] : [{ contract, ratio, side }]
    })
    const combo = found.length === legs.length ? comboOf(found) : null
    return combo?.ok === true ? combo.value : null
  }

  #options(symbol: Ticker): ReadonlyMap<string, OptionContract> {
    const date = newYorkDate(this.#core.clock.now())
    const known = this.#bySymbol.get(symbol)
    if (known?.date === date) return known.byKey
    const listed = this.#core.market.options(symbol, date)
    const byKey = new Map(listed.map((option) => [keyOf(option), option]))
    this.#bySymbol.set(symbol, { date, byKey })
    return byKey
  }
}

/** Closed bars as they end, and the open one as it forms, until it is cancelled. */
function follow(
  core: GatewayCore,
  of: {
    listed: StockContract | IndexContract
    size: BarSize
    hours: TradingHours
    listener: BarListener
  },
): Cancel {
  const { clock, market } = core
  const { listed, size, hours: which, listener } = of
  const hours = new Hours(market)
  let told = clock.now()
  let cancelled = false
  let stop: Cancel = () => undefined
  const closedBetween = (after: EpochMs, now: EpochMs): readonly Bar[] => {
    // Bars of every size end on a whole minute.
    if (Math.floor(after / 60_000) === Math.floor(now / 60_000)) return []
    // A bar that was open when the stream began is told when it closes, too.
    const from = (after - barMs(size)) as EpochMs
    const bars = market.bars(listed.conId, { size, from, to: now, at: now, hours: which })
    return bars.filter((bar) => barEnd(bar.start, size, which) > after)
  }
  const update = (): void => {
    const now = clock.now()
    const closed = closedBetween(told, now)
    const open = market.formingBar(listed.conId, { size, at: now, hours: which })
    told = now
    for (const bar of closed) if (!cancelled) listener.bar(bar, true)
    if (open !== null && !cancelled) listener.bar(open, false)
    if (!cancelled) next()
  }
  const next = (): void => {
    const now = clock.now()
    const isOpen = which === 'all' || hours.isOpen(listed, now)
    const from = isOpen ? now : (hours.nextOpen(listed, now) ?? now)
    const at = (Math.floor((from - UPDATE_LAG_MS) / UPDATE_MS) + 1) * UPDATE_MS + UPDATE_LAG_MS
    stop = clock.after(at - now, update)
  }
  next()
  return () => {
    cancelled = true
    stop()
  }
}
