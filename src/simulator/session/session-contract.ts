import { newYorkDate } from '../../domain/calendar.ts'
import type { IndexContract, OptionContract } from '../../domain/contract.ts'
import { compactDate } from '../../domain/date.ts'
import { amountOf } from '../../domain/money.ts'
import type { SimContract } from '../broker/state.ts'

/** What a client may name: what the market lists. */
export type Listable = SimContract | IndexContract

/** `contract12` of protocol.md, section 6. Unset: empty text, or 0. */
export interface WireContract {
  readonly conId: number
  readonly symbol: string
  readonly secType: string
  readonly lastTradeDateOrContractMonth: string
  readonly strike: number
  readonly right: string
  readonly multiplier: string
  readonly exchange: string
  readonly primaryExchange: string
  readonly currency: string
  readonly localSymbol: string
  readonly tradingClass: string
}

/** Nothing of it is said. */
export const NO_CONTRACT: WireContract = {
  conId: 0,
  symbol: '',
  secType: '',
  lastTradeDateOrContractMonth: '',
  strike: 0,
  right: '',
  multiplier: '',
  exchange: '',
  primaryExchange: '',
  currency: '',
  localSymbol: '',
  tradingClass: '',
}

const SEC_TYPES = { stock: 'STK', option: 'OPT', index: 'IND' } as const

/** As a Gateway names a contract in its answers. */
export function wireContract(
  contract: Listable,
  exchange: string = contract.exchange,
): WireContract {
  const option = contract.kind === 'option' ? contract : null
  return {
    conId: contract.conId,
    symbol: contract.symbol,
    secType: SEC_TYPES[contract.kind],
    lastTradeDateOrContractMonth: option === null ? '' : lastTradeDateOf(option),
    strike: option === null ? 0 : amountOf(option.strike),
    right: option?.right ?? '',
    multiplier: option === null ? '' : String(option.multiplier),
    exchange,
    primaryExchange: '',
    currency: contract.currency,
    localSymbol: localSymbolOf(contract),
    tradingClass: tradingClassOf(contract),
  }
}

/** `20260116`. What settles by the opening trades last on the day before it expires. */
export function lastTradeDateOf({ lastTradingAt }: OptionContract): string {
  return compactDate(newYorkDate(lastTradingAt))
}

/** Of an option the OSI symbol: root of six, yymmdd, right, strike in thousandths of eight. */
export function localSymbolOf(contract: Listable): string {
  if (contract.kind !== 'option') return contract.symbol
  const root = contract.tradingClass.padEnd(6)
  const strike = String(Math.round(contract.strike / 1000)).padStart(8, '0')
  return `${root}${compactDate(contract.expiry).slice(2)}${contract.right}${strike}`
}

export function tradingClassOf(contract: Listable): string {
  return contract.kind === 'option' ? contract.tradingClass : contract.symbol
}

/** Where a contract may be sent, SMART first; an index lives on its own exchange only. */
export function exchangesOf(contract: Listable): readonly string[] {
  switch (contract.kind) {
    case 'stock':
      return ['SMART', 'AMEX', 'NYSE', 'ARCA', 'BATS', 'IEX', 'NASDAQ', 'MEMX']
    case 'option':
      return ['SMART', 'AMEX', 'BATS', 'BOX', 'CBOE', 'ISE', 'NASDAQOM', 'PHLX', 'PSE']
    default:
      return [contract.exchange]
  }
}
