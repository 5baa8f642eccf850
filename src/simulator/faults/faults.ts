import type { Cancel } from '../../base/clock.ts'
import type { FaultKind } from './fault.ts'
import { barFaults } from './faults-bars.ts'
import { bracketFaults } from './faults-brackets.ts'
import { brokerFaults } from './faults-broker.ts'
import { cancelFaults } from './faults-cancels.ts'
import { clockFaults } from './faults-clock.ts'
import { commissionFaults } from './faults-commissions.ts'
import { contractFaults } from './faults-contracts.ts'
import { fillFaults } from './faults-fills.ts'
import { marketFaults } from './faults-market.ts'
import { quoteFaults } from './faults-quotes.ts'
import { refusalFaults } from './faults-refusals.ts'
import { reportFaults } from './faults-reports.ts'
import { snapshotFaults } from './faults-snapshots.ts'
import { staleFaults } from './faults-stale.ts'
import { statusFaults } from './faults-statuses.ts'
import { handshakeFaults } from './faults-handshake.ts'
import { linkFaults } from './faults-link.ts'
import { listenerFaults } from './faults-listener.ts'
import { loginFaults } from './faults-login.ts'
import { orderFaults } from './faults-orders.ts'
import { outageFaults } from './faults-outage.ts'
import { protocolFaults } from './faults-protocol.ts'
import { replyFaults } from './faults-replies.ts'
import { rightsFaults } from './faults-rights.ts'
import { serviceFaults } from './faults-service.ts'
import { stormFaults } from './faults-storm.ts'

const KINDS = {
  ...linkFaults,
  ...listenerFaults,
  ...replyFaults,
  ...handshakeFaults,
  ...outageFaults,
  ...serviceFaults,
  ...rightsFaults,
  ...protocolFaults,
  ...orderFaults,
  ...loginFaults,
  ...stormFaults,
  ...reportFaults,
  ...commissionFaults,
  ...fillFaults,
  ...cancelFaults,
  ...refusalFaults,
  ...statusFaults,
  ...bracketFaults,
  ...snapshotFaults,
  ...brokerFaults,
  ...marketFaults,
  ...quoteFaults,
  ...staleFaults,
  ...barFaults,
  ...contractFaults,
  ...clockFaults,
}

export type FaultName = keyof typeof KINDS

/** Every fault by name: its number in the catalogue, what it does, its parameters. */
export const FAULTS: Readonly<Record<FaultName, FaultKind>> = KINDS

/** A fault and its parameters, those of `docs/scenarios.md`. */
export interface FaultSpec {
  readonly name: FaultName
  /** Only connections of these clients; default all. */
  readonly clientIds?: readonly number[]
  /** Those that are open when it begins, or new ones as well. */
  readonly connections?: 'all' | 'open'
  readonly [parameter: string]: unknown
}

export type Inject = (fault: FaultSpec) => Cancel

/** What is wrong with a specification, each with its parameter; empty when nothing is. */
export function problemsOf({ name, ...parameters }: FaultSpec): readonly string[] {
  const kind = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
  if (kind === undefined) return [`name: there is no fault "${name}"`]
  const parsed = kind.parameters.safeParse(parameters)
  if (parsed.success) return []
  return parsed.error.issues.map(({ path, message }) => `${path.join('.') || name}: ${message}`)
}
