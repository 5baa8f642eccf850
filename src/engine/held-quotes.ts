import type { Clock, EpochMs } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Quote } from '../domain/quote.ts'
import { withDeadline } from './deadline.ts'
import type { MarketData } from './ports.ts'

export interface HeldQuote {
  readonly structureId: StructureId
  readonly quote: Quote
}

interface Watched {
  quote: Quote | null
  asking: boolean
  askedAtMs: number
}

const ANSWER_MS = 5_000
/** A stop that rests is only watched for being late; one that we watch is looked at every tick. */
const RESTING_MS = 5_000
/** While the market is closed nothing fills, and no quote moves. */
const CLOSED_MS = 60_000
/** Index options trade on for a quarter of an hour. */
const LATE_MS = 900_000

/** The newest live quote of what is held, asked for at our pace; what never came is left out. */
export class HeldQuotes {
  readonly #clock: Clock
  readonly #marketData: Pick<MarketData, 'requote'>
  readonly #watched = new Map<StructureId, Watched>()
  readonly #answered: () => void

  constructor(clock: Clock, marketData: Pick<MarketData, 'requote'>, answered: () => void) {
    this.#clock = clock
    this.#marketData = marketData
    this.#answered = answered
  }

  /** Once a tick: asks again where it is time, and answers with what is known. */
  refresh(held: readonly Structure[]): readonly HeldQuote[] {
    const ids = new Set(held.map((structure) => structure.id))
    for (const id of this.#watched.keys()) if (!ids.has(id)) this.#watched.delete(id)
    return held.flatMap((structure) => {
      const watched = this.#watch(structure)
      return watched.quote === null ? [] : [{ structureId: structure.id, quote: watched.quote }]
    })
  }

  #watch(structure: Structure): Watched {
    let watched = this.#watched.get(structure.id)
    if (watched === undefined) {
      watched = { quote: null, asking: false, askedAtMs: -Infinity }
      this.#watched.set(structure.id, watched)
    }
    const now = this.#clock.monotonicMs()
    if (!watched.asking && now - watched.askedAtMs >= this.#paceMs(structure)) {
      watched.asking = true
      watched.askedAtMs = now
      const asked = watched
      this.#clock.after(0, () => this.#ask(structure, asked))
    }
    return watched
  }

  async #ask(structure: Structure, watched: Watched): Promise<void> {
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
