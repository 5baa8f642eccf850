import { z } from 'zod'
import type { LookLimits } from '../ibkr/orders/last-look-limits.ts'
import { limit, seconds } from './units.ts'

const count = (most: number) => z.int().min(1).max(most)

/** No defaults: the encoder's own limits, which hold whatever the risk engine says (P47). */
export const lastLookSchema = z
  .strictObject({
    max_contracts: count(10_000),
    max_notional: limit,
    max_outstanding: count(100_000),
    max_orders_per_minute: count(10_000),
    max_children: count(10),
    max_quote_age: seconds.refine((ms) => ms > 0 && ms <= 5_000, 'expected 1s to 5s'),
  })
  .transform((look): LookLimits => ({
    quantityMax: look.max_contracts,
    notionalMax: look.max_notional,
    outstandingMax: look.max_outstanding,
    ordersPerMinuteMax: look.max_orders_per_minute,
    childrenMax: look.max_children,
    quoteAgeMsMax: look.max_quote_age,
  }))
