import type { EpochMs } from '../base/clock.ts'

/** What is used of one limit of the broker, as this process counts it. */
export interface Budget {
  readonly rule: string
  readonly used: number
  readonly limit: number
  readonly left: number
  /** When more of it is free at the latest; null: when something that is open ends. */
  readonly freesAtMs: EpochMs | null
}

export function budget(
  rule: string,
  of: { readonly used: number; readonly limit: number; readonly freesAtMs?: EpochMs | null },
): Budget {
  const { used, limit, freesAtMs = null } = of
  return { rule, used, limit, left: Math.max(0, limit - used), freesAtMs }
}
