import { ok } from '../../base/result.ts'
import type { ResponseOf } from '../../wire/responses.ts'
import type { Question } from '../session/question.ts'

/** The four lists of a reconciliation, each with its end marker: without it nothing is proven. */

export type PositionRow = ResponseOf<'position'>
/** `filled`: by the newest status that came with it; left out: none did. */
export type OpenRow = ResponseOf<'openOrder'> & { readonly filled?: number }
export type CompletedRow = ResponseOf<'completedOrder'>
export type ExecutionRow = ResponseOf<'execDetails'>

/** The last row of a contract counts; a later one is a change that came meanwhile. */
export function positions(account: string): Question<readonly PositionRow[]> {
  const rows = new Map<number, PositionRow>()
  return {
    kind: 'positions',
    lane: 2,
    request: () => ({ kind: 'reqPositions' }),
    answer: (response) => {
      if (response.kind === 'position' && response.account === account) {
        rows.set(response.contract.conId, response)
      }
      return response.kind === 'positionEnd' ? ok([...rows.values()]) : null
    },
  }
}

/**
 * Of all clients. A status that comes after its openOrder is the newer one. The answer to a what-if
 * may come in between, and is no order.
 */
export function allOpenOrders(): Question<readonly OpenRow[]> {
  const rows = new Map<string, OpenRow>()
  return {
    kind: 'openOrders',
    lane: 2,
    request: () => ({ kind: 'reqAllOpenOrders' }),
    answer: (response) => {
      if (response.kind === 'openOrder' && !response.order.whatIf) {
        rows.set(keyOf(response.order.permId, response), response)
      }
      if (response.kind === 'orderStatus') {
        const key = keyOf(response.permId, response)
        const row = rows.get(key)
        if (row !== undefined) {
          const { status, filled } = response
          rows.set(key, { ...row, orderState: { ...row.orderState, status }, filled })
        }
      }
      return response.kind === 'openOrderEnd' ? ok([...rows.values()]) : null
    },
  }
}

/** Order ids of different clients collide; perm ids do not, but are 0 at first. */
function keyOf(permId: number | null, { orderId }: { readonly orderId: number }): string {
  return permId === null || permId === 0 ? `order ${orderId}` : `perm ${permId}`
}

export function completedOrders(): Question<readonly CompletedRow[]> {
  const rows: CompletedRow[] = []
  return {
    kind: 'completedOrders',
    lane: 2,
    request: () => ({ kind: 'reqCompletedOrders', apiOnly: false }),
    answer: (response) => {
      if (response.kind === 'completedOrder') rows.push(response)
      return response.kind === 'completedOrdersEnd' ? ok(rows) : null
    },
  }
}

/** Of all clients, since midnight; `each` hears a row before its commission report follows. */
export function executions(
  account: string,
  each: (row: ExecutionRow) => void,
): Question<readonly ExecutionRow[]> {
  const rows: ExecutionRow[] = []
  return {
    kind: 'executions',
    lane: 2,
    request: (reqId) => ({
      kind: 'reqExecutions',
      reqId,
      clientId: 0,
      account,
      time: '',
      symbol: '',
      secType: '',
      exchange: '',
      side: '',
      lastNDays: null,
      specificDates: [],
    }),
    answer: (response) => {
      if (response.kind === 'execDetails') {
        each(response)
        rows.push(response)
      }
      return response.kind === 'execDetailsEnd' ? ok(rows) : null
    },
  }
}
