import { tickAt } from '../../src/domain/contract.ts'
import type { Price } from '../../src/domain/money.ts'
import { conIdOf, isWorking } from '../../src/simulator/broker/desk.ts'
import type { SimContract, SimOrder, SimTicket } from '../../src/simulator/broker/state.ts'
import { isOfClient } from './checkers/checker.ts'
import type { World } from './world.ts'

/**
 * F94: what a person does in TWS while the bot runs. `buy`: one more of what is held. `buy-stock`:
 * a share of its underlying. `sell`: all of what is held. `cancel-exit` and `modify-exit` are of the
 * stop.
 */
export const ACTS = [
  'buy',
  'buy-stock',
  'sell',
  'cancel-entry',
  'cancel-exit',
  'modify-exit',
] as const
export type Act = (typeof ACTS)[number]

const LOOK_MS = 100
/** TWS itself, which may touch the orders of every client. */
const BY_HAND = 0

/** Once, as soon as there is something to do it to; answers how often it was done. */
export function human(world: World, act: Act): () => number {
  let done = 0
  const look = (): void => {
    if (acted(world, act)) done++
    else world.clock.after(LOOK_MS, look)
  }
  look()
  return () => done
}

function acted(world: World, act: Act): boolean {
  switch (act) {
    case 'buy':
    case 'buy-stock':
    case 'sell':
      return traded(world, act)
    case 'cancel-entry':
      return cancelled(world, ({ side }) => side === 'BUY')
    case 'cancel-exit':
      return cancelled(world, ({ type }) => type === 'STP')
    default:
      return modified(world)
  }
}

function traded(world: World, act: 'buy' | 'buy-stock' | 'sell'): boolean {
  const { core } = world.remains.gateway
  const held = core.positions().find(({ quantity }) => quantity > 0)
  if (held === undefined) return false
  const { contract, quantity } = held
  const stock = core.market.underlyings.find((of) => of.contract.symbol === contract.symbol)
  const of = act === 'buy-stock' ? stock?.contract : contract
  if (of === undefined || of.kind === 'index') return false
  if (act === 'sell' && exitsCancelled(world, of)) return false // and then it is sold
  const orderId = Math.min(0, ...[...core.state.orders.values()].map((each) => each.orderId)) - 1
  const side = act === 'sell' ? 'SELL' : 'BUY'
  core.place({ ...ticketFor(of), orderId, side, quantity: side === 'SELL' ? quantity : 1 })
  return true
}

/** The broker sells nothing twice: what rests for the same units goes first. True: some did rest. */
function exitsCancelled({ remains }: World, { conId }: SimContract): boolean {
  const { core } = remains.gateway
  const exits = core
    .openOrders()
    .filter((each) => each.side === 'SELL' && conIdOf(each.contract) === conId)
  for (const { clientId, orderId, status } of exits) {
    if (status !== 'PendingCancel') core.cancel(BY_HAND, clientId, orderId)
  }
  return exits.length > 0
}

function ticketFor(contract: SimContract): Omit<SimTicket, 'orderId' | 'side' | 'quantity'> {
  const alone = { parentId: 0, ocaGroup: '', ocaType: 0, orderRef: '', account: '' } as const
  const terms = { type: 'MKT', limit: null, trigger: null, timeInForce: 'DAY' } as const
  return {
    ...alone,
    ...terms,
    contract,
    clientId: BY_HAND,
    transmit: true,
    outsideRth: false,
  }
}

function cancelled({ remains }: World, isMeant: (order: SimOrder) => boolean): boolean {
  const { core } = remains.gateway
  const order = core.openOrders().find((each) => isOfBot(each) && isMeant(each))
  if (order === undefined) return false
  core.cancel(BY_HAND, order.clientId, order.orderId)
  return true
}

/** Its stop is a tick further away: less than what the bot would have it be. */
function modified({ remains }: World): boolean {
  const { core } = remains.gateway
  const stop = core.openOrders().find((each) => isOfBot(each) && each.type === 'STP')
  if (stop === undefined || stop.contract.kind === 'combo') return false
  const listing = core.market.contract(stop.contract.conId)
  const { trigger } = stop
  if (trigger === null || listing === null || listing.kind === 'index') return false
  core.place({ ...stop, trigger: (trigger - tickAt(listing, trigger)) as Price })
  return true
}

function isOfBot(order: SimOrder): boolean {
  return isOfClient(order) && isWorking(order)
}
