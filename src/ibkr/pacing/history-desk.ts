import type { Cancel, Clock } from '../../base/clock.ts'
import type { Allowance } from './allowance.ts'
import { counted, countsSince, fitsAt, RULES, weightOf } from './limits.ts'
import type { Counts } from './limits.ts'

/** One historical request, as P2 to P5 look at it. */
export interface HistoryWanted {
  /** All that makes two requests the same. */
  readonly identity: string
  /** Contract, exchange and data. */
  readonly tape: string
  /** Nobody waits for the answer: repairs, and bars that grow by themselves later. */
  readonly background: boolean
}

/** A place at the Gateway: told when the request left, and when nothing of it is open any more. */
export interface Place {
  readonly sent: () => void
  readonly freed: () => void
}

export interface HistoryWaiting {
  run(place: Place): void
  /** It waited too long, and is not sent any more. */
  aged(): void
}

/** How long a request may wait for its turn, milliseconds. */
const AGE_MS_MAX = { foreground: 120_000, background: 600_000 } as const
/** The Gateway spoke of pacing: so long nothing is asked (limits-and-codes.md 7.1). */
const VIOLATION_MS = 15_000

type Meter = 'identical' | 'burst' | 'minutes' | 'total'
const WINDOW_MS: Readonly<Record<Meter, number>> = {
  identical: RULES.P3.windowMs ?? 0,
  burst: RULES.P4.windowMs ?? 0,
  minutes: RULES.P5.windowMs ?? 0,
  total: RULES.P5.windowMs ?? 0,
}

interface Entry {
  readonly wanted: HistoryWanted
  readonly waiting: HistoryWaiting
  readonly stopAge: Cancel
}

/** What is counted of one request, with what is granted and has not left yet. */
type Use = Partial<Record<Meter, string>>
/**
 * Bars of a minute and more share a meter that no limit of IBKR stands behind (L7), so it may be
 * filled by rank: repairs leave room for what is waited for, and a stream, without which each bar
 * is a request, is opened again whatever was asked before.
 */
type Rank = 'stream' | 'foreground' | 'background'

/**
 * The guards P2 to P5 before history enters its lane. What may not go yet waits, foreground first,
 * and whoever is held back by its own limits holds back nobody else. Bars of less than a minute
 * are never asked for; 5-second streams count in P5.
 */
