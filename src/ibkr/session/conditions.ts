import type { Cancel, Clock, EpochMs } from '../../base/clock.ts'
import type { Gate, SetGate } from '../../domain/account.ts'
import type { RequestClass } from '../../engine/health.ts'
import type { LinkNotice } from './error-codes.ts'
import { mayBeNeeded } from './farms.ts'
import type { Notice } from './link.ts'

/** client-library.md section 4: beyond this the clocks are too far apart to judge any age. */
const SKEW_MS_MAX = 5_000
/** currentTime counts whole seconds. */
const SKEW_RESOLUTION_MS = 1_000
/** After code 100, and before a competing login is asked about again. */
const MINUTE_MS = 60_000

/** What the connections say that blocks entries, by cause. A gate never blocks an exit. */
export class Conditions {
  readonly #clock: Clock
  readonly #set = new Map<string, SetGate>()
  readonly #changed: () => void
  /** What ends by itself, a minute after it was said last. */
  readonly #minutes = new Map<string, Cancel>()
  /** When the last trouble of quotes ended. */
  #quotesWellSince = 0 as EpochMs

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
  }

  /** All that are set now. */
  gates(): readonly SetGate[] {
    return [...this.#set.values()]
  }

  /** `of` is the connection that heard it: each has a heartbeat, a farm is one and the same. */
  heard(of: string, notice: Notice): void {
    switch (notice.kind) {
      case 'link-up':
        // No connection is up before its own ping was answered, and that is the proof: the ping
        // of the connection before, and of attempts that came to nothing, is asked by nobody now.
        this.#put(`heartbeat ${of}`, 'heartbeat', null)
        return this.#put(`link ${of}`, 'connectivity', null)
      case 'link-down':
        this.#forget(SAID_OF_CONNECTION, of)
        return this.#put(`link ${of}`, 'connectivity', `${of} connection: ${notice.fault.detail}`)
      case 'heartbeat':
        return this.#put(`heartbeat ${of}`, 'heartbeat', notice.late ? `${of}: no answer` : null)
      case 'skew': {
        const far = Math.abs(notice.skewMs) > SKEW_MS_MAX + SKEW_RESOLUTION_MS
        return this.#put(
          'skew of the clocks',
          'skew',
          far ? `the clocks differ by ${notice.skewMs} ms` : null,
        )
      }
      case 'gateway':
        return this.#gateway(of, notice.notice, notice.text)
      default:
    }
  }

  /**
   * Since when nothing is known that keeps quotes from coming over this connection: its link, the
   * link to IBKR, a farm of market data, another login that has them. Null: something does.
   */
  quotesWellSince(of: string): EpochMs | null {
    const keys = [...this.#set.keys()]
    return keys.some((key) => stopsQuotes(key, of)) ? null : this.#quotesWellSince
  }

  /** An answer came that only this farm can have given. */
  farmProved(farm: string): void {
    for (const key of this.#set.keys()) if (key.startsWith(`farm ${farm} `)) this.#clear(key)
  }

  /** An answer came that only IBKR can have given. */
  reached(of: string): void {
    this.#clear(`connectivity ${of}`)
  }

  /** What is not known by name yet, or cannot be gone around: for as long as it lasts. */
  incident(reason: string | null): void {
    this.#put('incident', 'breaker', reason)
  }

  /** A loop that is late reads late; null: it is not. */
  loop(reason: string | null): void {
    this.#put('loop', 'heartbeat', reason)
  }

  /** A budget that entries need is used up; null when it is not any more. */
  budget(reason: string | null): void {
    this.#put('budget', 'pacing', reason)
  }

  /** A service that keeps failing is not asked: no entries until a probe is answered. */
  broke(of: string, service: RequestClass, reason: string | null): void {
    this.#put(`breaker ${service} ${of}`, 'breaker', reason)
  }

  #gateway(of: string, notice: LinkNotice, text: string): void {
    switch (notice.kind) {
      case 'connectivity-lost':
        return this.#put(`connectivity ${of}`, 'connectivity', text)
      case 'connectivity-restored':
        this.#clear(`connectivity ${of}`)
        // 1102 says that data goes on, and so do its farms (limits-and-codes.md section 5); after
        // 1101 each tells for itself.
        return notice.dataLost ? undefined : this.#forget(['farm'], of)
      case 'farm':
        // Only those that an entry needs (promises.md 5.1).
        if (!mayBeNeeded(notice.farm)) return undefined
        // Per farm: one that is back says nothing about another (P19).
        return this.#put(`farm ${notice.farm} ${of}`, 'farm', notice.up ? null : text)
      case 'rate-exceeded':
        return this.#putForAMinute(`pacing ${of}`, 'pacing', text)
      case 'competing-session':
        return this.#putForAMinute(`competing ${of}`, 'stale-data', text)
      default:
    }
  }

  #forget(causes: readonly string[], of: string): void {
    for (const key of this.#set.keys()) {
      if (causes.includes(key.slice(0, key.indexOf(' '))) && key.endsWith(` ${of}`))
        this.#clear(key)
    }
  }

  #putForAMinute(key: string, gate: Gate, reason: string): void {
    this.#put(key, gate, reason)
    this.#minutes.get(key)?.()
    this.#minutes.set(
      key,
      this.#clock.after(MINUTE_MS, () => this.#clear(key)),
    )
  }

  #clear(key: string): void {
    if (!this.#set.delete(key)) return
    if (stopsQuotes(key, key.slice(key.lastIndexOf(' ') + 1))) {
      this.#quotesWellSince = this.#clock.now()
    }
    this.#changed()
  }

  #put(key: string, gate: Gate, reason: string | null): void {
    if (reason === null) return this.#clear(key)
    if (this.#set.has(key)) return
    this.#set.set(key, { gate, symbol: null, since: this.#clock.now(), reason })
    this.#changed()
  }
}

/**
 * What ends with the connection that said it: the next one is told again of IBKR and its farms, and
 * asks every service anew. Not its ping, which is late until one is answered, and not what holds
 * for the whole login: a strike of 100, another session that competes.
 */
const SAID_OF_CONNECTION = ['connectivity', 'farm', 'breaker']

/** Whether what this key stands for keeps the quotes of a connection from coming. */
function stopsQuotes(key: string, of: string): boolean {
  if (key.startsWith('connectivity ') || key.startsWith('competing ')) return true
  if (key.startsWith('farm ')) return !/hmds|secdef/i.test(key)
  return key === `link ${of}`
}
