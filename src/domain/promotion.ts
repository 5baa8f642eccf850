/** How far what is on record reaches; each stage is earned in the one before it. */
export const STAGES = ['paper', 'one-contract', 'live'] as const
export type Stage = (typeof STAGES)[number]

/** What must be on record before live trades one contract, and before it trades more. */
export interface PromotionRules {
  readonly paperDays: number
  readonly paperEntries: number
  readonly oneContractDays: number
  readonly oneContractEntries: number
  /** The stage that a person has put above the evidence; warned of at every start. */
  readonly override: 'none' | Exclude<Stage, 'paper'>
}
