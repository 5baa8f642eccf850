import type { Clock } from '../../base/clock.ts'
import { sessionAt } from '../../domain/calendar.ts'
import type { StockKey } from '../../domain/contract.ts'
import { askProbe, firstQuote, isNumbered, NO_LINE } from './probe-question.ts'
import type { Probe, ProbeBudgets } from './probe-question.ts'
import { classOf } from '../session/breakers.ts'
import { isProvable, serves } from '../session/farms.ts'
import { ORDER_MS } from './order-watch.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'
import { ordersRefused } from './symptoms.ts'
import type { Session } from './symptoms.ts'

export interface ProverOptions {
  readonly clock: Clock
  readonly log: RequestLog
  readonly sessions: readonly Session[]
  readonly budgets: ProbeBudgets
  /** A question was not asked, and why. */
  readonly skipped: (why: string) => void
  /** Asks whether orders are taken, with one that is only asked about; null: none is sent. */
  readonly askOrders: (() => void) | null
  /** Asks for the open orders. */
  readonly queryOrders: () => void
  /** Some stock that can be asked about; null: none is known yet. */
  readonly stock: () => StockKey | null
  /** Asks for everything about orders and the account. */
  readonly reconcile: () => void
}

/** From one question to the next: what the Gateway says it is at the latest by then. */
const EVERY_MS = [5_000, 10_000, 12_000] as const
/**
 * Whether orders are taken is asked with a frame of an order, and each takes an order id of its
 * own: ids only grow (P26), and one that was used again would be the change of an order (103,
 * 105). So it is asked only while there is doubt: since 321, and until an order, or a question
 * like this one, is taken or refused on its merits. At 5 minutes apart a day of doubt takes under
 * 100 ids.
 */
const ORDERS_EVERY_MS = [5_000, 30_000, 60_000, 300_000] as const
/** So much history in turn, minutes: no two questions in a row are identical (P3). */
const MINUTES = [2, 3, 4, 5] as const
const ORDERS = 'orders'
/**
 * What-ifs of entries stayed unanswered, and none is asked while that gates them (P11). With each
 * goes a query, which tells whether it is they alone. A day of doubt takes about 1,200 ids.
 */
const QUESTIONS_EVERY_MS = [1_000, 10_000, 20_000] as const
const QUESTIONS = 'what-ifs'
/**
 * Orders or cancels stay unanswered: whether it is they alone shows in a query of now, and one of
 * half a minute ago says nothing any more.
 */
const FRAMES_EVERY_MS = [20_000] as const
const FRAMES = 'order frames'
const SERVICES = ['history', 'quotes', 'contracts'] as const
/** A Gateway says of every farm how it is when a client connects; so often one may do so for it. */
const UNPROVABLE_MS = 600_000
/** Until then what was missed is asked again by whoever looks for the cause. */
const SILENT_MS = 15_000

interface Doubt {
  asked: number
  nextAt: number
}

type Question = Probe['of']
type Ask = (asked: number) => void

/**
 * A farm or the link to IBKR may come back without a word (F27). Nothing else is asked of it
 * meanwhile, so it is asked here, now and then: an answer is the proof.
 */
export class Prover {
  readonly #of: ProverOptions
  readonly #doubts = new Map<string, Doubt>()

  constructor(of: ProverOptions) {
    this.#of = of
  }

  /** Each second. */
  look(): void {
    const now = this.#of.clock.monotonicMs()
    const missing = this.#missing()
    for (const name of this.#doubts.keys()) if (!missing.has(name)) this.#doubts.delete(name)
    for (const [name, ask] of missing) {
      const everyMs = everyMsOf(name)
      const doubt = this.#doubts.get(name) ?? { asked: 0, nextAt: now + everyMs[0] }
      this.#doubts.set(name, doubt)
      if (now < doubt.nextAt) continue
      doubt.asked++
      doubt.nextAt = now + (everyMs[doubt.asked] ?? everyMs.at(-1) ?? 0)
      ask(doubt.asked)
    }
    this.#hearAnew(now)
  }

  /** A farm that no answer proves, and that came back without a word, would be down for ever. */
  #hearAnew(now: number): void {
    const { sessions, clock } = this.#of
    if (sessionAt(clock.now()) === null) return
    for (const { link, watch } of sessions) {
      const down = [...watch.farms.values()].find(
        ({ farm, up, at }) => !up && !isProvable(farm) && now - at >= UNPROVABLE_MS,
      )
      if (down === undefined) continue
      const said = `${down.farm} was said to be down ${UNPROVABLE_MS / 60_000} minutes ago`
      link.reconnect(`${said}, and nothing else can tell how it is`, 'repair')
    }
  }

