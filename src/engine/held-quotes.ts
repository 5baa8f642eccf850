import type { Clock, EpochMs } from '../base/clock.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import type { Candidate, Quote } from '../domain/quote.ts'
import { withDeadline } from './deadline.ts'
import type { Fault, MarketData, QuoteLine } from './ports.ts'

export interface Quoted {
  readonly structure: Structure
  /** An entry of it walks towards its fill. */
  readonly isOpening: boolean
}

export interface HeldQuote {
  readonly structureId: StructureId
  readonly quote: Quote
}

interface Watched {
  line: QuoteLine | null
  /** The newest that the line has said. */
  said: Quote | null
  /** When its two sides last became others, monotonic. */
  movedAtMs: number
  /** When a line was asked for last, monotonic, and how long after that the next may be. */
  openedAtMs: number
  reopenMs: number
  quote: Quote | null
  asking: boolean
  askedAtMs: number
  askMs: number
}

const ANSWER_MS = 5_000
/** A stop that rests is only watched for being late; one that we watch is looked at every tick. */
const RESTING_MS = 5_000
/** A line that ended is opened again at this pace; one that is refused, at the other. */
const REOPEN_MS = 5_000
const REFUSED_MS = 60_000
/** A limit that walks is moved by nothing older than two seconds. */
const WALKING_MS = 1_000
/** While the market is closed nothing fills, and no quote moves. */
const CLOSED_MS = 60_000
/** Index options trade on for a quarter of an hour. */
const LATE_MS = 900_000
/** A stop that we watch acts on nothing older than two seconds: it is asked for before that. */
const FRESH_MS = 1_000
/** A line that has said nothing for so long in an open market never will. */
const UNTOLD_MS = 30_000
/**
 * A line whose sides stood for so long may be stuck, however fresh its times are (F63): another
 * one is asked. The shorter where a stop is watched by it.
 */
const STOOD_MS = { watched: 60_000, resting: 300_000 } as const

