import { MINUTE_HISTORY, RULES } from './limits.ts'

/** What a configuration may lower; limits-and-codes.md section 2 has the reasons. */
export interface Pacing {
  /** Of every limit that all bots and windows of one login share, a ratio. */
  readonly share: number
  /** P1, of this process, in any second. */
  readonly messagesPerSecond: number
  /** P5: weight of requests for bars of 30 s and less, and of 5-second streams, in 600 s. */
  readonly historyPerTenMinutes: number
  /** Requests for bars of a minute and more in 600 s. */
  readonly minuteHistoryPerTenMinutes: number
  /** Bar streams (keepUpToDate) open at a time. */
  readonly streams: number
  /** Historical requests under way, and of those the ones that nothing waits for. */
  readonly historyInFlight: number
  readonly backgroundInFlight: number
  /** P8, and what of it only an entry or an exit may use. */
  readonly lines: number
  readonly reservedLines: number
}

/** The most there is: what a configuration that says nothing gets. */
export const PACING: Pacing = {
  share: 1,
  messagesPerSecond: RULES.P1.ours,
  historyPerTenMinutes: RULES.P5.ours,
  minuteHistoryPerTenMinutes: MINUTE_HISTORY,
  streams: 40,
  historyInFlight: 6,
  backgroundInFlight: 2,
  lines: RULES.P8.ours,
  reservedLines: 20,
}

/** Below this nothing useful is left of a login. */
export const SHARE_MIN = 0.05
/** Of the lines that are not reserved, so many are left to the price of an underlying. */
const UNDERLYING_LINES = 10

/** What this process may use, its share taken. */
export interface Allowance extends Pacing {
  /** P2: streams and requests under way together. */
  readonly historyOpen: number
  /** What can wait is sent only while no more than this was used in 600 s, unless owed a turn. */
  readonly backgroundPerTenMinutes: number
  /** So many streams may be opened beyond them: all of them, after each of two lost connections. */
  readonly streamsAgainPerTenMinutes: number
  /** P4. */
  readonly burst: number
  /** Lines that bars may hold. */
  readonly barLines: number
}

/**
 * The limits of a login are divided; those of a connection, an account or a process are not.
 * Rounded down, so that shares of at most 100 % together never exceed what one bot may use.
 */
export function allowanceOf(pacing: Pacing): Allowance {
  const part = (of: number): number => Math.max(1, Math.floor(of * pacing.share + 1e-9))
  const historyOpen = part(RULES.P2.ours)
  const historyInFlight = Math.min(part(pacing.historyInFlight), historyOpen)
  const streams = Math.min(part(pacing.streams), historyOpen - historyInFlight)
  const minuteHistoryPerTenMinutes = part(pacing.minuteHistoryPerTenMinutes)
  const lines = part(pacing.lines)
  const reservedLines = Math.min(part(pacing.reservedLines), lines - 1)
  const free = lines - reservedLines
  return {
    ...pacing,
    historyPerTenMinutes: part(pacing.historyPerTenMinutes),
    minuteHistoryPerTenMinutes,
    backgroundPerTenMinutes: Math.max(1, Math.floor(minuteHistoryPerTenMinutes / 2)),
    streamsAgainPerTenMinutes: 2 * streams,
    historyOpen,
    historyInFlight,
    backgroundInFlight: Math.min(part(pacing.backgroundInFlight), historyInFlight),
    streams,
    burst: part(RULES.P4.ours),
    lines,
    reservedLines,
    barLines: Math.max(0, free - Math.ceil(UNDERLYING_LINES * pacing.share)),
  }
}
