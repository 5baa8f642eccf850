import { z } from 'zod'
import type { LookLimits } from '../ibkr/orders/last-look-limits.ts'
import { limit, secondsFrom } from './units.ts'

const count = (most: number) => z.int().min(1).max(most)

/** No defaults: the encoder's own limits, which hold whatever the risk engine says (P47). */
export const lastLookSchema = z
  .strictObject({
    max_contracts: count(10_000).meta({ example: '30', description: 'units of one entry' }),
    max_notional: limit.meta({
      example: '$5000',
      description: 'of one entry: limit x units x multiplier',
    }),
    max_outstanding: count(100_000).meta({
      example: '120',
      description: 'units opened and not seen closed or cancelled',
    }),
    max_orders_per_minute: count(10_000).meta({
      example: '40',
      description:
        'order frames; ways out may be four times as many, and must suffice for two exits of ' +
        'each of `risk.max_open_structures`',
    }),
    max_children: count(10).meta({ example: '3', description: 'orders under one parent' }),
    max_quote_age: secondsFrom(1, 5).meta({
      example: '3s',
      description: "of the quote behind an entry, by the broker's clock",
    }),
  })
  .describe(
    "The encoder's own limits, which hold whatever `risk` says: what is over them never leaves. " +
      'Set them a little wider than `risk`. No key has a default.',
  )
  .transform((look): LookLimits => ({
    quantityMax: look.max_contracts,
    notionalMax: look.max_notional,
    outstandingMax: look.max_outstanding,
    ordersPerMinuteMax: look.max_orders_per_minute,
    childrenMax: look.max_children,
    quoteAgeMsMax: look.max_quote_age,
  }))
