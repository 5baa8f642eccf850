import type { Clock, EpochMs } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { withDeadline } from './deadline.ts'
import type { MarketData, QuoteLine } from './ports.ts'

export interface HeldQuote {
  readonly structureId: StructureId
  readonly quote: Quote
}

interface Watched {
  line: QuoteLine | null
  /** The line has said something. */
  told: boolean
  /** When a line was asked for last, monotonic. */
  openedAtMs: number
  quote: Quote | null
  asking: boolean
  askedAtMs: number
}

const ANSWER_MS = 5_000
/** A stop that rests is only watched for being late; one that we watch is looked at every tick. */
const RESTING_MS = 5_000
/** A line that ended is opened again at this pace. */
const REOPEN_MS = 5_000
/** While the market is closed nothing fills, and no quote moves. */
const CLOSED_MS = 60_000
/** Index options trade on for a quarter of an hour. */
const LATE_MS = 900_000
/** A stop that we watch acts on nothing older than two seconds: it is asked for before that. */
const FRESH_MS = 1_000

/**
 * The newest live quote of what is held, over a line of its own for as long as it is held. Where
 * the line says nothing in time the quote is asked for; what never came is left out.
 */
export class HeldQuotes {
  readonly #clock: Clock
  readonly #marketData: Pick<MarketData, 'requote' | 'watch'>
  readonly #watched = new Map<StructureId, Watched>()
  readonly #answered: () => void

  constructor(
    clock: Clock,
    marketData: Pick<MarketData, 'requote' | 'watch'>,
    answered: () => void,
  ) {
    this.#clock = clock
    this.#marketData = marketData
    this.#answered = answered
  }

  /** Once a tick: asks where it is time, and answers with what is known. */
  refresh(held: readonly Structure[]): readonly HeldQuote[] {
    const ids = new Set(held.map((structure) => structure.id))
    for (const [id, { line }] of this.#watched) {
      if (ids.has(id)) continue
      line?.close()
      this.#watched.delete(id)
    }
    return held.flatMap((structure) => {
      const { quote } = this.#watch(structure)
      return quote === null ? [] : [{ structureId: structure.id, quote }]
    })
  }

  #watch(structure: Structure): Watched {
    const watched = this.#watched.get(structure.id) ?? newlyWatched()
    this.#watched.set(structure.id, watched)
    this.#read(watched)
    const paceMs = this.#paceMs(structure)
    if (this.#mustOpen(watched, paceMs) || this.#mustAsk(watched, paceMs)) {
      this.#clock.after(0, () => this.#renew(structure, watched))
    }
    return watched
  }

  /** What the line has told by now, if that is newer. */
  #read(watched: Watched): void {
    const told = watched.line?.latest() ?? null
    watched.told = told !== null
    const known = watched.quote
    if (told === null || (known !== null && known.aliveAt >= told.aliveAt)) return
    watched.quote = told
    this.#answered()
  }

  #mustOpen({ line, openedAtMs }: Watched, paceMs: number): boolean {
    return line === null && this.#since(openedAtMs) >= Math.max(paceMs, REOPEN_MS)
  }

  /** A line is given a moment to say something; then two heartbeats prove what it has said. */
  #mustAsk({ line, told, openedAtMs, quote, asking, askedAtMs }: Watched, paceMs: number): boolean {
    if (asking || this.#since(askedAtMs) < paceMs) return false
    if (line !== null && this.#since(openedAtMs) < FRESH_MS) return false
    if (!told || quote === null) return true
    return this.#clock.now() - quote.aliveAt > Math.max(2 * paceMs, FRESH_MS)
  }

  #since(ms: number): number {
    return this.#clock.monotonicMs() - ms
  }

  #renew(structure: Structure, watched: Watched): void {
    if (this.#watched.get(structure.id) !== watched) return
    const paceMs = this.#paceMs(structure)
    if (this.#mustOpen(watched, paceMs)) this.#open(structure, watched)
    if (this.#mustAsk(watched, paceMs)) void this.#ask(structure, watched)
  }

  #open(structure: Structure, watched: Watched): void {
    watched.openedAtMs = this.#clock.monotonicMs()
    const line = this.#marketData.watch(structure.contract, () => {
      watched.line = null
    })
    if (line.ok) watched.line = line.value
  }

  async #ask(structure: Structure, watched: Watched): Promise<void> {
    watched.asking = true
    watched.askedAtMs = this.#clock.monotonicMs()
    const deadline = { clock: this.#clock, ms: ANSWER_MS, of: `a quote for ${structure.id}` }
    const answer = await withDeadline(deadline, (signal) =>
      this.#marketData.requote(structure.contract, signal),
    )
    watched.asking = false
    if (!answer.ok) return
    watched.quote = answer.value.quote
    this.#answered()
  }

  #paceMs({ plan, triggered }: Structure): number {
    const now = this.#clock.now()
    const isOpen = [now, now - LATE_MS].some((at) => sessionAt(at as EpochMs) !== null)
    if (!isOpen) return CLOSED_MS
    const exits = [plan.takeProfit, plan.stopLoss]
    const local = triggered !== null || exits.some((exit) => exit?.watchedBy === 'local')
    return local ? 0 : RESTING_MS
  }
}

function newlyWatched(): Watched {
  const never = -Infinity
  return {
    line: null,
    told: false,
    openedAtMs: never,
    quote: null,
    asking: false,
    askedAtMs: never,
  }
}
