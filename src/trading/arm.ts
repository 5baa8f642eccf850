import type { OperatorCommand } from './input.ts'
import type { State } from './state.ts'

/** Names under which the system itself speaks: no person, so they decide nothing upwards. */
export const MACHINES: ReadonlySet<string> = new Set(['engine', 'panic', 'watchdog', 'latch'])

export type Typed = Extract<OperatorCommand, { kind: 'resume' | 'arm' }>

/** Of what only a person may do, with the account id typed and a reason; null: it may be done. */
export function whyNotTyped(
  { accountId: ours }: Pick<State, 'accountId'>,
  by: string,
  { accountId, reason }: Typed,
): string | null {
  if (MACHINES.has(by)) return `a person does this, not ${by}`
  if (reason.trim() === '') return 'expected a reason'
  return accountId === ours ? null : `${accountId} is not our account id`
}

/** Why this does not arm live for the day; null: it does. `evolve` and `decide` ask the same. */
export function whyNotArmed(state: State, by: string, command: Typed): string | null {
  if (state.mode !== 'live') return `mode ${state.mode} is not armed, only live is`
  if (state.tradingState === 'kill') return 'it is killed: resume first'
  return whyNotTyped(state, by, command)
}
