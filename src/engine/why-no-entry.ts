import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { heldStructures, liveOrders } from '../trading/alive.ts'
import { BAR_AGE_MS_MAX } from '../risk/quote-checks.ts'
import type { State } from '../trading/state.ts'
import type { Rules } from '../trading/command.ts'

export interface WantedEntry {
  readonly strategy: string
  readonly symbol: Ticker
  readonly signalKey: string
  readonly barClosedAt: EpochMs
  readonly now: EpochMs
}

/**
 * What would refuse an entry whatever the quotes say, so that none are asked for. Risk judges the
 * proposal itself; this only saves requests.
 */
export function whyNoEntry(state: State, rules: Rules, wanted: WantedEntry): string | null {
  return (
    whyStopped(state, wanted) ?? whyUnknown(state, wanted) ?? whyFull(state, rules, wanted) ?? null
  )
}

function whyStopped(state: State, { symbol }: WantedEntry): string | null {
  if (state.tradingState !== 'active') return `level ${state.tradingState} (${state.levelCause})`
  if (state.link !== 'up') return `link ${state.link}`
  const set = state.gates.find((gate) => gate.symbol === null || gate.symbol === symbol)
  return set === undefined ? null : `gate ${set.gate}: ${set.reason}`
}

function whyUnknown(state: State, { now, barClosedAt }: WantedEntry): string | null {
  const ageMs = now - barClosedAt
  if (ageMs > BAR_AGE_MS_MAX) {
    return `bar closed ${ageMs / 1000} s ago, over ${BAR_AGE_MS_MAX / 1000} s`
  }
  if (state.account === null) return 'the account is unknown'
  return state.baseline === null ? "the day's baseline is unknown" : null
}

function whyFull(state: State, { limits }: Rules, wanted: WantedEntry): string | null {
  const { strategy, symbol, signalKey } = wanted
  const taken = state.signalKeys.get(signalKey)
  if (taken !== undefined) return `signal ${signalKey} was taken as ${taken}`
  const held = heldStructures(state)
  const same = held.find(
    (structure) => structure.strategy === strategy && structure.contract.symbol === symbol,
  )
  if (same !== undefined) return `${strategy} already holds ${same.id} in ${symbol}`
  const entries = liveOrders(state).filter((order) => order.role === 'entry')
  const entry = entries.find((order) => order.contract.symbol === symbol)
  if (entry !== undefined) return `entry ${entry.id} in ${symbol} is ${entry.status}`
  const open = new Set([
    ...held.map((structure) => structure.id),
    ...entries.map((order) => order.structureId),
  ]).size
  if (open < limits.openStructuresMax) return null
  return `${open} open structures, at most ${limits.openStructuresMax}`
}
