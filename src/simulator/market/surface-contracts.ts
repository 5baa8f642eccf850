import type { EpochMs } from '../../base/clock.ts'
import type { CalendarDate, ConId, OptionContract, Right } from '../../domain/contract.ts'
import type { Currency } from '../../domain/money.ts'
import { price } from '../../domain/money.ts'
import type { OptionListing, Profile } from './generated-profile.ts'
import { Recent } from './market-cache.ts'
import type { SessionList } from './market-sessions.ts'
import type { OptionIds } from './surface-ids.ts'
import { listingOn } from './surface-listing.ts'

const RIGHTS: readonly Right[] = ['C', 'P']

export interface ChainSetup {
  readonly profile: Profile
  readonly listing: OptionListing
  /** Number of the underlying in its market, part of the ids. */
  readonly slot: number
  readonly ids: OptionIds
  readonly sessions: SessionList
  /** Around which strikes are listed on a date, in dollars; null while there is no price. */
  readonly reference: (today: CalendarDate) => number | null
}

/** The generated options of one underlying: what is listed when, and which id is which. */
export class ChainContracts {
  readonly #setup: ChainSetup
  readonly #contracts = new Map<ConId, OptionContract>()
  readonly #lists = new Recent<string, readonly OptionContract[]>(8)

  constructor(setup: ChainSetup) {
    this.#setup = setup
  }

  /** By expiry, strike and right. */
  listed(today: CalendarDate): readonly OptionContract[] {
    return this.#lists.get(today, () => {
      const reference = this.#setup.reference(today)
      if (reference === null) return []
      return listingOn(today, reference, this.#setup).flatMap(({ expiry, strikes }) =>
        strikes.flatMap((strike) => this.#both(expiry, strike)),
      )
    })
  }

  /** Null for an id of another underlying, or one that expires on no session. */
  contract(id: ConId): OptionContract | null {
    const known = this.#contracts.get(id)
    if (known !== undefined) return known
    const contract = this.#read(id)
    if (contract !== null) this.#contracts.set(id, contract)
    return contract
  }

  #both(expiry: CalendarDate, strike: number): readonly OptionContract[] {
    const { slot, ids } = this.#setup
    return RIGHTS.flatMap((right) => this.contract(ids.of({ slot, expiry, right, strike })) ?? [])
  }

  #read(id: ConId): OptionContract | null {
    const { slot, ids, listing, profile, sessions } = this.#setup
    const code = ids.read(id)
    if (code === null || code.slot !== slot) return null
    const session = sessions.get(sessions.numberOf(code.expiry) ?? -1)
    if (session === null) return null
    const [below, from] = listing.tickCents
    return {
      kind: 'option',
      conId: id,
      symbol: profile.symbol,
      exchange: 'SMART',
      currency: 'USD' as Currency,
      multiplier: 100,
      priceIncrements: [
        { from: price(0), tick: price(below / 100) },
        ...(from === below ? [] : [{ from: price(3), tick: price(from / 100) }]),
      ],
      expiry: code.expiry,
      strike: price(code.strike * listing.strikeStep),
      right: code.right,
      tradingClass: listing.tradingClass,
      settlement: 'PM',
      lastTradingAt: (session.close + listing.lateMinutes * 60_000) as EpochMs,
    }
  }
}