  /** A stream tells something: what is asked now may be answered again. */
  told({ streams, kind }: RequestRecord): void {
    if (!streams || this.#doubts.size === 0) return
    const doubt = this.#doubts.get(`silent ${classOf(kind) ?? 'quotes'}`)
    if (doubt === undefined || doubt.asked === 0) return
    doubt.nextAt = Math.min(doubt.nextAt, this.#of.clock.monotonicMs())
  }

  /** By name, and how to ask for the proof that it is back. */
  #missing(): ReadonlyMap<string, Ask> {
    const { sessions, log, clock, askOrders, queryOrders } = this.#of
    const missing = new Map<string, Ask>()
    const add = (name: string, isProof: (of: Question) => boolean): void => {
      missing.set(name, (asked) => this.#ask(asked, isProof))
    }
    for (const of of SERVICES) {
      const { since } = log.silence(of) ?? { since: Infinity }
      const isLong = clock.monotonicMs() - since >= SILENT_MS
      if (isLong) add(`silent ${of}`, ({ kind }) => classOf(kind) === of)
    }
    for (const { link, watch } of sessions) {
      for (const { class: of } of link.connection?.requests.breakers.figures() ?? []) {
        const isOrders = of === 'orders' || of === 'account'
        if (isOrders) missing.set(`breaker ${of}`, this.#of.reconcile)
        else add(`silent ${of}`, ({ kind }) => classOf(kind) === of)
      }
      if (watch.connectivityLost !== null) add('link', ({ kind }) => classOf(kind) === 'history')
      for (const { farm, code, up } of watch.farms.values()) {
        if (!up) add(`${code} ${farm}`, ({ kind, request }) => serves(farm, classOf(kind), request))
      }
      if (sessionAt(clock.now()) === null) continue
      if (askOrders !== null && ordersRefused(watch, clock) !== null) missing.set(ORDERS, askOrders)
      else if (askOrders !== null && watch.orders.isQuestionSilent())
        missing.set(QUESTIONS, () => {
          queryOrders()
          askOrders()
        })
      else if (watch.orders.silentFor(ORDER_MS).length > 0) missing.set(FRAMES, queryOrders)
    }
    return missing
  }

  #ask(asked: number, isProof: (of: Question) => boolean): void {
    const { budgets, skipped } = this.#of
    const of = this.#newest(isProof) ?? this.#first(isProof)
    const requests = this.#sessionOf(of)?.link.connection?.requests
    if (of === null || requests === undefined) return
    const minutes = MINUTES[asked % MINUTES.length] ?? MINUTES[0]
    const done = (): void => undefined
    if (!askProbe({ ...budgets, requests }, { of, minutes, done })) skipped(NO_LINE)
  }

  /** What was asked of it last; null: nothing ever, so nothing depends on it yet. */
  #newest(isProof: (of: Question) => boolean): RequestRecord | null {
    const { open, ended } = this.#of.log
    const isOne = (of: RequestRecord): boolean =>
      of.connection !== 'canary' && isNumbered(of.request) && isProof(of)
    return ended.findLast(isOne) ?? [...open].findLast(isOne) ?? null
  }

  /** Nobody has asked for a price yet, and nobody does while entries are gated. */
  #first(isProof: (of: Question) => boolean): Question | null {
    const stock = this.#of.stock()
    const quote = stock === null ? null : firstQuote(stock)
    return quote !== null && isProof(quote) ? quote : null
  }

  #sessionOf(of: Question | null): Session | undefined {
    return this.#of.sessions.find(({ watch }) => watch.name === of?.connection)
  }
}

function everyMsOf(name: string): readonly [number, ...number[]] {
  if (name === QUESTIONS) return QUESTIONS_EVERY_MS
  if (name === FRAMES) return FRAMES_EVERY_MS
  return name === ORDERS ? ORDERS_EVERY_MS : EVERY_MS
}
