import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from './contract.ts'
import type { Money, Price } from './money.ts'

/** An order that the broker is only asked about. */
export interface MarginAsked {
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly limit: Price
}

/** What the broker says an order would do to the account; nothing comes of the question. */
export type Margin =
  | {
      readonly kind: 'answered'
      readonly at: EpochMs
      readonly quantity: number
      /** With the order filled; null is unset, which is unknown. */
      readonly initialMarginAfter: Money | null
      readonly equityAfter: Money | null
      readonly commission: Money | null // a paper account may not say it
    }
  | { readonly kind: 'refused'; readonly at: EpochMs; readonly code: number; readonly text: string }
  | { readonly kind: 'unanswered'; readonly at: EpochMs; readonly detail: string }
  /** There is nobody to ask, or it cannot be asked: why. */
  | { readonly kind: 'not-asked'; readonly why: 'no order connection' | 'combo' }

export function marginText(of: Margin): string {
  switch (of.kind) {
    case 'answered':
      return 'what-if answered'
    case 'refused':
      return `what-if refused: ${of.code} ${of.text}`
    case 'unanswered':
      return `what-if: ${of.detail}`
    case 'not-asked':
      return `what-if not asked: ${of.why}`
  }
}
