import { z } from 'zod'
import { price } from '../../domain/money.ts'
import { exercise, liquidate } from '../broker/acts.ts'
import type { SimTicket } from '../broker/state.ts'
import { fault, ms, symbols } from './fault.ts'
import type { Ground, Hooks } from './fault.ts'

const LOOK_MS = 100

/** What others do in the account: F52, F59. */
export const brokerFaults = {
  'foreign-orders': fault({
    number: 'F52',
    line: 'orders that no client of the API placed: order id 0 or below, and permId comes late',
    label: null,
    parameters: {
      by: z.enum(['tws', 'client-0']).default('tws').describe('whose: id 0, or one below 0'),
      count: z.number().int().min(1).default(2).describe('how many'),
      fills: z.boolean().default(false).describe('true: they buy a share at the market'),
      permIdAfterMs: ms.default(5_000).describe('until then it is 0'),
      symbols,
    },
    begin: (parameters, ground) => foreign(parameters, ground),
  }),
  'broker-acts': fault({
    number: 'F59',
    line: 'the broker sells what is held, or a held option is exercised; its exits go first',
    label: null,
    parameters: {
      what: z
        .enum(['liquidated', 'exercised', 'assigned'])
        .default('liquidated')
        .describe('which; assigned is of what is short, as a leg of a spread'),
      count: z.number().int().min(1).default(1).describe('how many positions, as there are any'),
      symbols,
    },
    begin: (parameters, ground) => acting(parameters, ground),
  }),
}

function foreign(
  of: {
    readonly by: 'tws' | 'client-0'
    readonly count: number
    readonly fills: boolean
    readonly permIdAfterMs: number
    readonly symbols?: readonly string[] | undefined
  },
  { house, clock }: Ground,
): Hooks {
  const { core, market } = house
  const stock = market.underlyings
    .map(({ contract }) => contract)
    .find(({ kind, symbol }) => kind === 'stock' && (of.symbols?.includes(symbol) ?? true))
  if (stock?.kind !== 'stock') return {}
  const knownFrom = clock.now() + of.permIdAfterMs
  for (let i = 0; i < of.count; i++) {
    const orderId = Math.min(0, ...core.openOrders().map((order) => order.orderId)) - 1
    const terms = of.fills ? { type: 'MKT' as const, limit: null } : RESTING
    core.place({ ...BY_HAND, ...terms, orderId, contract: stock })
  }
  return {
    says: (_, response) => {
      const isTheirs =
        (response.kind === 'openOrder' || response.kind === 'orderStatus') && response.orderId < 0
      if (!isTheirs) return [response]
      const orderId = of.by === 'tws' ? 0 : response.orderId
      if (clock.now() >= knownFrom) return [{ ...response, orderId }]
      if (response.kind === 'orderStatus') return [{ ...response, orderId, permId: 0 }]
      return [{ ...response, orderId, order: { ...response.order, permId: 0 } }]
    },
  }
}

const RESTING = { type: 'LMT', limit: price(1) } as const

const BY_HAND: Omit<SimTicket, 'orderId' | 'contract' | 'type' | 'limit'> = {
  clientId: 0,
  parentId: 0,
  side: 'BUY',
  quantity: 1,
  trigger: null,
  timeInForce: 'GTC',
  transmit: true,
  ocaGroup: '',
  ocaType: 0,
  outsideRth: false,
  orderRef: '',
  account: '',
}

function acting(
  of: {
    readonly what: 'liquidated' | 'exercised' | 'assigned'
    readonly count: number
    readonly symbols?: readonly string[] | undefined
  },
  ground: Ground,
): Hooks {
  const { core } = ground.house
  let left = of.count
  const look = (): void => {
    const held = core.positions().find(({ contract, quantity }) => {
      const meant = of.symbols?.includes(contract.symbol) ?? true
      const isThere = of.what === 'assigned' ? quantity < 0 : quantity !== 0
      return meant && isThere && contract.kind === 'option'
    })
    if (held !== undefined) {
      left--
      ground.did()
      const { conId } = held.contract
      if (of.what === 'assigned') core.assign(conId, -held.quantity)
      else
        core.act((desk) =>
          of.what === 'liquidated' ? liquidate(desk, conId) : exercise(desk, conId),
        )
    }
    if (left > 0) ground.after(LOOK_MS, look)
  }
  look()
  return {}
}
