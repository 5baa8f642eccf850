import type { EntryRequest, RiskView } from '../risk/limits.ts'
import { repeatsOf } from '../risk/order-checks.ts'
import { levelSet } from './levels.ts'
import type { Turn } from './turn.ts'

/**
 * A strategy that enters the same underlying over and over is broken, or the market is not what it
 * takes it for: nothing is entered until a person has looked (P48).
 */
export function watchRepeats(turn: Turn, request: EntryRequest, view: RiskView): void {
  const { limits } = turn.rules
  const times = repeatsOf(request, view, limits).length
  if (times < limits.repeats.max) return
  const { strategy, candidate } = request
  const within = `${limits.repeats.withinMs / 1000} s`
  const reason = `${strategy} entered ${candidate.contract.symbol} ${times} times within ${within}`
  levelSet(turn, { to: 'halt', cause: 'repeated-execution', reason })
}
