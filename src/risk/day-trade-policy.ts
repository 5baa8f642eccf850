import type { CalendarDate } from '../domain/contract.ts'
import type { Money } from '../domain/money.ts'

/**
 * A rule of a broker or a regulator, with the dates it is in force: rules change, and this one has.
 * `count`: so many day trades within so many sessions, of what may be a margin account, below an
 * equity.
 * `broker`: what the broker says is left.
 */
export type DayTradePolicy = {
  readonly from: CalendarDate | null
  readonly until: CalendarDate | null
} & (
  | { readonly kind: 'off' }
  | { readonly kind: 'broker' }
  | {
      readonly kind: 'count'
      readonly max: number
      readonly sessions: number
      readonly belowEquity: Money
    }
)

/** Something that was opened, and the dates it was closed on, whole or in part. */
export interface DayTraded {
  readonly openedOn: CalendarDate
  readonly closedOn: readonly CalendarDate[]
}
