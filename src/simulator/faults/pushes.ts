import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import type { Connection, Hooks } from './fault.ts'

const QUERIES: ReadonlySet<Request['kind']> = new Set<Request['kind']>([
  'reqOpenOrders',
  'reqAllOpenOrders',
  'reqCompletedOrders',
  'reqExecutions',
])
const ENDS: ReadonlySet<Response['kind']> = new Set<Response['kind']>([
  'openOrderEnd',
  'completedOrdersEnd',
  'execDetailsEnd',
])

/** What a Gateway says about an order by itself, told apart from what it answers to a query. */
export function pushes(
  says: (connection: Connection, response: Response) => readonly Response[],
): Pick<Hooks, 'takes' | 'says'> {
  const answering = new Set<Connection>()
  return {
    takes: (connection, { kind }) => {
      if (QUERIES.has(kind)) answering.add(connection)
      else answering.delete(connection)
      return false
    },
    says: (connection, response) => {
      if (!answering.has(connection)) return says(connection, response)
      if (ENDS.has(response.kind)) answering.delete(connection)
      return [response]
    },
  }
}

/** Which order a message is about; null: none. */
export function orderIdOf(response: Response): number | null {
  switch (response.kind) {
    case 'openOrder':
    case 'orderStatus':
    case 'execDetails':
      return response.orderId
    default:
      return null
  }
}
