import type { WireContract } from './translate-contract.ts'
import type { RequestOf } from '../../wire/requests.ts'

interface How {
  /** Default: a line, open until it is cancelled. */
  readonly snapshot?: boolean
  /** Of a line alone (L14). */
  readonly genericTicks?: string
}

/** A market-data line, or a snapshot, of a contract; and what closes it. */
export function quoteRequest(
  contract: WireContract,
  { snapshot = false, genericTicks = '' }: How = {},
): {
  readonly request: (reqId: number) => RequestOf<'reqMktData'>
  readonly cancel: (reqId: number) => RequestOf<'cancelMktData'>
} {
  return {
    request: (reqId) => ({
      kind: 'reqMktData',
      reqId,
      contract,
      comboLegs: [],
      deltaNeutralContract: null,
      genericTicks,
      snapshot,
      regulatorySnapshot: false,
      options: [],
    }),
    cancel: (reqId) => ({ kind: 'cancelMktData', reqId }),
  }
}
