import { unreachable } from '../base/assert.ts'
import type { WatchedVitals } from './vitals-file.ts'

export type Alarm =
  /** No new vitals: the bot is stopped, blocked or gone. */
  | { readonly kind: 'silent'; readonly sinceMs: number }
  /** It lives, and its event loop stood still for so long within the last minute. */
  | { readonly kind: 'stalled'; readonly loopDelayMs: number }
  /** It lives and asks, and nothing is answered. */
  | { readonly kind: 'mute-gateway'; readonly sinceMs: number }
  /** Structures that nothing protects. */
  | { readonly kind: 'unprotected'; readonly structures: number }

export interface Heard {
  /** The last word; null: none yet. */
  readonly vitals: WatchedVitals | null
  /** How long ago it came, by the listener's own clock; the bot's may be anywhere. */
  readonly ageMs: number
}

const STALLED_MS = 2_000
/** P17: a person is paged within five minutes. */
const MUTE_MS = 240_000
/** P30: protected, or being flattened, within 30 s. */
const UNPROTECTED_MS = 30_000

/** What is wrong, from what was last heard and how long ago. */
export function alarms(
  { vitals, ageMs }: Heard,
  rules: { readonly silentMs: number },
): readonly Alarm[] {
  const silent = ageMs >= rules.silentMs
  const found: Alarm[] = silent ? [{ kind: 'silent', sinceMs: ageMs }] : []
  if (vitals === null) return found
  const { at, lastAnswerAt, unprotectedSince, incident } = vitals
  const loopDelayMs = Math.max(vitals.loopDelayMsMax, vitals.loopDelayMsP99 ?? 0)
  if (!silent && loopDelayMs >= STALLED_MS) found.push({ kind: 'stalled', loopDelayMs })
  const muteMs = lastAnswerAt === null ? 0 : at - lastAnswerAt
  // A restart that was announced pages nobody; once its window is over it has another verdict.
  const planned = incident?.verdict === 'PLANNED_RESTART'
  if (!silent && !planned && muteMs >= MUTE_MS)
    found.push({ kind: 'mute-gateway', sinceMs: muteMs })
  const late = unprotectedSince !== null && at + ageMs - unprotectedSince >= UNPROTECTED_MS
  // Who is silent watches no stop either.
  const structures = (late ? vitals.unprotected : 0) + (silent ? vitals.watchedHere : 0)
  if (structures > 0) found.push({ kind: 'unprotected', structures })
  return found
}

export function alarmText(alarm: Alarm): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)} s`
  switch (alarm.kind) {
    case 'silent':
      return `the bot has been silent for ${seconds(alarm.sinceMs)}`
    case 'stalled':
      return `the bot's event loop stood still for ${(alarm.loopDelayMs / 1_000).toFixed(1)} s`
    case 'mute-gateway':
      return `the Gateway has not answered for ${seconds(alarm.sinceMs)}; the bot lives`
    case 'unprotected':
      return `${alarm.structures} structure(s) without protection; look at the account`
    default:
      return unreachable(alarm)
  }
}