/**
 * The newest live quote of what is held or being entered, over a line of its own for as long. Where
 * the line is not proven in time, or its prices have stood for long, the quote is asked for beside
 * it; a line that then proves to tell something else, or nothing, is replaced. What never came is
 * left out.
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

  /** What is known of these by now, without asking. */
  known(held: readonly Structure[]): readonly Candidate[] {
    return held.flatMap(({ id, contract }) => {
      const quote = this.#watched.get(id)?.quote ?? null
      return quote === null ? [] : [{ contract, quote }]
    })
  }

  /** Once a tick: asks where it is time, and answers with what is known. */
  refresh(quoted: readonly Quoted[]): readonly HeldQuote[] {
    for (const [id, { line }] of this.#watched) {
      if (quoted.some(({ structure }) => structure.id === id)) continue
      line?.close()
      this.#watched.delete(id)
    }
    const known: HeldQuote[] = []
    for (const each of quoted) {
      const { quote } = this.#watch(each)
      if (quote !== null) known.push({ structureId: each.structure.id, quote })
    }
    return known
  }

  /** As it was last read, whoever looks: nothing is read for it. */
  last(id: StructureId): Quote | null {
    return this.#watched.get(id)?.quote ?? null
  }

  /** As far as the lines have told by now; null: unknown. */
  newest(id: StructureId): Quote | null {
    const watched = this.#watched.get(id)
    if (watched === undefined) return null
    this.#read(watched)
    return watched.quote
  }

  #watch(quoted: Quoted): Watched {
    const { structure } = quoted
    const watched = this.#watched.get(structure.id) ?? newlyWatched()
    this.#watched.set(structure.id, watched)
    this.#read(watched)
    const paceMs = this.#paceMs(quoted)
    if (this.#mustOpen(watched, paceMs) || this.#mustAsk(watched, paceMs)) {
      this.#clock.after(0, () => this.#renew(quoted, watched))
    }
    return watched
  }

  /** What the line has told by now, if that is newer. */
  #read(watched: Watched): void {
    const told = watched.line?.latest() ?? null
    if (!isSame(told, watched.said)) watched.movedAtMs = this.#clock.monotonicMs()
    watched.said = told
    if (told === null || !this.#isNewer(told, watched.quote)) return
    watched.quote = told
    this.#answered()
  }

  /** A clock that was set back makes of what is known a quote of the future, which is none. */
  #isNewer(told: Quote, known: Quote | null): boolean {
    return known === null || known.aliveAt > this.#clock.now() || told.aliveAt > known.aliveAt
  }

  #mustOpen({ line, said, openedAtMs, reopenMs }: Watched, paceMs: number): boolean {
    const sinceMs = this.#since(openedAtMs)
    if (line !== null) return said === null && paceMs < CLOSED_MS && sinceMs >= UNTOLD_MS
    return sinceMs >= Math.max(paceMs, reopenMs)
  }

  /** A line is given a moment to say something; then two heartbeats prove what it has said. */
  #mustAsk(watched: Watched, paceMs: number): boolean {
    const { line, said, openedAtMs, quote, asking, askedAtMs, askMs, movedAtMs } = watched
    if (asking || this.#since(askedAtMs) < Math.max(paceMs, askMs)) return false
    if (line !== null && this.#since(openedAtMs) < FRESH_MS) return false
    if (said === null || quote === null) return true
    const stoodMs = paceMs < RESTING_MS ? STOOD_MS.watched : STOOD_MS.resting
    if (paceMs < CLOSED_MS && this.#since(Math.max(movedAtMs, askedAtMs)) >= stoodMs) return true
    const ageMs = this.#clock.now() - quote.aliveAt
    return ageMs < 0 || ageMs > Math.max(2 * paceMs, FRESH_MS)
  }

  #since(ms: number): number {
    return this.#clock.monotonicMs() - ms
  }

  #renew(quoted: Quoted, watched: Watched): void {
    const { structure } = quoted
    if (this.#watched.get(structure.id) !== watched) return
    const paceMs = this.#paceMs(quoted)
    if (this.#mustOpen(watched, paceMs)) this.#open(structure, watched)
    if (this.#mustAsk(watched, paceMs)) void this.#ask(structure, watched)
  }

  #open(structure: Structure, watched: Watched): void {
    watched.line?.close()
    watched.line = null
    watched.openedAtMs = this.#clock.monotonicMs()
    const line = this.#marketData.watch(structure.contract, (fault) => {
      watched.line = null
      watched.reopenMs = againAfter(fault)
    })
    watched.reopenMs = line.ok ? REOPEN_MS : againAfter(line.error)
    if (line.ok) watched.line = line.value
  }

  async #ask(structure: Structure, watched: Watched): Promise<void> {
    watched.asking = true
    watched.askedAtMs = this.#clock.monotonicMs()
    const askedAt = this.#clock.now()
    const deadline = { clock: this.#clock, ms: ANSWER_MS, of: `a quote for ${structure.id}` }
    const answer = await withDeadline(deadline, (signal) =>
      this.#marketData.requote(structure.contract, signal),
    )
    watched.asking = false
    watched.askMs = answer.ok ? 0 : answer.error.retry === 'never' ? REFUSED_MS : 0
    if (!answer.ok) return
    this.#answered()
    const { quote } = answer.value
    const told = watched.line?.latest() ?? null
    const isPartial = quote.bid === null || quote.ask === null
    if (isPartial && told !== null && told.receivedAt >= askedAt) return
    watched.quote = quote
    if (told !== null && !isPartial) this.#compare(watched, told, quote)
  }

  /** The same question, asked beside a line: is what it says still so? */
  #compare(watched: Watched, told: Quote, asked: Quote): void {
    if (isSame(told, asked)) {
      if (told.receivedAt < asked.receivedAt) watched.line?.confirm()
      return
    }
    // Its news may be on its way; a line that is alive tells them before the next look.
    const { line } = watched
    this.#clock.after(FRESH_MS, () => {
      const now = line?.latest() ?? null
      if (watched.line !== line || now === null || !isSame(now, told)) return
      line?.close()
      watched.line = null
      watched.openedAtMs = -Infinity
    })
  }

  #paceMs({ structure: { plan, triggered }, isOpening }: Quoted): number {
    const now = this.#clock.now()
    const isOpen = [now, now - LATE_MS].some((at) => sessionAt(at as EpochMs) !== null)
    if (!isOpen) return CLOSED_MS
    const exits = [plan.takeProfit, plan.stopLoss]
    const local = triggered !== null || exits.some((exit) => exit?.watchedBy === 'local')
    if (local) return 0
    return isOpening ? WALKING_MS : RESTING_MS
  }
}

function newlyWatched(): Watched {
  const never = -Infinity
  return {
    line: null,
    said: null,
    movedAtMs: never,
    openedAtMs: never,
    reopenMs: REOPEN_MS,
    quote: null,
    asking: false,
    askedAtMs: never,
    askMs: 0,
  }
}

function isSame(one: Quote | null, other: Quote | null): boolean {
  return one?.bid === other?.bid && one?.ask === other?.ask
}

function againAfter({ retry }: Fault): number {
  return retry === 'never' ? REFUSED_MS : REOPEN_MS
}
