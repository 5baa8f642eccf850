import { unreachable } from '../../base/assert.ts'

/** How the last attempt, or the connection before it, ended. */
export type LinkEnd =
  /** TCP: nobody listens, or nobody is reached. */
  | 'unreachable'
  /** Accepted, and then the handshake or the readiness failed, 326 included. */
  | 'not-ready'
  /** It was ready. */
  | 'dropped'

/** Why a connection, or an attempt at one, is over: what its end itself proves. */
export type EndCause =
  | 'refused' // by the host: nobody listens
  | 'no-route' // nobody refused and nobody accepted
  | 'closed' // RST or FIN
  | 'no-handshake' // accepted, then silent
  | 'no-heartbeat'
  | 'unreadable' // what came is not the protocol, or not a version we speak
  | 'client-id-in-use'
  | 'repair' // by us, because it was of no use any more
  | 'local' // by us: asked to, or for a defect of ours

export interface Attempts {
  /** Accepted connections in a row that did not become ready. */
  readonly failed: number
}

export const NO_ATTEMPTS: Attempts = { failed: 0 }

const BACKOFF_FROM_MS = 1_000
export const BACKOFF_TO_MS = 60_000
const PROBE_MS = [1_000, 2_000] as const

/**
 * When to try again (client-library.md, S10). A port that refuses is probed every 1 to 2 s, for
 * ever; backoff, doubling from 1 to 60 s, is for those that accept and then fail, and starts again
 * once ready. At most one probe a second and 130 handshakes in an outage of 2 h, whatever `jitter`
 * (0 to 1) says.
 */
export function nextAttempt(
  before: Attempts,
  ended: LinkEnd,
  jitter: number,
): { readonly after: Attempts; readonly delayMs: number } {
  switch (ended) {
    case 'unreachable':
      return { after: before, delayMs: PROBE_MS[0] + jitter * (PROBE_MS[1] - PROBE_MS[0]) }
    case 'dropped':
      return { after: NO_ATTEMPTS, delayMs: BACKOFF_FROM_MS }
    case 'not-ready': {
      const full = Math.min(BACKOFF_TO_MS, BACKOFF_FROM_MS * 2 ** before.failed)
      // Jitter only lengthens: 2 h at no less than 60 s each are 120 attempts and the first few.
      const delayMs = Math.min(BACKOFF_TO_MS, full * (1 + jitter / 4))
      return { after: { failed: before.failed + 1 }, delayMs }
    }
    default:
      return unreachable(ended)
  }
}

/** Shorter waits need no turns. */
const TURNS_FROM_MS = 8_000
const ALIKE_MS = 1_000

/**
 * Connections that fail for one cause try in turn: the first that is answered wakes the others. At
 * the longest wait each tries in the middle of the longest time in which no other does, so that
 * they end up equally far apart; before, whoever would come with another comes half a wait sooner.
 * `others` is when they are due; all of it monotonic.
 */
export function turnOf(others: readonly number[], dueAt: number, delayMs: number): number {
  if (others.length === 0 || delayMs < TURNS_FROM_MS) return dueAt
  const half = delayMs / 2
  if (delayMs < BACKOFF_TO_MS) {
    const isClose = others.some((at) => Math.abs(dueAt - at) < half / 2)
    return isClose ? dueAt - half : dueAt
  }
  const modulo = (ms: number): number => ((ms % delayMs) + delayMs) % delayMs
  const at = others.map((other) => modulo(other - dueAt)).sort((a, b) => a - b)
  const gaps = at.map((from, i) => {
    const next = at[i + 1] ?? (at[0] ?? 0) + delayMs
    const middle = modulo((from + next) / 2)
    return { ms: next - from, shift: middle <= half ? middle : middle - delayMs }
  })
  const longest = Math.max(...gaps.map(({ ms }) => ms))
  // Of those that are about as long, the one it is in: else it would hop from one to the next.
  const shifts = gaps.filter(({ ms }) => ms >= longest - ALIKE_MS).map(({ shift }) => shift)
  return dueAt + shifts.reduce((best, each) => (Math.abs(each) < Math.abs(best) ? each : best))
}
