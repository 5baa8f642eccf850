import { VERDICTS } from '../../domain/incident.ts'
import type { Exclusion, Verdict, VerdictName } from '../../domain/incident.ts'
import type { Evidence } from './evidence.ts'
import * as is from './findings.ts'
import type { Check } from './findings.ts'

interface Row {
  readonly verdict: VerdictName
  /** All of them. */
  readonly when: readonly Check[]
  readonly scope?: (e: Evidence) => string | null
}

const readingFine = is.not(is.notReading)
const notPaced = is.not(is.paced)
const nothingSaid = is.farmsFine
const canaryFails = is.not(is.canaryAnswered)
// A budget of history that is used up delays no heartbeat; only the limit of messages does.
const mute = [is.pingUnanswered, readingFine, is.wentOut, nothingSaid, is.not(is.rateSaid)] as const
/** The session lives; what is dead is one of its services. */
const alive = [is.pingAnswered] as const

/** It reads again by itself; a new connection would mend nothing. */
const loop = (e: Evidence): string | null =>
  is.stoodStill(e).holds === true && e.ping !== 'unanswered' ? 'loop' : null
const session = (): string => 'session'
const downFarm = ({ farms }: Evidence): string | null =>
  farms?.find(({ up, code }) => !up && (code === 2103 || code === 2157))?.farm ?? null
const oneOrder = ({ orderQueries }: Evidence): string | null =>
  orderQueries === true ? 'one order' : null

/** The verdict table of incident.md 9.3, in its order: plain statements before what is inferred. */
const ROWS: readonly Row[] = [
  { verdict: 'CLIENT_ID_IN_USE', when: [is.idInUse] },
  { verdict: 'PROTOCOL_ERROR', when: [is.protocolBroken] },
  { verdict: 'PLANNED_RESTART', when: [is.inWindow, is.restartSign, notPaced] },
  // The socket is silent. Who does not read, who does not send, who does not answer?
  {
    verdict: 'LOCAL_READER_STALLED',
    scope: loop,
    when: [is.anyOf(is.stoodStill, is.pingUnanswered), is.notReading],
  },
  {
    verdict: 'LOCAL_WRITER_STALLED',
    when: [is.pingUnanswered, readingFine, is.ownBytesStuck],
  },
  { verdict: 'NETWORK_BLACKHOLE', when: [is.pingLateOrNot, readingFine, is.networkCuts] },
  // A Gateway that says 100 answers that, and not what it ignores: its own words come first.
  {
    verdict: 'NETWORK_BLACKHOLE',
    when: [is.pingLateOrNot, readingFine, is.networkTrickles, is.not(is.rateSaid)],
  },
  {
    verdict: 'GATEWAY_HUNG',
    when: [...mute, canaryFails],
  },
  {
    verdict: 'GATEWAY_HUNG',
    scope: session,
    when: [...mute, is.canaryAnswered],
  },
  { verdict: 'GATEWAY_DOWN', when: [is.socketGone, is.not(is.rateSaid)] },
  // The session answers. What does not?
  { verdict: 'IBKR_LINK_DOWN', when: [...alive, is.linkLost] },
  { verdict: 'IBKR_LINK_DOWN', scope: downFarm, when: [...alive, is.quoteFarmDown] },
  {
    verdict: 'HMDS_DOWN',
    when: [
      ...alive,
      is.anyOf(is.historyFarmDown, both(both(is.hmdsUnheard, is.dataSilent), notPaced)),
    ],
  },
  { verdict: 'HMDS_IDLE', when: [...alive, is.hmdsIdle, is.dataSilent, notPaced] },
  { verdict: 'DATA_RIGHTS', when: [...alive, is.noRights] },
  { verdict: 'READ_ONLY', when: [...alive, is.readOnly] },
  {
    verdict: 'ORDERS_DEAD',
    scope: oneOrder,
    when: [...alive, is.ordersSilent, is.marketOpen, is.farmsFine, notPaced],
  },
  { verdict: 'NO_DATA_EXPECTED', when: [...alive, is.not(is.marketOpen), is.dataEmpty] },
  { verdict: 'PACING', when: [...alive, is.paced] },
  // Of heartbeats too: neither their silence nor the end that follows is another trouble.
  { verdict: 'PACING', when: [is.rateSaid] },
  { verdict: 'TICKER_LINES_EXHAUSTED', when: [...alive, is.tickerLinesOut, is.farmsFine] },
  { verdict: 'REPLY_UNMATCHED', when: [...alive, is.unmatched, is.farmsFine] },
  {
    verdict: 'SESSION_HIST_WEDGED',
    when: [...alive, is.dataSilent, is.farmsFine, notPaced, is.canaryAnswered],
  },
  {
    verdict: 'GATEWAY_HIST_WEDGED',
    when: [...alive, is.dataSilent, is.farmsFine, notPaced, canaryFails],
  },
]

function both(one: Check, other: Check): Check {
  return is.not(is.anyOf(is.not(one), is.not(other)))
}

interface Judged {
  readonly row: Row
  /** False: excluded, by `because`. Null: something is not known. */
  readonly holds: boolean | null
  readonly because: string
  readonly missing: readonly string[]
}

/**
 * Rows are tried from the top. The first that the evidence does not exclude is the verdict, if all
 * of it is supported; else nothing is decided, and what would decide is named.
 */
export function verdictOf(evidence: Evidence): Verdict {
  const judged = ROWS.map((row) => judge(row, evidence))
  const excluded = exclusions(judged)
  const first = judged.find(({ holds }) => holds !== false)
  if (first?.holds === true) {
    const { verdict: name, scope } = first.row
    const others = excluded.filter(({ verdict }) => verdict !== name)
    return {
      name,
      scope: scope?.(evidence) ?? null,
      excluded: others,
      candidates: [],
      missing: [],
    }
  }
  const left = judged.filter(({ holds }) => holds !== false)
  return {
    name: 'UNDETERMINED',
    scope: null,
    excluded,
    candidates: VERDICTS.filter((name) => left.some(({ row }) => row.verdict === name)),
    missing: [...new Set(left.flatMap(({ missing }) => missing))],
  }
}

function judge(row: Row, evidence: Evidence): Judged {
  const found = row.when.map((check) => check(evidence))
  const against = found.find(({ holds }) => holds === false)
  const missing = found.filter(({ holds }) => holds === null).map(({ says }) => says)
  const holds = against !== undefined ? false : missing.length > 0 ? null : true
  return { row, holds, because: against?.says ?? '', missing }
}

/** A cause is excluded when each of its rows is; the first says why. */
function exclusions(judged: readonly Judged[]): readonly Exclusion[] {
  return VERDICTS.flatMap((verdict) => {
    const rows = judged.filter(({ row }) => row.verdict === verdict)
    const [first] = rows
    if (first === undefined || rows.some(({ holds }) => holds !== false)) return []
    return [{ verdict, because: first.because }]
  })
}
