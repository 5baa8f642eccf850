import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { wireContract } from '../session/session-contract.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'

const LISTS = {
  executions: {
    asked: 'reqExecutions',
    rows: ['execDetails', 'commissionReport'],
    end: 'execDetailsEnd',
  },
  completed: { asked: 'reqCompletedOrders', rows: ['completedOrder'], end: 'completedOrdersEnd' },
  'open-end': { asked: 'reqAllOpenOrders', rows: ['openOrderEnd'], end: 'openOrderEnd' },
  positions: { asked: 'reqPositions', rows: ['position'], end: 'positionEnd' },
} as const satisfies Record<
  string,
  { asked: Request['kind']; rows: readonly Response['kind'][]; end: Response['kind'] }
>

/** Answers about orders and positions that lack something: F53, F54, F60. */
export const snapshotFaults = {
  'snapshot-incomplete': fault({
    number: 'F53',
    line: 'a list lacks its rows or its end; positions come empty first, and then as they are',
    label: null,
    parameters: {
      list: z
        .enum(['executions', 'completed', 'open-end', 'positions'])
        .default('positions')
        .describe('which; open-end is the end of the open orders'),
      count: z
        .number()
        .int()
        .min(1)
        .nullable()
        .default(1)
        .describe('how many answers; null is all'),
      afterMs: ms.default(1_000).describe('positions: the rows come so long after the end'),
    },
    begin: ({ list, count, afterMs }, ground) =>
      incomplete(
        {
          ...LISTS[list],
          count: count ?? Infinity,
          afterMs: list === 'positions' ? afterMs : null,
        },
        ground,
      ),
  }),
  'what-if-odd': fault({
    number: 'F54',
    line: 'a what-if is never answered, or without margins, or with the status of a live order',
    label: null,
    parameters: {
      how: z.enum(['silent', 'unset', 'echo']).default('silent').describe('which'),
    },
    begin: ({ how }) => oddWhatIf(how),
  }),
  'expired-zero': fault({
    number: 'F60',
    line: 'a position that is over, as that of an option that expired, stays in the list with 0',
    label: null,
    parameters: {},
    begin: (_, ground) => rowsOfZero(ground),
  }),
}

function incomplete(
  of: {
    readonly asked: Request['kind']
    readonly rows: readonly Response['kind'][]
    readonly end: Response['kind']
    readonly count: number
    /** Null: what is left out never comes. */
    readonly afterMs: number | null
  },
  ground: Ground,
): Hooks {
  let left = of.count
  const answering = new Map<Connection, Response[]>()
  return {
    takes: (connection, { kind }) => {
      if (kind === of.asked && left > 0) {
        left--
        answering.set(connection, [])
      }
      return false
    },
    says: (connection, response) => {
      const held = answering.get(connection)
      if (held === undefined) return [response]
      const isLeftOut = of.rows.includes(response.kind)
      if (isLeftOut) held.push(response)
      if (response.kind === of.end) {
        answering.delete(connection)
        if (of.afterMs !== null) {
          ground.after(of.afterMs, () => {
            for (const each of held) connection.deliver(each)
          })
        }
      }
      return isLeftOut ? [] : [response]
    },
  }
}

function oddWhatIf(how: 'silent' | 'unset' | 'echo'): Hooks {
  if (how === 'silent') {
    return { takes: (_, request) => request.kind === 'placeOrder' && request.order.whatIf }
  }
  return {
    says: (_, response) => {
      if (response.kind !== 'openOrder' || !response.order.whatIf) return [response]
      if (how === 'unset')
        return [{ ...response, orderState: { ...response.orderState, ...NO_MARGINS } }]
      const { orderId, order } = response
      return [
        response,
        { ...PRESUBMITTED, orderId, clientId: order.clientId, remaining: order.totalQuantity ?? 0 },
      ]
    },
  }
}

const NO_MARGINS = {
  initMarginBefore: null,
  maintMarginBefore: null,
  equityWithLoanBefore: null,
  initMarginChange: null,
  maintMarginChange: null,
  equityWithLoanChange: null,
  initMarginAfter: null,
  maintMarginAfter: null,
  equityWithLoanAfter: null,
  commission: null,
} as const

const PRESUBMITTED = {
  kind: 'orderStatus',
  status: 'PreSubmitted',
  filled: 0,
  avgFillPrice: 0,
  permId: 0,
  parentId: 0,
  lastFillPrice: 0,
  whyHeld: '',
  mktCapPrice: 0,
} as const

function rowsOfZero({ house }: Ground): Hooks {
  const over = new Map<number, Response>()
  const stop = house.core.subscribe((event) => {
    if (event.kind !== 'position') return
    const { contract, quantity } = event.position
    if (quantity !== 0) {
      over.delete(contract.conId)
      return
    }
    const row = { account: house.core.accountId, contract: wireContract(contract, '') }
    over.set(contract.conId, { kind: 'position', ...row, position: 0, avgCost: 0 })
  })
  return {
    says: (_, response) =>
      response.kind === 'positionEnd' ? [...over.values(), response] : [response],
    healed: stop,
  }
}
