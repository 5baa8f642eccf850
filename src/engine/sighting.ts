import type { EpochMs } from '../base/clock.ts'
import type { ContractKey, Ticker } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { PassedOver, SelectionRules } from '../selection/rules.ts'

/** What one observation saw on its way from a signal to a contract, as far as it came. */
export interface Sighting {
  readonly symbol: Ticker
  readonly at: EpochMs
  readonly strategy: string
  readonly signal: EntrySignal
  readonly rules: SelectionRules
  spot: Price | null
  /** Contracts that fit the rules of expiry and strike, the nearest first. */
  reach: readonly ContractKey[]
  /** Of these, what a glance saw. */
  glanced: readonly Candidate[]
  /** Quoted over lines of their own. */
  quoted: readonly Candidate[]
  passedOver: readonly PassedOver[]
  /** As it was quoted last, which is what was decided on; null: none was picked. */
  picked: Candidate | null
  /** What speaks against the pick by its last quote. */
  unfit: readonly string[]
  /** In the words of the observation. */
  outcome: string
}

/** Told what was seen, when somebody wants to know. Nothing is decided by it, or waits for it. */
export interface Observer {
  readonly wants: boolean
  saw(sighting: Sighting): void
}

/** What a person can look through: copies are made where orders go out, and must stay cheap. */
export const CANDIDATES_MAX = 40

/** The nearest of each list come first. */
function bounded(sighting: Sighting): Sighting {
  const cut = <T>(list: readonly T[]): readonly T[] => list.slice(0, CANDIDATES_MAX)
  const { reach, glanced, quoted, passedOver } = sighting
  return {
    ...sighting,
    reach: cut(reach),
    glanced: cut(glanced),
    quoted: cut(quoted),
    passedOver: cut(passedOver),
  }
}

/** The last sighting of each symbol, for as long as somebody looks. */
export class Sightings implements Observer {
  readonly #last = new Map<Ticker, Sighting>()
  wants = false

  saw(sighting: Sighting): void {
    this.#last.set(sighting.symbol, sighting)
  }

  /** Of those that were not taken yet the oldest, at most so many, each of bounded size. */
  take(most: number): readonly Sighting[] {
    const news = [...this.#last.values()].slice(0, most)
    for (const { symbol } of news) this.#last.delete(symbol)
    return news.map(bounded)
  }
}
