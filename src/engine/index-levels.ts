import type { UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import { withDeadline } from './deadline.ts'
import type { Ports } from './ports.ts'
import { barsFor, isJudged, tradesNow } from './question.ts'
import type { Question } from './question.ts'

/** Symbols that are decided at the same time share an answer. */
const SHARED_MS = 2_000
const ANSWER_MS_MAX = 5_000

interface Asked {
  readonly atMs: number
  readonly level: Promise<Price | null>
}

/** What indexes stand at, asked for when a strategy is about to be asked. */
export class IndexLevels {
  readonly #ports: Pick<Ports, 'clock' | 'marketData'>
  readonly #asked = new Map<string, Asked>()

  constructor(ports: Pick<Ports, 'clock' | 'marketData'>) {
    this.#ports = ports
  }

  /** Null: unknown, whatever the reason. Never an older answer in its place. */
  level(index: UnderlyingKey): Promise<Price | null> {
    const { clock } = this.#ports
    const known = this.#asked.get(index.symbol)
    if (known !== undefined && clock.monotonicMs() - known.atMs < SHARED_MS) return known.level
    const level = this.#ask(index)
    this.#asked.set(index.symbol, { atMs: clock.monotonicMs(), level })
    return level
  }

  async #ask(index: UnderlyingKey): Promise<Price | null> {
    const { clock, marketData } = this.#ports
    const deadline = { clock, ms: ANSWER_MS_MAX, of: `the level of ${index.symbol}` }
    const answer = await withDeadline(deadline, (signal) => marketData.spot(index, signal))
    return answer.ok && answer.value > 0 ? answer.value : null
  }
}

/** Of the strategies that have a new bar to judge now. */
export function indexesFor(question: Question): readonly UnderlyingKey[] {
  if (!tradesNow(question)) return []
  return question.plan.strategies.flatMap((strategy) => {
    const { needs } = strategy
    if (needs.index === undefined) return []
    const known = barsFor(needs, question)
    return known.ok && !isJudged(strategy, question.judged, known.value.last) ? [needs.index] : []
  })
}
