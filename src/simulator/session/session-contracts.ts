import { newYorkDate } from '../../domain/calendar.ts'
import type { OptionContract } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import type { Listed } from '../market/market.ts'
import type { Answers, Client, Subject } from './session-client.ts'
import { exchangesOf, lastTradeDateOf } from './session-contract.ts'
import { detailsOf } from './session-details.ts'
import { contractsLike, isContractMonth, NO_DEFINITION } from './session-lookup.ts'

/** What a search for symbols brings at most (TWS API, "Stock Contract Search"). */
const SAMPLES_MAX = 16

/** What is listed, and under which rules. */
export class Contracts implements Subject {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  readonly answers: Answers = {
    reqContractDetails: (request) => this.#details(request),
    reqSecDefOptParams: (request) => this.#chains(request),
    reqMarketRule: ({ ruleId }) => this.#marketRule(ruleId),
    reqMatchingSymbols: (request) => this.#samples(request),
  }

  #details({ reqId, contract }: RequestOf<'reqContractDetails'>): void {
    const { house } = this.#client
    if (!isContractMonth(contract.lastTradeDateOrContractMonth)) {
      const text = `Invalid contract month or date: ${contract.lastTradeDateOrContractMonth}`
      return this.#client.error(reqId, 10372, text)
    }
    if (contract.conId === 0 && !['STK', 'OPT', 'IND'].includes(contract.secType)) {
      const cause = `Please enter a valid security type, was "${contract.secType}"`
      return this.#client.error(reqId, 321, `Error validating request.-'bW' : cause - ${cause}`)
    }
    const found = contractsLike(contract, house.market, house.clock.now())
    if (found.length === 0) {
      return this.#client.error(reqId, NO_DEFINITION.code, NO_DEFINITION.text)
    }
    for (const each of found) this.#client.send(detailsOf(each, { reqId, house }))
    this.#client.send({ kind: 'contractDetailsEnd', reqId })
  }

  /** One row per exchange and class. With an exchange named only the end comes (trap 18). */
  #chains(request: RequestOf<'reqSecDefOptParams'>): void {
    const { reqId, symbol, secType, conId, futFopExchange } = request
    const { market, clock } = this.#client.house
    const listed = market.underlyings.find(
      ({ contract }) =>
        contract.symbol === symbol &&
        (conId === 0 || contract.conId === conId) &&
        (secType === 'IND' ? 'index' : 'stock') === contract.kind,
    )
    if (listed === undefined) {
      const cause = `Invalid contract id ${conId} for ${symbol} ${secType}`
      return this.#client.error(reqId, 321, `Error validating request.-'bJ' : cause - ${cause}`)
    }
    if (futFopExchange === '') {
      const today = newYorkDate(clock.now())
      this.#tellChains(reqId, listed, market.options(listed.contract.symbol, today))
    }
    this.#client.send({ kind: 'secDefOptParamEnd', reqId })
  }

  #tellChains(reqId: number, listed: Listed, options: readonly OptionContract[]): void {
    for (const ofClass of classesOf(options)) {
      const [first] = ofClass
      if (first === undefined) continue
      const expirations = [...new Set(ofClass.map(lastTradeDateOf))].sort()
      const strikes = [...new Set(ofClass.map((option) => amountOf(option.strike)))]
      strikes.sort((a, b) => a - b)
      for (const exchange of exchangesOf(first)) {
        this.#client.send({
          kind: 'secDefOptParam',
          reqId,
          exchange,
          underConId: listed.contract.conId,
          tradingClass: first.tradingClass,
          multiplier: String(first.multiplier),
          expirations,
          strikes,
        })
      }
    }
  }

  #marketRule(ruleId: number): void {
    const increments = this.#client.house.rules.increments(ruleId)
    if (increments !== null) return this.#client.send({ kind: 'marketRule', ruleId, increments })
    const text = `Error validating request.-'cs' : cause - Market rule ${ruleId} does not exist`
    this.#client.error(-1, 321, text) // the request carries no id
  }

  #samples({ reqId, pattern }: RequestOf<'reqMatchingSymbols'>): void {
    const wanted = pattern.toUpperCase()
    const samples = this.#client.house.market.underlyings
      .filter(
        ({ contract, longName }) =>
          contract.symbol.startsWith(wanted) || longName.toUpperCase().includes(wanted),
      )
      .slice(0, SAMPLES_MAX)
      .map(({ contract, longName, primaryExchange, optionClass }) => ({
        conId: contract.conId,
        symbol: contract.symbol,
        secType: contract.kind === 'index' ? 'IND' : 'STK',
        primaryExchange,
        currency: contract.currency,
        derivativeSecTypes: optionClass === null ? [] : ['OPT'],
        description: longName,
        issuerId: '',
      }))
    this.#client.send({ kind: 'symbolSamples', reqId, samples })
  }
}

function classesOf(options: readonly OptionContract[]): readonly (readonly OptionContract[])[] {
  const classes = new Map<string, OptionContract[]>()
  for (const option of options) {
    const name = `${option.tradingClass} ${option.multiplier}`
    const known = classes.get(name)
    if (known === undefined) classes.set(name, [option])
    else known.push(option)
  }
  return [...classes.values()]
}
