import { keyOf } from '../../../src/domain/contract-key.ts'
import type { ExecId, Fill } from '../../../src/domain/fill.ts'
import type { SimExecution } from '../../../src/simulator/broker/state.ts'
import type { Record } from '../record.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint } from './checker.ts'

/** I6: every execution, and every correction of one, is one fill with the same numbers. */
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
    journaled({ event }, { record, gateway }): Complaint {
      if (event.type !== 'OrderFilled') return null
      const { fill } = event
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
          return !fills.some((fill) => nameOf(fill) === execution.execId)
        })
      return unless(missed.length === 0, `${missed.length} fills of the broker were lost`)
    },
  }
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
