import { emptyContract } from '../../wire/contract.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { assert } from '../../base/assert.ts'
import { TODAY } from '../session/session.testing.ts'
import type { GatewayBench } from '../session/session.testing.ts'
import { wireContract } from '../session/session-contract.ts'
import type { Ticker } from '../../domain/contract.ts'

/** A call on SPY a little in the money, of the next expiry after today. */
export function optionOf(bench: GatewayBench): RequestOf<'reqContractDetails'>['contract'] {
  const { market } = bench.gateway
  const spot =
    bench.gateway.core.quote(market.underlyings[0]?.contract.conId ?? (0 as never))?.last ?? 0
  const option = market
    .options('SPY' as Ticker, TODAY)
    .find(({ expiry, right, strike }) => right === 'C' && expiry > TODAY && strike >= spot - 5e6)
  assert(option !== undefined, 'SPY has options')
  return { ...emptyContract, ...wireContract(option, 'SMART'), includeExpired: false }
}
