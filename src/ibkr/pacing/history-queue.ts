import type { Cancel, Clock } from '../../base/clock.ts'
import type { BarsUrgency } from '../../engine/ports.ts'

/** One historical request, as P2 to P5 look at it. */
export interface HistoryWanted {
  /** All that makes two requests the same. */
  readonly identity: string
  /** Contract, exchange and data. */
  readonly tape: string
  /** The bars it is a part of: those that were asked for longest ago go first. Null: a probe. */
  readonly series: string | null
  readonly urgency: BarsUrgency
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

export interface Waits {
  readonly wanted: HistoryWanted
  readonly waiting: HistoryWaiting
  /** Monotonic. */
  readonly since: number
  readonly stopAge: Cancel
}

interface Series {
  asked: boolean
  /** A running number of when it was asked for last, or else wanted first. */
  turn: number
  /** Monotonic: wanted and not asked for since then, however often that aged. */
  since: number | null
}

/** How long a request may wait for its turn, milliseconds. */
const AGE_MS_MAX: Readonly<Record<BarsUrgency, number>> = {
  'waited-for': 120_000,
  'first-fill': 700_000, // longer than any window, so that each wait meets a place that frees
  repair: 700_000,
}
/** Minutes of every symbol are asked for by then, and what else waits is owed its turn. */
const OWED_MS = 120_000
/** So many repeated minutes may go before one of those that are owed a turn. */
const REPEATED_IN_ROW = 2

/**
 * Who waits at the desk, and whose turn it is: minutes that were never asked for, then other
 * minutes, then larger bars, then repairs; of a kind, whoever had its turn longest ago. What has
 * waited for two minutes is owed a turn after every two repeated minutes, or symbols that are
 * polled would keep it back for ever. So of n that wait the last one goes after at most 3n.
 */
export class HistoryQueue {
  readonly #clock: Clock
  #waits: readonly Waits[] = []
  readonly #series = new Map<string, Series>()
  #turn = 0
  #repeatedInRow = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get length(): number {
    return this.#waits.length
  }

  /** The cancel takes it out, silently. */
  add(wanted: HistoryWanted, waiting: HistoryWaiting): Cancel {
    const leave = (): void => this.#remove(entry)
    const stopAge = this.#clock.after(AGE_MS_MAX[wanted.urgency], () => {
      leave()
      waiting.aged()
    })
    const entry: Waits = { wanted, waiting, since: this.#clock.monotonicMs(), stopAge }
    const series = this.#seriesOf(wanted)
    if (series !== null) series.since ??= entry.since
    this.#waits = [...this.#waits, entry]
    return leave
  }

  /** It goes now. */
  take(entry: Waits): void {
    this.#remove(entry)
    const { urgency } = entry.wanted
    const series = this.#seriesOf(entry.wanted)
    if (urgency !== 'waited-for') this.#repeatedInRow = 0
    if (series === null) return
    if (urgency === 'waited-for' && series.asked) this.#repeatedInRow++
    series.asked = true
    series.since = null
    series.turn = ++this.#turn
  }

  inOrder(): readonly Waits[] {
    return this.#waits
      .map((entry) => ({
        entry,
        place: this.#placeOf(entry),
        turn: this.#seriesOf(entry.wanted)?.turn ?? 0,
      }))
      .sort((a, b) => a.place - b.place || a.turn - b.turn)
      .map(({ entry }) => entry)
  }

  /** It need not leave room for what is more urgent. */
  isOwed(entry: Waits): boolean {
    if (!this.#isLong(entry)) return false
    return entry.wanted.urgency === 'first-fill' || this.#repeatedInRow >= REPEATED_IN_ROW
  }

  /** When it may be owed its turn, monotonic; Infinity: it never will, or is by now. */
  owedFrom(entry: Waits): number {
    if (entry.wanted.urgency === 'waited-for' || this.#isLong(entry)) return Infinity
    return this.#sinceOf(entry) + OWED_MS
  }

  #remove(entry: Waits): void {
    entry.stopAge()
    this.#waits = this.#waits.filter((each) => each !== entry)
  }

  #placeOf(entry: Waits): number {
    const { urgency } = entry.wanted
    if (urgency === 'waited-for') return this.#seriesOf(entry.wanted)?.asked === true ? 2 : 0
    if (this.#repeatedInRow >= REPEATED_IN_ROW && this.#isLong(entry)) return 1
    return urgency === 'first-fill' ? 3 : 4
  }

  #isLong(entry: Waits): boolean {
    return this.#clock.monotonicMs() - this.#sinceOf(entry) >= OWED_MS
  }

  #sinceOf(entry: Waits): number {
    return this.#seriesOf(entry.wanted)?.since ?? entry.since
  }

  #seriesOf({ series: name }: HistoryWanted): Series | null {
    if (name === null) return null
    let series = this.#series.get(name)
    if (series === undefined) {
      series = { asked: false, turn: ++this.#turn, since: null }
      this.#series.set(name, series)
    }
    return series
  }
}
