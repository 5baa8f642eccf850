import type { Request } from '../../wire/requests.ts'
import { counted, countsSince, RULES, SMALL_BAR_SECONDS, weightOf } from './limits.ts'
import { withOpened, withoutClosed } from './limits.ts'
import type { Counts, Opened, RuleId } from './limits.ts'

/** What all frames of a login have come to, by rule. */
export interface Meters {
  readonly counts: ReadonlyMap<RuleId, Counts>
  readonly open: ReadonlyMap<RuleId, Opened>
}

export const NOTHING_SENT: Meters = { counts: new Map(), open: new Map() }

export interface Frame {
  readonly at: number
  readonly connection: string
  readonly request: Request
}

interface Use {
  readonly rule: RuleId
  readonly key: string
  readonly weight: number
}

/** The rules that this frame breaks, and the meters after it; what is refused opens nothing. */
export function judged(
  meters: Meters,
  frame: Frame,
  bound: 'limit' | 'ours' = 'limit',
): { readonly meters: Meters; readonly broken: readonly RuleId[] } {
  const { at } = frame
  const opens = openedBy(frame)
  const uses = usesOf(frame)
  const broken: RuleId[] = []
  const counts = new Map(meters.counts)
  for (const { rule, key, weight } of uses) {
    const windowMs = RULES[rule].windowMs ?? 0
    const before = countsSince(counts.get(rule) ?? [], { windowMs, now: at })
    const over = weightOf(before, { windowMs, key, now: at }) + weight > RULES[rule][bound]
    if (over) broken.push(rule)
    counts.set(rule, counted(before, { key, at, weight }, windowMs))
  }
  const open = new Map(meters.open)
  for (const { rule, owner } of closedBy(frame)) {
    open.set(rule, withoutClosed(open.get(rule) ?? new Set(), owner))
  }
  for (const { rule, owner } of opens) {
    const owners = withOpened(open.get(rule) ?? new Set(), owner)
    if (owners.size > RULES[rule][bound]) broken.push(rule)
    else open.set(rule, owners)
  }
  // A refused frame counts in P1 alone (assumed, as at the Gateway).
  const kept = broken.some((rule) => rule !== 'P1') ? refused(meters, counts) : counts
  return { meters: { counts: kept, open: broken.length > 0 ? meters.open : open }, broken }
}

/** The Gateway ended what this request had opened. */
export function ended(meters: Meters, connection: string, reqId: number): Meters {
  const owner = `${connection}/${reqId}`
  const open = new Map([...meters.open].map(([rule, all]) => [rule, withoutClosed(all, owner)]))
  return { ...meters, open }
}

function refused(meters: Meters, counts: ReadonlyMap<RuleId, Counts>): ReadonlyMap<RuleId, Counts> {
  return new Map([...meters.counts, ['P1', counts.get('P1') ?? []] as const])
}

function usesOf({ connection, request }: Frame): readonly Use[] {
  const rate: Use = { rule: 'P1', key: connection, weight: 1 }
  const total: Use = { rule: 'P5', key: '', weight: 1 }
  switch (request.kind) {
    case 'reqHistoricalData': {
      if (!isSmall(request.barSize)) return [rate]
      const { reqId: _, ...asked } = request
      const weight = request.whatToShow === 'BID_ASK' ? 2 : 1
      return [rate, { ...total, weight }, ...tapeUses(request, JSON.stringify(asked))]
    }
    case 'reqHeadTimestamp':
      return [rate, total, ...tapeUses(request, `head ${JSON.stringify(request.contract)}`)]
    case 'reqRealTimeBars':
      return [rate, total]
    default:
      return [rate]
  }
}

function tapeUses(
  {
    contract,
    whatToShow,
  }: {
    readonly contract: {
      readonly conId: number
      readonly symbol: string
      readonly exchange: string
    }
    readonly whatToShow: string
  },
  identity: string,
): readonly Use[] {
  const tape = `${contract.conId} ${contract.symbol} ${contract.exchange} ${whatToShow}`
  return [
    { rule: 'P3', key: identity, weight: 1 },
    { rule: 'P4', key: tape, weight: 1 },
  ]
}

function isSmall(barSize: string): boolean {
  const seconds = /^(\d+) secs?$/.exec(barSize)
  return seconds !== null && Number(seconds[1]) <= SMALL_BAR_SECONDS
}

type Owned = readonly { readonly rule: RuleId; readonly owner: string }[]

function openedBy({ connection, request }: Frame): Owned {
  const owned = (rule: RuleId): Owned =>
    'reqId' in request ? [{ rule, owner: `${connection}/${request.reqId}` }] : []
  switch (request.kind) {
    case 'reqHistoricalData':
    case 'reqHeadTimestamp':
      return owned('P2')
    case 'reqMktData':
    case 'reqRealTimeBars':
      return owned('P8')
    case 'reqAccountSummary':
      return owned('P11')
    default:
      return []
  }
}

function closedBy({ connection, request }: Frame): Owned {
  const owned = (rule: RuleId): Owned =>
    'reqId' in request ? [{ rule, owner: `${connection}/${request.reqId}` }] : []
  switch (request.kind) {
    case 'cancelHistoricalData':
    case 'cancelHeadTimestamp':
      return owned('P2')
    case 'cancelMktData':
    case 'cancelRealTimeBars':
      return owned('P8')
    case 'cancelAccountSummary':
      return owned('P11')
    default:
      return []
  }
}
