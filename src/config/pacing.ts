import { z } from 'zod'
import { PACING, SHARE_MIN } from '../ibkr/pacing/allowance.ts'
import type { Pacing } from '../ibkr/pacing/allowance.ts'
import { MINUTE_HISTORY, RULES } from '../ibkr/pacing/limits.ts'

/** A limit that may be lowered, never raised; `why` names the limit of IBKR behind it. */
function atMost(
  most: number,
  of: { readonly why: string; readonly what: string; readonly least?: number },
) {
  const { why, what, least = 1 } = of
  return z
    .int()
    .min(least, `expected at least ${least}`)
    .max(most, `expected at most ${most}: ${why}`)
    .default(most)
    .describe(`${what}; ${why}`)
}

const share = z
  .string({ error: 'expected a percentage, like "50%"' })
  .regex(/^\d+(\.\d+)?%$/, 'expected a percentage, like "50%"')
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine(
    (ratio) => ratio >= SHARE_MIN && ratio <= 1,
    `expected ${SHARE_MIN * 100}% to 100%: the shares of all bots on one login are together 100%`,
  )
  .meta({ value: 'percentage', bounds: `${SHARE_MIN * 100}% to 100%`, example: '50%' })

/** IBKR's limits, downwards only (limits-and-codes.md section 2). */
export const pacingSchema = z
  .strictObject({
    share: share
      .prefault(`${100 * PACING.share}%`)
      .describe(
        'of every limit that a login has; the shares of all bots on one Gateway are together ' +
          'at most 100%',
      ),
    messages_per_second: atMost(PACING.messagesPerSecond, {
      what: 'messages of any kind, on each connection',
      why: `IBKR allows ${RULES.P1.limit} a second, and they bunch on the way`,
      least: 20,
    }),
    history_per_10_minutes: atMost(PACING.historyPerTenMinutes, {
      what: 'requests for bars of 30 s and less, and 5-second streams',
      why: `IBKR allows ${RULES.P5.limit} in ten minutes`,
    }),
    minute_history_per_10_minutes: atMost(PACING.minuteHistoryPerTenMinutes, {
      what: 'requests for bars of a minute and more',
      why: `IBKR slows down who asks more, and ${MINUTE_HISTORY} are enough`,
    }),
    streams: atMost(PACING.streams, {
      what: 'symbols whose bars are streamed as history',
      why: `IBKR counts ${RULES.P2.limit} open historical requests a login, streams included`,
    }),
    history_in_flight: atMost(PACING.historyInFlight, {
      what: 'historical requests under way at a time',
      why: 'orders and quotes never wait behind history',
    }),
    background_in_flight: atMost(PACING.backgroundInFlight, {
      what: 'of these, repairs and other requests that nobody waits for',
      why: 'what nobody waits for stays behind',
    }),
    market_data_lines: atMost(PACING.lines, {
      what: 'market-data lines in use at a time',
      why: `IBKR gives a login ${RULES.P8.limit} lines, and its windows use some`,
      least: 5,
    }),
    reserved_lines: atMost(PACING.reservedLines, {
      what: 'of these, for the quotes of an entry or an exit only; fewer than all of them',
      why: 'the rest is for bars and underlyings',
    }),
  })
  .prefault({})
  .describe("How much of IBKR's limits this bot may use. Each may be lowered, none raised.")
  .refine(
    (pacing) => pacing.reserved_lines < pacing.market_data_lines,
    'expected reserved_lines below market_data_lines',
  )
  .transform((pacing): Pacing => ({
    share: pacing.share,
    messagesPerSecond: pacing.messages_per_second,
    historyPerTenMinutes: pacing.history_per_10_minutes,
    minuteHistoryPerTenMinutes: pacing.minute_history_per_10_minutes,
    streams: pacing.streams,
    historyInFlight: pacing.history_in_flight,
    backgroundInFlight: pacing.background_in_flight,
    lines: pacing.market_data_lines,
    reservedLines: pacing.reserved_lines,
  }))
