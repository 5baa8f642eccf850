import type { Clock, EpochMs } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail, ok } from '../../base/result.ts'
import { newYorkDate } from '../../domain/calendar.ts'
import type { ConId, OptionContract } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import type { Listed, Market } from '../market/market.ts'
import { exchangesOf, lastTradeDateOf, localSymbolOf, tradingClassOf } from './session-contract.ts'
import type { Listable, WireContract } from './session-contract.ts'
import type { Refusal } from '../broker/validate.ts'

/** Every contract that a description fits, in the order of the market; none: error 200. */
export function contractsLike(
  asked: WireContract,
  market: Market,
  at: EpochMs,
): readonly Listable[] {
  if (asked.conId !== 0) {
    const contract = market.contract(asked.conId as ConId)
    return contract !== null && isAlive(contract, at) && venueFits(asked, contract)
      ? [contract]
      : []
  }
  const listed = market.underlyings.filter((each) => mayBeOn(asked, each))
  if (asked.secType !== 'OPT') {
    return listed
      .map((each) => each.contract)
      .filter((contract) => asked.secType === (contract.kind === 'index' ? 'IND' : 'STK'))
      .filter((contract) => venueFits(asked, contract) && namesFit(asked, contract))
  }
  const today = newYorkDate(at)
  return listed
    .flatMap((each) => optionsAt(asked.strike, market.options(each.contract.symbol, today)))
    .filter((option) => isOptionLike(asked, option) && isAlive(option, at))
}

type Options = readonly OptionContract[]

/** A chain has thousands of options and is asked about one strike at a time. */
const byStrike = new WeakMap<Options, ReadonlyMap<number, Options>>()

function optionsAt(strike: number, chain: Options): Options {
  if (strike === 0) return chain
  let strikes = byStrike.get(chain)
  if (strikes === undefined) {
    strikes = strikesOf(chain)
    byStrike.set(chain, strikes)
  }
  return strikes.get(strike) ?? []
}

function strikesOf(chain: Options): ReadonlyMap<number, Options> {
  const strikes = new Map<number, OptionContract[]>()
  for (const option of chain) {
    const strike = amountOf(option.strike)
    const listed = strikes.get(strike)
    if (listed === undefined) strikes.set(strike, [option])
    else listed.push(option)
  }
  return strikes
}

/** The one contract that a request means. */
export function oneContract(
  asked: WireContract,
  { market, clock }: { readonly market: Market; readonly clock: Clock },
): Result<Listable, Refusal> {
  const [found, another] = contractsLike(asked, market, clock.now())
  if (found === undefined) return fail(NO_DEFINITION)
  if (another === undefined) return ok(found)
  const text = `The contract description specified for ${found.symbol} is ambiguous.`
  return fail({ code: 200, text })
}

export const NO_DEFINITION: Refusal = {
  code: 200,
  text: 'No security definition has been found for the request',
}

/** `yyyymm` or `yyyymmdd`, or nothing. */
export function isContractMonth(text: string): boolean {
  return text === '' || /^\d{6}(\d{2})?$/.test(text)
}

function isAlive(contract: Listable, at: EpochMs): boolean {
  return contract.kind !== 'option' || newYorkDate(at) <= contract.expiry
}

function mayBeOn(asked: WireContract, { contract, primaryExchange }: Listed): boolean {
  const { symbol, localSymbol } = asked
  const named = asked.secType === 'OPT' ? symbol : symbol || localSymbol
  if (named !== contract.symbol && !(named === '' && asked.secType === 'OPT')) return false
  const primary = asked.primaryExchange
  return primary === '' || asked.secType === 'OPT' || primary === primaryExchange
}

function venueFits(asked: WireContract, contract: Listable): boolean {
  const { exchange, currency } = asked
  const known = exchange === '' || exchangesOf(contract).includes(exchange)
  return (known || exchange === contract.exchange) && fits(currency, contract.currency)
}

function namesFit(asked: WireContract, contract: Listable): boolean {
  return (
    fits(asked.localSymbol, localSymbolOf(contract)) &&
    fits(asked.tradingClass, tradingClassOf(contract))
  )
}

/** What tells most options apart comes first: a chain has thousands. */
function isOptionLike(asked: WireContract, option: OptionContract): boolean {
  return (
    (asked.strike === 0 || asked.strike === amountOf(option.strike)) &&
    (['', '?', '0'].includes(asked.right) || asked.right.startsWith(option.right)) &&
    fits(asked.tradingClass, option.tradingClass) &&
    fits(asked.multiplier, String(option.multiplier)) &&
    lastTradeDateOf(option).startsWith(asked.lastTradeDateOrContractMonth) &&
    (asked.localSymbol === '' || sameOsi(asked.localSymbol, localSymbolOf(option))) &&
    venueFits(asked, option)
  )
}

/** Some clients write the root without its padding. */
function sameOsi(one: string, other: string): boolean {
  return one.replaceAll(' ', '') === other.replaceAll(' ', '')
}

function fits(asked: string, is: string): boolean {
  return asked === '' || asked === is
}
