import type { OrderEvidence, OrderStatus } from '../../src/domain/order.ts'

/** `working + cancel-requested -> cancel-pending`. */
export type Edge = string

export function edgeOf(from: OrderStatus, evidence: OrderEvidence, to: OrderStatus): Edge {
  return `${from} + ${nameOf(evidence)} -> ${to}`
}

export function nameOf(evidence: OrderEvidence): string {
  switch (evidence.kind) {
    case 'reported':
      return `reported ${evidence.as}`
    case 'proven':
      return `${evidence.status} by ${evidence.by}`
    default:
      return evidence.kind
  }
}

interface Row {
  /** As promises.md, section 3.4, has it. */
  readonly row: string
  readonly event: string
  readonly to: OrderStatus
  readonly from: readonly OrderStatus[]
}

const SENT = ['sending', 'unknown'] as const
const ALIVE = ['acked', 'held', 'working'] as const
const PENDING = ['cancel-pending', 'replace-pending'] as const
const LIVE = [...SENT, 'staged', ...ALIVE, ...PENDING] as const
const NOT_ENDED = [...LIVE, 'quarantine-cancelled'] as const

/** The table of promises.md, written down a second time and apart from the code it judges. */
const TABLE: readonly Row[] = [
  {
    row: 'risk denial, intent expired, epoch fence',
    event: 'denied',
    to: 'denied',
    from: ['intent'],
  },
  { row: 'frame queued to the socket', event: 'handed-over', to: 'sending', from: ['intent'] },
  { row: 'acknowledged', event: 'reported acked', to: 'acked', from: SENT },
  { row: 'acknowledged', event: 'reported held', to: 'held', from: SENT },
  { row: 'acknowledged', event: 'reported working', to: 'working', from: SENT },
  { row: 'acknowledged, not transmitted', event: 'reported staged', to: 'staged', from: SENT },
  { row: 'PreSubmitted', event: 'reported held', to: 'held', from: ALIVE },
  { row: 'Submitted', event: 'reported working', to: 'working', from: ALIVE },
  {
    row: 'a change was taken',
    event: 'reported working',
    to: 'working',
    from: ['replace-pending'],
  },
  {
    row: 'a cancel stays pending',
    event: 'reported working',
    to: 'cancel-pending',
    from: ['cancel-pending'],
  },
  {
    row: 'all of it filled, terminal included',
    event: 'fills-changed',
    to: 'filled',
    from: [...NOT_ENDED, 'cancelled', 'rejected', 'expired'],
  },
  { row: 'a correction shrinks it', event: 'fills-changed', to: 'unknown', from: ['filled'] },
  {
    row: 'cancel asked for',
    event: 'cancel-requested',
    to: 'cancel-pending',
    from: [...ALIVE, 'unknown', 'staged'],
  },
  {
    row: 'cancel asked for before it is sent',
    event: 'cancel-requested',
    to: 'denied',
    from: ['intent'],
  },
  {
    row: 'Cancelled, ApiCancelled, 202',
    event: 'cancel-reported',
    to: 'quarantine-cancelled',
    from: LIVE,
  },
  {
    row: 'quarantine is over',
    event: 'cancelled by quarantine-over',
    to: 'cancelled',
    from: ['quarantine-cancelled'],
  },
  { row: '10147, 10148, 161, 104', event: 'cancel-refused', to: 'unknown', from: PENDING },
  { row: '10006', event: 'parent-missing', to: 'sending', from: ['sending'] },
  { row: '10006 once more', event: 'parent-missing', to: 'unknown', from: ['sending'] },
  {
    row: '201, 203, 110, 109, 103, 321, 460',
    event: 'reject-reported',
    to: 'unknown',
    from: ['sending', 'acked'],
  },
  { row: 'Inactive: asked about', event: 'inactive', to: 'unknown', from: ['sending', ...ALIVE] },
  { row: '399, 404, any unknown code', event: 'warned', to: 'working', from: ['working'] },
  {
    row: 'completed order',
    event: 'cancelled by completed-order',
    to: 'cancelled',
    from: NOT_ENDED,
  },
  { row: 'completed order', event: 'filled by completed-order', to: 'filled', from: NOT_ENDED },
  { row: 'completed order', event: 'rejected by completed-order', to: 'rejected', from: NOT_ENDED },
  { row: 'completed order', event: 'expired by completed-order', to: 'expired', from: NOT_ENDED },
  {
    row: 'disconnect, 1100, 5 s without an answer',
    event: 'outcome-lost',
    to: 'unknown',
    from: ['sending', ...PENDING],
  },
  { row: 'disconnect: what works stays', event: 'outcome-lost', to: 'working', from: ['working'] },
  {
    row: 'absent everywhere, from sending',
    event: 'rejected by absent-everywhere',
    to: 'rejected',
    from: ['unknown'],
  },
  {
    row: 'absent everywhere, from another',
    event: 'rejected by absent-everywhere',
    to: 'unknown',
    from: ['unknown'],
  },
  {
    row: 'close of the day, DAY',
    event: 'expired by session-end',
    to: 'expired',
    from: ['working', 'held'],
  },
]

export const EDGES: readonly { readonly row: string; readonly edge: Edge }[] = TABLE.flatMap(
  ({ row, event, to, from }) => from.map((one) => ({ row, edge: `${one} + ${event} -> ${to}` })),
)

export type Counts = Map<string, number>

export function counted(counts: Counts, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

/** Of the table, and never walked. */
export function missing(counts: ReadonlyMap<Edge, number>): readonly string[] {
  return EDGES.filter(({ edge }) => !counts.has(edge)).map(({ row, edge }) => `${row}: ${edge}`)
}
