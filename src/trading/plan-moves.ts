import type { ProtectionTerms, ProtectionView } from '../orders/protect.ts'
import { trailed } from '../orders/trailing.ts'
import type { Turn } from './turn.ts'

/**
 * A stop that trails: the plan moves, durably, and `protect` moves what rests. While IBKR's order
 * efficiency is near its limit the stop stays where it is, which is where it protects.
 */
export function stopTrailed(turn: Turn, view: ProtectionView, terms: ProtectionTerms): void {
  const pct = turn.rules.trailingStopPct
  if (pct === null || isPaced(turn, view)) return
  const moved = trailed(view, pct, terms)
  if (moved === null) return
  turn.record({ type: 'PlanChanged', structureId: view.structure.id, ...moved })
}

function isPaced({ state }: Turn, { structure }: ProtectionView): boolean {
  const { symbol } = structure.contract
  return state.gates.some(
    (each) => each.gate === 'pacing' && (each.symbol === null || each.symbol === symbol),
  )
}
