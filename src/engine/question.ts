import type { EpochMs } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import { barEnd } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import { sessionAt } from '../domain/calendar.ts'
import type { Price } from '../domain/money.ts'
import type { Structure } from '../domain/position.ts'
import type { UnderlyingKey } from '../domain/contract.ts'
import type { Needs } from '../strategy/strategy.ts'
import { heldStructures } from '../trading/alive.ts'
import type { State } from '../trading/state.ts'
import type { CyclePlan } from './cycle-plan.ts'

/** The last bar each strategy has judged: one that needs larger bars judges each of them once. */
export type Judged = Map<string, EpochMs>

/** What a closed bar asks of the strategies and guards of its symbol. */
export interface Question {
  readonly plan: CyclePlan
  readonly judged: Judged
  readonly state: State
  readonly now: EpochMs
  /** The end of the bar that is decided; later bars, if there are any, are not known yet. */
  readonly closedAt: EpochMs
  /** What an index stands at; null: nobody knows, or nobody asked. */
  readonly indexAt?: (index: UnderlyingKey) => Price | null
}

/** The bars that are known by now, the last one among them; or why there are none. */
export function barsFor(
  { size, count }: Needs,
  { plan, closedAt }: Pick<Question, 'plan' | 'closedAt'>,
): Result<{ readonly bars: readonly Bar[]; readonly last: Bar }, string> {
  const { feed, underlying } = plan
  const known = feed.closed(underlying.symbol, size, count)
  if (!known.ok) return fail(known.error.detail)
  const bars = known.value.filter(({ start }) => barEnd(start, size, feed.hours) <= closedAt)
  const last = bars.at(-1)
  return last === undefined ? fail(`no ${size} bars`) : ok({ bars, last })
}

/** Every 1-minute bar is judged; of the larger ones each once. */
export function isJudged(
  { name, needs }: { readonly name: string; readonly needs: Needs },
  judged: Judged,
  last: Bar,
): boolean {
  return needs.size !== '1m' && judged.get(name) === last.start
}

/** In the symbol that is decided on. */
export function heldIn({ state, plan }: Pick<Question, 'state' | 'plan'>): readonly Structure[] {
  const { symbol } = plan.underlying
  return heldStructures(state).filter((structure) => structure.contract.symbol === symbol)
}

/** Options on an index trade on for a quarter of an hour. */
const LATE_TRADING_MS = 900_000

export function tradesNow({ plan, now }: Pick<Question, 'plan' | 'now'>): boolean {
  if (sessionAt(now) !== null) return true
  return plan.underlying.kind === 'index' && sessionAt((now - LATE_TRADING_MS) as EpochMs) !== null
}
