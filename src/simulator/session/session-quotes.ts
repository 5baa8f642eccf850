import { impliedVolatility } from '../../domain/implied-volatility.ts'
import type { OptionTerms } from '../../domain/pricing.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { UNWATCHED } from '../market/market.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import type { Listable, WireContract } from './session-contract.ts'
import { LEGAL_GENERIC_TICKS, parseGenericTicks } from './session-generic-ticks.ts'
import { customComputation, termsAt } from './session-greeks.ts'
import { Line } from './session-line.ts'
import { oneContract } from './session-lookup.ts'

type Asked = RequestOf<'reqMktData'>

/** Quotes of one client: its lines, its snapshots, and computations on demand. */
export class Quotes implements Subject {
  readonly #client: Client
  readonly #lines = new Map<number, Line>()
  /** 1 live, 2 frozen, 3 delayed, 4 delayed frozen; accepted silently (protocol.md, 12.11). */
  #dataType = 1

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqMktData: (request) => this.#open(request),
    cancelMktData: ({ reqId }) => this.#cancel(reqId),
    reqMarketDataType: ({ type }) => {
      this.#dataType = type
    },
    calcImpliedVolatility: (request) => this.#solve(request),
    calcOptionPrice: ({ reqId, contract, volatility, underPrice }) => {
      const terms = this.#termsOf(reqId, contract, underPrice)
      if (terms !== null) this.#client.send(customComputation(reqId, terms, volatility))
    },
    cancelCalcImpliedVolatility: () => undefined,
    cancelCalcOptionPrice: () => undefined,
    reqTickByTickData: ({ reqId }) =>
      this.#client.error(reqId, 10189, 'Failed to request tick-by-tick data:not simulated'),
    cancelTickByTickData: ({ reqId }) => this.#client.error(reqId, 300, unknownId(reqId)),
  }

  close(): void {
    this.forget()
  }

  forget(): void {
    for (const reqId of this.#lines.keys()) this.#drop(reqId)
  }

  refresh(): void {
    for (const line of this.#lines.values()) line.refresh()
  }

  symbols(): ReadonlyMap<number, string> {
    return new Map([...this.#lines].map(([reqId, line]) => [reqId, line.symbol]))
  }

  contractOf(reqId: number): Listable | null {
    return this.#lines.get(reqId)?.contract ?? null
  }

  #open(request: Asked): void {
    const { reqId } = request
    if (this.#lines.has(reqId)) return this.#client.error(reqId, 102, 'Duplicate ticker ID.')
    if (request.snapshot && request.genericTicks !== '') {
      return this.#client.error(reqId, 414, SNAPSHOT_GENERIC)
    }
    const genericTicks = parseGenericTicks(request.genericTicks)
    if (genericTicks === null) {
      const cause = `Incorrect generic tick list of ${request.genericTicks}. Legal ones are: `
      const text = `Error validating request.-'bZ' : cause - ${cause}${LEGAL_GENERIC_TICKS}`
      return this.#client.error(reqId, 321, text)
    }
    const contract = this.#named(reqId, request.contract)
    if (contract === null) return
    const { unsubscribed, late } = this.#client.house.settings
    const isUnsubscribed = unsubscribed.has(contract.symbol)
    if (isUnsubscribed && !this.#tellUnsubscribed(reqId, contract)) return
    const delayed = isUnsubscribed || late.has(contract.symbol)
    const { login } = this.#client.house
    if (!login.openLine(this.#client.owner(reqId))) {
      return this.#client.violation(reqId, 101, 'Max number of tickers has been reached.')
    }
    const { snapshot } = request
    const of = { reqId, contract, genericTicks, snapshot, delayed }
    const line = new Line(this.#client, of, () => this.#drop(reqId))
    this.#lines.set(reqId, line)
    line.start()
  }

  /** False: nothing follows, because delayed data was not asked for. */
  #tellUnsubscribed(reqId: number, { symbol }: Listable): boolean {
    if (this.#dataType < 3) {
      this.#client.error(reqId, 10089, `${NOT_SUBSCRIBED}${symbol} TOP/ALL`)
      return false
    }
    const text = 'Requested market data is not subscribed. Displaying delayed market data.'
    this.#client.error(reqId, 10167, text)
    return true
  }

  #cancel(reqId: number): void {
    if (this.#lines.has(reqId)) return this.#drop(reqId)
    this.#client.error(reqId, 300, unknownId(reqId))
  }

  #drop(reqId: number): void {
    this.#lines.get(reqId)?.stop()
    this.#lines.delete(reqId)
    this.#client.house.login.closeLine(this.#client.owner(reqId))
  }

  #solve({ reqId, contract, optionPrice, underPrice }: RequestOf<'calcImpliedVolatility'>): void {
    const terms = this.#termsOf(reqId, contract, underPrice)
    const volatility = terms === null ? null : impliedVolatility(terms, optionPrice)
    if (terms === null || volatility === null) return // no model: silence until it is cancelled
    this.#client.send(customComputation(reqId, terms, volatility))
  }

  #termsOf(reqId: number, asked: WireContract, underPrice: number): OptionTerms | null {
    const contract = this.#named(reqId, asked)
    if (contract === null) return null
    if (contract.kind !== 'option') {
      const text = "Error validating request.-'b2' : cause - Please enter an option contract"
      this.#client.error(reqId, 321, text)
      return null
    }
    const { clock, market } = this.#client.house
    const quote = market.quote(contract.conId, clock.now(), UNWATCHED)
    const spot = underPrice > 0 ? underPrice : (quote?.model?.underlyingPrice ?? null)
    return spot === null ? null : termsAt(contract, spot, clock.now())
  }

  /** Null: the client has been told what is wrong. */
  #named(reqId: number, asked: WireContract): Listable | null {
    const found = oneContract(asked, this.#client.house)
    if (found.ok) return found.value
    this.#client.error(reqId, found.error.code, found.error.text)
    return null
  }
}

/** The text of 10089, which goes on with the symbol. */
export const NOT_SUBSCRIBED =
  'Requested market data requires additional subscription for API. See link in ' +
  "'Market Data Connections' dialog for more details.Delayed market data is available."
const SNAPSHOT_GENERIC = 'Snapshot market data subscription is not applicable to generic ticks'

function unknownId(reqId: number): string {
  return `Can't find EId with tickerId:${reqId}`
}
