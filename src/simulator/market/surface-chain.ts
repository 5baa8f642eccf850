import type { EpochMs } from '../../base/clock.ts'
import type { MinuteBars } from './market-bars.ts'
import type { ChainPart } from './market-parts.ts'
import { ChainContracts } from './surface-contracts.ts'
import type { ChainSetup } from './surface-contracts.ts'
import { SurfaceOptions } from './surface-options.ts'
import type { SurfaceSetup } from './surface-options.ts'

/** The options of one underlying, listed and quoted from the surface. */
export function surfaceChain(
  setup: ChainSetup & SurfaceSetup,
  nextChange: (at: EpochMs) => EpochMs | null,
): ChainPart {
  const { source } = setup
  const contracts = new ChainContracts(setup)
  const options = new SurfaceOptions(setup)
  return {
    lateMinutes: setup.listing.lateMinutes,
    listed: (today) => contracts.listed(today),
    contract: (id) => contracts.contract(id),
    quote: (contract, at, adverse) => options.quote(contract, at, adverse),
    nextChange: (contract, at) => {
      const next = nextChange(at)
      return next === null || next >= contract.lastTradingAt ? null : next
    },
    minutes: (contract): MinuteBars => ({
      minutes: (session) =>
        options.minutes(contract, session, { from: 0, until: source.steps(session) - 1 }),
      unfinished: (at) => {
        const session = source.sessionAt(at)
        const until = source.indexAt(session, at)
        const minute = (at - (at % 60_000)) as EpochMs
        const from = source.indexAt(session, (minute - 1) as EpochMs) + 1
        return options.minutes(contract, session, { from, until })[0] ?? null
      },
    }),
  }
}
