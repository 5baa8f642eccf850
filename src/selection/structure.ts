import { unreachable } from '../base/assert.ts'
import type { Right, Side } from '../domain/contract.ts'
import type { EntrySignal } from '../domain/signal.ts'
import type { SelectionRules } from './rules.ts'

/** The right that profits from the outlook; null when the structure cannot express it. */
export function rightFor(
  outlook: EntrySignal['outlook'],
  structure: SelectionRules['structure'],
): Right | null {
  switch (structure.kind) {
    case 'long-option':
      if (outlook === 'range') return null
      return outlook === 'rise' ? 'C' : 'P'
    default:
      return unreachable(structure.kind)
  }
}

/** How the structure is opened. */
export function sideOf(structure: SelectionRules['structure']): Side {
  switch (structure.kind) {
    case 'long-option':
      return 'BUY'
    default:
      return unreachable(structure.kind)
  }
}
