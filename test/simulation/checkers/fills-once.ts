import { keyOf } from '../../../src/domain/contract-key.ts'
import type { ExecId, Fill } from '../../../src/domain/fill.ts'
import type { ClientOrderId } from '../../../src/domain/order.ts'
import type { SimExecution } from '../../../src/simulator/broker/state.ts'
import type { Record } from '../record.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/**
 * I6: every execution, and every correction of one, is one fill with the same numbers. One that is
 * taken from a position, because no execution is told, makes it that of the broker.
 */
export function fillsOnce(): Checker {
  const executions = new Map<string, SimExecution>()
  return {
    name: 'fills-once',
    happened(event) {
      if (event.kind === 'execution' || event.kind === 'corrected') {
        executions.set(event.execution.execId, event.execution)
      }
      return null
    },
    journaled({ event }, { record, gateway, state }): Complaint {
      if (event.type !== 'OrderFilled') return null
      const { fill } = event
      if (fill.estimated === true) return ofPosition(fill, { state, gateway })
      const before = executions.get(nameOf(fill))
      const execution =
        before ?? gateway.core.executions().find(({ execId }) => execId === nameOf(fill))
      if (execution === undefined) return `fill ${fill.execId} never happened`
      if (revisionsOf(fill, record) > 1) return `fill ${fill.execId} is journaled twice`
      const same =
        keyOf(fill.contract) === keyOf(execution.contract) &&
        fill.orderId === execution.orderRef &&
        fill.side === execution.side &&
        fill.quantity === execution.quantity &&
        fill.price === execution.price &&
        // The wire carries whole seconds.
        Math.floor(fill.at / 1000) === Math.floor(execution.at / 1000)
      return unless(same, `fill ${fill.execId} is ${fill.side} ${fill.quantity} at ${fill.price}`)
    },
    rested({ record, gateway }) {
      const missed = gateway.core
        .executions()
        .filter((execution) => execution.clientId > 0)
        .filter((execution) => {
          const fills = record.fillsOf(idOf(execution))
          if (fills.some((fill) => nameOf(fill) === execution.execId)) return false
          const alike = record.alike(execution.orderRef as ClientOrderId)
          const ours = record.fillsOfOrders(alike, execution.contract)
          return ours.every(({ estimated }) => estimated !== true)
        })
      return unless(missed.length === 0, `${missed.length} fills of the broker were lost`)
    },
  }
}

/** An execution of an earlier day is told no more: what it left is the position. */
function ofPosition(
  { contract, execId }: Fill,
  { state, gateway }: Pick<Sight, 'state' | 'gateway'>,
): Complaint {
  if (contract.kind === 'combo') return null
  const ours = state.positions.get(contract.conId)?.quantity ?? 0
  const theirs = gateway.core.state.positions.get(contract.conId)?.quantity ?? 0
  return unless(ours === theirs, `${execId} makes it ${ours}, the broker holds ${theirs}`)
}

/** Without the revision, as the journal has it. */
function idOf({ execId }: SimExecution): ExecId {
  return execId.slice(0, execId.lastIndexOf('.')) as ExecId
}

/** As the broker names it. */
function nameOf({ execId, revision }: Fill): string {
  return `${execId}.${String(revision).padStart(2, '0')}`
}

function revisionsOf({ execId, revision }: Fill, record: Record): number {
  return record.fillsOf(execId).filter((each) => each.revision === revision).length
}
