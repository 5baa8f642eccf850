import { z } from 'zod'
import type { Currency } from '../domain/money.ts'
import type { Ticker } from '../domain/contract.ts'
import type { OptionSearch } from '../domain/signal.ts'
import type { VixRules } from '../strategy/vix-regime.ts'
import { span } from './units.ts'

const OTM = 'expected a range out of the money, like "5%-10%"'
const DTE = 'expected a range of days to expiry, like "30-60"'

export const otmRange = z
  .string({ error: OTM })
  .regex(/^\d{1,2}(\.\d+)?%-\d{1,2}(\.\d+)?%$/, OTM)
  .transform((text) => {
    const [min = NaN, max = NaN] = text.split('-').map((part) => Number(part.slice(0, -1)) / 100)
    return { min, max }
  })
  .refine(({ min, max }) => min < max, `${OTM}, from less to more`)
  .meta({ value: 'range of percentages', example: '5%-10%' })

const search = z
  .strictObject({
    otm: otmRange.describe('how far out of the money, of the spot'),
    dte: z
      .string({ error: DTE })
      .regex(/^\d{1,3}-\d{1,3}$/, DTE)
      .transform((text) => {
        const [min = NaN, max = NaN] = text.split('-').map(Number)
        return { min, max }
      })
      .refine(({ min, max }) => min <= max, `${DTE}, from less to more`)
      .meta({ value: 'range of days', example: '30-60', description: 'days to expiry' }),
  })
  .transform(({ dte, otm }): OptionSearch => ({ dte, otm }))

const universe = z.record(
  z.string().regex(/^[A-Z][A-Z0-9. ]{0,11}$/, 'expected an IBKR symbol in capitals, like "SPY"'),
  search,
)

/** The universe of the product rules, section 4.4. */
const PUTS = {
  SPY: { otm: '5%-10%', dte: '30-60' },
  QQQ: { otm: '0%-10%', dte: '30-45' },
  IWM: { otm: '5%-10%', dte: '30-60' },
  NVDA: { otm: '0%-10%', dte: '30-60' },
  TSLA: { otm: '10%-20%', dte: '30-60' },
}
const CALLS = {
  GLD: { otm: '2%-5%', dte: '60-90' },
  LMT: { otm: '2%-5%', dte: '45-90' },
  XLE: { otm: '2%-5%', dte: '30-60' },
}

const VIX = {
  kind: 'index',
  symbol: 'VIX' as Ticker,
  exchange: 'CBOE',
  currency: 'USD' as Currency,
} as const

/** Of the strategy `vix-regime`. */
export const vixRegimeSchema = z
  .strictObject({
    puts: universe.prefault(PUTS).meta({
      value: 'symbol: what to search',
      example: '{ SPY: { otm: 5%-10%, dte: 30-60 } }',
      description: 'symbols that a put is bought of while VIX is below 15',
    }),
    calls: universe.prefault(CALLS).meta({
      value: 'symbol: what to search',
      example: '{ GLD: { otm: 2%-5%, dte: 60-90 } }',
      description: 'symbols that a call is bought of while VIX is 15 to below 30',
    }),
    cool_down: span
      .prefault('1d')
      .describe('no other entry in the same symbol for so long after one'),
  })
  .describe('Of the strategy `vix-regime` (strategies.md).')
  .transform(({ puts, calls, cool_down }): VixRules => ({
    index: VIX,
    puts,
    calls,
    coolDownMs: cool_down,
  }))
