import type { Gate, SetGate } from '../domain/account.ts'
import type { Ticker } from '../domain/contract.ts'
import type { Turn } from './turn.ts'

/** The core sets and clears these itself, by proof. */
const OURS: ReadonlySet<Gate> = new Set([
  'link',
  'reconcile',
  'account',
  'baseline',
  'low-funds',
  'risen',
  'unnamed',
] as const)

/** All that are set now, by their causes in the shell: only what changed is a fact. */
export function decideGates(turn: Turn, now: readonly SetGate[]): void {
  const theirs = now.filter(({ gate }) => !OURS.has(gate))
  for (const set of turn.state.gates) {
    if (OURS.has(set.gate) || theirs.some((each) => isSame(each, set))) continue
    cleared(turn, set, 'its cause is over')
  }
  for (const set of theirs) gated(turn, set)
}

/** Sets a gate once; set again it keeps its beginning. */
export function gated(turn: Turn, set: SetGate): void {
  if (!turn.state.gates.some((each) => isSame(each, set))) turn.record({ type: 'GateSet', set })
}

export function cleared(
  turn: Turn,
  { gate, symbol }: { readonly gate: Gate; readonly symbol: Ticker | null },
  reason: string,
): void {
  if (!turn.state.gates.some((each) => isSame(each, { gate, symbol }))) return
  turn.record({ type: 'GateCleared', gate, symbol, reason })
}

function isSame(a: Pick<SetGate, 'gate' | 'symbol'>, b: Pick<SetGate, 'gate' | 'symbol'>): boolean {
  return a.gate === b.gate && a.symbol === b.symbol
}
