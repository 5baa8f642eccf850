import type { Cancel, Clock } from '../../base/clock.ts'
import type { Allowance } from './allowance.ts'
import { HistoryQueue } from './history-queue.ts'
import type { HistoryWaiting, HistoryWanted, Place, Waits } from './history-queue.ts'
import { counted, countsSince, fitsAt, RULES, weightOf } from './limits.ts'
import type { Counts } from './limits.ts'

/** The Gateway spoke of pacing: so long nothing is asked (limits-and-codes.md 7.1). */
const VIOLATION_MS = 15_000

type Meter = 'identical' | 'burst' | 'minutes' | 'total'
const WINDOW_MS: Readonly<Record<Meter, number>> = {
  identical: RULES.P3.windowMs ?? 0,
  burst: RULES.P4.windowMs ?? 0,
  minutes: RULES.P5.windowMs ?? 0,
  total: RULES.P5.windowMs ?? 0,
}

/** What is counted of one request, with what is granted and has not left yet. */
type Use = Partial<Record<Meter, string>>
/**
 * Bars of a minute and more share a meter that no limit of IBKR stands behind (L7), so it may be
 * filled by rank: what can wait leaves room for what cannot, and a stream, without which each bar
 * is a request, is opened again whatever was asked before.
 */
type Rank = 'stream' | 'whole' | 'half'

/**
 * The guards P2 to P5 before history enters its lane. What may not go yet waits, and whoever is
 * held back by its own limits holds back nobody else. Bars of less than a minute are never asked
 * for; 5-second streams count in P5.
 */
export class HistoryDesk {
  readonly #clock: Clock
  readonly #allowance: Allowance
  readonly #queue: HistoryQueue
  readonly #counts: Record<Meter, Counts> = { identical: [], burst: [], minutes: [], total: [] }
  /** Granted, not sent: they count now, whenever now is. */
  readonly #granted = new Set<Use>()
  #inFlight = 0
  #repairsInFlight = 0
  #streams = 0
  #restsUntil = -Infinity
  #wakes: Cancel = () => undefined
  /** How often the Gateway spoke of pacing: a defect of ours, or a neighbour on the login. */
  violations = 0

  constructor(clock: Clock, allowance: Allowance) {
    this.#clock = clock
    this.#queue = new HistoryQueue(clock)
    this.#allowance = allowance
  }

  /** Runs now or in its turn. The cancel takes it out of the queue, silently. */
  offer(wanted: HistoryWanted, waiting: HistoryWaiting): Cancel {
    const leave = this.#queue.add(wanted, waiting)
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
    return this.#inFlight
  }

  get queued(): number {
    return this.#queue.length
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
    let next = this.#next()
    for (; typeof next !== 'number'; next = this.#next()) {
      this.#queue.take(next)
      next.waiting.run(this.#oneShot(next.wanted)) // who may offer again
    }
    this.#wakes()
    if (next === Infinity) return
    const waitMs = Math.max(1, next - this.#clock.monotonicMs())
    this.#wakes = this.#clock.after(waitMs, () => this.#pump())
  }

  /** Who goes now, or when somebody may; Infinity: when something that is under way has ended. */
  #next(): Waits | number {
    const { historyInFlight, historyOpen, backgroundInFlight } = this.#allowance
    if (this.inFlight >= historyInFlight || this.#open >= historyOpen) return Infinity
    const now = this.#clock.monotonicMs()
    if (this.#queue.length === 0) return Infinity
    const roomAt = this.#fitsAt({ minutes: '' }, 'whole', now)
    if (roomAt > now) return roomAt
    let next = Infinity
    for (const entry of this.#queue.inOrder()) {
      const { urgency } = entry.wanted
      if (urgency === 'repair' && this.#repairsInFlight >= backgroundInFlight) continue
      const isWhole = urgency === 'waited-for' || this.#queue.isOwed(entry)
      const at = this.#fitsAt(useOf(entry.wanted), isWhole ? 'whole' : 'half', now)
      if (at <= now) return entry
      next = Math.min(next, at, this.#queue.owedFrom(entry))
    }
    return next
  }

  #oneShot({ urgency, ...wanted }: HistoryWanted): Place {
    const repairs = urgency === 'repair' ? 1 : 0
    this.#inFlight++
    this.#repairsInFlight += repairs
    return this.#grant(useOf(wanted), () => {
      this.#inFlight--
      this.#repairsInFlight -= repairs
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

  /**
   * The moment from which it keeps every limit; Infinity until something that was granted left.
   * `now` is that of who asks: one read later lies beyond it, and nothing would ever fit.
   */
  #fitsAt(use: Use, rank: Rank, now = this.#clock.monotonicMs()): number {
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
    if (rank === 'half') return of.backgroundPerTenMinutes
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

function useOf({ identity, tape }: Pick<HistoryWanted, 'identity' | 'tape'>): Use {
  return { identical: identity, burst: tape, minutes: '' }
}
