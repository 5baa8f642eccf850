import type { CalendarDate, UnderlyingKey, Venue } from './contract.ts'
import type { Price } from './money.ts'

/** One trading class. What is listed, not what exists: not every strike trades at every expiry. */
export interface OptionChain extends Venue {
  readonly underlying: UnderlyingKey
  readonly tradingClass: string
  readonly multiplier: number
  readonly expiries: readonly CalendarDate[]
  readonly strikes: readonly Price[]
}
