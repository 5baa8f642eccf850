import { z } from 'zod'
import type { PromotionRules } from '../domain/promotion.ts'

/** The account that live may trade, once more: necessary for mode live, and never sufficient. */
export const LIVE_ACCOUNT = 'IBKR_BOT__LIVE_ACCOUNT'

/** What must be on record before live trades one contract, and before it trades more. */
export const promotionSchema = z
  .strictObject({
    paper_days: z
      .int()
      .min(1)
      .max(250)
      .default(20)
      .describe('clean trading days in paper before live may enter one contract'),
    paper_entries: z
      .int()
      .min(1)
      .max(10_000)
      .default(30)
      .describe('filled entries in paper before live may enter one contract'),
    one_contract_days: z
      .int()
      .min(1)
      .max(250)
      .default(10)
      .describe('clean live days with one contract before live may enter more'),
    one_contract_entries: z
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .describe('filled live entries of one contract before live may enter more'),
    override: z
      .enum(['none', 'one-contract', 'live'])
      .default('none')
      .describe('the stage to trade at whatever the record says; every start warns of it'),
  })
  .describe('What must be on record in the state folder before live trades (live.md).')

export interface LiveSettings {
  /** The environment names the account of the file. */
  readonly confirmed: boolean
  readonly promotion: PromotionRules
}

export function liveSettings(
  file: {
    readonly account?: string | undefined
    readonly promotion: z.infer<typeof promotionSchema>
  },
  environment: Readonly<Record<string, string | undefined>>,
): LiveSettings {
  const { promotion, account } = file
  return {
    confirmed: account !== undefined && environment[LIVE_ACCOUNT] === account,
    promotion: {
      paperDays: promotion.paper_days,
      paperEntries: promotion.paper_entries,
      oneContractDays: promotion.one_contract_days,
      oneContractEntries: promotion.one_contract_entries,
      override: promotion.override,
    },
  }
}
