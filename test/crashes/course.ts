import type { EpochMs } from '../../src/base/clock.ts'
import type { ConId } from '../../src/domain/contract.ts'
import type { Price } from '../../src/domain/money.ts'
import type { Market, MarketQuote } from '../../src/simulator/market/market.ts'
import { HeldMarket } from '../simulation/held-market.ts'
import type { Plan } from '../simulation/plan.ts'

/** From `at` on every option is quoted at so many times its price. */
export interface Turn {
  readonly at: EpochMs
  readonly factor: number
}

/**
 * A market whose options rise and fall at certain moments: a function of time alone, so that it is
 * the same for every copy of its broker.
 */
class Course extends HeldMarket {
  constructor(of: Market, turns: readonly Turn[]) {
    super(of)
    const { quote, nextChange } = this
    const isOption = (id: ConId): boolean => of.contract(id)?.kind === 'option'
    this.quote = (id, at, adverse) => {
      const told = quote(id, at, adverse)
      const turn = turns.findLast((each) => each.at <= at)
      if (told === null || turn === undefined || !isOption(id)) return told
      return multiplied(told, turn)
    }
    this.nextChange = (id, at) => {
      const next = nextChange(id, at)
      const turn = turns.find((each) => each.at > at)
      if (turn === undefined || !isOption(id)) return next
      return next === null ? turn.at : (Math.min(next, turn.at) as EpochMs)
    }
  }
}

/** `turns` in the order of their time. */
export function withCourse(plan: Plan, turns: readonly Turn[]): Plan {
  return { ...plan, market: new HeldMarket(new Course(plan.market, turns)) }
}

const CENT = 10_000

function multiplied(quote: MarketQuote, { at, factor }: Turn): MarketQuote {
  const moved = (of: Price | null): Price | null =>
    of === null ? null : ((Math.max(1, Math.round((of * factor) / CENT)) * CENT) as Price)
  const { bid, ask, changedAt } = quote
  return {
    ...quote,
    bid: moved(bid),
    ask: moved(ask),
    changedAt: Math.max(changedAt, at) as EpochMs,
  }
}
