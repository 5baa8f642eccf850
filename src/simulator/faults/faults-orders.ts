import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import { fault, symbols } from './fault.ts'
import type { Connection, Hooks } from './fault.ts'
import { isAbout } from './faults-about.ts'
import { READ_ONLY } from '../session/session-orders.ts'
import { askedOf, saidBy } from '../session/traffic.ts'

const count = z.number().int().min(1).nullable()

/** Orders that are not taken, not answered or not cancelled: F32, F37 to F39. */
export const orderFaults = {
  'orders-dead': fault({
    number: 'F32',
    line: 'history is answered; orders, cancels and what is asked about orders are not',
    label: 'ORDERS_DEAD',
    parameters: {
      executes: z
        .boolean()
        .default(false)
        .describe('true: orders and cancels have their effect, which is not told'),
      answersQueries: z.boolean().default(false).describe('true: only pushes and orders are dead'),
    },
    begin: ({ executes, answersQueries }) => ({
      takes: (_, request) => {
        const service = askedOf(request)
        return service === 'orders' ? !executes : service === 'queries' && !answersQueries
      },
      says: (_, response) => {
        const service = saidBy(response)
        const isDead = service === 'orders' || service === 'queries'
        return isDead && !answersQueries ? [] : [response]
      },
    }),
  }),
  'order-held': fault({
    number: 'F37',
    line: 'a dialog on the screen holds orders: nothing is said of them until somebody answers it',
    label: 'ORDERS_DEAD',
    parameters: {
      symbols,
      count: count.default(1).describe('how many order ids are held; null is all'),
      outcome: z
        .enum(['placed', 'discarded'])
        .default('placed')
        .describe('what becomes of them when it heals'),
    },
    begin: (parameters) => heldOrders(parameters),
  }),
  'read-only': fault({
    number: 'F38',
    line: 'the Read-Only API setting: 321 on every order, what-if and cancel included',
    label: 'READ_ONLY',
    parameters: {},
    begin: () => ({
      takes: (connection, request) => {
        if (askedOf(request) !== 'orders') return false
        const id = 'orderId' in request ? request.orderId : -1
        connection.error(id, READ_ONLY.code, READ_ONLY.text)
        return true
      },
    }),
  }),
  'cancel-ignored': fault({
    number: 'F39',
    line: 'cancels are ignored without a word, as those with an invalid time always are',
    label: 'ORDERS_DEAD',
    parameters: { count: count.default(null).describe('how many; null is all') },
    begin: ({ count }) => {
      let left = count ?? Infinity
      return {
        takes: (_, { kind }) =>
          (kind === 'cancelOrder' || kind === 'reqGlobalCancel') && left-- > 0,
      }
    },
  }),
}

function heldOrders(of: {
  readonly symbols?: readonly string[] | undefined
  readonly count: number | null
  readonly outcome: 'placed' | 'discarded'
}): Hooks {
  const held: { readonly connection: Connection; readonly request: Request }[] = []
  const names = new Set<string>()
  return {
    takes: (connection, request) => {
      if (request.kind !== 'placeOrder' && request.kind !== 'cancelOrder') return false
      const name = `${connection.id} ${request.orderId}`
      const isNew = request.kind === 'placeOrder' && !request.order.whatIf && !names.has(name)
      if (
        isNew &&
        names.size < (of.count ?? Infinity) &&
        isAbout(connection, request, of.symbols)
      ) {
        names.add(name)
        connection.house.core.reserve(connection.id, request.orderId)
      }
      if (!names.has(name)) return false
      held.push({ connection, request })
      return true
    },
    healed: () => {
      if (of.outcome === 'discarded') return
      for (const { connection, request } of held) connection.accept(request)
    },
  }
}
