import type { Listing } from '../../domain/contract.ts'
import { amountOf } from '../../domain/money.ts'
import type { Price } from '../../domain/money.ts'

type Increments = Listing['priceIncrements']

const dollars = (amount: number): Price => (amount * 1_000_000) as Price

/** Rules as US listings have them at IBKR: id, then tick from price. */
const KNOWN: readonly (readonly [number, Increments])[] = [
  [26, [{ from: dollars(0), tick: dollars(0.01) }]],
  [
    32, // options of the penny programme
    [
      { from: dollars(0), tick: dollars(0.01) },
      { from: dollars(3), tick: dollars(0.05) },
    ],
  ],
  [
    110, // other options
    [
      { from: dollars(0), tick: dollars(0.05) },
      { from: dollars(3), tick: dollars(0.1) },
    ],
  ],
]

/** Ids for rules that none of the known ones fits; they count up in the order of being met. */
const FIRST_OWN_ID = 9_001

/** Price increments as numbered market rules. */
export class MarketRules {
  readonly #idOf = new Map<string, number>()
  readonly #rules = new Map<number, Increments>()

  constructor() {
    for (const [id, increments] of KNOWN) this.#add(id, increments)
  }

  idOf(increments: Increments): number {
    const known = this.#idOf.get(keyOf(increments))
    if (known !== undefined) return known
    const id = FIRST_OWN_ID + this.#rules.size
    this.#add(id, increments)
    return id
  }

  increments(
    id: number,
  ): readonly { readonly lowEdge: number; readonly increment: number }[] | null {
    const rule = this.#rules.get(id)
    if (rule === undefined) return null
    return rule.map(({ from, tick }) => ({ lowEdge: amountOf(from), increment: amountOf(tick) }))
  }

  #add(id: number, increments: Increments): void {
    this.#idOf.set(keyOf(increments), id)
    this.#rules.set(id, increments)
  }
}

function keyOf(increments: Increments): string {
  return increments.map(({ from, tick }) => `${from}:${tick}`).join(' ')
}
