import { unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from './contract.ts'
import { amountText } from './money.ts'
import type { Money, Price } from './money.ts'

/** An entry that the broker is only asked about. */
export interface MarginAsked {
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  /** The worst price that its limit may come to. */
  readonly limit: Price
}

/** What the broker says an order would do to the account; nothing comes of the question. */
export type Margin =
  | {
      readonly kind: 'answered'
      readonly at: EpochMs
      readonly quantity: number
      readonly limit: Price
      /** With the order filled; null is unset, which is unknown. */
      readonly initialMarginAfter: Money | null
      readonly equityAfter: Money | null
      readonly commission: Money | null // a paper account may not say it
      /** In the broker's own words; empty: none. */
      readonly warning: string
    }
  | { readonly kind: 'refused'; readonly at: EpochMs; readonly code: number; readonly text: string }
  | { readonly kind: 'unanswered'; readonly at: EpochMs; readonly detail: string }
  | { readonly kind: 'not-asked'; readonly why: string }

/** For a person: what was answered, warnings included. */
export function marginText(of: Margin): string {
  switch (of.kind) {
    case 'answered': {
      const { quantity, limit, initialMarginAfter, equityAfter, commission, warning } = of
      const after = `${dollars(initialMarginAfter)} of ${dollars(equityAfter)}`
      const asked = `what-if of ${quantity} at ${amountText(limit)}`
      const said = warning === '' ? '' : `; the broker warns: ${warning}`
      return `${asked}: margin ${after} after it, commission ${dollars(commission)}${said}`
    }
    case 'refused':
      return `what-if refused: ${of.code} ${of.text}`
    case 'unanswered':
      return `what-if: ${of.detail}`
    case 'not-asked':
      return `what-if not asked: ${of.why}`
    default:
      return unreachable(of)
  }
}

function dollars(of: Money | null): string {
  return of === null ? 'unset' : amountText(of)
}
