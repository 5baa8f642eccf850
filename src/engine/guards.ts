import type { Leave } from '../strategy/strategy.ts'
import { barsFor, heldIn, isJudged, tradesNow } from './question.ts'
import type { Question } from './question.ts'

/** What the guards of one symbol say of what is held in it, each of a bar of its own once. */
export function leavesOf(question: Question): {
  readonly leaves: readonly Leave[]
  readonly text: readonly string[]
} {
  const held = heldIn(question)
  if (held.length === 0) return { leaves: [], text: [] }
  const answers = question.plan.guards.map((guard) => {
    const { name, needs } = guard
    const known = barsFor(needs, question)
    if (!known.ok) return { leaves: [], text: [`${name} hold: ${known.error}`] }
    const { bars, last } = known.value
    if (isJudged(guard, question.judged, last)) return { leaves: [], text: [] }
    const leaves = guard.judge({ bars, held })
    const waits = leaves.length > 0 && !tradesNow(question)
    if (!waits) question.judged.set(name, last.start)
    const text = leaves.map((leave) => `${name} exit${waits ? WAITS : ''}: ${leave.reason}`)
    return { leaves: waits ? [] : leaves, text }
  })
  return {
    leaves: answers.flatMap(({ leaves }) => leaves),
    text: answers.flatMap(({ text }) => text),
  }
}

/** Nobody quotes an option outside regular hours. */
export const WAITS = ' (waits for regular hours)'
