import type { EpochMs } from '../base/clock.ts'
import type { DayBaseline } from '../domain/account.ts'
import { isTerminal } from '../orders/lifecycle.ts'
import type { State } from './state.ts'

/**
 * Longer than anything looks back: day trades are counted over 30 days (views.ts), a Gateway tells
 * and corrects executions of seven.
 */
const KEPT_MS = 31 * 86_400_000

/**
 * With every new day what has been over for a month is let go, so that a turn after years costs
 * what it did in the first month. The journal keeps it, and whoever asks about the past asks there.
 */
export function withDayOpened(state: State, baseline: DayBaseline, at: EpochMs): State {
  const from = at - KEPT_MS
  const isOld = [...state.orders.values()].some(({ statusSince }) => statusSince < from)
  if (!isOld) return { ...state, baseline }
  const held = new Set(
    [...state.structures.values()].flatMap(({ id, quantity }) => (quantity === 0 ? [] : [id])),
  )
  const orders = kept(state.orders, ({ status, statusSince, structureId }) => {
    const isHeld = structureId !== null && held.has(structureId)
    return isHeld || !isTerminal(status) || statusSince >= from
  })
  const traded = new Set([...orders.values()].map(({ structureId }) => structureId))
  const structures = kept(state.structures, ({ id, openedAt }) => {
    return held.has(id) || traded.has(id) || openedAt >= from
  })
  const fills = kept(state.fills, (fill) => orders.has(fill.orderId) || fill.at >= from)
  return {
    ...state,
    baseline,
    orders,
    structures,
    fills,
    commissions: kept(state.commissions, (_, execId) => fills.has(execId)),
    signalKeys: kept(state.signalKeys, (id) => structures.has(id)),
  }
}

function kept<K, V>(
  map: ReadonlyMap<K, V>,
  isKept: (value: V, key: K) => boolean,
): ReadonlyMap<K, V> {
  return new Map([...map].filter(([key, value]) => isKept(value, key)))
}
