import type { OptionContract } from './contract.ts'

/** Indices of which options are traded at IBKR: none of them can be delivered. */
const INDICES: ReadonlySet<string> = new Set([
  'SPX',
  'XSP',
  'NDX',
  'XND',
  'RUT',
  'MRUT',
  'DJX',
  'VIX',
  'OEX',
  'XEO',
  'NANOS',
])

/**
 * Whether it is paid out in cash when it is exercised: then that nothing was delivered does not say
 * that it was worthless. Options on stocks and ETFs settle by the close and are delivered.
 */
export function isCashSettled({ symbol, settlement, lateMs = 0 }: OptionContract): boolean {
  return settlement === 'AM' || lateMs > 0 || INDICES.has(symbol)
}
