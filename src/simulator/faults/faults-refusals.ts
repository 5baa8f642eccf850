import { z } from 'zod'
import type { Request, RequestOf } from '../../wire/requests.ts'
import { fault } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { ORDER_CODES } from './order-codes.ts'

/** Errors about orders, each of the code table of F48, on a new order and on one that lives. */
export const refusalFaults = {
  'order-error': fault({
    number: 'F48',
    line: 'an error about an order: a new one is refused or lives by its code, a live one goes on',
    label: null,
    parameters: {
      code: z.number().int().default(201).describe('those of the table below have a text'),
      text: z.string().optional().describe('default by the code'),
      on: z
        .enum(['new', 'change', 'live'])
        .default('new')
        .describe('a new order, a change of one that lives, or one that lives, unasked'),
      which: z
        .enum(['any', 'alone', 'parent', 'child'])
        .default('any')
        .describe('of a family: the order without a parent, or one with; alone is of none'),
      side: z.enum(['BUY', 'SELL']).nullable().default(null).describe('null is both'),
      count: z.number().int().min(1).nullable().default(1).describe('how many orders; null is all'),
    },
    begin: (parameters, ground) => refusing(parameters, ground),
  }),
}

interface Refusing {
  readonly code: number
  readonly text?: string | undefined
  readonly on: 'new' | 'change' | 'live'
  readonly which: 'any' | 'alone' | 'parent' | 'child'
  readonly side: 'BUY' | 'SELL' | null
  readonly count: number | null
}

function refusing(of: Refusing, ground: Ground): Hooks {
  const known = ORDER_CODES[of.code]
  const text = of.text ?? known?.text ?? 'not known'
  let left = of.count ?? Infinity
  const tell = (connection: Connection, orderId: number): void =>
    connection.error(orderId, of.code, text)
  if (of.on === 'live') return { ...unasked(of, ground, tell) }
  return {
    takes: (connection, request) => {
      if (request.kind !== 'placeOrder' || request.order.whatIf || left <= 0) return false
      if (isNew(connection, request) !== (of.on === 'new') || !isMeant(of, request)) return false
      left--
      const lives = of.on === 'new' && known?.onNew !== 'refused'
      if (!lives) {
        // Its number is used up, as that of an order that came.
        if (of.on === 'new') connection.house.core.reserve(connection.id, request.orderId)
        tell(connection, request.orderId)
        return true
      }
      connection.accept(of.code === TIF_PRESET ? asDay(request) : request)
      tell(connection, request.orderId)
      return true
    },
  }
}

const TIF_PRESET = 10_349

/** A preset of the Gateway: the order lives, and for another time than was asked for. */
function asDay(request: RequestOf<'placeOrder'>): Request {
  return { ...request, order: { ...request.order, tif: 'DAY' } }
}

function isNew({ id, house }: Connection, { orderId }: RequestOf<'placeOrder'>): boolean {
  return !house.core
    .openOrders()
    .some((order) => order.clientId === id && order.orderId === orderId)
}

function isMeant({ which, side }: Refusing, { order }: RequestOf<'placeOrder'>): boolean {
  if (side !== null && order.action !== side) return false
  if (which === 'any') return true
  if (which === 'child') return order.parentId !== 0
  if (which === 'parent') return order.parentId === 0 && order.transmit === false
  return order.parentId === 0 && order.transmit !== false
}

/** As soon as there are orders that live: at once, and then with each that is acknowledged. */
function unasked(
  of: Refusing,
  ground: Ground,
  tell: (connection: Connection, orderId: number) => void,
): Hooks {
  const told = new Set<number>()
  const look = (): void => {
    for (const connection of ground.connections()) {
      for (const order of ground.house.core.openOrders()) {
        const { clientId, orderId, staged, side, parentId, status } = order
        const works = !staged && (status === 'Submitted' || status === 'PreSubmitted')
        if (clientId !== connection.id || !works || told.has(orderId)) continue
        if (of.side !== null && side !== of.side) continue
        if ((of.which === 'child') !== (parentId !== 0) && of.which !== 'any') continue
        if (told.size >= (of.count ?? Infinity)) return
        told.add(orderId)
        ground.did()
        tell(connection, orderId)
      }
    }
    ground.after(LOOK_MS, look)
  }
  look()
  return {}
}

const LOOK_MS = 100
