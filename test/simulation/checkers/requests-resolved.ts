import type { EpochMs } from '../../../src/base/clock.ts'
import { DEADLINE_MS } from '../../../src/ibkr/session/question.ts'
import { CLIENT_ID_BASE, clientIdOf } from '../../../src/ibkr/session/client-ids.ts'
import type { RequestKind } from '../../../src/ibkr/session/question.ts'
import type { Request } from '../../../src/wire/requests.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Load, Sight } from './checker.ts'

/** What ends or changes something carries the id of what it is about. */
const ABOUT: ReadonlySet<Request['kind']> = new Set<Request['kind']>([
  'placeOrder',
  'cancelOrder',
  'cancelMktData',
  'cancelHistoricalData',
  'cancelRealTimeBars',
  'cancelAccountSummary',
  'cancelPnL',
])
/** Of all kinds together, over all connections; lines and bars of thirty symbols among them. */
const OPEN_MAX = 250
/** Ids only grow: one that comes back comes soon. */
const IDS_KEPT = 10_000
/** How often it is looked whether everything has ended that was asked so long ago. */
const LOOK_MS = 5_000
/** The longest deadline, and what a request may wait for its turn: history waits for its budget. */
const ENDED_MS = 60_000 + 15_000
const HISTORY_MS = 600_000 + ENDED_MS
const HISTORY: ReadonlySet<string> = new Set(['shortHistory', 'longHistory', 'barStream'])

/**
 * I14: no id is asked under twice; every request that has a deadline ends, once; and what is open at
 * the Gateway stays bounded. IBKR's own caps are counted by the Gateway (I15).
 */
export function requestsResolved(): Checker {
  const used = new Set<number>()
  const looks = new Map<RequestKind, { readonly at: EpochMs; readonly asked: number }[]>()
  /** What the end of a connection has ended is measured nowhere; by kind, since the last fault. */
  const lost = new Map<RequestKind, number>()
  let lookedAt = -Infinity
  /** What the canary of an incident asks is measured nowhere either. */
  let askedBesideAt = -Infinity

  function look({ now, load, quietSince, state }: Sight): Complaint {
    if (state.incidents.size > 0) askedBesideAt = now
    if (now - lookedAt < LOOK_MS) return null
    lookedAt = now
    const { requests } = load()
    if (requests === null) return null
    const roughUntil = Math.max(quietSince ?? Infinity, askedBesideAt) + ENDED_MS
    const isRough = now < roughUntil
    if (isRough) looks.clear()
    for (const kind of isRough ? kinds() : []) {
      lost.set(kind, requests.asked[kind] - (requests.observed.get(kind) ?? 0))
    }
    const open = Object.values(requests.open).reduce((sum, of) => sum + of, 0)
    return firstOf(
      unless(open <= OPEN_MAX, `${open} requests are open at the Gateway`),
      ...kinds().map((kind) => ended(kind, requests, now)),
    )
  }

  function ended(kind: RequestKind, of: NonNullable<Load['requests']>, now: EpochMs): Complaint {
    const asked = of.asked[kind]
    const observed = of.observed.get(kind) ?? 0
    const since = looks.get(kind) ?? []
    looks.set(kind, since)
    since.push({ at: now, asked })
    const ms = HISTORY.has(kind) ? HISTORY_MS : ENDED_MS
    while ((since[1]?.at ?? now) <= now - ms) since.shift()
    const [old] = since
    const isDue = old !== undefined && old.at <= now - ms
    const due = isDue ? old.asked - (lost.get(kind) ?? 0) : 0
    return firstOf(
      unless(observed <= asked, `${asked} of ${kind} were asked, ${observed} have ended`),
      unless(observed >= due, `${due} of ${kind} were asked ${ms} ms ago, ${observed} have ended`),
    )
  }

  return {
    name: 'requests-resolved',
    withoutWire: 'nothing',
    asked({ clientId, request }) {
      const aside = clientId === CANARY ? kindOf(request) : null
      if (aside !== null) lost.set(aside, (lost.get(aside) ?? 0) + 1)
      if (!('reqId' in request) || ABOUT.has(request.kind)) return null
      const { reqId } = request
      const isNew = !used.has(reqId)
      used.add(reqId)
      const [oldest] = used
      if (used.size > IDS_KEPT && oldest !== undefined) used.delete(oldest)
      return unless(isNew, `${request.kind} is asked under ${reqId}, which was used`)
    },
    passed: look,
    rested: look,
  }
}

/** What it asks is measured nowhere: it lives for one question. */
const CANARY = clientIdOf('canary', CLIENT_ID_BASE)

/** Of what a canary may ask; null: it counts as no request. */
function kindOf(request: Request): RequestKind | null {
  switch (request.kind) {
    case 'reqMktData':
      return request.snapshot ? 'snapshotQuote' : 'streamingQuote'
    case 'reqHistoricalData':
      return 'shortHistory'
    case 'reqContractDetails':
      return 'contractDetails'
    case 'reqSecDefOptParams':
      return 'chain'
    case 'reqMarketRule':
      return 'marketRule'
    case 'reqCurrentTime':
      return 'currentTime'
    default:
      return null
  }
}

/** Those that end by themselves: a line, or bars of a closed market, may be silent for hours. */
function kinds(): readonly RequestKind[] {
  return (Object.keys(DEADLINE_MS) as RequestKind[]).filter((kind) => DEADLINE_MS[kind] !== null)
}
