import type { ExecId } from '../../../src/domain/fill.ts'
import { baseOf } from '../../../src/simulator/broker/fills.ts'
import type { BookedTrade, SimContract } from '../../../src/simulator/broker/state.ts'
import { isOfClient } from './checker.ts'
import type { Sight } from './checker.ts'

/**
 * What people and the broker have traded by themselves. The broker forgets whose an execution was
 * with the end of its day; by then those of ours are in the record, or the day has complained.
 */
export function tradesOfOthers({ gateway, record }: Sight): readonly BookedTrade[] {
  const { booked, executions } = gateway.core.state
  const unknown = booked.filter(
    ({ execId }) => execId !== null && !record.fills.has(execId as ExecId),
  )
  if (unknown.length === 0) return unknown // as it nearly always is
  const ofClients = new Set(executions.filter(isOfClient).map(({ execId }) => baseOf(execId)))
  return unknown.filter(({ execId }) => execId !== null && !ofClients.has(execId))
}

/**
 * What people and the broker have bought by themselves, less what they sold; `weigh`: what a unit of
 * a contract counts, none for those that are not meant.
 */
export function heldByOthers(sight: Sight, weigh: (contract: SimContract) => number): number {
  return tradesOfOthers(sight).reduce(
    (sum, { contract, quantity }) => sum + weigh(contract) * quantity,
    0,
  )
}