export class HistoryDesk {
  readonly #clock: Clock
  readonly #allowance: Allowance
  readonly #waiting: Record<'foreground' | 'background', Entry[]> = {
    foreground: [],
    background: [],
  }
  readonly #counts: Record<Meter, Counts> = { identical: [], burst: [], minutes: [], total: [] }
  /** Granted, not sent: they count now, whenever now is. */
  readonly #granted = new Set<Use>()
  readonly #inFlight = { foreground: 0, background: 0 }
  #streams = 0
  #restsUntil = -Infinity
  #wakes: Cancel = () => undefined
  /** How often the Gateway spoke of pacing: a defect of ours, or a neighbour on the login. */
  violations = 0

  constructor(clock: Clock, allowance: Allowance) {
    this.#clock = clock
    this.#allowance = allowance
  }

  /** Runs now or in its turn. The cancel takes it out of the queue, silently. */
  offer(wanted: HistoryWanted, waiting: HistoryWaiting): Cancel {
    const queue = this.#waiting[urgency(wanted)]
    const leave = (): void => {
      const index = queue.indexOf(entry)
      if (index >= 0) queue.splice(index, 1)
      entry.stopAge()
    }
    const stopAge = this.#clock.after(AGE_MS_MAX[urgency(wanted)], () => {
      leave()
      waiting.aged()
    })
    const entry: Entry = { wanted, waiting, stopAge }
    queue.push(entry)
    this.#pump()
    return leave
  }

  /**
   * A stream of bars, when there is room for one; otherwise null. `run` follows at once, or within
   * seconds if the same was asked for a moment ago. The cancel is for as long as it has not run.
   */
  tryStream(
    { identity, tape }: Pick<HistoryWanted, 'identity' | 'tape'>,
    run: (place: Place) => void,
  ): Cancel | null {
    const { streams, historyOpen } = this.#allowance
    if (this.#streams >= streams || this.#open >= historyOpen) return null
    const use: Use = { identical: identity, burst: tape, minutes: '' }
    const waitMs = this.#fitsAt(use, 'stream') - this.#clock.monotonicMs()
    if (waitMs > VIOLATION_MS) return null
    this.#streams++
    const place = this.#grant(use, () => {
      this.#streams--
    })
    if (waitMs <= 0) {
      run(place)
      return () => undefined
    }
    let waits = true
    const stop = this.#clock.after(waitMs, () => {
      waits = false
      run(place)
    })
    return () => {
      if (!waits) return
      stop()
      place.freed()
    }
  }

  /** A stream of 5-second bars, now or not at all. */
  tryFiveSeconds(): Place | null {
    const use: Use = { total: '' }
    if (this.#fitsAt(use, 'stream') > this.#clock.monotonicMs()) return null
    return this.#grant(use, () => undefined)
  }

  /** 162 or 420 with a text about pacing. */
  violated(): void {
    this.violations++
    this.#restsUntil = this.#clock.monotonicMs() + VIOLATION_MS
    this.#pump()
  }

  get streams(): number {
    return this.#streams
  }

  get inFlight(): number {
    return this.#inFlight.foreground + this.#inFlight.background
  }

  get queued(): number {
    return this.#waiting.foreground.length + this.#waiting.background.length
  }

  /** Of P5 (`total`) or of its soft meter (`minutes`). */
  used(meter: 'minutes' | 'total'): { readonly used: number; readonly freesInMs: number | null } {
    const now = this.#clock.monotonicMs()
    const windowMs = WINDOW_MS[meter]
    this.#counts[meter] = countsSince(this.#counts[meter], { windowMs, now })
    const oldest = this.#counts[meter][0]
    const used =
      weightOf(this.#counts[meter], { windowMs, key: '', now }) + this.#pending(meter, '')
    return { used, freesInMs: oldest === undefined ? null : oldest.at + windowMs - now }
  }

  get #open(): number {
    return this.#streams + this.inFlight
  }

  #pump(): void {
    this.#wakes()
    let next = Infinity
    for (const queue of [this.#waiting.foreground, this.#waiting.background]) {
      // A copy: whoever runs may offer again.
      for (const entry of queue.slice()) {
        if (!this.#hasSlot(urgency(entry.wanted))) break
        const at = this.#fitsAt(useOf(entry.wanted), urgency(entry.wanted))
        next = Math.min(next, at)
        if (at > this.#clock.monotonicMs() || !queue.includes(entry)) continue
        queue.splice(queue.indexOf(entry), 1)
        entry.stopAge()
        entry.waiting.run(this.#oneShot(entry.wanted))
      }
    }
    const now = this.#clock.monotonicMs()
    if (next === Infinity || this.queued === 0) return
    this.#wakes = this.#clock.after(Math.max(1, next - now), () => this.#pump())
  }

  #hasSlot(of: 'foreground' | 'background'): boolean {
    const { historyInFlight, backgroundInFlight, historyOpen } = this.#allowance
    if (this.inFlight >= historyInFlight || this.#open >= historyOpen) return false
    return of === 'foreground' || this.#inFlight.background < backgroundInFlight
  }

  #oneShot(wanted: HistoryWanted): Place {
    this.#inFlight[urgency(wanted)]++
    return this.#grant(useOf(wanted), () => {
      this.#inFlight[urgency(wanted)]--
    })
  }

  #grant(use: Use, freed: () => void): Place {
    this.#granted.add(use)
    let open = true
    return {
      sent: () => this.#count(use),
      freed: () => {
        if (!open) return
        open = false
        this.#granted.delete(use) // it never left
        freed()
        this.#pump()
      },
    }
  }

  #count(use: Use): void {
    if (!this.#granted.delete(use)) return
    const at = this.#clock.monotonicMs()
    for (const meter of METERS) {
      const key = use[meter]
      if (key === undefined) continue
      this.#counts[meter] = counted(this.#counts[meter], { key, at, weight: 1 }, WINDOW_MS[meter])
    }
  }

  /** The moment from which it keeps every limit; Infinity until something that was granted left. */
  #fitsAt(use: Use, rank: Rank): number {
    const now = this.#clock.monotonicMs()
    let at = Math.max(now, this.#restsUntil)
    for (const meter of METERS) {
      const key = use[meter]
      if (key === undefined) continue
      const more = 1 + this.#pending(meter, key)
      const look = { windowMs: WINDOW_MS[meter], key, now }
      const fits = fitsAt(this.#counts[meter], look, { more, limit: this.#limit(meter, rank) })
      at = Math.max(at, fits ?? Infinity)
    }
    return at
  }

  #minutesMax(rank: Rank): number {
    const { minuteHistoryPerTenMinutes: most, ...of } = this.#allowance
    if (rank === 'background') return of.backgroundPerTenMinutes
    return rank === 'stream' ? most + of.streamsAgainPerTenMinutes : most
  }

  #pending(meter: Meter, key: string): number {
    let pending = 0
    for (const use of this.#granted) if (use[meter] === key) pending++
    return pending
  }

  #limit(meter: Meter, rank: Rank): number {
    switch (meter) {
      case 'identical':
        return RULES.P3.ours
      case 'burst':
        return this.#allowance.burst
      case 'minutes':
        return this.#minutesMax(rank)
      default:
        return this.#allowance.historyPerTenMinutes
    }
  }
}

const METERS: readonly Meter[] = ['identical', 'burst', 'minutes', 'total']

function useOf({ identity, tape }: HistoryWanted): Use {
  return { identical: identity, burst: tape, minutes: '' }
}

function urgency({ background }: HistoryWanted): 'foreground' | 'background' {
  return background ? 'background' : 'foreground'
}
