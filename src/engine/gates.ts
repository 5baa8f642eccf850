import type { EpochMs } from '../base/clock.ts'
import type { SetGate } from '../domain/account.ts'
import { coversYearsFrom, sessionAt } from '../domain/calendar.ts'

/** Why no entry may be made at this moment, whatever the market does; null: it may. */
export type Window = (now: EpochMs) => string | null

/** Regular hours of a calendar that knows this year and the next (R22). */
export const regularHours: Window = (now) => {
  if (!coversYearsFrom(now)) return 'the calendar does not cover this year and the next'
  return sessionAt(now) === null ? 'outside regular hours' : null
}

/** With bars of all hours: a first minute of regular ones must have closed before an entry. */
export const afterFirstMinute: Window = (now) => {
  const minuteAgo = sessionAt((now - 60_000) as EpochMs)
  return regularHours(now) ?? (minuteAgo === null ? 'the first minute of regular hours' : null)
}

const MINUTE_MS = 60_000

/**
 * For windows that open and close on whole minutes, as all do that the calendar or a file states:
 * the calendar is asked once a minute, and not with every beat.
 */
export function byMinute(window: Window): Window {
  let known: { readonly minute: number; readonly reason: string | null } | null = null
  return (now) => {
    const minute = Math.floor(now / MINUTE_MS)
    if (known?.minute !== minute) known = { minute, reason: window(now) }
    return known.reason
  }
}

/** The gates that come from outside the core, by who sees their cause. */
export class Gates {
  readonly #bySource = new Map<string, readonly SetGate[]>()
  #told: string | null = null
  #isNew = true

  /** All that this source has set now; a gate that stays set keeps its `since`. */
  set(source: string, gates: readonly SetGate[]): void {
    const before = this.#bySource.get(source)
    const kept = gates.map((gate) => before?.find((set) => sameGate(set, gate)) ?? gate)
    // As it is with nearly every beat.
    if (before?.length === kept.length && kept.every((gate, i) => gate === before[i])) return
    this.#isNew = true
    this.#bySource.set(source, kept)
  }

  /** All of them, when they are others than the last time; the first time always. */
  changed(): readonly SetGate[] | null {
    if (!this.#isNew) return null
    this.#isNew = false
    const gates = [...this.#bySource.values()].flat()
    const now = gates.map((set) => `${set.gate} ${set.symbol ?? ''}`).join('|')
    if (now === this.#told) return null
    this.#told = now
    return gates
  }
}

function sameGate(a: SetGate, b: SetGate): boolean {
  return a.gate === b.gate && a.symbol === b.symbol
}
