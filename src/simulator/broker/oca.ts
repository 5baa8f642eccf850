import { used } from './conditions.ts'
import type { Desk } from './desk.ts'
import { current, isLive, remainingOf } from './desk.ts'
import { end, shrink } from './ending.ts'
import { isSameGroup } from './family.ts'
import type { SimOrder } from './state.ts'

/**
 * What a fill of `quantity` does to the others of its OCA group (protocol.md 12.5). Type 1 cancels
 * them. Types 2 and 3 reduce them by the same share of what remains, rounded down, and a member
 * that completes cancels the rest. With block (1, 2) this comes before any other member can fill;
 * without (3) only after this moment's matching, so that two members may both fill. Answers those
 * that fill as well (F46).
 */
export function groupFollows(desk: Desk, filled: SimOrder, quantity: number): readonly SimOrder[] {
  if (filled.ocaGroup === '') return []
  const others = [...desk.state.orders.values()].filter(
    (other) =>
      other.orderId !== filled.orderId &&
      isSameGroup(other, filled) &&
      isLive(other) &&
      !other.staged,
  )
  if (used(desk, 'untied') !== null) return others
  const before = remainingOf(filled) + quantity
  const apply = (): void => {
    for (const each of others) {
      const other = current(desk, each)
      if (!isLive(other)) continue
      if (filled.ocaType === 1) {
        end(desk, other, {
          status: 'Cancelled',
          completedStatus: 'Cancelled by System',
          cancelReason: '',
        })
      } else {
        shrink(desk, other, Math.floor((remainingOf(other) * remainingOf(filled)) / before))
      }
    }
  }
  if (filled.ocaType === 1 || filled.ocaType === 2) apply()
  else desk.unblocked.push(apply)
  return []
}
