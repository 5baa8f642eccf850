import type { EpochMs } from '../base/clock.ts'
import type { ConId, Tradable } from './contract.ts'
import { legsOf } from './contract.ts'
import type { Price } from './money.ts'
import type { Quote } from './quote.ts'

/** What a contract and its underlying are worth; `at` is the older of the two. */
export interface Mark {
  readonly conId: ConId
  readonly bid: Price | null
  readonly ask: Price | null
  readonly spot: Price | null
  readonly at: EpochMs
}

/** Of every leg, by a quote of the whole. */
export function marksOf(
  contract: Tradable,
  quote: Quote,
  of: { readonly spot: Price | null; readonly at: EpochMs },
): readonly Mark[] {
  return legsOf(contract).map(({ contract: leg }, index) => {
    const sides = contract.kind === 'combo' ? quote.legs?.[index] : quote
    return { conId: leg.conId, bid: sides?.bid ?? null, ask: sides?.ask ?? null, ...of }
  })
}
