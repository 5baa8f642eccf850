import type { EpochMs } from '../../base/clock.ts'
import type { Tradable } from '../../domain/contract.ts'
import type { ExecId, Fill } from '../../domain/fill.ts'
import { parseIbTime } from '../../domain/ib-time.ts'
import { price } from '../../domain/money.ts'
import type { ClientOrderId } from '../../domain/order.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import { execIdParts } from './translate.ts'
import { sideOf } from './translate-order.ts'

/** What the simulator writes as exchange where it filled against a derived quote. */
export const SYNTHETIC = 'SYNTHETIC'

export interface Owned {
  readonly orderId: ClientOrderId
  readonly contract: Tradable
  /** When it was read, for a time of execution without a zone. */
  readonly readAt: EpochMs
}

export function fillFrom(execution: ResponseOf<'execDetails'>, owned: Owned): Fill {
  const { base, revision } = execIdParts(execution.execId)
  return {
    execId: base as ExecId,
    revision,
    orderId: owned.orderId,
    contract: owned.contract,
    side: sideOf(execution.side),
    quantity: execution.shares,
    price: price(execution.price),
    at: parseIbTime(execution.time) ?? owned.readAt,
    synthetic: execution.exchange === SYNTHETIC,
  }
}
