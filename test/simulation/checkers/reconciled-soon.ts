import type { EpochMs } from '../../../src/base/clock.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** L2. */
const RECONCILED_MS_MAX = 30_000
/** Positions are compared this often: what is under way lands within milliseconds. */
const COMPARED_MS = 1_000

/**
 * L2: once nothing fails any more, the broker's picture is taken over soon after the connect; and
 * from then on what is held here is what the broker holds, but for moments.
 */
export function reconciledSoon(): Checker {
  let comparedAt = -Infinity
  let differsSince: EpochMs | null = null

  function held(sight: Sight): Complaint {
    const { now, quietSince, record } = sight
    if (quietSince === null || record.upSince === null) {
      differsSince = null
      return null
    }
    if (now - comparedAt < COMPARED_MS) return null
    comparedAt = now
    const difference = differenceOf(sight)
    if (difference === null) differsSince = null
    else differsSince ??= now
    const ms = differsSince === null ? 0 : now - Math.max(differsSince, quietSince)
    return unless(ms <= RECONCILED_MS_MAX, `${difference}, for ${ms} ms`)
  }

  return {
    name: 'reconciled-soon',
    passed(sight) {
      const { now, quietSince, record } = sight
      const { link } = record
      if (quietSince === null || link === null || link.state === 'down') return null
      const ms = link.state === 'up' ? 0 : now - Math.max(quietSince, link.since)
      const says = `not reconciled ${ms} ms after the connect`
      return firstOf(unless(ms <= RECONCILED_MS_MAX, says), () => held(sight))
    },
  }
}

function differenceOf({ gateway, state }: Sight): Complaint {
  const { positions } = gateway.core.state
  for (const [id, { quantity }] of positions) {
    const ours = state.positions.get(id)?.quantity ?? 0
    if (ours !== quantity) return `conId ${id}: ${ours} in memory, ${quantity} at the broker`
  }
  for (const [id, { quantity }] of state.positions) {
    if (quantity === 0 || positions.has(id)) continue
    return `conId ${id}: ${quantity} in memory, 0 at the broker`
  }
  return null
}
