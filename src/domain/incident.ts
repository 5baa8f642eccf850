import type { EpochMs } from '../base/clock.ts'

/**
 * What an interruption of data or orders can be; the set is closed. `HIST` stands for the whole
 * data service: history, bar streams and quotes.
 */
export const VERDICTS = [
  'CLIENT_ID_IN_USE',
  'PROTOCOL_ERROR',
  'PLANNED_RESTART',
  'LOCAL_READER_STALLED',
  'LOCAL_WRITER_STALLED',
  'NETWORK_BLACKHOLE',
  'GATEWAY_HUNG',
  'GATEWAY_DOWN',
  'IBKR_LINK_DOWN',
  'HMDS_DOWN',
  'HMDS_IDLE',
  'DATA_RIGHTS',
  'READ_ONLY',
  'ORDERS_DEAD',
  'NO_DATA_EXPECTED',
  'PACING',
  'TICKER_LINES_EXHAUSTED',
  'REPLY_UNMATCHED',
  'SESSION_HIST_WEDGED',
  'GATEWAY_HIST_WEDGED',
  'UNDETERMINED',
] as const

export type VerdictName = (typeof VERDICTS)[number]

export interface Exclusion {
  readonly verdict: VerdictName
  readonly because: string
}

/** A cause is supported or excluded by evidence; there are no percentages. */
export interface Verdict {
  readonly name: VerdictName
  /** What it is about: a farm, this session, one order. */
  readonly scope: string | null
  readonly excluded: readonly Exclusion[]
  /** What is left when it is undetermined, and what would decide. */
  readonly candidates: readonly VerdictName[]
  readonly missing: readonly string[]
}

/** One step against it, and what came of it. */
export interface Attempted {
  readonly at: EpochMs
  readonly step: string
}

/** One interruption, from the first sign to the proof that it is over. */
export interface Incident {
  /** Unique in a journal: an incident begins once at a moment. */
  readonly id: string
  /** What was noticed first. */
  readonly symptom: string
  readonly since: EpochMs
  readonly verdict: Verdict
  /** One fact a line. */
  readonly evidence: readonly string[]
  readonly timeline: readonly { readonly at: EpochMs; readonly text: string }[]
  readonly tried: readonly Attempted[]
}

/** `A, B: why`, one line for each reason. */
export function exclusionLines({ excluded }: Verdict): readonly string[] {
  const byReason = new Map<string, VerdictName[]>()
  for (const { verdict, because } of excluded) {
    byReason.set(because, [...(byReason.get(because) ?? []), verdict])
  }
  return [...byReason].map(([because, verdicts]) => `${verdicts.join(', ')}: ${because}`)
}

/** `GATEWAY_HUNG{session}`; of an undetermined one, what is left. */
export function verdictText({ name, scope, candidates }: Verdict): string {
  if (name === 'UNDETERMINED' && candidates.length > 0) return `${name}{${candidates.join(', ')}}`
  return scope === null ? name : `${name}{${scope}}`
}
