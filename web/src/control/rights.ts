import type { Role, Verb, View } from '../../../src/dashboard/view.ts'
import { mayAs } from '../judge.ts'

/** The least role of each command; the server decides, this only says it before. */
const LEAST: Readonly<Record<Verb, Role>> = {
  kill: 'viewer', // stopping is always easier than starting
  halt: 'trader',
  reduce: 'trader',
  flatten: 'trader',
  cancel: 'trader',
  close: 'trader',
  resume: 'admin',
  arm: 'admin',
}

const ORDER: readonly View['level']['state'][] = ['active', 'reduce-only', 'halt', 'kill']

/** Why a button does nothing; null: it may be pressed. */
export function hindrance(verb: Verb, role: Role, view: View | null): string | null {
  const least = LEAST[verb]
  if (!mayAs(role, least)) return `Needs the role ${least}; you are ${role}.`
  if (view === null || verb === 'kill') return null
  const at = ORDER.indexOf(view.level.state)
  if (verb === 'halt' && at >= 2) return `Is ${view.level.state} already.`
  if (verb === 'reduce' && at >= 1) return `Is ${view.level.state} already.`
  if (verb === 'resume' && at === 0) return 'Nothing to resume: the level is active.'
  if (verb === 'arm' && view.mode !== 'live') return 'Only live trading is armed.'
  return null
}
