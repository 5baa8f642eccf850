import { keyOf, nameOf } from '../../../src/domain/contract-key.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { Tradable } from '../../../src/domain/contract.ts'
import type { ExecId } from '../../../src/domain/fill.ts'
import { baseOf } from '../../../src/simulator/broker/fills.ts'
import { remainingOf } from '../../../src/simulator/broker/desk.ts'
import type { SimContract } from '../../../src/simulator/broker/state.ts'
import { blame, liveOrders, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/**
 * I4, I5: nothing is short but the leg of a spread that another leg or shares cover, and what may
 * still be sold is held, or is being bought with it.
 */
export function neverOversold(): Checker {
  return {
    name: 'never-oversold',
    happened(event, sight) {
      if (event.kind === 'position') {
        const { contract, quantity } = event.position
        const isLong = quantity + delivered(contract, sight) >= 0
        return blame(
          contract,
          unless(isLong || isCovered(sight, contract), says(contract, quantity)),
        )
      }
      if (event.kind !== 'open-order' && event.kind !== 'execution') return null
      const { contract } = event.kind === 'execution' ? event.execution : event.order
      return blame(contract, coverOf(contract, sight))
    },
    rested: (sight) =>
      sight.gateway.core
        .positions()
        .flatMap(({ contract }) => blame(contract, coverOf(contract, sight))),
  }
}

/** Shares that were delivered because an option was exercised or assigned: no order of ours. */
function delivered({ kind, conId }: SimContract, { gateway }: Sight): number {
  if (kind !== 'stock') return 0
  const units = gateway.core.state.booked
    .filter(({ execId, contract }) => execId === null && contract.conId === conId)
    .reduce((sum, { quantity }) => sum + quantity, 0)
  return Math.max(0, 0 - units)
}

/** Sells in one OCA group share what they may sell. */
function coverOf(contract: Tradable, sight: Sight): Complaint {
  const held = unitsHeld(contract, sight)
  const key = keyOf(contract)
  const mayBeSold = new Map<string, number>()
  let mayBeBought = 0
  for (const order of liveOrders(sight)) {
    if (keyOf(order.contract) !== key) continue
    const left = remainingOf(order)
    if (order.side === 'BUY') mayBeBought += left
    else {
      const group = order.ocaGroup || `alone ${order.orderId}`
      mayBeSold.set(group, Math.max(left, mayBeSold.get(group) ?? 0))
    }
  }
  const sells = [...mayBeSold.values()].reduce((sum, units) => sum + units, 0)
  const name = nameOf(contract)
  const told = `${name}: ${sells} may be sold, ${held} are held, ${mayBeBought} being bought`
  const isShort =
    contract.kind !== 'combo' &&
    held + delivered(contract, sight) < 0 &&
    !isCovered(sight, contract)
  const may = Math.max(0, held) + mayBeBought + unheard(contract, sight)
  return unless(!isShort && sells <= may, told)
}

/** What is under way to the bot it cannot know of; milliseconds. */
const UNDER_WAY_MS = 100

/** Sold a moment ago: an exit that left before it was told is refused by the broker (201). */
function unheard(of: Tradable, { gateway, now, record }: Sight): number {
  if (of.kind === 'combo') return 0
  let units = 0
  const { executions } = gateway.core.state
  for (let index = executions.length - 1; index >= 0; index--) {
    const execution = executions[index]
    if (execution === undefined || execution.at < now - UNDER_WAY_MS) break
    const { contract, side, quantity, execId } = execution
    if (contract.kind === 'combo' || contract.conId !== of.conId || side !== 'SELL') continue
    if (record.fillsOf(baseOf(execId) as ExecId).length === 0) units += quantity
  }
  return units
}

/** Of a combo the units of which every leg is held. */
function unitsHeld(contract: Tradable, { gateway }: Sight): number {
  const { positions } = gateway.core.state
  const units = legsOf(contract).map(({ contract: { conId }, ratio, side }) => {
    const quantity = positions.get(conId)?.quantity ?? 0
    return Math.floor((side === 'BUY' ? quantity : -quantity) / ratio)
  })
  return Math.min(...units)
}

/**
 * By every option of this right that is long and lives as long, and of calls by shares: a spread of
 * any width. The broker's margin is its own matter.
 */
function isCovered({ gateway }: Sight, short: SimContract): boolean {
  if (short.kind === 'stock') return false
  const held = gateway.core.positions().filter(({ contract }) => contract.symbol === short.symbol)
  const cover = held.reduce((sum, { contract, quantity }) => {
    if (contract.kind === 'stock') return sum + (short.right === 'C' ? quantity : 0)
    const counts = contract.right === short.right && contract.lastTradingAt >= short.lastTradingAt
    return counts ? sum + quantity * contract.multiplier : sum
  }, 0)
  return cover >= 0
}

function says(contract: SimContract, quantity: number): string {
  return `conId ${contract.conId} is short ${quantity}, and nothing covers it`
}
