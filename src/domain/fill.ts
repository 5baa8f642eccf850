import type { Brand } from '../base/brand.ts'
import type { EpochMs } from '../base/clock.ts'
import type { Side, Tradable } from './contract.ts'
import type { Price } from './money.ts'
import type { ClientOrderId } from './order.ts'

/** IBKR's id without its last suffix; the suffix is the revision, and the highest wins. */
export type ExecId = Brand<string, 'ExecId'>

/** Fills of legs move positions, fills of the order's own contract count towards its quantity. */
export interface Fill {
  readonly execId: ExecId
  readonly revision: number
  readonly orderId: ClientOrderId
  readonly contract: Tradable
  readonly side: Side
  readonly quantity: number
  readonly price: Price
  readonly at: EpochMs
  /** Simulator only: filled against a quote that was derived, not recorded. */
  readonly synthetic: boolean
  /** Told by no execution but by what is held; the price is what the order asked for. */
  readonly estimated?: true
}
