import { keyOf } from '../../../src/domain/contract-key.ts'
import type { ExecId } from '../../../src/domain/fill.ts'
import type { SimExecution } from '../../../src/simulator/broker/state.ts'
import { unless } from './checker.ts'
import type { Checker, Complaint } from './checker.ts'

/** I6: every execution at the broker is one fill in the journal, with the same numbers. */
export function fillsOnce(): Checker {
  const executions = new Map<string, SimExecution>()
  return {
    name: 'fills-once',
    happened(event) {
      if (event.kind === 'execution') executions.set(idOf(event.execution), event.execution)
      return null
    },
    journaled({ event }, { record, gateway }): Complaint {
      if (event.type !== 'OrderFilled') return null
      const { fill } = event
      const before = executions.get(fill.execId)
      const execution =
        before ?? gateway.core.executions().find((each) => idOf(each) === fill.execId)
      if (execution === undefined) return `fill ${fill.execId} never happened`
      if (record.fillsOf(fill.execId).length > 1) return `fill ${fill.execId} is journaled twice`
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
        .filter((execution) => record.fillsOf(idOf(execution)).length === 0)
      return unless(missed.length === 0, `${missed.length} fills of the broker were lost`)
    },
  }
}

/** Without the revision, as the journal has it. */
function idOf({ execId }: SimExecution): ExecId {
  return execId.slice(0, execId.lastIndexOf('.')) as ExecId
}
