import type { VerdictName } from '../../domain/incident.ts'

/** What can be done about an incident, from what costs least to what costs most (P17). */
export type Step =
  /** The same kind of question once more, in another form, on our own session. */
  | 'retry'
  /** Do order queries get answers? */
  | 'query-orders'
  /** The same question on a connection of its own. */
  | 'canary'
  | 'reconnect'
  | 'restart-gateway'
  /** A person: entries stay gated. */
  | 'page'

/** When a step was taken, in milliseconds since the incident began. */
export interface Taken {
  readonly step: Step
  readonly atMs: number
}

export interface LadderView {
  readonly verdict: VerdictName
  /** Of this session only, or of one order. */
  readonly scoped: boolean
  readonly ageMs: number
  /** Since when a person may count on being told: in an announced window, its end. */
  readonly pageAgeMs: number
  readonly taken: readonly Taken[]
  /** A connection that a reconnect would end. */
  readonly connected: boolean
  /** The hook is configured, and it is not too early to use it again. */
  readonly mayRestart: boolean
}

interface Policy {
  /** Beyond the probes, in this order; each waits for the one before it to show. */
  readonly steps: readonly Step[]
  /** After so long a person is told, whatever is being tried. Null: never. */
  readonly pageMs: number | null
}

const PAGE_MS_MAX = 300_000
/** How long a step has to show that it helped. */
const PATIENCE_MS = 20_000
/** Never more identical retries than this on what stays dead (P12). */
const RECONNECTS_MAX = 3
const RECONNECT_EVERY_MS = 60_000

const soon = (...steps: readonly Step[]): Policy => ({ steps, pageMs: PAGE_MS_MAX })
const now = (...steps: readonly Step[]): Policy => ({ steps, pageMs: 0 })

const POLICIES: Readonly<Record<VerdictName, Policy>> = {
  // The link waits and tries again with the same id; 326 at 60 s is for a person (P13).
  CLIENT_ID_IN_USE: { steps: [], pageMs: 60_000 },
  // What cannot be cut into frames has ended its connection; the rest is asked for again.
  PROTOCOL_ERROR: now(),
  PLANNED_RESTART: { steps: [], pageMs: null },
  LOCAL_READER_STALLED: now('reconnect'),
  LOCAL_WRITER_STALLED: now('reconnect'),
  NETWORK_BLACKHOLE: { steps: ['reconnect'], pageMs: 30_000 },
  GATEWAY_HUNG: soon('restart-gateway'),
  GATEWAY_DOWN: soon('restart-gateway'),
  IBKR_LINK_DOWN: soon(),
  HMDS_DOWN: soon(),
  HMDS_IDLE: soon('retry'),
  DATA_RIGHTS: now(),
  READ_ONLY: now(),
  ORDERS_DEAD: now('query-orders', 'reconnect', 'restart-gateway'),
  NO_DATA_EXPECTED: { steps: [], pageMs: null },
  PACING: soon(),
  TICKER_LINES_EXHAUSTED: { steps: [], pageMs: 60_000 },
  REPLY_UNMATCHED: now(),
  SESSION_HIST_WEDGED: soon('retry', 'reconnect'),
  // Nobody gets data: another connection of ours would not either.
  GATEWAY_HIST_WEDGED: soon('retry', 'restart-gateway'),
  UNDETERMINED: soon('retry', 'canary', 'reconnect', 'restart-gateway'),
}

/** The next step, or none for now. */
export function nextStep(view: LadderView): Step | null {
  const { verdict, ageMs, pageAgeMs, taken } = view
  const policy = policyOf(view)
  const paged = taken.some(({ step }) => step === 'page')
  if (!paged && policy.pageMs !== null && pageAgeMs >= policy.pageMs) return 'page'
  if (verdict === 'PLANNED_RESTART') return null
  const last = taken.filter(({ step }) => step !== 'page').at(-1)
  if (last !== undefined && ageMs - last.atMs < patienceOf(last.step)) return null
  return policy.steps.find((step) => isDue(step, view)) ?? null
}

/** A session that alone is mute is opened anew; what else hangs needs more than that. */
function policyOf({ verdict, scoped }: LadderView): Policy {
  if (verdict === 'GATEWAY_HUNG' && scoped) return soon('reconnect')
  if (verdict === 'LOCAL_READER_STALLED' && scoped) return now()
  if (verdict === 'ORDERS_DEAD' && scoped) return now('query-orders')
  return POLICIES[verdict]
}

function isDue(step: Step, { ageMs, taken, connected, mayRestart }: LadderView): boolean {
  const before = taken.filter((each) => each.step === step)
  switch (step) {
    case 'reconnect': {
      const last = before.at(-1)
      const rested = last === undefined || ageMs - last.atMs >= RECONNECT_EVERY_MS
      return connected && before.length < RECONNECTS_MAX && rested
    }
    case 'restart-gateway':
      return mayRestart && before.length < RECONNECTS_MAX
    default:
      return before.length === 0
  }
}

function patienceOf(step: Step): number {
  if (step === 'retry') return 10_000
  return step === 'restart-gateway' ? 2 * RECONNECT_EVERY_MS : PATIENCE_MS
}
