import { z } from 'zod'
import { tickAt } from '../../domain/contract.ts'
import type { Side } from '../../domain/contract.ts'
import { amountOf, price } from '../../domain/money.ts'
import type { RequestOf } from '../../wire/requests.ts'
import { stick } from '../broker/intake.ts'
import { oneContract } from '../session/session-lookup.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { imposed } from './faults-fills.ts'
import { orderIdOf, pushes } from './pushes.ts'

const side = z
  .enum(['BUY', 'SELL'])
  .nullable()
  .default(null)
  .describe('of which orders; null is both')
const count = z.number().int().min(1).nullable().default(1).describe('how many orders; null is all')

/** Orders whose status says nothing of what they do: F49, F50. */
export const statusFaults = {
  'status-stuck': fault({
    number: 'F49',
    line: 'an order gets a status and is not at the market, or no more; after a while it is',
    label: null,
    parameters: {
      status: z
        .enum(['Inactive', 'PreSubmitted', 'PendingSubmit', 'ApiPending'])
        .default('Inactive')
        .describe('which'),
      lastsMs: ms.nullable().default(10_000).describe('null: for ever'),
      of: z
        .enum(['new', 'working'])
        .default('new')
        .describe('orders that come, or those that are at the market already'),
      side,
      count,
    },
    begin: ({ status, lastsMs, of, side, count }, ground) => {
      if (of === 'working') return takenOff(ground, { status, lastsMs, side, count })
      return imposed(ground, { kind: 'stuck', status, lastsMs, side }, count)
    },
  }),
  'api-cancelled': fault({
    number: 'F49',
    line: 'what is cancelled is said to be ApiCancelled',
    label: null,
    parameters: {},
    begin: () => ({
      says: (_, response) =>
        response.kind === 'orderStatus' && response.status === 'Cancelled'
          ? [{ ...response, status: 'ApiCancelled' }]
          : [response],
    }),
  }),
  'order-unsaid': fault({
    number: 'F49',
    line: 'an order is placed and not a word is said of it: only who asks hears of it',
    label: null,
    parameters: { count },
    begin: ({ count }) => unsaid(count ?? Infinity),
  }),
  'price-capped': fault({
    number: 'F50',
    line: 'a limit is capped: 399 or 2161 says so, the status looks normal, it fills at the cap',
    label: null,
    parameters: {
      code: z.literal([399, 2161]).default(2161).describe('whose text says so'),
      ticks: z.number().int().min(1).default(1).describe('how far the cap is from the limit'),
      count,
    },
    begin: ({ code, ticks, count }) => capped({ code, ticks, count: count ?? Infinity }),
  }),
}

const LOOK_MS = 100

/** Each once, as soon as there is one at the market. */
function takenOff(
  ground: Ground,
  of: Parameters<typeof stick>[2] & {
    readonly side: Side | null
    readonly count: number | null
  },
): Hooks {
  const { core } = ground.house
  let left = of.count ?? Infinity
  const before = new Set<number>()
  const look = (): void => {
    const working = core.openOrders().find(({ clientId, permId, side, status, stuck }) => {
      const isAtMarket = status === 'Submitted' && stuck !== true && clientId > 0
      return isAtMarket && !before.has(permId) && (of.side === null || side === of.side)
    })
    if (working !== undefined) {
      left--
      before.add(working.permId)
      ground.did()
      core.act((desk) => stick(desk, working, of))
    }
    if (left > 0) ground.after(LOOK_MS, look)
  }
  look()
  return {}
}

function unsaid(count: number): Hooks {
  const silent = new Set<string>()
  const quiet = pushes((connection, response) => {
    const orderId = orderIdOf(response)
    return orderId !== null && silent.has(`${connection.id} ${orderId}`) ? [] : [response]
  })
  return {
    ...quiet,
    takes: (connection, request) => {
      quiet.takes?.(connection, request)
      if (request.kind === 'placeOrder' && !request.order.whatIf && silent.size < count) {
        silent.add(`${connection.id} ${request.orderId}`)
      }
      return false
    },
  }
}

interface Cap {
  /** As it was asked for, and as the broker keeps it. */
  readonly limit: number
  readonly cap: number
}

function capped(of: {
  readonly code: number
  readonly ticks: number
  readonly count: number
}): Hooks {
  const caps = new Map<string, Cap>()
  const capOf = (connection: Connection, orderId: number): Cap | undefined =>
    caps.get(`${connection.id} ${orderId}`)
  return {
    takes: (connection, request) => {
      if (request.kind !== 'placeOrder' || request.order.whatIf) return false
      if (request.order.orderType !== 'LMT') return false
      const known = capOf(connection, request.orderId)
      if (known === undefined && caps.size >= of.count) return false
      const limit = request.order.lmtPrice ?? 0
      const cap = cappedPrice(connection, request, of.ticks)
      caps.set(`${connection.id} ${request.orderId}`, { limit, cap })
      connection.accept({ ...request, order: { ...request.order, lmtPrice: cap } })
      const text = `Order Message: the price was capped at ${cap} to be in line with the market`
      connection.error(request.orderId, of.code, text)
      return true
    },
    says: (connection, response) => {
      const orderId = orderIdOf(response)
      const known = orderId === null ? undefined : capOf(connection, orderId)
      if (known === undefined) return [response]
      if (response.kind === 'orderStatus') return [{ ...response, mktCapPrice: known.cap }]
      if (response.kind !== 'openOrder') return [response]
      return [{ ...response, order: { ...response.order, lmtPrice: known.limit } }]
    },
  }
}

/** Further from the other side: a buy is capped below its limit, a sell above. */
function cappedPrice(
  { house }: Connection,
  { contract, order }: RequestOf<'placeOrder'>,
  ticks: number,
): number {
  const found = oneContract(contract, house)
  const limit = price(order.lmtPrice ?? 0)
  const tick = found.ok && found.value.kind !== 'index' ? tickAt(found.value, limit) : price(0.01)
  const by = ticks * tick * (order.action === 'BUY' ? -1 : 1)
  return amountOf(price(Math.max(tick, limit + by) / 1e6))
}
