import { assert } from '../base/assert.ts'
import type { ConId, OptionContract, Side, StockContract } from './contract.ts'
import type { ExecId, Fill } from './fill.ts'
import type { Money, Price } from './money.ts'
import { addMoney, notional } from './money.ts'

/** What is held of one contract and what it has earned, by average cost, commissions included. */
export interface Holding {
  readonly contract: StockContract | OptionContract
  readonly quantity: number // signed
  /** What is held cost, commissions included; negative for a short. */
  readonly cost: Money
  readonly realized: Money
  readonly commissions: Money
}

export interface Trade {
  readonly side: Side
  readonly quantity: number
  readonly price: Price
  readonly commission: Money
}

export interface Ledger {
  readonly holdings: ReadonlyMap<ConId, Holding>
  readonly realized: Money
  readonly commissions: Money
}

const NONE = 0 as Money

/**
 * The fold of all fills, in the order of their time. Of several revisions of one execution the
 * highest counts. Of a combo its legs count, which are reported as executions of their own.
 */
export function ledgerOf(fills: Iterable<Fill>, commissions: ReadonlyMap<ExecId, Money>): Ledger {
  const holdings = new Map<ConId, Holding>()
  for (const fill of lastRevisions(fills).sort((a, b) => a.at - b.at)) {
    const { contract, execId } = fill
    if (contract.kind === 'combo') continue
    const held = holdings.get(contract.conId) ?? nothingOf(contract)
    const commission = commissions.get(execId) ?? NONE
    // One that was busted moves nothing, and what it cost it has cost.
    const after =
      fill.quantity > 0 ? traded(held, { ...fill, commission }) : charged(held, commission)
    holdings.set(contract.conId, after)
  }
  const all = [...holdings.values()]
  return {
    holdings,
    realized: addMoney(...all.map((holding) => holding.realized)),
    commissions: addMoney(...all.map((holding) => holding.commissions)),
  }
}

export function nothingOf(contract: StockContract | OptionContract): Holding {
  return { contract, quantity: 0, cost: NONE, realized: NONE, commissions: NONE }
}

/**
 * One trade on. What closes takes its share of the cost, to the nearest millionth, and the last of
 * it takes the rest: once nothing is held, realized is exactly what came in less what went out.
 */
export function traded(held: Holding, trade: Trade): Holding {
  assert(trade.quantity > 0, 'a trade has a quantity')
  const signed = trade.side === 'BUY' ? trade.quantity : -trade.quantity
  const opposite = Math.sign(signed) === -Math.sign(held.quantity)
  const closing = opposite ? Math.min(trade.quantity, Math.abs(held.quantity)) : 0
  const closed = portion(paid(held, trade), closing, trade.quantity)
  const opened = paid(held, trade) - closed
  const share = portion(held.cost, closing, Math.abs(held.quantity))
  return {
    contract: held.contract,
    quantity: held.quantity + signed,
    cost: (held.cost - share + opened) as Money,
    realized: (held.realized - closed - share) as Money,
    commissions: addMoney(held.commissions, trade.commission),
  }
}

function charged(held: Holding, commission: Money): Holding {
  return {
    ...held,
    realized: (held.realized - commission) as Money,
    commissions: addMoney(held.commissions, commission),
  }
}

/** What left the account: the cost of a purchase or, negative, the proceeds of a sale. */
function paid({ contract }: Holding, trade: Trade): number {
  const value: number = notional(trade.price, trade.quantity, contract.multiplier)
  return (trade.side === 'BUY' ? value : -value) + trade.commission
}

function portion(amount: number, part: number, whole: number): number {
  if (part === 0) return 0
  return part === whole ? amount : Math.round((amount * part) / whole)
}

function lastRevisions(fills: Iterable<Fill>): Fill[] {
  const byId = new Map<ExecId, Fill>()
  for (const fill of fills) {
    const known = byId.get(fill.execId)
    if (known === undefined || fill.revision > known.revision) byId.set(fill.execId, fill)
  }
  return [...byId.values()]
}
