import { assert, unreachable } from '../base/assert.ts'
import type {
  ComboContract,
  ComboKey,
  ComboLeg,
  Contract,
  ContractKey,
  OptionKey,
  StockKey,
  Tradable,
  UnderlyingKey,
} from './contract.ts'
import { amountOf } from './money.ts'

/**
 * The same text for the same contract, wherever it is quoted: the exchange is left out, what tells
 * two contracts apart is not. Of a combo: its legs in any order.
 */
export function keyOf(contract: Contract | ContractKey | UnderlyingKey): string {
  switch (contract.kind) {
    case 'stock':
    case 'index':
      return `${contract.kind}/${contract.symbol}/${contract.currency}`
    case 'option':
      return optionKey(contract)
    case 'combo':
      return `combo(${legKeys(contract).sort().join(' ')})`
    default:
      return unreachable(contract)
  }
}

/** What to ask the broker for to get this contract. */
export function toKey(contract: Tradable): ContractKey {
  const { exchange, currency, symbol } = contract
  switch (contract.kind) {
    case 'stock':
      return { kind: 'stock', symbol, exchange, currency }
    case 'option': {
      const { expiry, strike, right, tradingClass, multiplier } = contract
      const what = { symbol, expiry, strike, right, tradingClass, multiplier }
      return { kind: 'option', ...what, exchange, currency }
    }
    case 'combo':
      return { kind: 'combo', legs: contract.legs.map(legKey) }
    default:
      return unreachable(contract)
  }
}

function legKey({ contract, ratio, side }: ComboLeg): ComboKey['legs'][number] {
  const key = toKey(contract)
  assert(key.kind !== 'combo', 'a leg is no combo')
  return { key, ratio, side }
}

/** For people: `SPY`, `SPY 2026-01-09 600 C`, `SPXW:SPX 2026-01-09 6000 P`. */
export function nameOf(contract: Contract | ContractKey | UnderlyingKey): string {
  switch (contract.kind) {
    case 'stock':
    case 'index':
      return contract.symbol
    case 'option': {
      const { symbol, tradingClass, expiry, strike, right } = contract
      const name = tradingClass === symbol ? symbol : `${tradingClass}:${symbol}`
      return `${name} ${expiry} ${amountOf(strike)} ${right}`
    }
    case 'combo':
      return legsIn(contract)
        .map((leg) => `${leg.side === 'BUY' ? '+' : '-'}${leg.ratio} ${nameOf(leg.of)}`)
        .join(' ')
    default:
      return unreachable(contract)
  }
}

function optionKey(option: OptionKey): string {
  const { symbol, tradingClass, expiry, strike, right, multiplier, currency } = option
  return ['option', symbol, tradingClass, expiry, strike, right, `x${multiplier}`, currency].join(
    '/',
  )
}

function legKeys(combo: ComboContract | ComboKey): string[] {
  return legsIn(combo).map((leg) => `${leg.side}*${leg.ratio}*${keyOf(leg.of)}`)
}

interface Leg {
  readonly of: StockKey | OptionKey
  readonly ratio: number
  readonly side: 'BUY' | 'SELL'
}

function legsIn(combo: ComboContract | ComboKey): readonly Leg[] {
  return combo.legs.map((leg) => ({
    of: 'key' in leg ? leg.key : leg.contract,
    ratio: leg.ratio,
    side: leg.side,
  }))
}
